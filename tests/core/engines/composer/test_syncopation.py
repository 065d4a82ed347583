"""Syncopation: bars that are entered early."""

from __future__ import annotations

from itertools import pairwise

import pytest

from core.brief import Brief
from core.engines.composer.arranger import Arranger
from core.engines.composer.form import Stretch
from core.engines.composer.plan import Plan
from core.engines.composer.style import Style
from core.engines.composer.syncopation import Push
from tests.core.engines.composer.band import arranger, styles

QUARTERS = [(float(beat), 1.0, "x") for beat in range(16)]


def plan(push: float, seed: int = 1) -> Plan:
    pop = styles()["pop"]
    style: Style = pop.model_copy(update={"feel": pop.feel.model_copy(update={"push": push})})
    brief = Brief(genres=("pop",), seed=seed, duration=20.0)
    player: Arranger = arranger()
    settled = player._plan(brief)
    return Plan(brief, style, settled.layout, settled.harmony, settled.chairs, settled.expression, settled.dice)


def section(settled: Plan) -> Stretch:
    return settled.layout.stretches[0]


def test_a_band_that_pushes_enters_every_other_bar_early_and_plays_its_chord() -> None:
    settled = plan(push=1.0)
    strokes = Push(settled).strokes(QUARTERS, section(settled))
    early = [stroke for stroke in strokes if stroke.chord_at != stroke.at]
    assert len(early) in (1, 2)
    assert all(stroke.chord_at - stroke.at == 0.5 and stroke.chord_at % 4 == 0 for stroke in early)
    assert strokes[0].at == 0.0
    assert all(one.at + one.length <= two.at + 1e-9 for one, two in pairwise(strokes))


def test_a_band_that_does_not_push_plays_what_is_written() -> None:
    settled = plan(push=0.0)
    strokes = Push(settled).strokes(QUARTERS, section(settled))
    assert [(stroke.at, stroke.length, stroke.mark) for stroke in strokes] == QUARTERS


@pytest.mark.parametrize("seed", range(3))
def test_all_players_push_together(seed: int) -> None:
    settled = plan(push=0.5, seed=seed)
    assert Push(settled).strokes(QUARTERS, section(settled)) == Push(settled).strokes(QUARTERS, section(settled))
