"""Tunes: ideas come back, leaps are filled, ornaments stay with their motif."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from statistics import fmean

import pytest

from core.engines.composer.motif import LEAP, invent
from core.engines.composer.score import Score
from core.evaluation.melodies import Tune, repetition, tune_of
from tests.core.engines.composer.band import compose, styles


def tune(score: Score) -> Tune:
    return tune_of(next(part for part in score.parts if part.role == "lead"))


@pytest.mark.parametrize("genre", ["jazz", "rock", "edm", "pop"])
def test_tunes_come_back_to_what_they_said(genre: str) -> None:
    tunes = [tune(compose(genres=(genre,), duration=60.0, seed=seed)) for seed in range(3)]
    assert fmean(repetition(each) for each in tunes) > 0.2


def test_a_section_that_comes_again_is_answered_in_another_way() -> None:
    score = compose(genres=("rock",), duration=60.0, arousal=0.3)
    lead = next(part for part in score.parts if part.role == "lead")
    starts = [section.at for section in score.sections if section.name == "A"]
    first, again = (
        [note.pitch for note in lead.notes if start <= note.start < start + 16.0] for start in starts[:2]
    )  # fmt: skip
    assert first[:4] == again[:4]
    assert first != again


def test_a_leap_is_filled_by_a_step() -> None:
    melody = styles()["jazz"].melody.model_copy(update={"leaps": 0.6})
    contours = [invent("A", Random(seed), melody.cells[0], melody).contour for seed in range(20)]
    steps = [[after - before for before, after in pairwise(contour)] for contour in contours]
    after_leaps = [following for line in steps for step, following in pairwise(line) if abs(step) >= LEAP]
    assert len(after_leaps) > 20
    assert {abs(step) for step in after_leaps} == {1}
