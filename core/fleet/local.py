"""LocalFleet: engines in supervised processes beside the bot.

The bot's event loop never runs an engine. Processes start when there is work, give their memory back when there is
none for a while, and die with the bot. When one crashes or wedges, the piece it was making is tried once more.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from dataclasses import dataclass, replace

import structlog

from core.errors import EngineFailed
from core.fleet.child import Child, ChildLost
from core.fleet.fleet import EngineStatus, FleetEvent, Work, missing
from core.fleet.plan import Plan
from core.words import Words

TRIES = 2
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 30.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Supervision:
    """How processes are kept, in seconds: idle ones are stopped after `idle`, silent ones killed after `patience`."""

    idle: float = 300.0
    patience: float = 120.0


def default_workers() -> int:
    """Half of the cores, so that the bot and the codecs' threads have room; at least one."""
    return max(1, (os.cpu_count() or 2) // 2)


class LocalFleet:
    """Up to `workers` processes; each makes one piece at a time. Work is begun in the order in which it was handed in.

    The first idle process that was used last gets the next work, so that others fall idle and can stop.
    """

    def __init__(self, plan: Plan, *, workers: int | None = None, supervision: Supervision = Supervision()) -> None:
        self._plan = plan
        self._workers = workers or default_workers()
        self._supervision = supervision
        self._turns = asyncio.Semaphore(self._workers)
        self._idle: list[Child] = []
        self._busy: set[Child] = set()
        self._timers: dict[Child, asyncio.TimerHandle] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self._known: tuple[EngineStatus, ...] = ()
        self._asking = asyncio.Lock()
        self._crashes = 0
        self._closed = False

    async def start(self) -> None:
        """Nothing to do: processes start with the first work."""

    async def run(self, work: Work) -> AsyncGenerator[FleetEvent]:
        for attempt in range(1, TRIES + 1):
            try:
                async with aclosing(self._attempt(work)) as events:
                    async for event in events:
                        yield event
                return
            except ChildLost as error:
                self._crashes += 1
                log.warning("engine_process_lost", work=work.id, attempt=attempt, reason=str(error))
        raise EngineFailed(
            Words(
                "The engine stopped twice while it was making this piece, so it was given up. "
                "Please try another wish, or ask again later.",
                "이 곡을 만드는 동안 엔진이 두 번 멈춰서 중단했습니다. "
                "다른 내용으로 요청하거나 나중에 다시 요청해 주세요.",
            ),
            retryable=False,
        )

    async def engines(self) -> tuple[EngineStatus, ...]:
        """Asked of a process once; what is installed does not change while the bot runs, only the memory in use."""
        if not self._known:
            async with self._asking:
                self._known = self._known or await self._ask()
        if not self._known:
            broken = Words("its process does not start", "프로세스가 시작되지 않습니다")
            return tuple(missing(spec.name, broken) for spec in self._plan.engines)
        memory = sum(child.memory or 0 for child in (*self._idle, *self._busy) if child.alive) or None
        return tuple(replace(status, memory=memory if status.available else None) for status in self._known)

    async def _ask(self) -> tuple[EngineStatus, ...]:
        """What a process says; nothing where none starts."""
        for _ in range(TRIES):
            await self._turns.acquire()
            child = None
            try:
                child = await self._take()
                return await child.engines()
            except ChildLost as error:
                self._crashes += 1
                log.warning("engine_process_lost", reason=str(error))
            finally:
                await self._give_back(child)
        return ()

    async def close(self) -> None:
        """Stop all processes; work that is still under way is lost."""
        self._closed = True
        for timer in self._timers.values():
            timer.cancel()
        children = [*self._idle, *self._busy]
        self._idle.clear()
        await asyncio.gather(*(child.stop() for child in children))
        await asyncio.gather(*self._errands, return_exceptions=True)

    async def _attempt(self, work: Work) -> AsyncGenerator[FleetEvent]:
        await self._turns.acquire()
        child = None
        try:
            child = await self._take()
            async with aclosing(child.run(work)) as events:
                async for event in events:
                    yield event
            self._crashes = 0
        finally:
            # Whoever cancels need not wait until the engine has stopped.
            self._errand(self._settle(child, work))

    async def _settle(self, child: Child | None, work: Work) -> None:
        try:
            if child is not None:
                await child.settle(work.id)
        finally:
            await self._give_back(child)

    async def _take(self) -> Child:
        """An idle process, or a new one; after crashes not before a pause. Raises ChildLost."""
        while self._idle:
            child = self._idle.pop()
            self._timers.pop(child).cancel()
            if child.alive:
                self._busy.add(child)
                return child
            self._errand(child.stop(0.0))
        if self._crashes:
            await asyncio.sleep(min(FIRST_PAUSE * 2 ** (self._crashes - 1), LONGEST_PAUSE))
        if self._closed:
            raise ChildLost("the fleet is closed")
        try:
            child = await Child.spawn(self._plan, patience=self._supervision.patience)
        except OSError as error:
            raise ChildLost(f"no process could be started: {error}") from error
        self._busy.add(child)
        return child

    async def _give_back(self, child: Child | None) -> None:
        self._turns.release()
        if child is None:
            return
        self._busy.discard(child)
        if not child.alive:
            await child.stop(0.0)
            return
        if self._closed:
            await child.stop()
            return
        self._idle.append(child)
        loop = asyncio.get_running_loop()
        self._timers[child] = loop.call_later(self._supervision.idle, self._retire, child)

    def _retire(self, child: Child) -> None:
        del self._timers[child]
        self._idle.remove(child)
        self._errand(child.stop())

    def _errand(self, course: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(course)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)
