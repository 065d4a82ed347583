"""Lanes: which work is made together, and how much of it at once.

Most engines make one piece at a time, each in a process of its own; they share one lane, as wide as there are
processes. An engine that makes many pieces in one batch has a lane of its own, as wide as its batch, and one process;
so has one that learns, for a lesson is long, and nobody who wants music shall wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from core.engines.registry import AUTO
from core.fleet.fleet import EngineStatus

COMMON: Final = ""
"""The lane of the engines that make one piece at a time."""

LESSON_PATIENCE: Final = 10.0
"""A step of training reads and writes what hundreds of steps of playing read, at a lower priority."""


class Lanes:
    """Told from what the engines say of themselves, in order of preference; as long as nothing is known, all is common.

    `processes` is the width of the common lane.
    """

    def __init__(self, engines: Iterable[EngineStatus], processes: int) -> None:
        self._engines = tuple(engine for engine in engines if engine.available)
        self._widths = {engine.name: engine.slots for engine in self._engines if _stands_apart(engine)}
        self._widths[COMMON] = processes

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._widths)

    @property
    def engines(self) -> tuple[str, ...]:
        """Everything that work may ask for by name."""
        return (AUTO, *(engine.name for engine in self._engines))

    def width(self, lane: str) -> int:
        """How many pieces it makes at once; 0 for a lane that is no longer there."""
        return self._widths.get(lane, 0)

    def patience(self, lane: str) -> float:
        """How many times as long as others a process of this lane may be silent: steps of a lesson are long."""
        learns = any(engine.name == lane and "learn" in engine.features for engine in self._engines)
        return LESSON_PATIENCE if learns else 1.0

    def of(self, engine: str, needs: frozenset[str] = frozenset()) -> str:
        """The lane of work for an engine; for "auto" that of the engine that will be chosen."""
        maker = self.maker(engine, needs)
        return maker.name if maker is not None and maker.name in self._widths else COMMON

    def maker(self, engine: str, needs: frozenset[str] = frozenset()) -> EngineStatus | None:
        """The engine that makes work for `engine`; for "auto" as `EngineRegistry` chooses. None: there is none."""
        if engine != AUTO:
            return next((each for each in self._engines if each.name == engine), None)
        able = [each for each in self._engines if needs <= each.features]
        quick = [each for each in able if "slow" not in each.features]
        return next(iter(quick or (able if needs else [])), None)


def _stands_apart(engine: EngineStatus) -> bool:
    return engine.slots > 1 or "learn" in engine.features
