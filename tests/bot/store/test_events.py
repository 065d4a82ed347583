"""Events that a platform sends twice."""

from __future__ import annotations

from bot.store.events import REMEMBERED_SECONDS
from bot.store.store import Store


async def test_an_event_is_new_once(store: Store) -> None:
    assert await store.events.first_time("slack", "Ev1")
    assert not await store.events.first_time("slack", "Ev1")
    assert await store.events.first_time("discord", "Ev1")


async def test_an_event_is_forgotten_after_a_day(store: Store, clock) -> None:
    await store.events.first_time("slack", "Ev1")
    clock.now += REMEMBERED_SECONDS - 1
    await store.events.forget_expired()
    assert not await store.events.first_time("slack", "Ev1")
    clock.now += 2
    await store.events.forget_expired()
    assert await store.events.first_time("slack", "Ev1")


async def test_an_event_is_not_remembered_when_the_rest_fails(store: Store) -> None:
    try:
        async with store.database.writing() as connection:
            assert await store.events.is_new(connection, "slack", "Ev1")
            raise RuntimeError
    except RuntimeError:
        pass
    assert await store.events.first_time("slack", "Ev1")
