"""Watching: people see how far their jobs are, and their places in the queue, until the result takes that place."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import NoReturn

import structlog

from bot.cancellation import heed_cancellation
from bot.job import Job
from bot.pace import Pace
from bot.people import Place
from bot.presentation import Presentation
from bot.progress import ProgressBoard
from bot.replies import ProgressReply, Sketch
from bot.store.jobs import Jobs
from core.fleet.fleet import Preview
from core.piece import PieceFile

_MOST_POSITIONS_SHOWN = 10
"""Platforms take only so many edits; those who are served next see theirs first."""

log = structlog.get_logger()


@dataclass(slots=True)
class _Watched:
    """Where the progress of a job is shown, and what was shown last: its place in the queue, then how far it is.

    `sketch` is what can be heard meanwhile.
    """

    place: Place
    position: int | None
    progress: ProgressReply | None = None
    sketch: Sketch | None = None


class Watching:
    """The jobs that this process has accepted or runs. `run` never returns."""

    def __init__(self, jobs: Jobs, board: ProgressBoard, presentation: Presentation, pace: Pace) -> None:
        self._jobs = jobs
        self._board = board
        self._presentation = presentation
        self._pace = pace
        self._watched: dict[str, _Watched] = {}

    def accepted(self, job: Job, position: int) -> None:
        """A job waits, and its asker was told its place in the queue; it may have been started in the meantime."""
        self._watched.setdefault(job.id, _Watched(job.request.place, position))

    def started(self, job: Job) -> None:
        """A job no longer waits."""
        watched = self._watched.setdefault(job.id, _Watched(job.request.place, None))
        watched.position = None

    def moved(self, job: str, place: Place) -> None:
        """Progress is shown elsewhere from now on, beginning with how far the job is."""
        watched = self._watched.get(job)
        if watched is None:
            return
        watched.place = place
        if watched.progress is not None:
            self._board.show(place, watched.progress)

    def show(self, job: Job) -> None:
        """Show how far a running job is."""
        watched = self._watched.get(job.id)
        if watched is not None:
            watched.progress = replace(self._presentation.progress(job), sketch=watched.sketch)
            self._board.show(watched.place, watched.progress)

    def sketched(self, job: Job, file: PieceFile) -> None:
        """Let a sketch be heard beside the progress of a running job, until the piece itself has begun."""
        watched = self._watched.get(job.id)
        if watched is not None and watched.sketch is None:
            self._let_hear(job, watched, self._presentation.sketch(file, job.request.asker.language))

    def begun(self, job: Job, preview: Preview) -> None:
        """Let what is made of a piece so far be heard beside the progress of its job."""
        watched = self._watched.get(job.id)
        if watched is not None:
            self._let_hear(job, watched, self._presentation.beginning(preview, job.request.asker.language))

    def _let_hear(self, job: Job, watched: _Watched, sketch: Sketch) -> None:
        watched.sketch = sketch
        watched.progress = replace(watched.progress or self._presentation.progress(job), sketch=sketch)
        self._board.show(watched.place, watched.progress)

    async def end(self, job: str) -> None:
        """Show nothing more of a job. When this returns, no edit of it is under way."""
        self._watched.pop(job, None)
        await self._board.close(job)

    async def run(self) -> NoReturn:
        while True:
            await asyncio.sleep(self._pace.positions)
            if any(watched.position is not None for watched in self._watched.values()):
                try:
                    await self._show_positions()
                except Exception:
                    heed_cancellation()
                    log.exception("positions_failed")

    async def _show_positions(self) -> None:
        before = {job: watched.position for job, watched in self._watched.items() if watched.position is not None}
        order = {job: position for position, job in enumerate(await self._jobs.order(), start=1)}
        changed = [job for job, shown in before.items() if order.get(job) != shown]
        for job_id in sorted(changed, key=lambda job: order.get(job, 0))[:_MOST_POSITIONS_SHOWN]:
            job = await self._jobs.get(job_id)
            watched = self._watched.get(job_id)
            if watched is None or watched.position is None:
                continue
            if job is not None and job.state == "queued":
                watched.position = order.get(job_id, watched.position)
                self._board.show(watched.place, self._presentation.progress(job, watched.position))
            else:
                # Another process has it, or has made it.
                del self._watched[job_id]
