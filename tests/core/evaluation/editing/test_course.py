"""The course: what is learned in it, and that a small editor learns to hear."""

import os

import pytest

if "torch" not in os.environ.get("TEXTUNES_TEST_REQUIRE", "").split(","):
    pytest.importorskip("torch", reason="needs the extra “musicgen”")
    pytest.importorskip("transformers", reason="needs the extra “musicgen”")

import torch

from core.engines.musicgen.editing.training import Lesson
from core.engines.musicgen.editing.weights import EditingWeights
from core.evaluation.editing.course import HEARING, READING, Piece, Schedule, echoes, newcomer, teach_editor
from core.evaluation.editing.judging import alignment, predicted
from core.evaluation.editing.small_model import newborn, small_config
from core.evaluation.editing.words import states_of

CONFIG = small_config(size=32, layers=1, heads=2, codebooks=1, entries=8, seconds=0.4)
LESSON = Lesson(CONFIG, newborn(CONFIG, 1))
DICE = torch.Generator().manual_seed(3)
FRAMES = CONFIG.max_frames


def noise(count):
    """Codes that nothing but hearing can tell."""
    draws = torch.randint(0, CONFIG.vocabulary, (2, count, 1, FRAMES), generator=DICE)
    return [Piece(codes, states_of("no drums"), heard) for codes, heard in zip(*draws, strict=True)]


def test_an_editor_learns_to_say_again_what_it_hears():
    pieces, unseen = echoes(noise(64)), echoes(noise(8))
    new = newcomer(LESSON, FRAMES, seed=1)
    taught = teach_editor(LESSON, new, pieces, Schedule(100, 8, HEARING), lambda *_: None)
    assert predicted(LESSON, unseen, taught).loss < predicted(LESSON, unseen, new).loss - 0.3


def test_an_editor_of_zeros_looks_everywhere_alike():
    nothing = EditingWeights({name: tensor * 0 for name, tensor in newcomer(LESSON, FRAMES, seed=1).tensors.items()})
    assert alignment(LESSON, nothing, noise(2)) == pytest.approx(1 / (FRAMES + 1), rel=1e-4)


def test_only_the_kinds_that_are_asked_for_are_taught():
    new = newcomer(LESSON, FRAMES, seed=1)
    taught = teach_editor(LESSON, new, noise(4), Schedule(2, 2, READING), lambda *_: None)
    changed = {name.split(".")[0] for name, tensor in taught.tensors.items() if not tensor.equal(new.tensors[name])}
    assert changed == set(READING)


def test_echoes_have_no_text_and_ask_for_what_is_heard():
    for echo in echoes(noise(2)):
        assert len(echo.text) == 0
        assert torch.equal(echo.codes, echo.heard)
