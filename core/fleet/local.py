"""LocalFleet: engines in supervised processes beside the bot.

The bot's event loop never runs an engine. Processes start when there is work, give their memory back when there is
none for a while, and die with the bot. When one crashes or wedges, what it was making is tried once more; a piece that
had company both times may have been blameless, and gets a third try beside new pieces only.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Coroutine
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, replace

import structlog

from core.errors import EngineFailed
from core.fleet.child import STOP_SECONDS, Child, ChildLost
from core.fleet.fleet import EngineStatus, FleetEvent, Work, missing
from core.fleet.lanes import COMMON, Lanes
from core.fleet.plan import Plan
from core.words import Words

TRIES = 2
TRIES_IN_COMPANY = 3
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
    """Up to `workers` processes that make one piece at a time each, and one for each engine that makes many at once.

    Work is begun in the order in which it was handed in, lane by lane. The first idle process that was used last gets
    the next work, so that others fall idle and can stop.
    """

    def __init__(self, plan: Plan, *, workers: int | None = None, supervision: Supervision = Supervision()) -> None:
        self._plan = plan
        self._workers = workers or default_workers()
        self._supervision = supervision
        self._lanes = Lanes((), self._workers)
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._doors: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._last_tries: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._homes: dict[Child, str] = {}
        self._idle: list[Child] = []
        self._busy: Counter[Child] = Counter()
        self._mourned: set[Child] = set()
        self._timers: dict[Child, asyncio.TimerHandle] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self._known: tuple[EngineStatus, ...] = ()
        self._asking = asyncio.Lock()
        self._crashes = 0
        self._closed = False

    @property
    def lanes(self) -> Lanes:
        """What is made together; told once `engines` has been asked."""
        return self._lanes

    async def start(self) -> None:
        """Nothing to do: processes start with the first work."""

    async def run(self, work: Work) -> AsyncGenerator[FleetEvent]:
        lane = self._lanes.of(work.brief.engine, work.needs)
        for attempt in range(1, TRIES_IN_COMPANY + 1):
            try:
                async with AsyncExitStack() as stack:
                    if attempt > TRIES:
                        await stack.enter_async_context(self._last_tries[lane])
                    events = await stack.enter_async_context(aclosing(self._attempt(work, lane)))
                    async for event in events:
                        yield event
                return
            except ChildLost as error:
                log.warning("engine_process_lost", work=work.id, attempt=attempt, reason=str(error))
                if attempt >= TRIES and error.others == 0:
                    break
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
                self._lanes = Lanes(self._known, self._workers)
        if not self._known:
            broken = Words("its process does not start", "프로세스가 시작되지 않습니다")
            return tuple(missing(spec.name, broken) for spec in self._plan.engines)
        return tuple(
            replace(status, memory=self._memory(self._lanes.of(status.name)) if status.available else None)
            for status in self._known
        )

    def _memory(self, lane: str) -> int | None:
        """Bytes that the processes of a lane have in use."""
        there = [child for child in (*self._idle, *self._busy) if child.alive and self._homes[child] == lane]
        return sum(child.memory or 0 for child in there) or None

    async def _ask(self) -> tuple[EngineStatus, ...]:
        """What a process says; nothing where none starts."""
        for _ in range(TRIES):
            child = None
            await self._turn(COMMON).acquire()
            try:
                child = await self._take(COMMON)
                known = await child.engines()
                # It has loaded what is heavy, so it is the one to go on with that.
                heavy = (name for name in Lanes(known, self._workers).names if name != COMMON)
                self._homes[child] = next(heavy, COMMON)
                return known
            except ChildLost as error:
                self._mourn(child)
                log.warning("engine_process_lost", reason=str(error))
            finally:
                self._turn(COMMON).release()
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

    async def _attempt(self, work: Work, lane: str) -> AsyncGenerator[FleetEvent]:
        await self._turn(lane).acquire()
        child = None
        try:
            child = await self._take(lane)
            async with aclosing(child.run(work)) as events:
                async for event in events:
                    yield event
            self._crashes = 0
        except ChildLost:
            self._mourn(child)
            raise
        finally:
            # Whoever cancels need not wait until the engine has stopped.
            self._errand(self._settle(child, work, lane))

    async def _settle(self, child: Child | None, work: Work, lane: str) -> None:
        try:
            if child is not None:
                await child.settle(work.id)
        finally:
            self._turn(lane).release()
            await self._give_back(child)

    def _turn(self, lane: str) -> asyncio.Semaphore:
        if lane not in self._turns:
            self._turns[lane] = asyncio.Semaphore(self._lanes.width(lane))
        return self._turns[lane]

    def _mourn(self, child: Child | None) -> None:
        """Count a crash, once for all the pieces that were lost in it."""
        if child is None or child not in self._mourned:
            self._crashes += 1
        if child is not None:
            self._mourned.add(child)

    async def _take(self, lane: str) -> Child:
        """The process of a lane, an idle one of the common lane, or a new one. Raises ChildLost."""
        async with self._doors[lane]:
            if lane != COMMON and (shared := self._at_work(lane)) is not None:
                self._busy[shared] += 1
                return shared
            child = self._rested(lane) or await self._spawn(lane)
            self._busy[child] += 1
            return child

    def _at_work(self, lane: str) -> Child | None:
        return next((child for child in self._busy if child.alive and self._homes[child] == lane), None)

    def _rested(self, lane: str) -> Child | None:
        """The process of the lane that fell idle last; dead ones are cleared away."""
        for child in reversed(self._idle.copy()):
            if self._homes[child] != lane:
                continue
            self._idle.remove(child)
            self._timers.pop(child).cancel()
            if child.alive:
                return child
            self._bury(child)
        return None

    async def _spawn(self, lane: str) -> Child:
        """A new process; after crashes not before a pause. Raises ChildLost."""
        if self._crashes:
            await asyncio.sleep(min(FIRST_PAUSE * 2 ** (self._crashes - 1), LONGEST_PAUSE))
        if self._closed:
            raise ChildLost("the fleet is closed")
        try:
            patience = self._supervision.patience * self._lanes.patience(lane)
            child = await Child.spawn(self._plan, patience=patience)
        except OSError as error:
            raise ChildLost(f"no process could be started: {error}") from error
        self._homes[child] = lane
        return child

    async def _give_back(self, child: Child | None) -> None:
        if child is None:
            return
        self._busy[child] -= 1
        if self._busy[child] > 0:
            return
        del self._busy[child]
        self._mourned.discard(child)
        if not child.alive or self._closed:
            del self._homes[child]
            await child.stop(STOP_SECONDS if child.alive else 0.0)
            return
        self._idle.append(child)
        loop = asyncio.get_running_loop()
        self._timers[child] = loop.call_later(self._supervision.idle, self._retire, child)

    def _retire(self, child: Child) -> None:
        del self._timers[child], self._homes[child]
        self._idle.remove(child)
        self._errand(child.stop())

    def _bury(self, child: Child) -> None:
        del self._homes[child]
        self._errand(child.stop(0.0))

    def _errand(self, course: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(course)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)
