"""Pairs: what they are made of."""

import os

import numpy as np
import pytest

if "torch" not in os.environ.get("TEXTUNES_TEST_REQUIRE", "").split(","):
    pytest.importorskip("torch", reason="needs the extra “musicgen”")
    pytest.importorskip("transformers", reason="needs the extra “musicgen”")

from core.evaluation.composed.clip import Commission, ComposedClip, Stem
from core.evaluation.editing.codec import RATE
from core.evaluation.editing.pairs import PairMaker, is_heard
from tests.core.evaluation.metrics.sounds import wave

COMMISSION = Commission(genre="rock", mood="calm", seed=1)


def clip(**families):
    stems = tuple(Stem(name, name, name, sound.astype(np.float32)) for name, sound in families.items())
    return ComposedClip(COMMISSION, "", None, RATE, stems)


BAND = clip(Drums=0.2 * wave(1, 4 * RATE), Bass=0.2 * wave(2, 4 * RATE), Strings=0.2 * wave(3, 4 * RATE))


def test_what_was_added_removed_or_kept_makes_the_difference():
    pairs = list(PairMaker([BAND], 1.0, seed=1).pairs(40))
    assert {pair.action for pair in pairs} == {"add", "remove", "extract"}
    assert {pair.instrument for pair in pairs} == {"Drums", "Bass"}
    for pair in pairs:
        assert pair.before.shape == pair.after.shape == (RATE,)
        louder, fainter = (pair.after, pair.before) if pair.action == "add" else (pair.before, pair.after)
        assert np.abs(louder - fainter).max() > 0.05
        assert max(np.abs(pair.before).max(), np.abs(pair.after).max()) <= 1.0001


def test_the_same_seed_draws_the_same_pairs():
    first, second = (list(PairMaker([BAND], 1.0, seed=2).pairs(5)) for _ in range(2))
    assert all(
        np.array_equal(a.before, b.before) and a.instruction == b.instruction
        for a, b in zip(first, second, strict=True)
    )


def test_a_target_that_is_hardly_heard_is_drawn_again():
    faint = clip(Drums=np.zeros(4 * RATE), Bass=0.2 * wave(2, 4 * RATE), Strings=0.2 * wave(3, 4 * RATE))
    assert {pair.instrument for pair in PairMaker([faint, BAND], 1.0, seed=3).pairs(20)} <= {"Drums", "Bass"}
    assert not is_heard(0.01 * wave(1))
    mostly_silent = np.concatenate([np.zeros(9 * RATE, np.float32), wave(1)])
    assert not is_heard(mostly_silent)


def test_captions_name_what_is_heard_on_either_side():
    found = {pair.action: pair for pair in PairMaker([BAND], 1.0, seed=1).pairs(40) if pair.instrument == "Bass"}
    company = ", ".join(found["extract"].company)
    assert found["extract"].captions == (f"Music of Bass, {company}.", "Music of Bass.")
    for action, sides in (("add", (0, 1)), ("remove", (1, 0))):
        assert [found[action].captions[side].startswith("Music of Bass") for side in sides] == [False, True]
