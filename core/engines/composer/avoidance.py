"""Avoidance: what a wish would rather not hear, as a composer can heed it: instruments stay away."""

from __future__ import annotations

from core.brief import Brief
from core.catalog import Catalog
from core.words import Words


def leaving_out(brief: Brief, catalog: Catalog) -> tuple[Brief, Words | None]:
    """The brief with the instruments that it avoids left out, and a sentence on what else is to be avoided.

    An instrument that is asked for by name is heard all the same.
    """
    found = {word: catalog.find("instrument", word) for word in brief.avoid}
    named = [entry.id for entry in found.values() if entry is not None and entry.id not in brief.instruments]
    without = tuple(dict.fromkeys((*brief.excluded_instruments, *named)))
    words = ", ".join(f"“{word}”" for word, entry in found.items() if entry is None)
    if without != brief.excluded_instruments:
        brief = brief.model_copy(update={"excluded_instruments": without})
    if not words:
        return brief, None
    return brief, Words(
        f"The composer can leave out instruments only, so {words} made no difference.",
        f"작곡 엔진은 악기만 뺄 수 있어서 다음은 반영하지 못했습니다: {words}",
    )
