"""Jobs: accepted requests, claimed fairly by whoever has room for one."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, cast, delete, func, not_, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.job import Job, KeptRecording, Request
from bot.people import Asker, Place
from bot.store.database import Database
from bot.store.schema import communities, deliveries, jobs, recordings
from bot.store.turns import Waiting, serving_order
from core.brief import Brief
from core.engines.registry import AUTO
from core.fleet.fleet import ReadText
from core.piece import Order
from core.words import Words

Clock = Callable[[], float]
"""Seconds since 1970."""

DAY_SECONDS = 86_400.0

_its_community = and_(communities.c.platform == jobs.c.platform, communities.c.community == jobs.c.community)
_was_asked_for_in_vain = and_(jobs.c.state == "cancelled", jobs.c.attempt == 0)


class Jobs:
    """The queue. A claim lasts for a lease and is renewed by heartbeats; only the latest attempt may write."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, connection: AsyncConnection, request: Request) -> Job:
        """Queue a request, as part of a transaction that holds the person's lock."""
        now = self._clock()
        job = Job(
            id=secrets.token_hex(10),
            request=request,
            round=await self._round(connection, request, now),
            state="queued",
            attempt=0,
            failures=0,
            fraction=0.0,
            stage="queued",
            error=None,
            created=now,
        )
        await connection.execute(jobs.insert().values(**_row(job)))
        if request.recordings:
            given = [{"job": job.id, "use": each.use, "digest": each.digest} for each in request.recordings]
            await connection.execute(recordings.insert(), given)
        return job

    async def claim(self, lease_seconds: float, busy: Collection[str] = ()) -> Job | None:
        """Take the job whose turn it is, if any waits; nobody else gets it while the lease is kept up.

        Jobs for engines that are `busy` are passed over.
        """
        turn = func.coalesce(communities.c.served, 0)
        first = (
            select(jobs.c.id)
            .select_from(jobs.outerjoin(communities, _its_community))
            .where(jobs.c.state == "queued", self._engine.not_in(busy))
            .order_by(jobs.c.priority, jobs.c.round, turn, jobs.c.created, jobs.c.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=jobs)
        )
        claim = (
            update(jobs)
            .where(jobs.c.id == first.scalar_subquery())
            .values(state="running", attempt=jobs.c.attempt + 1, lease_until=self._clock() + lease_seconds)
            .returning(jobs)
        )
        async with self._database.writing() as connection:
            row = (await connection.execute(claim)).first()
            if row is None:
                return None
            [job] = await _jobs_of(connection, [row])
            await self._take_turn(connection, job.request.asker)
        return job

    async def keep(self, running: Mapping[str, int], lease_seconds: float) -> frozenset[str]:
        """Renew the leases of attempts (job id → attempt number); returns the ids that are still theirs."""
        if not running:
            return frozenset()
        renew = (
            update(jobs)
            .where(jobs.c.state == "running", tuple_(jobs.c.id, jobs.c.attempt).in_(list(running.items())))
            .values(lease_until=self._clock() + lease_seconds)
            .returning(jobs.c.id)
        )
        async with self._database.writing() as connection:
            return frozenset((await connection.execute(renew)).scalars())

    async def progress(self, job: str, attempt: int, fraction: float, stage: str) -> None:
        """Note how far an attempt is; a stale one notes nothing."""
        note = _of_attempt(job, attempt).values(fraction=fraction, stage=stage[:64])
        async with self._database.writing() as connection:
            await connection.execute(note)

    async def put_back(self, job: str, attempt: int, *, failed: bool = False) -> bool:
        """Queue a running job again, at its old place; `failed` counts that against it. False: no longer ours."""
        back = _of_attempt(job, attempt).values(
            state="queued",
            lease_until=None,
            fraction=0.0,
            stage="queued",
            failures=jobs.c.failures + int(failed),
        )
        async with self._database.writing() as connection:
            return (await connection.execute(back)).rowcount == 1

    async def recover(self) -> list[str]:
        """Queue again what was claimed by somebody who has since died; returns the ids."""
        back = (
            update(jobs)
            .where(jobs.c.state == "running", jobs.c.lease_until < self._clock())
            .values(state="queued", lease_until=None, fraction=0.0, stage="queued")
            .returning(jobs.c.id)
        )
        async with self._database.writing() as connection:
            return list((await connection.execute(back)).scalars())

    async def move(self, job: str, place: Place) -> bool:
        """Change where the answer goes. False: too late, it is already on its way to the old place."""
        on_its_way = select(deliveries.c.job).where(deliveries.c.job == job, deliveries.c.attempt > 0)
        still_here = update(jobs).where(jobs.c.id == job, not_(on_its_way.exists()))
        async with self._database.writing() as connection:
            moved = await connection.execute(still_here.values(place=place.model_dump_json()))
        return moved.rowcount == 1

    async def delete_before(self, before: float) -> None:
        """Delete the records of jobs that ended before a time and whose result is no longer on its way."""
        on_its_way = select(deliveries.c.job).where(deliveries.c.state == "waiting")
        async with self._database.writing() as connection:
            await connection.execute(delete(jobs).where(jobs.c.finished < before, jobs.c.id.not_in(on_its_way)))

    async def get(self, job: str) -> Job | None:
        async with self._database.reading() as connection:
            rows = (await connection.execute(select(jobs).where(jobs.c.id == job))).all()
            return next(iter(await _jobs_of(connection, rows)), None)

    async def of_person(self, asker: Asker) -> list[Job]:
        """What a person waits for, oldest first."""
        mine = (
            select(jobs)
            .where(
                jobs.c.platform == asker.platform,
                jobs.c.person == asker.person,
                jobs.c.state.in_(("queued", "running")),
            )
            .order_by(jobs.c.created)
        )
        async with self._database.reading() as connection:
            return await _jobs_of(connection, (await connection.execute(mine)).all())

    async def forget_recordings(self, job: str, digests: Sequence[str]) -> list[str]:
        """Forget which recordings came with a job; returns their digests.

        Other jobs that have ended forget those among `digests`: what is deleted must not live on as a recording.
        """
        its = delete(recordings).where(recordings.c.job == job).returning(recordings.c.digest)
        ended = select(jobs.c.id).where(jobs.c.state.not_in(("queued", "running")))
        same = delete(recordings).where(recordings.c.digest.in_(digests), recordings.c.job.in_(ended))
        async with self._database.writing() as connection:
            found = list((await connection.execute(its)).scalars())
            await connection.execute(same)
        return found

    async def order(self) -> list[str]:
        """The ids of all queued jobs, the next one first."""
        queued = (
            select(
                jobs.c.priority,
                jobs.c.round,
                jobs.c.created,
                jobs.c.id,
                jobs.c.platform,
                jobs.c.community,
                communities.c.served,
            )
            .select_from(jobs.outerjoin(communities, _its_community))
            .where(jobs.c.state == "queued")
        )
        waiting, served = [], {}
        async with self._database.reading() as connection:
            for row in await connection.execute(queued):
                community = (row.platform, row.community)
                waiting.append(Waiting(row.priority, row.round, row.created, row.id, community))
                if row.served is not None:
                    served[community] = row.served
        return serving_order(waiting, served)

    @property
    def _engine(self) -> ColumnElement[str]:
        """The engine that a job's brief asks for."""
        asked: ColumnElement[str] = (
            func.json_extract(jobs.c.brief, "$.engine")
            if self._database.is_sqlite
            else cast(jobs.c.brief, JSON)["engine"].astext
        )
        return func.coalesce(asked, AUTO)

    async def _round(self, connection: AsyncConnection, request: Request, now: float) -> int:
        """The round after the person's last one, but none that has already been served."""
        same_priority = jobs.c.priority == request.priority
        now_served = select(func.max(jobs.c.round)).where(same_priority, jobs.c.attempt > 0)
        own_last = select(func.max(jobs.c.round)).where(
            same_priority,
            jobs.c.platform == request.asker.platform,
            jobs.c.person == request.asker.person,
            jobs.c.created > now - DAY_SECONDS,
            not_(_was_asked_for_in_vain),
        )
        both = select(
            func.coalesce(now_served.scalar_subquery(), 0).label("current"),
            func.coalesce(own_last.scalar_subquery() + 1, 0).label("next"),
        )
        row = (await connection.execute(both)).one()
        return max(int(row.current), int(row.next))

    async def _take_turn(self, connection: AsyncConnection, asker: Asker) -> None:
        next_turn = select(func.coalesce(func.max(communities.c.served), 0) + 1).scalar_subquery()
        await connection.execute(
            self._database.insert(communities)
            .values(platform=asker.platform, community=asker.community, served=next_turn)
            .on_conflict_do_update(index_elements=["platform", "community"], set_={"served": next_turn})
        )


