"""Troubles to order: rate limits, errors, broken answers and cut connections, by method."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call.

    "limited" answers 429 with Retry-After; "error" answers `ok: false`; "status" answers an HTTP status;
    "lost" does what was asked and then cuts the connection, so that the caller never learns that it was done.
    """

    kind: Literal["limited", "error", "status", "lost"]
    code: str = ""
    number: int = 0


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

    def next(self, method: str) -> Fault | None:
        waiting = self._waiting[method]
        return waiting.pop(0) if waiting else None
