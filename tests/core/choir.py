"""An engine for tests that makes several pieces in one batch: at each step, whoever is there goes on a little."""

import os
import time
from collections.abc import Sequence

from core.engines.engine import Done, EngineInfo, Event, Progress, Request
from tests.core.tone import compose, misbehave

SLOTS = 4
INFO = EngineInfo(
    name="choir", model="choir 1", licence="CC0-1.0", commercial=True, features=frozenset({"loop"}), slots=SLOTS
)


class Choir:
    """Keywords make it misbehave as they do the tone; "slow" needs a hundred steps, and "crowd" waits for company."""

    def __init__(self) -> None:
        self._singing: dict[str, tuple[Request, int]] = {}

    @property
    def info(self) -> EngineInfo:
        return INFO

    @property
    def idle(self) -> bool:
        return not self._singing

    def add(self, request: Request) -> None:
        self._singing[request.id] = request, 0

    def cancel(self, request_id: str) -> None:
        self._singing.pop(request_id, None)

    def close(self) -> None:
        self._singing.clear()

    def step(self) -> Sequence[Event]:
        time.sleep(0.005)
        events: list[Event] = []
        for name, (request, steps) in list(self._singing.items()):
            keywords = request.brief.keywords
            for keyword in keywords:
                if not keyword.startswith("die") or steps == 10:
                    misbehave(keyword)
            if "crowd" in keywords and len(self._singing) < SLOTS and steps == 0:
                continue
            if steps < (200 if "slow" in keywords else 20):
                self._singing[name] = request, steps + 1
                stage = f"{len(self._singing)} in {os.getpid()}"
                events.append(Progress(name, steps / 200, stage))
                continue
            del self._singing[name]
            events.append(Done(name, compose(request)))
        return events


def build(**_: object) -> Choir:
    return Choir()
