"""Events: which of the platforms' events were already handled, so that one sent twice does nothing twice."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.jobs import Clock
from bot.store.schema import events

REMEMBERED_SECONDS = 86_400.0
"""Platforms repeat an event within minutes; Slack's last retry comes after about five."""


class Events:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def is_new(self, connection: AsyncConnection, platform: str, event: str) -> bool:
        """Remember an event as part of a transaction; False if it was remembered before."""
        remember = (
            self._database.insert(events)
            .values(platform=platform, event=event[:128], expires=self._clock() + REMEMBERED_SECONDS)
            .on_conflict_do_nothing()
        )
        return (await connection.execute(remember)).rowcount == 1

    async def first_time(self, platform: str, event: str) -> bool:
        """The same, for an event that changes nothing else."""
        async with self._database.writing() as connection:
            return await self.is_new(connection, platform, event)

    async def forget_expired(self) -> None:
        async with self._database.writing() as connection:
            await connection.execute(delete(events).where(events.c.expires < self._clock()))
