"""Blobs: the content of files, found by its SHA-256; in a local folder, in S3, or in memory for tests."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from obstore.store import LocalStore, MemoryStore, ObjectStore, S3Store
from sqlalchemy import delete, exists, or_, select

from bot.store.database import Database
from bot.store.jobs import Clock
from bot.store.schema import blobs, concepts, jobs, recordings, track_files

GRACE_SECONDS = 600.0
"""How long a blob is safe from sweeping after it was put: its track is recorded well within this time."""


class BlobMissing(Exception):
    """The content is gone although something refers to it."""


def object_store(url: str) -> ObjectStore:
    """The store at `memory:`, `s3://bucket/prefix` (credentials from the usual AWS variables) or a local path.

    Raises:
        ValueError: another kind of address.
    """
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return MemoryStore()
    if parts.scheme == "s3":
        return S3Store(parts.netloc, prefix=parts.path.strip("/") or None)
    if parts.scheme in ("", "file"):
        return LocalStore(prefix=Path(parts.path), mkdir=True)
    raise ValueError(f"blobs are kept in a folder or under s3://, not {parts.scheme}://")


class Blobs:
    """Equal content is kept once. What nothing refers to is swept away."""

    def __init__(self, database: Database, store: ObjectStore, clock: Clock) -> None:
        self._database = database
        self._store = store
        self._clock = clock

    async def put(self, data: bytes) -> str:
        """Keep `data` and return its digest. It is swept unless a track refers to it within `GRACE_SECONDS`."""
        digest = await asyncio.to_thread(digest_of, data)
        now = self._clock()
        # The row comes first, so that whatever is in the store is known to the sweep. The object is always written,
        # because a sweep cut short may have left a row without one.
        touch = (
            self._database.insert(blobs)
            .values(digest=digest, size=len(data), touched=now)
            .on_conflict_do_update(index_elements=["digest"], set_={"touched": now})
        )
        async with self._database.writing() as connection:
            await connection.execute(touch)
        await self._store.put_async(_path(digest), data)
        return digest

    async def get(self, digest: str) -> bytes:
        """The content of a digest.

        Raises:
            BlobMissing: it is not there.
        """
        try:
            found = await self._store.get_async(_path(digest))
            return bytes(await found.bytes_async())
        except FileNotFoundError as error:
            raise BlobMissing(digest) from error

    async def sweep(self, digests: Iterable[str] | None = None) -> int:
        """Delete what nothing needs any more, among `digests` or among all; returns how many.

        Needed are the files of tracks, concepts and what they were learned from, the scores of unfinished jobs, and the
        recordings of jobs that did not fail.
        """
        unused = [
            blobs.c.touched < self._clock() - GRACE_SECONDS,
            ~exists().where(track_files.c.digest == blobs.c.digest),
            ~exists().where(or_(concepts.c.digest == blobs.c.digest, concepts.c.recording == blobs.c.digest)),
            ~exists().where(jobs.c.score == blobs.c.digest, jobs.c.state.in_(("queued", "running"))),
            ~exists().where(
                recordings.c.digest == blobs.c.digest,
                recordings.c.job == jobs.c.id,
                jobs.c.state.in_(("queued", "running", "done")),
            ),
        ]
        candidates = select(blobs.c.digest).where(*unused)
        if digests is not None:
            candidates = candidates.where(blobs.c.digest.in_(list(digests)))
        async with self._database.reading() as connection:
            found = (await connection.execute(candidates)).scalars().all()
        swept = 0
        for digest in found:
            # The object goes before the row is committed: whoever puts the same content waits for the row.
            async with self._database.writing() as connection:
                gone = await connection.execute(delete(blobs).where(blobs.c.digest == digest, *unused))
                if gone.rowcount == 1:
                    await self._remove(digest)
                    swept += 1
        return swept

    async def _remove(self, digest: str) -> None:
        try:
            await self._store.delete_async(_path(digest))
        except FileNotFoundError:
            return


def digest_of(data: bytes) -> str:
    """What content is known by: its SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest}"
