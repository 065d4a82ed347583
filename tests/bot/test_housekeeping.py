"""What need not be kept is forgotten."""

from __future__ import annotations

import pytest

from bot.housekeeping import Housekeeping
from bot.settings import KeepSettings
from bot.store.blobs import BlobMissing
from bot.store.store import Store
from bot.track import TrackFile
from tests.bot.pieces import track_of
from tests.bot.store.asking import ask

DAY = 86_400.0


async def make(store: Store, text: str | None = None) -> tuple[str, str]:
    await ask(store)
    job = await store.jobs.claim(30)
    digest = await store.blobs.put(b"audio of " + job.id.encode())
    files = (TrackFile("audio", "a.mp3", "audio/mpeg", digest, 1),)
    await store.outcomes.finish(job, track_of(job, files=files, text=text, created=store.clock()))
    await store.deliveries.done(await store.deliveries.claim(["discord"], 30), "message")
    return job.id, digest


async def test_by_default_tracks_stay_and_texts_and_records_go(store: Store, clock) -> None:
    track, digest = await make(store, "secret")
    await store.events.first_time("slack", "Ev1")
    clock.now += 31 * DAY
    await Housekeeping(KeepSettings(), store).tidy()
    assert (await store.library.get(track)).text is None
    assert await store.jobs.get(track) is None
    assert await store.blobs.get(digest)
    assert await store.events.first_time("slack", "Ev1")


async def test_tracks_can_be_kept_for_a_while_only(store: Store, clock) -> None:
    old, digest = await make(store)
    clock.now += 6 * DAY
    young, _ = await make(store)
    clock.now += 2 * DAY
    await Housekeeping(KeepSettings(tracks_days=7), store).tidy()
    assert await store.library.get(old) is None
    assert await store.library.get(young) is not None
    with pytest.raises(BlobMissing):
        await store.blobs.get(digest)


async def test_zero_keeps_texts(store: Store, clock) -> None:
    track, _ = await make(store, "A ship")
    clock.now += 999 * DAY
    await Housekeeping(KeepSettings(texts_days=0), store).tidy()
    assert (await store.library.get(track)).text == "A ship"


async def test_what_quotas_count_is_kept_whatever_the_setting(store: Store, clock) -> None:
    track, _ = await make(store)
    clock.now += 0.9 * DAY
    await Housekeeping(KeepSettings(jobs_days=0), store).tidy()
    assert await store.jobs.get(track) is not None


async def test_what_nobody_delivers_is_given_up(store: Store, clock) -> None:
    await ask(store)
    job = await store.jobs.claim(30)
    await store.outcomes.finish(job, track_of(job))
    clock.now += 1.9 * DAY
    await Housekeeping(KeepSettings(), store).tidy()
    assert await store.deliveries.claim(["discord"], 30) is not None
    clock.now += 0.2 * DAY
    await Housekeeping(KeepSettings(), store).tidy()
    assert await store.deliveries.claim(["discord"], 30) is None
