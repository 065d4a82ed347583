"""Deliveries: the outbox. What ends a job also puts its delivery here, in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.jobs import Clock
from bot.store.schema import deliveries


@dataclass(frozen=True, slots=True)
class Delivery:
    """One result on its way, taken for its `attempt`th try. `created` is when the job ended."""

    job: str
    attempt: int
    receipt: str | None
    created: float


class Deliveries:
    """A try holds a lease, as a job does; only the latest try may write."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, connection: AsyncConnection, job: str, platform: str) -> None:
        """Put the result of a job into the outbox, as part of the transaction that ends the job."""
        now = self._clock()
        await connection.execute(
            deliveries.insert().values(job=job, platform=platform, state="waiting", attempt=0, due=now, created=now)
        )

    async def claim(self, platforms: Collection[str], lease_seconds: float) -> Delivery | None:
        """Take the delivery that is due longest on one of these platforms, if any is."""
        now = self._clock()
        first = (
            select(deliveries.c.job)
            .where(
                deliveries.c.state == "waiting",
                deliveries.c.due <= now,
                deliveries.c.platform.in_(list(platforms)),
            )
            .order_by(deliveries.c.due)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        claim = (
            update(deliveries)
            .where(deliveries.c.job == first.scalar_subquery())
            .values(attempt=deliveries.c.attempt + 1, due=now + lease_seconds)
            .returning(deliveries.c.job, deliveries.c.attempt, deliveries.c.receipt, deliveries.c.created)
        )
        async with self._database.writing() as connection:
            row = (await connection.execute(claim)).first()
        return None if row is None else Delivery(row.job, row.attempt, row.receipt, row.created)

    async def keep(self, running: Mapping[str, int], lease_seconds: float) -> frozenset[str]:
        """Renew the leases of tries (job id → attempt number); returns the ids that are still theirs."""
        if not running:
            return frozenset()
        renew = (
            update(deliveries)
            .where(
                deliveries.c.state == "waiting",
                tuple_(deliveries.c.job, deliveries.c.attempt).in_(list(running.items())),
            )
            .values(due=self._clock() + lease_seconds)
            .returning(deliveries.c.job)
        )
        async with self._database.writing() as connection:
            return frozenset((await connection.execute(renew)).scalars())

    async def note(self, delivery: Delivery, receipt: str) -> None:
        """Store what a later try needs in order to recognise this one."""
        await self._write(delivery, receipt=receipt)

    async def done(self, delivery: Delivery, reference: str) -> None:
        await self._write(delivery, state="done", reference=reference)

    async def again(self, delivery: Delivery, seconds: float, reason: str) -> None:
        """Try again in so many seconds."""
        await self._write(delivery, due=self._clock() + seconds, reason=reason)

    async def give_up(self, delivery: Delivery, reason: str) -> None:
        await self._write(delivery, state="gone", reason=reason)

    async def give_up_before(self, before: float, reason: str) -> None:
        """Give up what has waited since before a time, whichever platform it is for."""
        old = update(deliveries).where(deliveries.c.state == "waiting", deliveries.c.created < before)
        async with self._database.writing() as connection:
            await connection.execute(old.values(state="gone", reason=reason))

    async def _write(self, delivery: Delivery, **values: object) -> None:
        ours = (
            deliveries.c.job == delivery.job,
            deliveries.c.attempt == delivery.attempt,
            deliveries.c.state == "waiting",
        )
        async with self._database.writing() as connection:
            await connection.execute(update(deliveries).where(*ours).values(**values))
