"""A job ends once, and its delivery is there in the same moment."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from bot.job import Job
from bot.store.store import Store
from core.words import Words
from tests.bot.pieces import track_of
from tests.bot.store.asking import ask

NOTICE = Words("Cancelled.", "취소했습니다.")


async def running(store: Store, **details) -> Job:
    await ask(store, **details)
    return await store.jobs.claim(30)


async def test_a_finished_job_has_a_track_and_a_delivery(store: Store) -> None:
    job = await running(store, text="A ship leaves.")
    assert await store.outcomes.finish(job, track_of(job, text="A ship leaves."))
    ended = await store.jobs.get(job.id)
    assert (ended.state, ended.fraction, ended.request.read) == ("done", 1.0, None)
    assert (await store.library.get(job.id)).text == "A ship leaves."
    assert (await store.deliveries.claim(["discord"], 30)).job == job.id


async def test_a_job_finishes_once(store: Store) -> None:
    job = await running(store)
    assert await store.outcomes.finish(job, track_of(job))
    assert not await store.outcomes.finish(job, track_of(job))
    assert not await store.outcomes.fail(job, NOTICE)


async def test_nothing_is_written_when_the_track_cannot_be_recorded(store: Store) -> None:
    job = await running(store)
    first = await running(store, name="other")
    await store.outcomes.finish(first, track_of(first))
    with pytest.raises(IntegrityError):
        await store.outcomes.finish(job, track_of(first))
    assert (await store.jobs.get(job.id)).state == "running"


async def test_a_failed_job_says_why_in_both_languages(store: Store) -> None:
    job = await running(store)
    await store.outcomes.fail(job, Words("It broke.", "고장 났습니다."))
    ended = await store.jobs.get(job.id)
    assert (ended.state, ended.error) == ("failed", Words("It broke.", "고장 났습니다."))
    assert (await store.deliveries.claim(["discord"], 30)).job == job.id


@pytest.mark.parametrize("state", ["queued", "running"])
async def test_an_unfinished_job_can_be_cancelled_once(store: Store, state: str) -> None:
    job = await ask(store, text="secret")
    if state == "running":
        job = await store.jobs.claim(30)
    assert await store.outcomes.cancel(job.id, NOTICE)
    assert not await store.outcomes.cancel(job.id, NOTICE)
    ended = await store.jobs.get(job.id)
    assert (ended.state, ended.error, ended.request.read) == ("cancelled", NOTICE, None)
    assert (await store.deliveries.claim(["discord"], 30)).job == job.id
    assert await store.jobs.claim(30) is None


async def test_what_was_being_made_for_a_cancelled_job_is_not_recorded(store: Store) -> None:
    job = await running(store)
    await store.outcomes.cancel(job.id, NOTICE)
    assert not await store.outcomes.finish(job, track_of(job))
    assert await store.library.get(job.id) is None


async def test_an_ended_job_cannot_be_cancelled(store: Store) -> None:
    job = await running(store)
    await store.outcomes.finish(job, track_of(job))
    assert not await store.outcomes.cancel(job.id, NOTICE)
    assert (await store.jobs.get(job.id)).state == "done"
