"""Work of a library that cannot be done step by step: it runs in a thread, and tells how far it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")
Tell = Callable[[float], None]


class Stopped(Exception):
    """Nobody waits for the result any more."""


class Background(Generic[Result]):
    """Runs `work(tell)`; `tell` takes the fraction done, and ends the work where it was stopped."""

    def __init__(self, work: Callable[[Tell], Result]) -> None:
        self._work = work
        self._stopping = threading.Event()
        self._result: list[Result] = []
        self._error: Exception | None = None
        self.fraction = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait that long at most; whether the work has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> Result:
        """What the ended work returned; what it raised is raised here."""
        if self._error is not None:
            raise self._error
        return self._result[0]

    def stop(self) -> None:
        """Have the work end when it next tells how far it is, and wait for that: two would disturb each other."""
        self._stopping.set()
        self._thread.join()

    def _tell(self, fraction: float) -> None:
        if self._stopping.is_set():
            raise Stopped
        self.fraction = max(self.fraction, min(fraction, 1.0))

    def _run(self) -> None:
        try:
            self._result.append(self._work(self._tell))
        except Exception as error:  # noqa: BLE001  (raised again where the result is asked for)
            self._error = error
