"""Workshop: makes pieces out of work, step by step: reads, composes, finishes. Knows no process and no pipe.

Several pieces can be under way at once; an engine that serves many requests in one batch is stepped once for all.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import PurePath
from typing import Protocol

import structlog

from core.brief import Brief
from core.caption import caption
from core.catalog import Catalog
from core.engines.engine import (
    Composition,
    DeviceLost,
    Done,
    Engine,
    Event,
    Failed,
    Partial,
    Progress,
    Request,
)
from core.engines.registry import EngineRegistry
from core.errors import EngineFailed, PersonError
from core.fleet.fleet import Finished, FleetEvent, ReadText, Work
from core.fleet.listening import going_on, listen
from core.fleet.previews import Previews
from core.piece import Piece, PieceFile
from core.studio import STAGES, Studio, together
from core.text.curve import curve_png
from core.text.reading import Reading
from core.words import Language, Words

READING_SHARE = 0.15
FINISHING_SHARE = 0.25
FINISHING_TURN = 0.02
"""Seconds that a step waits for what is being finished, where nothing is being composed meanwhile."""

log = structlog.get_logger()


class TextReader(Protocol):
    def read(
        self,
        text: str,
        language: Language,
        brief: Brief,
        topic: str | None = None,
        on_progress: Callable[[float, str], None] | None = None,
    ) -> Reading:
        """A reading with a brief for music; `on_progress` is told the fraction done (0..1) and what is done next.

        Raises:
            TextError: there is nothing to read.
        """
        ...


Emit = Callable[[str, FleetEvent | PersonError], None]
Course = Generator[None]


class Stopped(Exception):
    """The work was cancelled."""


class Workshop:
    """Takes work with `begin`, goes on with it in `step`, and hands what comes of it to `emit`.

    The last thing that is emitted for each work is Finished or a PersonError. `cancel` may be called from another
    thread and is heeded within a step: nothing follows for that work but a call of `on_stopped`.

    `step` raises DeviceLost where an engine's device is gone: the process is to end then, and its work is begun anew in
    another.
    """

    def __init__(
        self,
        engines: EngineRegistry,
        catalog: Catalog,
        reader: Callable[[], TextReader],
        emit: Emit,
        on_stopped: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._engines = engines
        self._catalog = catalog
        self._open_reader = reader
        self._opened: TextReader | None = None
        self._emit = emit
        self._on_stopped = on_stopped
        self._courses: dict[str, Course] = {}
        self._inboxes: dict[str, tuple[Engine, deque[Event]]] = {}
        self._cancelled: set[str] = set()
        self._finisher = ThreadPoolExecutor(max_workers=1, thread_name_prefix="finish")

    @property
    def idle(self) -> bool:
        return not self._courses and not self._cancelled

    def begin(self, work: Work) -> None:
        self._courses[work.id] = self._course(work)

    def cancel(self, work_id: str) -> None:
        self._cancelled.add(work_id)

    def step(self) -> None:
        """Go on with every piece a little."""
        for work_id, course in list(self._courses.items()):
            if self._goes_on(work_id, course):
                continue
            course.close()
            del self._courses[work_id]
        for work_id in self._cancelled - self._courses.keys():
            self._cancelled.discard(work_id)
            self._on_stopped(work_id)

    def close(self) -> None:
        for course in self._courses.values():
            course.close()
        self._courses.clear()
        self._finisher.shutdown(cancel_futures=True)
        self._engines.close()

    def _goes_on(self, work_id: str, course: Course) -> bool:
        try:
            self._heed(work_id)
            next(course)
        except (StopIteration, Stopped):
            return False
        except PersonError as error:
            self._emit(work_id, error)
            return False
        except DeviceLost:
            raise
        except Exception:
            log.exception("work_broke", work=work_id)
            self._emit(work_id, broke())
            return False
        return True

    @property
    def _reader(self) -> TextReader:
        """Opened with the first text, as its models take memory."""
        if self._opened is None:
            self._opened = self._open_reader()
        return self._opened

    def _heed(self, work_id: str) -> None:
        if work_id in self._cancelled:
            raise Stopped

    def _course(self, work: Work) -> Course:
        """One piece, from work to Finished; yields between steps."""
        began = time.monotonic()
        brief, reading = work.brief, None
        if work.read is not None:
            yield
            reading = self._read(work, work.read)
            brief = reading.brief
            yield
        if not self._engines.built:
            self._emit(work.id, Progress(work.id, 0.0 if reading is None else READING_SHARE, "load"))
        engine = self._engines.choose(brief.engine, work.needs)
        written = caption(brief, self._catalog)
        references = tuple(map(listen, work.recordings))
        brief = going_on(brief, references)
        request = Request(
            id=work.id,
            brief=brief,
            caption=written.text if reading is None else reading.caption,
            stems=work.order.stems,
            midi=work.order.midi,
            score=work.score,
            edits=work.edits,
            references=references,
            concepts=work.concepts,
        )
        begins_at = 0.0 if reading is None else READING_SHARE
        composed = [(yield from self._compose(work, engine, request, begins_at))]
        studio = Studio(engine.info)

        def finish(on_stage: Callable[[str], None]) -> Piece:
            # Taken out of the list, so that the sound is given up as soon as it is mastered.
            return studio.finish(request, work.order, composed.pop(), began=began, on_stage=on_stage)

        piece = yield from self._finish(work.id, finish)
        if reading is not None and work.read is not None:
            piece = with_curve(piece, curve_png(reading, self._catalog, work.read.language))
        if "caption" in engine.info.features:
            piece = piece.model_copy(update={"note": together(piece.note, written.note)})
        self._emit(work.id, Finished(piece, reading))

    def _read(self, work: Work, asked: ReadText) -> Reading:
        def on_progress(fraction: float, _stage: str) -> None:
            self._heed(work.id)
            self._emit(work.id, Progress(work.id, READING_SHARE * fraction, "read"))

        on_progress(0.0, "read")
        return self._reader.read(asked.text, asked.language, work.brief, asked.topic, on_progress)

    def _compose(
        self, work: Work, engine: Engine, request: Request, begins_at: float
    ) -> Generator[None, None, Composition]:
        inbox: deque[Event] = deque()
        previews = Previews()
        self._inboxes[work.id] = engine, inbox
        engine.add(request)
        try:
            while True:
                if not inbox:
                    self._turn(engine)
                if not inbox and engine.idle:
                    raise broke()
                while inbox:
                    match inbox.popleft():
                        case Progress(fraction=fraction, stage=stage):
                            share = begins_at + (1 - FINISHING_SHARE - begins_at) * fraction
                            self._emit(work.id, Progress(work.id, share, stage))
                        case Partial() as part if work.order.preview and (preview := previews.add(part)):
                            self._emit(work.id, preview)
                        case Failed(error=error):
                            raise error
                        case Done(composition=composition):
                            return composition
                yield
        finally:
            del self._inboxes[work.id]
            engine.cancel(work.id)

    def _finish(self, work_id: str, finish: Callable[[Callable[[str], None]], Piece]) -> Generator[None, None, Piece]:
        """Master and encode on a thread beside: those who share the engine's batch do not wait for it."""
        stages: deque[str] = deque()
        given_up = threading.Event()

        def on_stage(stage: str) -> None:
            if given_up.is_set():
                raise Stopped
            stages.append(stage)

        finishing = self._finisher.submit(finish, on_stage)
        reached = 1 - FINISHING_SHARE
        try:
            while not finishing.done() or stages:
                while stages:
                    self._heed(work_id)
                    stage = stages.popleft()
                    # A piece that is mastered again stays where it was.
                    reached = max(reached, 1 - FINISHING_SHARE * (1 - STAGES.index(stage) / len(STAGES)))
                    self._emit(work_id, Progress(work_id, reached, stage))
                if not self._inboxes:
                    wait([finishing], FINISHING_TURN)
                yield
            return finishing.result()
        finally:
            given_up.set()

    def _turn(self, engine: Engine) -> None:
        """Let the engine do a step, and hand its events to those whom they concern."""
        try:
            events = engine.step()
        except DeviceLost:
            raise
        except Exception:
            # Whatever it was at, it is in no known state: all of its pieces fail, and it is built anew.
            log.exception("engine_broke", engine=engine.info.name)
            self._engines.drop(engine)
            events = [Failed(work_id, broke()) for work_id, (of, _) in self._inboxes.items() if of is engine]
        for event in events:
            if event.request_id in self._inboxes:
                self._inboxes[event.request_id][1].append(event)


def with_curve(piece: Piece, picture: bytes | None) -> Piece:
    """The piece with a picture of how the text it follows feels, where there is one."""
    audio = piece.file("audio")
    if picture is None or audio is None:
        return piece
    name = f"{PurePath(audio.name).stem}-curve.png"
    curve = PieceFile(kind="curve", name=name, media_type="image/png", data=picture)
    return piece.model_copy(update={"files": (*piece.files, curve)})


def broke() -> EngineFailed:
    return EngineFailed(
        Words(
            "Something broke while this piece was being made. It has been noted; please try another wish.",
            "곡을 만드는 중에 문제가 생겼습니다. 문제를 기록해 두었으니 다른 내용으로 다시 요청해 주세요.",
        ),
        retryable=False,
    )
