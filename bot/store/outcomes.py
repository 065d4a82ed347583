"""Outcomes: how a job ends. Each writes the job, its track if there is one, and its delivery in one transaction."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.job import Job
from bot.store.concepts import Concepts, KeptConcept
from bot.store.database import Database
from bot.store.deliveries import Deliveries
from bot.store.jobs import Clock
from bot.store.library import Library
from bot.store.schema import jobs
from bot.track import Track
from core.words import Words


class Outcomes:
    def __init__(
        self, database: Database, library: Library, concepts: Concepts, deliveries: Deliveries, clock: Clock
    ) -> None:
        self._database = database
        self._library = library
        self._concepts = concepts
        self._deliveries = deliveries
        self._clock = clock

    async def finish(self, job: Job, track: Track, concept: KeptConcept | None = None) -> bool:
        """Record the track of a finished attempt, and the concept if one was learned.

        False, and nothing written, if the attempt is stale.
        """
        async with self._database.writing() as connection:
            if not await self._end(connection, job, state="done", fraction=1.0, stage="done"):
                return False
            await self._library.add(connection, track)
            if concept is not None:
                await self._concepts.add(connection, concept)
            return True

    async def fail(self, job: Job, error: Words) -> bool:
        """Give a job up, saying why; False if the attempt is stale."""
        async with self._database.writing() as connection:
            return await self._end(connection, job, state="failed", error_en=error.en, error_ko=error.ko)

    async def cancel(self, job: str, notice: Words) -> bool:
        """Cancel a job that waits or runs; False if it has already ended."""
        async with self._database.writing() as connection:
            cancelled = (
                update(jobs)
                .where(jobs.c.id == job, jobs.c.state.in_(("queued", "running")))
                .values(
                    state="cancelled",
                    error_en=notice.en,
                    error_ko=notice.ko,
                    text=None,
                    lease_until=None,
                    finished=self._clock(),
                )
                .returning(jobs.c.platform)
            )
            platform = (await connection.execute(cancelled)).scalar()
            if platform is None:
                return False
            await self._deliveries.add(connection, job, platform)
            return True

    async def _end(self, connection: AsyncConnection, job: Job, **values: object) -> bool:
        ours = (jobs.c.id == job.id, jobs.c.attempt == job.attempt, jobs.c.state == "running")
        # The text of a scored message lives on with its track only.
        end = update(jobs).where(*ours).values(text=None, lease_until=None, finished=self._clock(), **values)
        if (await connection.execute(end)).rowcount != 1:
            return False
        await self._deliveries.add(connection, job.id, job.request.asker.platform)
        return True
