"""Dispatcher: claims jobs fairly, runs them on the fleet, and shows how far they are."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import NoReturn

import structlog

from bot.bell import Bell
from bot.cancellation import heed_cancellation
from bot.concepts import Concepts
from bot.job import Job, KeptRecording, Request
from bot.pace import USUAL, Pace
from bot.people import Place
from bot.presentation import Presentation
from bot.progress import ProgressBoard
from bot.recordings import RECORDING_GONE
from bot.sketches import Sketches
from bot.store.blobs import BlobMissing
from bot.store.concepts import KeptConcept
from bot.store.store import Store
from bot.track import Track, TrackFile
from bot.watching import Watching
from core.engines.engine import Concept, Progress
from core.engines.musicgen.concepts.card import read_card
from core.engines.registry import AUTO
from core.errors import EngineFailed, PersonError
from core.fleet.fleet import Finished, Fleet, Preview, Recording, Work
from core.piece import PieceFile
from core.words import Words

_MOST_FAILURES = 2
_MOST_ATTEMPTS = 20
_SECONDS_BETWEEN_NOTES = 1.0

_BROKE = Words(
    "Something broke while this was being made. Please ask again.",
    "음악을 만드는 중에 문제가 생겼습니다. 다시 요청해 주세요.",
)
_SCORE_GONE = Words(
    "The piece that this was to be made from has been deleted.",
    "바탕이 되는 곡이 삭제되었습니다.",
)

log = structlog.get_logger()


@dataclass(slots=True)
class _Running:
    attempt: int
    task: asyncio.Task[None]


class Dispatcher:
    """Runs as many jobs at once as the fleet's lanes have room for, and claims none for a lane that is full.

    `run` never returns; cancelling it puts running jobs back into the queue.
    """

    def __init__(
        self,
        store: Store,
        fleet: Fleet,
        board: ProgressBoard,
        presentation: Presentation,
        *,
        concepts: Concepts,
        ended: Bell,
        sketched: Collection[str] = (),
        pace: Pace = USUAL,
    ) -> None:
        """`sketched` names the communities whose people hear a sketch while they wait; "*" means all."""
        self._store = store
        self._fleet = fleet
        self._board = board
        self._concepts = concepts
        self._watching = Watching(store.jobs, board, presentation, pace)
        self._taken: Counter[str] = Counter()
        self._sketches = Sketches(fleet, board, self._taken, sketched)
        self._work = Bell()
        self._ended = ended
        self._pace = pace
        self._running: dict[str, _Running] = {}

    def accepted(self, job: Job, position: int) -> None:
        """A job was stored: somebody may have room for it."""
        self._watching.accepted(job, position)
        self._work.ring()

    def moved(self, job: str, place: Place) -> None:
        """The progress of a job is shown elsewhere from now on."""
        self._watching.moved(job, place)

    async def cancelled(self, job: str) -> None:
        """A job was cancelled: stop working on it and showing it."""
        running = self._running.get(job)
        if running is not None:
            running.task.cancel()
        await self._watching.end(job)
        self._ended.ring()

    async def run(self) -> NoReturn:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_leases())
                tasks.create_task(self._watching.run())
                await self._claim(tasks)
        finally:
            await self._board.close_all()
        raise AssertionError("the dispatcher only ends by being cancelled")

    async def _claim(self, tasks: asyncio.TaskGroup) -> NoReturn:
        while True:
            job = await self._claim_one()
            if job is None:
                await self._work.wait(self._pace.poll)
                continue
            lane = self._fleet.lanes.of(job.request.brief.engine)
            self._taken[lane] += 1
            self._sketches.make_way()
            task = tasks.create_task(self._attempt(job))
            self._running[job.id] = _Running(job.attempt, task)
            task.add_done_callback(lambda _, job=job, lane=lane: self._left(job, lane))  # type: ignore[misc]

    async def _claim_one(self) -> Job | None:
        """The job whose turn it is among those for which there is room."""
        lanes = self._fleet.lanes
        full = {lane for lane in lanes.names if self._taken[lane] >= lanes.width(lane)}
        if full.issuperset(lanes.names):
            return None
        busy = frozenset(engine for engine in lanes.engines if lanes.of(engine) in full)
        try:
            return await self._store.jobs.claim(self._pace.lease, busy)
        except Exception:
            heed_cancellation()
            log.exception("claim_failed")
            return None

    def _left(self, job: Job, lane: str) -> None:
        self._taken[lane] -= 1
        running = self._running.get(job.id)
        if running is not None and running.attempt == job.attempt:
            del self._running[job.id]
        self._work.ring()

    async def _attempt(self, job: Job) -> None:
        log.info("job_started", job=job.id, kind=job.request.kind, attempt=job.attempt)
        self._watching.started(job)
        try:
            await self._make_and_finish(job)
        except asyncio.CancelledError:
            # Cancelled by its asker, taken over by somebody else, or shutting down: only the last puts anything back.
            await self._store.jobs.put_back(job.id, job.attempt)
            raise
        except Exception:
            # Not even the failure could be stored. The lease runs out, and the job is claimed again.
            log.exception("job_left", job=job.id, attempt=job.attempt)

    async def _make_and_finish(self, job: Job) -> None:
        try:
            if job.attempt > _MOST_ATTEMPTS:
                raise EngineFailed(_BROKE, retryable=False)
            work = self._sketches.with_beginning(job, await self._work_of(job))
            with self._sketches.beside(job, work, partial(self._watching.sketched, job)):
                finished = await self._make(job, work)
            await self._finish(job, finished)
        except PersonError as error:
            await self._fail(job, error)
        except Exception:
            heed_cancellation()
            log.exception("job_broke", job=job.id, attempt=job.attempt)
            await self._fail(job, EngineFailed(_BROKE, retryable=True))

    async def _make(self, job: Job, work: Work) -> Finished:
        noted = 0.0
        async with aclosing(self._fleet.run(work)) as events:
            async for event in events:
                match event:
                    case Finished():
                        return event
                    case Preview():
                        self._watching.begun(job, event)
                    case Progress(fraction=fraction, stage=stage):
                        job = replace(job, fraction=fraction, stage=stage)
                        self._watching.show(job)
                        if monotonic() - noted >= _SECONDS_BETWEEN_NOTES:
                            noted = monotonic()
                            await self._store.jobs.progress(job.id, job.attempt, fraction, stage)
        raise EngineFailed(_BROKE, retryable=True)

    async def _work_of(self, job: Job) -> Work:
        request = job.request
        score = None
        if request.score is not None:
            try:
                score = await self._store.blobs.get(request.score)
            except BlobMissing as error:
                raise PersonError(_SCORE_GONE) from error
        return Work(
            id=f"{job.id}.{job.attempt}",
            brief=request.brief,
            order=request.order,
            read=request.read,
            score=score,
            edits=request.edits,
            recordings=tuple([Recording(each.use, await self._recording(each)) for each in request.recordings]),
            concepts=await self._concepts_of(request),
        )

    async def _concepts_of(self, request: Request) -> tuple[Concept, ...]:
        """Those that a brief names; the one that a lesson is about is yet to be learned."""
        return () if request.kind == "learn" else await self._concepts.take(request.asker, request.brief.concepts)

    async def _recording(self, kept: KeptRecording) -> bytes:
        try:
            return await self._store.blobs.get(kept.digest)
        except BlobMissing as error:
            raise PersonError(RECORDING_GONE) from error

    async def _finish(self, job: Job, finished: Finished) -> None:
        learned = await self._learned(job, finished)
        if learned is not None:
            finished = sample(finished)
        files = [await self._keep(file) for file in finished.piece.files]
        await self._watching.end(job.id)
        if await self._store.outcomes.finish(job, await self._track(job, finished, tuple(files)), learned):
            log.info("job_finished", job=job.id, attempt=job.attempt, engine=finished.piece.facts.engine)
        else:
            log.info("stale_attempt", job=job.id, attempt=job.attempt)
        self._ended.ring()

    async def _learned(self, job: Job, finished: Finished) -> KeptConcept | None:
        """The concept that a lesson has left."""
        file = finished.piece.file("concept")
        if job.request.kind != "learn" or file is None:
            return None
        card = read_card(file.data)
        return self._concepts.learned(job, card, await self._store.blobs.put(file.data), len(file.data))

    async def _fail(self, job: Job, error: PersonError) -> None:
        log.info("job_failed", job=job.id, attempt=job.attempt, error=type(error).__name__)
        may_retry = isinstance(error, EngineFailed) and error.retryable and job.failures + 1 < _MOST_FAILURES
        if may_retry:
            await self._store.jobs.put_back(job.id, job.attempt, failed=True)
            return
        await self._watching.end(job.id)
        await self._store.outcomes.fail(job, error.words)
        self._ended.ring()

    async def _keep(self, file: PieceFile) -> TrackFile:
        digest = await self._store.blobs.put(file.data)
        return TrackFile(file.kind, file.name, file.media_type, digest, len(file.data))

    async def _track(self, job: Job, finished: Finished, files: tuple[TrackFile, ...]) -> Track:
        request = job.request
        reading, text, wish = finished.reading, None, None
        if request.read is not None:
            text, wish = request.read.text, request.brief
        elif request.parent is not None and (parent := await self._store.library.get(request.parent)) is not None:
            reading, text, wish = parent.reading, parent.text, parent.wish
        return Track(
            id=job.id,
            platform=request.asker.platform,
            community=request.asker.community,
            person=request.asker.person,
            created=self._store.clock(),
            facts=finished.piece.facts,
            files=files,
            peaks=finished.piece.peaks,
            note=finished.piece.note,
            parent=request.parent,
            reading=reading,
            text=text,
            wish=wish,
            share=None,
            likes=0,
        )

    async def _keep_leases(self) -> NoReturn:
        while True:
            try:
                if await self._store.jobs.recover():
                    self._work.ring()
                held = {job: running.attempt for job, running in self._running.items()}
                kept = await self._store.jobs.keep(held, self._pace.lease)
                for job, attempt in held.items():
                    running = self._running.get(job)
                    if job not in kept and running is not None and running.attempt == attempt:
                        running.task.cancel()
            except Exception:
                heed_cancellation()
                log.exception("heartbeat_failed")
            await asyncio.sleep(self._pace.heartbeat)


def sample(finished: Finished) -> Finished:
    """The sample that a lesson ends with, as if somebody had asked for a piece with the new concept."""
    piece = finished.piece
    brief = piece.facts.brief.model_copy(update={"engine": AUTO})
    facts = piece.facts.model_copy(update={"brief": brief, "engine": "musicgen", "recordings": ()})
    files = tuple(file for file in piece.files if file.kind != "concept")
    return replace(finished, piece=piece.model_copy(update={"facts": facts, "files": files}))
