"""The bell wakes whoever waits."""

from __future__ import annotations

import asyncio

from bot.bell import Bell


async def test_a_ring_wakes_the_one_who_waits() -> None:
    bell = Bell()
    waiting = asyncio.create_task(bell.wait(60))
    await asyncio.sleep(0)
    bell.ring()
    await asyncio.wait_for(waiting, 5)


async def test_a_ring_is_kept_for_one_who_comes_later_and_only_once() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    await asyncio.wait_for(bell.wait(60), 5)
    waiting = asyncio.create_task(bell.wait(60))
    await asyncio.sleep(0.02)
    assert not waiting.done()
    waiting.cancel()


async def test_without_a_ring_waiting_ends_by_itself() -> None:
    await asyncio.wait_for(Bell().wait(0.01), 5)
