"""Child: one engine's process as the bot sees it: started, talked to, watched and stopped."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from typing import Self

import structlog

from core.fleet.fleet import EngineStatus, Finished, FleetEvent, Work
from core.fleet.frames import Frame, FrameError, receive_frame
from core.fleet.messages import begin, error_of, event_of, statuses_of
from core.fleet.plan import Plan

STREAM_LIMIT = 1024 * 1024
STOP_SECONDS = 3.0
CANCEL_SECONDS = 5.0
START_SECONDS = 30.0
"""What a process gets to load its libraries before its silence counts."""

SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|CREDENTIAL|_KEY$|_URL$|^AWS_|^TEXTUNES_", re.IGNORECASE)
"""Environment variables that an engine has no business with."""

log = structlog.get_logger()


class ChildLost(Exception):
    """The process died or was killed because it no longer answered; `others` is how many more pieces it had in hand."""

    def __init__(self, reason: str, others: int = 0) -> None:
        super().__init__(reason)
        self.others = others


class Child:
    """A running process. `spawn` starts one; `run` does a piece of work in it, beside others if need be."""

    def __init__(self, process: asyncio.subprocess.Process, patience: float) -> None:
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise ValueError("the process must have been started with pipes")
        self._process = process
        self._stdin, self._stdout, self._stderr = process.stdin, process.stdout, process.stderr
        self._patience = patience
        self._inboxes: dict[str, asyncio.Queue[Frame | None]] = {}
        self._statuses: list[asyncio.Future[tuple[EngineStatus, ...]]] = []
        self._settling: set[str] = set()
        self._heard = time.monotonic() + START_SECONDS
        self._lost = self._stopped = False
        self._lost_pieces = 0
        self.memory: int | None = None
        self._tasks = (asyncio.create_task(self._receive()), asyncio.create_task(self._log()))

    @classmethod
    async def spawn(cls, plan: Plan, *, patience: float) -> Self:
        """Start a process for the plan. It is taken for wedged after `patience` seconds without a sign of life."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "core.fleet.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment(),
            limit=STREAM_LIMIT,
        )
        child = cls(process, patience)
        log.info("engine_process_started", pid=process.pid)
        child._send(Frame("plan", plan.model_dump(mode="json")))
        return child

    @property
    def alive(self) -> bool:
        return not self._lost

    async def run(self, work: Work) -> AsyncGenerator[FleetEvent]:
        """Events of the work, ending with Finished. Closing it early cancels the work; see `settle`.

        Raises:
            ChildLost: the process is gone.
            PersonError: the work failed.
        """
        inbox = self._inboxes[work.id] = asyncio.Queue()
        self._send(begin(work))
        while True:
            frame = await self._next(inbox)
            if frame.kind == "failed":
                del self._inboxes[work.id]
                raise error_of(frame)
            event = event_of(frame)
            if isinstance(event, Finished):
                del self._inboxes[work.id]
                yield event
                return
            yield event

    async def settle(self, work_id: str) -> None:
        """Make sure that nothing of the work is left: cancel it, and kill the process if it will not stop.

        A process that makes other pieces too is not killed for that as long as it shows signs of life.
        """
        inbox = self._inboxes.get(work_id)
        if inbox is None or not self.alive:
            return
        self._send(Frame("cancel", {"id": work_id}))
        self._settling.add(work_id)
        try:
            while not await self._has_stopped(inbox):
                if not self._inboxes.keys() - self._settling:
                    await self.stop(0.0)
        except ChildLost:
            await self.stop(0.0)
        self._settling.discard(work_id)
        self._inboxes.pop(work_id, None)

    async def _has_stopped(self, inbox: asyncio.Queue[Frame | None]) -> bool:
        """Whether a cancelled piece comes to its end within a while. Raises ChildLost."""
        try:
            async with asyncio.timeout(CANCEL_SECONDS):
                while (await self._next(inbox)).kind not in ("stopped", "finished", "failed"):
                    pass
        except TimeoutError:
            return False
        return True

    async def engines(self) -> tuple[EngineStatus, ...]:
        """Raises ChildLost."""
        answer: asyncio.Future[tuple[EngineStatus, ...]] = asyncio.get_running_loop().create_future()
        self._statuses.append(answer)
        self._send(Frame("engines"))
        while not answer.done():
            await asyncio.wait([answer], timeout=1.0)
            self._check()
        return answer.result()

    async def stop(self, grace: float = STOP_SECONDS) -> None:
        """End the process: its input is closed, and after `grace` seconds it is killed."""
        self._lose()
        self._stdin.close()
        if self._stopped:
            await self._process.wait()
            return
        self._stopped = True
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._process.wait()
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        log.info("engine_process_stopped", pid=self._process.pid, returncode=self._process.returncode)

    def _send(self, frame: Frame) -> None:
        self._check()
        if not self._stdin.is_closing():
            self._stdin.writelines(frame.parts())

    def _check(self) -> None:
        if self._lost:
            raise self._loss("is gone")

    async def _next(self, inbox: asyncio.Queue[Frame | None]) -> Frame:
        """The next frame for a piece of work, as long as the process shows signs of life."""
        while True:
            try:
                async with asyncio.timeout(self._patience):
                    frame = await inbox.get()
            except TimeoutError:
                silence = time.monotonic() - self._heard
                if silence < self._patience:
                    continue
                log.warning("engine_process_wedged", pid=self._process.pid, silence=round(silence, 1))
                self._lose()
                self._process.kill()
                raise self._loss("is wedged") from None
            if frame is None:
                raise self._loss("died")
            return frame

    def _loss(self, what: str) -> ChildLost:
        return ChildLost(f"process {self._process.pid} {what}", others=max(0, self._lost_pieces - 1))

    async def _receive(self) -> None:
        try:
            while (frame := await receive_frame(self._stdout)) is not None:
                self._heard = time.monotonic()
                self._hand_out(frame)
        except (FrameError, OSError) as error:
            log.warning("engine_process_garbled", pid=self._process.pid, error=str(error))
        self._lose()

    def _hand_out(self, frame: Frame) -> None:
        if frame.kind == "alive":
            self.memory = frame.body["memory"]
        elif frame.kind == "engines":
            answer = self._statuses.pop(0)
            if not answer.done():
                answer.set_result(statuses_of(frame))
        elif (inbox := self._inboxes.get(frame.body["id"])) is not None:
            inbox.put_nowait(frame)

    def _lose(self) -> None:
        if not self._lost:
            self._lost, self._lost_pieces = True, len(self._inboxes)
        for inbox in self._inboxes.values():
            inbox.put_nowait(None)

    async def _log(self) -> None:
        """Lines of the engine's log, and whatever else its libraries print, into ours."""
        while True:
            try:
                line = await self._stderr.readline()
            except ValueError:  # Longer than any line of a log; the rest of it follows.
                continue
            if not line:
                return
            log_line(self._process.pid, line.decode(errors="replace").strip())


def log_line(pid: int, line: str) -> None:
    try:
        entry = json.loads(line)
        event, level = str(entry.pop("event")), str(entry.pop("level", "info"))
    except (ValueError, AttributeError, KeyError):
        log.info("engine_process_says", pid=pid, line=line[:500])
        return
    level = level if level in ("debug", "info", "warning", "error", "critical") else "info"
    getattr(log, level)(event, pid=pid, **{key: value for key, value in entry.items() if key != "pid"})


def environment() -> dict[str, str]:
    """Ours without secrets, with a way to this very package.

    Numeric libraries get one thread: pieces are small work for them, and threads that wait for each other on a busy
    machine cost many times what they save. An engine that wants more sets it itself. glibc's allocator is told to give
    back what long pieces leave behind; by itself it would keep ever more for the next.
    """
    kept = {name: value for name, value in os.environ.items() if not SECRET.search(name)}
    root = str(Path(__file__).parents[2])
    paths = [root, *filter(None, [kept.get("PYTHONPATH")])]
    limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    limits |= dict.fromkeys(("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"), str(4 * 1024 * 1024))
    return {**kept, **limits, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}
