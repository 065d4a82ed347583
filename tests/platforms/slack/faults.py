"""Troubles to order: rate limits, errors, broken answers and cut connections, by method."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call.

    "limited" answers 429 with Retry-After; "error" answers `ok: false`; "status" answers an HTTP status;
    "lost" does what was asked and then cuts the connection, so that the caller never learns that it was done;
    "held" answers no sooner than `released`.
    """

    kind: Literal["limited", "error", "status", "lost", "held"]
    code: str = ""
    number: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)


class Faults:
    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault]] = defaultdict(list)

    def limit(self, method: str, retry_after: int = 1, times: int = 1) -> None:
        self._waiting[method] += [Fault("limited", number=retry_after)] * times

    def error(self, method: str, code: str, times: int = 1) -> None:
        self._waiting[method] += [Fault("error", code=code)] * times

    def status(self, method: str, status: int, times: int = 1) -> None:
        self._waiting[method] += [Fault("status", number=status)] * times

    def lose_answer(self, method: str, times: int = 1) -> None:
        self._waiting[method] += [Fault("lost")] * times

    def hold(self, method: str) -> asyncio.Event:
        """The next call is not answered before the event is set."""
        fault = Fault("held")
        self._waiting[method].append(fault)
        return fault.released

    def clear(self) -> None:
        self._waiting.clear()

    def next(self, method: str) -> Fault | None:
        waiting = self._waiting[method]
        return waiting.pop(0) if waiting else None
