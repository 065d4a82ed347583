"""Harmony: progressions by mood, at home in their key."""

from __future__ import annotations

from statistics import fmean

import pytest

from core.brief import Key
from core.engines.composer.clarity import clarity
from core.engines.composer.score import Score
from core.engines.composer.style import Style
from core.engines.composer.theory import chord_of
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
