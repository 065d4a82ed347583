"""Requests for the tests of the store."""

from __future__ import annotations

from bot.job import Job, Request
from bot.people import Asker
from bot.store.store import Store
from core.brief import Brief
from core.fleet.fleet import ReadText
from core.piece import Order
from tests.bot.pieces import channel, person


def request_of(
    asker: Asker,
    *,
    text: str | None = None,
    priority: int = 1,
    parent: str | None = None,
    engine: str | None = None,
) -> Request:
    named = {} if engine is None else {"engine": engine}
    return Request(
        kind="bgm" if text is None else "score",
        asker=asker,
        place=channel(),
        brief=Brief(genres=("jazz",), seed=7, **named),
        order=Order(),
        read=None if text is None else ReadText(text, asker.language),
        parent=parent,
        priority=priority,
    )


async def ask(store: Store, name: str = "kari", community: str = "oslo", **details) -> Job:
    return await ask_as(store, person(name, community), **details)


async def ask_as(store: Store, asker: Asker, **details) -> Job:
    store.clock.now += 0.001  # so that nobody asks at the very same time
    async with store.database.writing() as connection:
        return await store.jobs.add(connection, request_of(asker, **details))
