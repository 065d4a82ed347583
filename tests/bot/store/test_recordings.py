"""Recordings of jobs: kept with the job, safe from the sweep while they are needed."""

from __future__ import annotations

from dataclasses import replace

from bot.job import Job, KeptRecording
from bot.store.blobs import GRACE_SECONDS
from bot.store.store import Store
from core.words import Words
from tests.bot.pieces import person, track_of
from tests.bot.store.asking import request_of


async def asked_with(store: Store, digest: str) -> Job:
    request = replace(request_of(person("kari")), recordings=(KeptRecording("style", digest),))
    async with store.database.writing() as connection:
        return await store.jobs.add(connection, request)


async def swept_after_grace(store: Store, clock) -> int:
    clock.now += GRACE_SECONDS + 1
    return await store.blobs.sweep()


async def test_a_job_is_claimed_with_its_recordings(store: Store) -> None:
    asked = await asked_with(store, await store.blobs.put(b"a song"))
    assert (await store.jobs.claim(30)).request.recordings == asked.request.recordings
    assert await store.jobs.get(asked.id) is not None
    assert [job.request.recordings for job in await store.jobs.of_person(person("kari"))] == [asked.request.recordings]


async def test_the_sweep_spares_what_a_job_or_its_track_is_made_with(store: Store, clock) -> None:
    digest = await store.blobs.put(b"a song")
    asked = await asked_with(store, digest)
    assert await swept_after_grace(store, clock) == 0
    await store.outcomes.finish(await store.jobs.claim(30), track_of(asked))
    assert await swept_after_grace(store, clock) == 0
    assert await store.jobs.forget_recordings(asked.id, []) == [digest]
    assert await swept_after_grace(store, clock) == 1


async def test_what_a_failed_job_was_given_is_swept_away(store: Store, clock) -> None:
    await asked_with(store, await store.blobs.put(b"a song"))
    await store.outcomes.fail(await store.jobs.claim(30), Words("no", "안 됨"))
    assert await swept_after_grace(store, clock) == 1


async def test_a_recording_goes_with_the_record_of_its_job(store: Store, clock) -> None:
    await asked_with(store, await store.blobs.put(b"a song"))
    job = await store.jobs.claim(30)
    await store.outcomes.finish(job, track_of(job))
    delivery = await store.deliveries.claim(["discord"], 30)
    await store.deliveries.done(delivery, "sent")
    await store.jobs.delete_before(clock.now + 1)
    assert await swept_after_grace(store, clock) == 1


async def test_a_deleted_file_is_forgotten_by_jobs_that_have_ended(store: Store) -> None:
    digest = await store.blobs.put(b"a track")
    ended = await asked_with(store, digest)
    job = await store.jobs.claim(30)
    await store.outcomes.finish(job, track_of(job))
    waiting = await asked_with(store, digest)
    await store.jobs.forget_recordings("another", [digest])
    assert (await store.jobs.get(ended.id)).request.recordings == ()
    assert (await store.jobs.get(waiting.id)).request.recordings != ()
