"""Shutting down: a cancellation that a database driver turns into an error of its own still ends what it was for."""

from __future__ import annotations

import asyncio

import pytest

from bot.cancellation import heed_cancellation
from bot.store.store import Store
from tests.bot.pieces import SmallFleet
from tests.bot.test_dispatcher import Bench


async def test_an_error_is_no_cancellation() -> None:
    try:
        raise RuntimeError("the database is busy")
    except RuntimeError:
        heed_cancellation()


async def test_the_dispatcher_ends_though_its_claim_hides_that_it_was_cancelled(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    claiming = asyncio.Event()

    async def interrupted(*_: object) -> None:
        claiming.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise RuntimeError("the connection was closed in the middle of a statement") from None

    monkeypatch.setattr(store.jobs, "claim", interrupted)
    task = asyncio.create_task(Bench(store, SmallFleet()).dispatcher.run())
    await claiming.wait()
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=30)
    assert done == {task}
    assert task.cancelled()
