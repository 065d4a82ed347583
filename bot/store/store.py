"""Store: everything that is remembered, on one database and one place for blobs."""

from __future__ import annotations

import time
from pathlib import Path

from bot.store.blobs import Blobs, object_store
from bot.store.concepts import Concepts
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.deliveries import Deliveries
from bot.store.events import Events
from bot.store.jobs import Clock, Jobs
from bot.store.library import Library
from bot.store.outcomes import Outcomes
from bot.track import TrackFile
from core.piece import PieceFile


class Store:
    """`database` is a file or a URL (see `Database`), `blobs` a folder or an address (see `object_store`)."""

    def __init__(self, database: str | Path, blobs: str, clock: Clock = time.time) -> None:
        self.clock = clock
        self.database = Database(database)
        self.jobs = Jobs(self.database, clock)
        self.library = Library(self.database)
        self.deliveries = Deliveries(self.database, clock)
        self.concepts = Concepts(self.database)
        self.outcomes = Outcomes(self.database, self.library, self.concepts, self.deliveries, clock)
        self.events = Events(self.database, clock)
        self.conversations = Conversations(self.database)
        self.blobs = Blobs(self.database, object_store(blobs), clock)

    async def open(self) -> None:
        """Bring the schema up to date."""
        await self.database.migrate()

    async def load(self, file: TrackFile) -> PieceFile:
        """A file of a track with its content.

        Raises:
            BlobMissing: the content is gone.
        """
        data = await self.blobs.get(file.digest)
        return PieceFile(kind=file.kind, name=file.name, media_type=file.media_type, data=data)

    async def close(self) -> None:
        await self.database.close()
