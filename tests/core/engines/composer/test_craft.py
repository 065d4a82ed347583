"""Craft: voice leading, chord tones, leaps and dissonance of what is written, style by style."""

from __future__ import annotations

from statistics import fmean

import pytest

from core.engines.composer.style import Style
from core.evaluation.theory import dissonance, leaps, strong_chord_tones, voice_leading
from tests.core.engines.composer.band import compose, styles

EVERY_STYLE = pytest.mark.parametrize("style", list(styles()), ids=lambda style: style.id)


@EVERY_STYLE
def test_lines_and_chords_are_well_made(style: Style) -> None:
    scores = [compose(genres=style.genres[:1], duration=12.0, seed=seed) for seed in range(3)]
    tunes = [(score, part) for score in scores for part in score.parts if part.role == "lead"]
    assert fmean([strong_chord_tones(score, part) for score, part in tunes]) >= 0.6
    assert fmean([leaps(part) for _, part in tunes]) <= 0.2
    moves = [voice_leading(part) for score in scores for part in score.parts if part.role in ("chords", "pad")]
    assert fmean(moves) <= 4.0
    low, high = style.harmony.dissonance
    assert low - 0.05 <= fmean([dissonance(score) for score in scores]) <= high
