"""Conversations, for a platform that keeps none of its own: what was said and answered, as the platform's own data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.schema import messages

LONGEST = 200
"""Messages kept of one person; older ones are forgotten (the tracks stay in the library)."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `version` grows by one with every change in the person's conversation."""

    id: str
    version: int
    body: dict[str, Any]


class Conversations:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, person: str, message: str, body: dict[str, Any]) -> None:
        """Add a message unless it is there already."""
        async with self._database.writing() as connection:
            await self._database.lock(connection, f"conversation:{person}")
            if not await self._exists(connection, person, message):
                await self._insert(connection, person, message, body)

    async def put(self, person: str, message: str, body: dict[str, Any]) -> None:
        """Add a message, or change it where it stands."""
        async with self._database.writing() as connection:
            await self._database.lock(connection, f"conversation:{person}")
            if not await self._exists(connection, person, message):
                await self._insert(connection, person, message, body)
                return
            version = await self._next(connection, person)
            await connection.execute(
                update(messages)
                .where(messages.c.person == person, messages.c.message == message)
                .values(version=version, body=json.dumps(body))
            )

    async def since(self, person: str, version: int) -> list[Message]:
        """Messages that are new or changed since a version (0: all), in the order in which they were first said."""
        wanted = (
            select(messages.c.message, messages.c.version, messages.c.body)
            .where(messages.c.person == person, messages.c.version > version)
            .order_by(messages.c.position)
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted)
            return [Message(row.message, row.version, json.loads(row.body)) for row in rows]

    async def get(self, person: str, message: str) -> Message | None:
        wanted = select(messages.c.message, messages.c.version, messages.c.body).where(
            messages.c.person == person, messages.c.message == message
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(wanted)).first()
        return None if row is None else Message(row.message, row.version, json.loads(row.body))

    async def _exists(self, connection: AsyncConnection, person: str, message: str) -> bool:
        found = select(messages.c.message).where(messages.c.person == person, messages.c.message == message)
        return (await connection.execute(found)).first() is not None

    async def _insert(self, connection: AsyncConnection, person: str, message: str, body: dict[str, Any]) -> None:
        version = await self._next(connection, person)
        await connection.execute(
            insert(messages).values(
                person=person, message=message, position=version, version=version, body=json.dumps(body)
            )
        )
        kept = (
            select(messages.c.position)
            .where(messages.c.person == person)
            .order_by(messages.c.position.desc())
            .limit(1)
            .offset(LONGEST - 1)
        )
        oldest = (await connection.execute(kept)).scalar()
        if oldest is not None:
            await connection.execute(delete(messages).where(messages.c.person == person, messages.c.position < oldest))

    async def _next(self, connection: AsyncConnection, person: str) -> int:
        latest = select(func.max(messages.c.version)).where(messages.c.person == person)
        return ((await connection.execute(latest)).scalar() or 0) + 1
