"""Dispatcher: claims jobs fairly, runs them on the fleet, and shows how far they are."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from time import monotonic
from typing import NoReturn

import structlog

from bot.bell import Bell
from bot.job import Job
from bot.pace import USUAL, Pace
from bot.people import Place
from bot.presentation import Presentation
from bot.progress import ProgressBoard
from bot.replies import ProgressReply
from bot.store.blobs import BlobMissing
from bot.store.store import Store
from bot.track import Track, TrackFile
from core.engines.engine import Progress
from core.errors import EngineFailed, PersonError
from core.fleet.fleet import Finished, Fleet, Work
from core.piece import PieceFile
from core.words import Words

_MOST_FAILURES = 2
_MOST_ATTEMPTS = 20
_SECONDS_BETWEEN_NOTES = 1.0
_MOST_POSITIONS_SHOWN = 10

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
    shown: ProgressReply | None = None


class Dispatcher:
    """Runs up to `workers` jobs at once. `run` never returns; cancelling it puts running jobs back into the queue."""

    def __init__(
        self,
        store: Store,
        fleet: Fleet,
        board: ProgressBoard,
        presentation: Presentation,
        *,
        workers: int,
        ended: Bell,
        pace: Pace = USUAL,
    ) -> None:
        self._store = store
        self._fleet = fleet
        self._board = board
        self._presentation = presentation
        self._workers = workers
        self._room = asyncio.Semaphore(0)
        self._work = Bell()
        self._ended = ended
        self._pace = pace
        self._running: dict[str, _Running] = {}
        # Jobs accepted by this process: where their progress is shown, and the place in the queue shown last.
        self._places: dict[str, Place] = {}
        self._positions: dict[str, int] = {}

    def accepted(self, job: Job, position: int) -> None:
        """A job was stored: somebody may have room for it."""
        self._places[job.id] = job.request.place
        self._positions[job.id] = position
        self._work.ring()

    def moved(self, job: str, place: Place) -> None:
        """The progress of a job is shown elsewhere from now on, beginning with how far it is."""
        if job not in self._places:
            return
        self._places[job] = place
        running = self._running.get(job)
        if running is not None and running.shown is not None:
            self._board.show(place, running.shown)

    async def cancelled(self, job: str) -> None:
        """A job was cancelled: stop working on it and showing it."""
        running = self._running.get(job)
        if running is not None:
            running.task.cancel()
        self._forget(job)
        await self._board.close(job)
        self._ended.ring()

    async def run(self) -> NoReturn:
        self._room = asyncio.Semaphore(self._workers)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_leases())
                tasks.create_task(self._show_positions())
                await self._claim(tasks)
        finally:
            await self._board.close_all()
        raise AssertionError("the dispatcher only ends by being cancelled")

    async def _claim(self, tasks: asyncio.TaskGroup) -> NoReturn:
        while True:
            await self._room.acquire()
            job = await self._claim_one()
            if job is None:
                self._room.release()
                await self._work.wait(self._pace.poll)
                continue
            task = tasks.create_task(self._attempt(job))
            self._running[job.id] = _Running(job.attempt, task)
            task.add_done_callback(lambda _, job=job: self._left(job))  # type: ignore[misc]

    async def _claim_one(self) -> Job | None:
        try:
            return await self._store.jobs.claim(self._pace.lease)
        except Exception:
            log.exception("claim_failed")
            return None

    def _left(self, job: Job) -> None:
        self._room.release()
        running = self._running.get(job.id)
        if running is not None and running.attempt == job.attempt:
            del self._running[job.id]

    async def _attempt(self, job: Job) -> None:
        log.info("job_started", job=job.id, kind=job.request.kind, attempt=job.attempt)
        self._positions.pop(job.id, None)
        try:
            await self._make_and_finish(job)
        except asyncio.CancelledError:
            # Cancelled by its asker, taken over by somebody else, or shutting down: only the last puts anything back.
            await self._store.jobs.put_back(job.id, job.attempt)
            raise
        except Exception:
            # Not even the failure could be stored. The lease runs out, and the job is claimed again.
            log.exception("job_left", job=job.id, attempt=job.attempt)
        finally:
            self._work.ring()

    async def _make_and_finish(self, job: Job) -> None:
        try:
            if job.attempt > _MOST_ATTEMPTS:
                raise EngineFailed(_BROKE, retryable=False)
            await self._finish(job, await self._make(job))
        except PersonError as error:
            await self._fail(job, error)
        except Exception:
            log.exception("job_broke", job=job.id, attempt=job.attempt)
            await self._fail(job, EngineFailed(_BROKE, retryable=True))

    async def _make(self, job: Job) -> Finished:
        noted = 0.0
        async with aclosing(self._fleet.run(await self._work_of(job))) as events:
            async for event in events:
                match event:
                    case Finished():
                        return event
                    case Progress(fraction=fraction, stage=stage):
                        job = replace(job, fraction=fraction, stage=stage)
                        self._show(job)
                        if monotonic() - noted >= _SECONDS_BETWEEN_NOTES:
                            noted = monotonic()
                            await self._store.jobs.progress(job.id, job.attempt, fraction, stage)
        raise EngineFailed(_BROKE, retryable=True)

    def _show(self, job: Job) -> None:
        progress = self._presentation.progress(job)
        running = self._running.get(job.id)
        if running is not None:
            running.shown = progress
        self._board.show(self._place(job), progress)

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
        )

    async def _finish(self, job: Job, finished: Finished) -> None:
        files = [await self._keep(file) for file in finished.piece.files]
        await self._stop_showing(job)
        if await self._store.outcomes.finish(job, await self._track(job, finished, tuple(files))):
            log.info("job_finished", job=job.id, attempt=job.attempt, engine=finished.piece.facts.engine)
        else:
            log.info("stale_attempt", job=job.id, attempt=job.attempt)
        self._ended.ring()

    async def _fail(self, job: Job, error: PersonError) -> None:
        log.info("job_failed", job=job.id, attempt=job.attempt, error=type(error).__name__)
        may_retry = isinstance(error, EngineFailed) and error.retryable and job.failures + 1 < _MOST_FAILURES
        if may_retry:
            await self._store.jobs.put_back(job.id, job.attempt, failed=True)
            return
        await self._stop_showing(job)
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

    async def _stop_showing(self, job: Job) -> None:
        self._forget(job.id)
        await self._board.close(job.id)

    def _forget(self, job: str) -> None:
        self._places.pop(job, None)
        self._positions.pop(job, None)

    def _place(self, job: Job) -> Place:
        return self._places.get(job.id, job.request.place)

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
                log.exception("heartbeat_failed")
            await asyncio.sleep(self._pace.heartbeat)

    async def _show_positions(self) -> NoReturn:
        while True:
            await asyncio.sleep(self._pace.positions)
            if self._positions:
                try:
                    await self._show_changed_positions()
                except Exception:
                    log.exception("positions_failed")

    async def _show_changed_positions(self) -> None:
        before = dict(self._positions)
        order = {job: position for position, job in enumerate(await self._store.jobs.order(), start=1)}
        for ended in before.keys() - order.keys() - self._running.keys():
            self._forget(ended)
        changed = [job for job, shown in before.items() if order.get(job, shown) != shown]
        # Those who are served next first; platforms take only so many edits.
        for job_id in sorted(changed, key=order.__getitem__)[:_MOST_POSITIONS_SHOWN]:
            job = await self._store.jobs.get(job_id)
            if job is not None and job.state == "queued" and job_id in self._positions:
                self._positions[job_id] = order[job_id]
                self._board.show(self._place(job), self._presentation.progress(job, order[job_id]))
