"""What the tests of the composer share: a catalog, an arranger, and how to ask for a piece."""

from __future__ import annotations

from functools import cache

from core.brief import Brief
from core.catalog import Catalog
from core.engines.composer.arranger import Arranger
from core.engines.composer.instrument import Timbres
from core.engines.composer.score import Score
from core.engines.composer.style import StyleBook
from core.engines.composer.timeline import seconds_at


@cache
def catalog() -> Catalog:
    return Catalog.load()


@cache
def styles() -> StyleBook:
    return StyleBook.read()


@cache
def arranger() -> Arranger:
    return Arranger(catalog(), styles(), Timbres(catalog()))


@cache
def compose(**wish: object) -> Score:
    return arranger().compose(Brief.model_validate({"seed": 1} | wish))


def beats(score: Score) -> float:
    """How many beats a score lasts."""
    last = score.tempo[-1]
    return last.at + (score.seconds - seconds_at(score, last.at)) * last.bpm / 60
