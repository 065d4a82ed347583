"""Plan: what an engine's process is told when it starts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from core.brief import Frozen
from core.engines.registry import EngineSpec


class ReaderSpec(Frozen):
    """Where the text reader is built ("package.module:callable"), and the keyword arguments for that."""

    target: str
    options: dict[str, JsonValue] = Field(default_factory=dict)


class Plan(Frozen):
    """Engines in order of preference, the reader of texts, and how far the process steps back for others (nice)."""

    engines: tuple[EngineSpec, ...]
    reader: ReaderSpec | None = None
    niceness: Annotated[int, Field(ge=0, le=19)] = 10
