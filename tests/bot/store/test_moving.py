"""A job's answer can be sent elsewhere, as long as it is not already on its way."""

from __future__ import annotations

from bot.job import Job, Request
from bot.store.store import Store
from core.brief import Brief
from core.piece import Order
from core.words import Words
from tests.bot.pieces import OSLO, channel


async def accepted(store: Store) -> Job:
    request = Request(kind="bgm", asker=OSLO, place=channel("first"), brief=Brief(seed=1), order=Order())
    async with store.database.writing() as connection:
        return await store.jobs.add(connection, request)


async def place_of(store: Store, job: Job) -> str:
    found = await store.jobs.get(job.id)
    assert found is not None
    return found.request.place.address["channel"]


async def test_a_job_moves_while_it_waits_or_is_made_or_its_result_waits(store: Store) -> None:
    job = await accepted(store)
    assert await store.jobs.move(job.id, channel("second"))
    await store.outcomes.cancel(job.id, Words("Cancelled.", "취소했습니다."))
    assert await store.jobs.move(job.id, channel("third"))
    assert await place_of(store, job) == "third"


async def test_a_job_stays_where_its_result_is_already_going(store: Store) -> None:
    job = await accepted(store)
    await store.outcomes.cancel(job.id, Words("Cancelled.", "취소했습니다."))
    assert await store.deliveries.claim(["discord"], lease_seconds=10.0)
    assert not await store.jobs.move(job.id, channel("second"))
    assert await place_of(store, job) == "first"


async def test_an_unknown_job_goes_nowhere(store: Store) -> None:
    assert not await store.jobs.move("nobody", channel())
