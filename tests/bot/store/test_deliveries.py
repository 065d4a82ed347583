"""The outbox: claimed for a lease, tried again when it runs out, written by the latest try only."""

from __future__ import annotations

from bot.store.store import Store
from core.words import Words
from tests.bot.store.asking import ask


async def ended(store: Store, name: str = "kari") -> str:
    await ask(store, name)
    job = await store.jobs.claim(30)
    await store.outcomes.fail(job, Words("broke", "고장"))
    return job.id


async def test_a_delivery_is_taken_by_one_process(store: Store) -> None:
    job = await ended(store)
    assert (await store.deliveries.claim(["discord"], 30)).job == job
    assert await store.deliveries.claim(["discord"], 30) is None


async def test_only_platforms_with_a_courier_are_served(store: Store) -> None:
    await ended(store)
    assert await store.deliveries.claim(["slack", "web"], 30) is None
    assert await store.deliveries.claim(["slack", "discord"], 30) is not None


async def test_a_done_delivery_is_not_made_again(store: Store, clock) -> None:
    await ended(store)
    await store.deliveries.done(await store.deliveries.claim(["discord"], 30), "message-1")
    clock.now += 1000
    assert await store.deliveries.claim(["discord"], 30) is None


async def test_a_try_cut_short_is_repeated_with_its_receipt(store: Store, clock) -> None:
    await ended(store)
    first = await store.deliveries.claim(["discord"], 30)
    await store.deliveries.note(first, "upload F1")
    clock.now += 31
    second = await store.deliveries.claim(["discord"], 30)
    assert (second.attempt, second.receipt) == (2, "upload F1")


async def test_a_stale_try_can_write_nothing(store: Store, clock) -> None:
    await ended(store)
    stale = await store.deliveries.claim(["discord"], 30)
    clock.now += 31
    fresh = await store.deliveries.claim(["discord"], 30)
    await store.deliveries.note(stale, "wrong")
    await store.deliveries.done(stale, "wrong")
    await store.deliveries.give_up(stale, "wrong")
    assert not await store.deliveries.keep({stale.job: stale.attempt}, 30)
    assert await store.deliveries.keep({fresh.job: fresh.attempt}, 30) == {fresh.job}
    clock.now += 31
    assert (await store.deliveries.claim(["discord"], 30)).receipt is None


async def test_a_postponed_delivery_waits(store: Store, clock) -> None:
    await ended(store)
    await store.deliveries.again(await store.deliveries.claim(["discord"], 30), 60, "rate limited")
    clock.now += 59
    assert await store.deliveries.claim(["discord"], 30) is None
    clock.now += 2
    assert (await store.deliveries.claim(["discord"], 30)).attempt == 2


async def test_what_is_given_up_is_not_tried_again(store: Store, clock) -> None:
    await ended(store)
    await store.deliveries.give_up(await store.deliveries.claim(["discord"], 30), "channel deleted")
    clock.now += 1000
    assert await store.deliveries.claim(["discord"], 30) is None


async def test_the_one_that_waits_longest_comes_first(store: Store, clock) -> None:
    jobs = []
    for name in ("first", "second", "third"):
        clock.now += 1
        jobs.append(await ended(store, name))
    assert [(await store.deliveries.claim(["discord"], 30)).job for _ in jobs] == jobs
