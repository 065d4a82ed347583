"""Harmony: progressions by mood, at home in their key."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean

import numpy as np
import pytest

from core.brief import Key
from core.engines.composer.clarity import clarity, majorness
from core.engines.composer.score import Score
from core.engines.composer.style import Style
from core.engines.composer.theory import chord_of
from core.evaluation import key as listener
from tests.core.engines.composer.band import compose, styles

EVERY_STYLE = pytest.mark.parametrize("style", list(styles()), ids=lambda style: style.id)


def share_of_tonic(score: Score) -> float:
    tonic = Key.parse(score.key).tonic
    ends = [chord.at for chord in score.chords[1:]]
    spans = list(zip(score.chords, ends, strict=False))
    return sum(end - chord.at for chord, end in spans if chord.root == tonic) / ends[-1]


@EVERY_STYLE
def test_pieces_spend_time_on_their_tonic(style: Style) -> None:
    shares = [share_of_tonic(compose(genres=style.genres[:1], duration=20.0, seed=seed)) for seed in range(3)]
    assert fmean(shares) > 0.12


def test_what_sounds_like_another_key_is_not_plain() -> None:
    phrygian = [(chord_of(numeral, 0), 1.0) for numeral in ("i", "bII", "i", "bVI")]
    natural = [(chord_of(numeral, 0), 1.0) for numeral in ("i", "iv", "V", "i")]
    assert clarity(natural, "minor") > clarity(phrygian, "minor")


def test_more_major_chords_are_more_major() -> None:
    def heard(*numerals: str) -> float:
        return majorness([(chord_of(numeral, 0), 1.0) for numeral in numerals])

    assert heard("I", "IV", "I", "V") > heard("I", "iv", "I", "bVII") > heard("i", "bVI", "iv", "V")


def heard_majorness(score: Score) -> float:
    """How major the chords of a score are to a listener who only counts pitch classes."""
    chroma = np.zeros(12)
    for chord, following in pairwise(score.chords):
        chroma[list(chord.pitch_classes)] += following.at - chord.at
    return listener.majorness(chroma)


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_inside_one_mode_chords_brighten_with_the_mood(mode: str) -> None:
    key = Key(tonic=0, mode="major" if mode == "major" else "minor")

    def mean(valence: float) -> float:
        wishes = [(style.genres[:1], seed) for style in list(styles())[::5] for seed in (1, 2)]
        scores = [compose(genres=g, key=key, valence=valence, duration=12.0, seed=s) for g, s in wishes]
        return fmean(heard_majorness(score) for score in scores)

    dark, middle, bright = mean(-0.9), mean(0.0), mean(0.9)
    assert dark < middle < bright
