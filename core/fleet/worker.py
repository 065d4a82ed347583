"""The engine's process: `python -m core.fleet.worker`, started and watched by the local fleet.

Frames come in on standard input and go out on what was standard output; whatever libraries print goes to standard
error, as the log does, one JSON object a line. It ends when its input ends, which it does when the bot dies.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import queue
import signal
import sys
import threading
import time
from typing import BinaryIO

import structlog

from core.catalog import Catalog
from core.engines.registry import EngineRegistry, load
from core.errors import EngineUnavailable, PersonError, TextError
from core.fleet.fleet import EngineStatus, FleetEvent, missing
from core.fleet.frames import Frame, FrameError, read_frame
from core.fleet.messages import event_frame, failed, statuses_frame, work_of
from core.fleet.plan import Plan
from core.fleet.workshop import TextReader, Workshop
from core.text.reading import Reading
from core.words import Words

ALIVE_SECONDS = 1.0
PR_SET_PDEATHSIG = 1

log = structlog.get_logger()


class Worker:
    """Serves one workshop over a pair of pipes."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._frames: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        self._said = 0.0

    def serve(self) -> None:
        """Until the input ends."""
        first = read_frame(self._incoming)
        if first is None:
            return
        plan = Plan.model_validate(first.body)
        os.nice(plan.niceness)
        self._registry = EngineRegistry(plan.engines)
        self._workshop = Workshop(self._registry, Catalog.load(), lambda: reader_of(plan), self._emit, self._stopped)
        threading.Thread(target=self._listen, name="listen", daemon=True).start()
        self._send(alive())
        while True:
            self._take_frames()
            self._workshop.step()
            if time.monotonic() - self._said >= ALIVE_SECONDS:
                self._send(alive())

    def _listen(self) -> None:
        """Cancelling must not wait for the step under way, and the end of the input must end everything."""
        try:
            while (frame := read_frame(self._incoming)) is not None:
                if frame.kind == "cancel":
                    self._workshop.cancel(frame.body["id"])
                self._frames.put(frame)
        except FrameError:
            log.exception("bad_frame")
        finally:
            os._exit(0)

    def _take_frames(self) -> None:
        """Take what has come; without work, wait for it."""
        while True:
            try:
                frame = self._frames.get(block=self._workshop.idle)
            except queue.Empty:
                return
            match frame.kind:
                case "begin":
                    self._workshop.begin(work_of(frame))
                case "engines":
                    self._send(statuses_frame(statuses(self._registry)))
                    self._send(alive())
                case "cancel":
                    # Heeded already; this has only woken us so that it is answered at once.
                    return

    def _emit(self, work_id: str, outcome: FleetEvent | PersonError) -> None:
        self._send(failed(work_id, outcome) if isinstance(outcome, PersonError) else event_frame(work_id, outcome))

    def _stopped(self, work_id: str) -> None:
        self._send(Frame("stopped", {"id": work_id}))

    def _send(self, frame: Frame) -> None:
        self._said = time.monotonic()
        for part in frame.parts():
            self._outgoing.write(part)
        self._outgoing.flush()


class NoReader:
    """Stands where no reader of texts is installed."""

    def read(self, *_: object, **__: object) -> Reading:
        raise TextError(Words("Texts cannot be read here.", "여기서는 글을 읽을 수 없습니다."))


def reader_of(plan: Plan) -> TextReader:
    if plan.reader is None:
        return NoReader()
    reader: TextReader = load(plan.reader.target)(**plan.reader.options)
    return reader


def statuses(registry: EngineRegistry) -> tuple[EngineStatus, ...]:
    """Of all engines, each tried."""
    found = []
    for name in registry.names:
        try:
            info = registry.get(name).info
        except EngineUnavailable as error:
            found.append(missing(name, error.words))
            continue
        ready = Words(f"ready: {info.model}", f"사용 가능: {info.model}")
        found.append(EngineStatus(name, True, ready, None, info.licence, info.commercial, info.features, info.slots))
    return tuple(found)


def alive() -> Frame:
    return Frame("alive", {"memory": resident_bytes()})


def resident_bytes() -> int | None:
    """Memory of this process, where the system tells."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def die_with_parent() -> None:
    """On Linux the kernel sees to it, even while a library holds the interpreter; elsewhere the input's end does."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    parent = os.getppid()
    die_with_parent()
    if os.getppid() != parent:
        return
    # An interrupt at the terminal reaches the whole group; the bot decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    Worker(sys.stdin.buffer, outgoing).serve()


if __name__ == "__main__":
    main()
