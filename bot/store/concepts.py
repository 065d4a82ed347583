"""Concepts: what people have learned here, whose it is, and with whom it is shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people import Asker, Platform
from bot.store.database import Database
from bot.store.schema import concepts, recordings


@dataclass(frozen=True, slots=True)
class KeptConcept:
    """A learned concept. It has the id of the job that learned it; `digest` finds its file among the blobs, and
    `recording` the audio that it was learned from. A `shared` one may be used by everybody in its community.

    `card` is JSON; `created` in seconds since 1970.
    """

    id: str
    platform: Platform
    community: str
    person: str
    name: str
    card: str
    digest: str
    recording: str
    size: int
    created: float
    shared: bool = False


class Concepts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, connection: AsyncConnection, concept: KeptConcept) -> None:
        """Add a concept as part of a transaction; one of the same name and person that came first stays."""
        values = {name: getattr(concept, name) for name in KeptConcept.__slots__}
        await connection.execute(self._database.insert(concepts).values(values).on_conflict_do_nothing())

    async def usable(self, asker: Asker) -> Sequence[KeptConcept]:
        """What a person may use: their own, then what others share in this community; by name."""
        own = and_(concepts.c.platform == asker.platform, concepts.c.person == asker.person)
        shared = and_(
            concepts.c.platform == asker.platform, concepts.c.community == asker.community, concepts.c.shared.is_(True)
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(select(concepts).where(or_(own, shared)).order_by(concepts.c.name))
            found = [_concept(row) for row in rows]
        return sorted(found, key=lambda each: (each.person != asker.person, each.name))

    async def get(self, concept: str) -> KeptConcept | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(select(concepts).where(concepts.c.id == concept))).first()
        return None if row is None else _concept(row)

    async def share(self, concept: str, *, shared: bool) -> None:
        async with self._database.writing() as connection:
            await connection.execute(update(concepts).where(concepts.c.id == concept).values(shared=shared))

    async def delete(self, concept: KeptConcept) -> Sequence[str]:
        """Delete a concept; its weights and the recording that it came from are referred to no longer."""
        async with self._database.writing() as connection:
            await connection.execute(delete(concepts).where(concepts.c.id == concept.id))
            of_lesson = (recordings.c.job == concept.id, recordings.c.use == "learn")
            await connection.execute(delete(recordings).where(*of_lesson))
        return concept.digest, concept.recording


def _concept(row: Row[tuple[object, ...]]) -> KeptConcept:
    return KeptConcept(**{name: getattr(row, name) for name in KeptConcept.__slots__})
