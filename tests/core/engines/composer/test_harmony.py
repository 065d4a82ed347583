"""Harmony: progressions by mood, at home in their key."""

from __future__ import annotations

from statistics import fmean

import pytest

from core.brief import Key
from core.engines.composer.mood import Feeling, shade
from core.engines.composer.score import Score
from core.engines.composer.style import Style
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


def test_the_darkest_and_the_brightest_of_a_mode_are_its_ends() -> None:
    style = styles()["pop"]
    turn = style.harmony.major_from
    assert shade(style, Feeling(1.0, 0.0), "major") == 1.0
    assert shade(style, Feeling(turn, 0.0), "minor") == 1.0
    assert 0.0 < shade(style, Feeling(turn, 0.0), "major") == shade(style, Feeling(-1.0, 0.0), "minor") < 0.5
