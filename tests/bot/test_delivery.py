"""The delivery loop: everything arrives, and what cannot is given up with a reason."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

from bot.bell import Bell
from bot.courier import DeliveryGone, DeliveryRetry, Outgoing
from bot.delivery import DeliveryLoop
from bot.job import Job
from bot.pace import Pace
from bot.presentation import Presentation
from bot.replies import TextReply, TrackReply
from bot.store.schema import deliveries
from bot.store.store import Store
from bot.track import TrackFile
from core.catalog import Catalog
from core.words import Words
from tests.bot.pieces import Letterbox, channel, person, track_of, until
from tests.bot.store.asking import ask_as


@asynccontextmanager
async def delivering(store: Store, letterbox: Letterbox, *, lease: float = 30) -> AsyncIterator[DeliveryLoop]:
    loop = DeliveryLoop(
        store, {"discord": letterbox}, Presentation(Catalog.load()), Bell(), Pace(poll=0.02, lease=lease)
    )
    task = asyncio.create_task(loop.run())
    try:
        yield loop
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def finish(store: Store, *, language: str = "en", upload_limit: int | None = None) -> Job:
    await ask_as(store, person("kari", language=language))
    job = await store.jobs.claim(30)
    await store.jobs.move(job.id, channel(upload_limit=upload_limit))
    files = [
        TrackFile(kind, name, "application/octet-stream", await store.blobs.put(data), len(data))
        for kind, name, data in (
            ("score", "s.json", b"{}"),
            ("stems", "stems.zip", b"z" * 2000),
            ("waveform", "w.png", b"picture"),
            ("audio", "a.mp3", b"sound"),
        )
    ]
    await store.outcomes.finish(job, track_of(job, files=tuple(files)))
    return job


async def fate(store: Store, job: Job) -> tuple[str, str | None, str | None]:
    wanted = select(deliveries.c.state, deliveries.c.reference, deliveries.c.reason).where(deliveries.c.job == job.id)
    async with store.database.reading() as connection:
        return tuple((await connection.execute(wanted)).one())


async def until_fate(store: Store, job: Job, *expected: str, step: Callable[[], None] = lambda: None) -> None:
    """Wait until a delivery is in a state, or has a reason."""
    async with asyncio.timeout(60):
        while not {*expected} & {*await fate(store, job)}:
            step()
            await asyncio.sleep(0.01)


async def test_a_track_arrives_with_its_files_audio_first(store: Store) -> None:
    job = await finish(store)
    letterbox = Letterbox()
    async with delivering(store, letterbox):
        await until_fate(store, job, "done")
    [outgoing] = letterbox.delivered
    assert isinstance(outgoing.reply, TrackReply)
    assert [file.kind for file in outgoing.reply.files] == ["audio", "waveform", "stems"]
    assert outgoing.reply.files[0].data == b"sound"
    assert len(outgoing.nonce) <= 25
    assert (await fate(store, job))[1] == "message-1"


async def test_files_too_large_for_the_place_are_named_and_left_out(store: Store) -> None:
    await finish(store, upload_limit=1000)
    letterbox = Letterbox()
    async with delivering(store, letterbox):
        await until(lambda: letterbox.delivered)
    reply = letterbox.delivered[0].reply
    assert [file.kind for file in reply.files] == ["audio", "waveform"]
    assert any("stems.zip" in note for note in reply.notes)


@pytest.mark.parametrize(("language", "says"), [("en", "It broke."), ("ko", "고장 났습니다.")])
async def test_a_failure_arrives_in_the_language_of_its_asker(store: Store, language: str, says: str) -> None:
    await ask_as(store, person("kari", language=language))
    await store.outcomes.fail(await store.jobs.claim(30), Words("It broke.", "고장 났습니다."))
    letterbox = Letterbox()
    async with delivering(store, letterbox):
        await until(lambda: letterbox.delivered)
    assert letterbox.delivered[0].reply == TextReply(says, language, private=False)


async def test_a_deleted_track_is_said_to_be_deleted(store: Store) -> None:
    job = await finish(store)
    await store.library.delete(job.id)
    letterbox = Letterbox()
    async with delivering(store, letterbox):
        await until(lambda: letterbox.delivered)
    assert "deleted" in letterbox.delivered[0].reply.text


async def test_a_platform_that_asks_for_patience_gets_it(store: Store, clock) -> None:
    job = await finish(store)

    def busy(outgoing: Outgoing) -> None:
        if outgoing.attempt == 1:
            raise DeliveryRetry(40, "rate limited")

    letterbox = Letterbox(busy)
    async with delivering(store, letterbox):
        await until_fate(store, job, "rate limited")
        await asyncio.sleep(0.1)
        assert not letterbox.delivered
        clock.now += 41
        await until_fate(store, job, "done")
    assert [outgoing.attempt for outgoing in letterbox.delivered] == [2]


async def test_a_closed_place_is_given_up_at_once(store: Store) -> None:
    job = await finish(store)

    def closed(_: Outgoing) -> None:
        raise DeliveryGone("channel deleted")

    async with delivering(store, Letterbox(closed)):
        await until_fate(store, job, "gone")
    assert (await fate(store, job))[2] == "channel deleted"


async def test_a_courier_that_keeps_breaking_is_given_up_in_the_end(store: Store, clock) -> None:
    job = await finish(store)
    tries = []

    def pass_time() -> None:
        clock.now += 10

    def broken(outgoing: Outgoing) -> None:
        tries.append(outgoing.attempt)
        raise KeyError("bug")

    async with delivering(store, Letterbox(broken), lease=1e9):
        await until_fate(store, job, "gone", step=pass_time)
    assert tries == list(range(1, 13))


async def test_patience_ends_after_a_day(store: Store, clock) -> None:
    job = await finish(store)

    def busy(_: Outgoing) -> None:
        clock.now += 90_000
        raise DeliveryRetry(1, "away")

    async with delivering(store, Letterbox(busy)):
        await until_fate(store, job, "gone")


async def test_a_receipt_noted_in_one_try_is_there_in_the_next(store: Store, clock) -> None:
    job = await finish(store)

    class Careful(Letterbox):
        async def deliver(self, outgoing: Outgoing) -> str:
            if outgoing.receipt is None:
                await outgoing.note("upload F1")
                raise DeliveryRetry(1, "cut short")
            return await super().deliver(outgoing)

    letterbox = Careful()
    async with delivering(store, letterbox):
        await until_fate(store, job, "cut short")
        clock.now += 2
        await until_fate(store, job, "done")
    assert letterbox.delivered[0].receipt == "upload F1"


async def test_results_wait_for_a_courier(store: Store) -> None:
    job = await finish(store)
    couriers: dict[str, Letterbox] = {}
    loop = DeliveryLoop(store, couriers, Presentation(Catalog.load()), Bell(), Pace(poll=60))
    task = asyncio.create_task(loop.run())
    await asyncio.sleep(0.05)
    couriers["discord"] = Letterbox()
    loop.wake()
    await until_fate(store, job, "done")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