def _of_attempt(job: str, attempt: int) -> Any:  # noqa: ANN401 - an update statement, of a type that is not exported
    return update(jobs).where(jobs.c.id == job, jobs.c.attempt == attempt, jobs.c.state == "running")


def _row(job: Job) -> dict[str, object]:
    request = job.request
    return {
        "id": job.id,
        "kind": request.kind,
        "platform": request.asker.platform,
        "community": request.asker.community,
        "person": request.asker.person,
        "language": request.asker.language,
        "place": request.place.model_dump_json(),
        # What was not asked for stays unset, so that a text may still suggest it.
        "brief": request.brief.model_dump_json(exclude_unset=True),
        "wanted": request.order.model_dump_json(),
        "text": None if request.read is None else request.read.text,
        "topic": None if request.read is None else request.read.topic,
        "parent": request.parent,
        "score": request.score,
        "edits": json.dumps(request.edits),
        "seconds": request.brief.duration,
        "priority": request.priority,
        "round": job.round,
        "state": job.state,
        "attempt": job.attempt,
        "failures": job.failures,
        "fraction": job.fraction,
        "stage": job.stage,
        "created": job.created,
    }


async def _jobs_of(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> list[Job]:
    """The jobs that whole rows of the table hold, each with the recordings that came with it."""
    given: dict[str, list[KeptRecording]] = {row.id: [] for row in rows}
    its = select(recordings).where(recordings.c.job.in_(list(given))).order_by(recordings.c.use)
    for each in await connection.execute(its):
        given[each.job].append(KeptRecording(each.use, each.digest))
    return [_job(row, tuple(given[row.id])) for row in rows]


def _job(row: Row[Any], given: tuple[KeptRecording, ...]) -> Job:
    return Job(
        id=row.id,
        request=Request(
            kind=row.kind,
            asker=Asker(row.platform, row.community, row.person, row.language),
            place=Place.model_validate_json(row.place),
            brief=Brief.model_validate_json(row.brief),
            order=Order.model_validate_json(row.wanted),
            read=None if row.text is None else ReadText(row.text, row.language, row.topic),
            parent=row.parent,
            score=row.score,
            edits=tuple(json.loads(row.edits)),
            recordings=given,
            priority=row.priority,
        ),
        round=row.round,
        state=row.state,
        attempt=row.attempt,
        failures=row.failures,
        fraction=row.fraction,
        stage=row.stage,
        error=None if row.error_en is None else Words(row.error_en, row.error_ko),
        created=row.created,
    )
