"""Mood moves the music steadily, in every style."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean

import pytest

from core.brief import Key
from core.engines.composer.mood import Expression, Feeling
from core.engines.composer.score import Score
from core.engines.composer.style import Style
from core.engines.composer.theory import family
from tests.core.engines.composer.band import compose, styles

EVERY_STYLE = pytest.mark.parametrize("style", list(styles()), ids=lambda style: style.id)


def density(score: Score) -> float:
    """Places a second where something is struck or played."""
    places = {(round(note.start * 8)) for part in score.parts for note in part.notes}
    return len(places) / score.seconds


def loudness(score: Score) -> float:
    return fmean(note.velocity for part in score.parts for note in part.notes)


@EVERY_STYLE
def test_arousal_makes_music_faster_fuller_and_louder(style: Style) -> None:
    calm, rest, driven = (
        compose(genres=style.genres[:1], duration=15.0, valence=0.1, arousal=arousal) for arousal in (-0.85, 0.0, 0.85)
    )
    assert calm.tempo[0].bpm < rest.tempo[0].bpm < driven.tempo[0].bpm
    assert density(calm) < density(rest) < density(driven)
    assert loudness(calm) < loudness(rest) < loudness(driven)


@EVERY_STYLE
def test_valence_turns_minor_into_major_where_a_style_has_both(style: Style) -> None:
    sad, glad = (compose(genres=style.genres[:1], duration=8.0, valence=valence) for valence in (-0.95, 0.95))
    families = {family(mode) for mode in style.harmony.modes}
    assert Key.parse(sad.key).mode == ("minor" if "minor" in families else "major")
    assert Key.parse(glad.key).mode == ("major" if "major" in families else "minor")


def test_expression_is_steady_in_both_dimensions() -> None:
    steps = [index / 10 - 1 for index in range(21)]
    rising = [Expression.of(Feeling(0.0, step)) for step in steps]
    assert all(a.activity < b.activity and a.register < b.register for a, b in pairwise(rising))
    assert all(a.articulation > b.articulation for a, b in pairwise(rising))
    brighter = [Expression.of(Feeling(step, 0.0)) for step in steps]
    assert all(a.tension >= b.tension for a, b in pairwise(brighter))
    assert all(a.brightness < b.brightness for a, b in pairwise(brighter))
