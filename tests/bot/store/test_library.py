"""Tracks: kept whole, listed by page, liked, shared and deleted."""

from __future__ import annotations

import asyncio

from bot.job import Job
from bot.people import Asker
from bot.store.library import PAGE_SIZE
from bot.store.store import Store
from bot.track import TrackFile
from core.brief import Brief
from core.words import Words
from tests.bot.pieces import person, reading, track_of
from tests.bot.store.asking import ask

FILES = (
    TrackFile("audio", "jazz.mp3", "audio/mpeg", "a" * 64, 100),
    TrackFile("score", "s.json", "text/json", "b" * 64, 5),
)


async def make(store: Store, name: str = "kari", **details) -> Job:
    await ask(store, name)
    job = await store.jobs.claim(30)
    await store.outcomes.finish(job, track_of(job, **details))
    return job


async def test_a_track_comes_back_as_it_was_put(store: Store) -> None:
    brief = Brief(moods=("calm",), seed=1)
    details = {
        "note": Words("Loops.", "반복됩니다."),
        "reading": reading(brief),
        "text": "A ship",
        "wish": Brief(moods=("calm",)),
    }
    await ask(store)
    job = await store.jobs.claim(30)
    track = track_of(job, files=FILES, parent="p" * 20, **details)
    await store.outcomes.finish(job, track)
    got = await store.library.get(job.id)
    assert got == track
    assert got.wish.model_fields_set == {"moods"}


async def test_pages_hold_ones_own_tracks_newest_first(store: Store, clock) -> None:
    made = []
    for _ in range(PAGE_SIZE + 2):
        clock.now += 1
        made.append((await make(store)).id)
    await make(store, "somebody else")
    kari = person("kari", "another community")
    first, second = await store.library.page(kari, 1), await store.library.page(kari, 2)
    assert [track.id for track in (*first, *second)] == made[::-1]
    assert len(first) == PAGE_SIZE
    assert await store.library.page(kari, 3) == ()
    assert await store.library.count(kari) == PAGE_SIZE + 2


async def test_ids_of_people_are_apart_on_different_platforms(store: Store) -> None:
    await make(store)
    assert await store.library.page(Asker("slack", "oslo", "kari", "en"), 1) == ()


async def test_a_shared_track_is_found_by_a_long_secret_until_it_is_closed(store: Store) -> None:
    job = await make(store)
    token = await store.library.share(job.id)
    assert len(token) >= 32
    assert job.id not in token
    assert await store.library.share(job.id) == token
    assert (await store.library.shared(token)).id == job.id
    await store.library.unshare(job.id)
    assert await store.library.shared(token) is None
    assert await store.library.share(job.id) != token


async def test_secrets_differ(store: Store) -> None:
    tokens = {await store.library.share((await make(store)).id) for _ in range(5)}
    assert len(tokens) == 5


async def test_what_is_not_there_cannot_be_shared(store: Store) -> None:
    assert await store.library.share("nothing") is None
    assert await store.library.shared("guess") is None


async def test_everyone_likes_once_and_can_take_it_back(store: Store) -> None:
    job = await make(store)
    assert await store.library.like(person("a"), job.id)
    assert await store.library.like(person("b"), job.id)
    assert (await store.library.get(job.id)).likes == 2
    assert not await store.library.like(person("a"), job.id)
    assert (await store.library.get(job.id)).likes == 1


async def test_presses_that_arrive_together_do_no_harm(store: Store) -> None:
    job = await make(store)
    await asyncio.gather(*(store.library.like(person("a"), job.id) for _ in range(5)))
    assert (await store.library.get(job.id)).likes in (0, 1)


async def test_a_deleted_track_leaves_nothing(store: Store) -> None:
    job = await make(store, files=FILES)
    await store.library.like(person("a"), job.id)
    assert set(await store.library.delete(job.id)) == {"a" * 64, "b" * 64}
    assert await store.library.get(job.id) is None
    assert await store.library.delete(job.id) == []


async def test_old_texts_are_forgotten_with_what_was_found_in_them(store: Store, clock) -> None:
    job = await make(store, text="secret", reading=reading(Brief()))
    await store.library.forget_texts(clock.now - 10)
    assert (await store.library.get(job.id)).text == "secret"
    await store.library.forget_texts(clock.now + 10)
    track = await store.library.get(job.id)
    assert (track.text, track.reading) == (None, None)


async def test_old_tracks_go_unless_somebody_likes_them_or_they_are_shared(store: Store, clock) -> None:
    plain, liked, shared = [(await make(store)).id for _ in range(3)]
    await store.library.like(person("a"), liked)
    await store.library.share(shared)
    await store.library.delete_before(clock.now + 10)
    assert await store.library.get(plain) is None
    assert await store.library.get(liked) is not None
    assert await store.library.get(shared) is not None
