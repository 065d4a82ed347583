"""Library: finished tracks, who likes them, and which are shared."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people import Asker
from bot.store.database import Database
from bot.store.schema import likes, track_files, tracks
from bot.track import Track, TrackFile
from core.brief import Brief
from core.piece import Facts
from core.text.reading import Reading
from core.words import Words

PAGE_SIZE = 10


class Library:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, connection: AsyncConnection, track: Track) -> None:
        """Add a track as part of a transaction."""
        await connection.execute(
            tracks.insert().values(
                id=track.id,
                platform=track.platform,
                community=track.community,
                person=track.person,
                created=track.created,
                facts=track.facts.model_dump_json(),
                peaks=track.peaks,
                note_en=None if track.note is None else track.note.en,
                note_ko=None if track.note is None else track.note.ko,
                parent=track.parent,
                reading=None if track.reading is None else track.reading.model_dump_json(),
                text=track.text,
                wish=None if track.wish is None else track.wish.model_dump_json(exclude_unset=True),
            )
        )
        rows = [
            {
                "track": track.id,
                "position": position,
                "kind": file.kind,
                "name": file.name,
                "media_type": file.media_type,
                "digest": file.digest,
                "size": file.size,
            }
            for position, file in enumerate(track.files)
        ]
        if rows:
            await connection.execute(track_files.insert(), rows)

    async def get(self, track: str) -> Track | None:
        return await self._one(select(tracks).where(tracks.c.id == track))

    async def shared(self, token: str) -> Track | None:
        return await self._one(select(tracks).where(tracks.c.share == token))

    async def with_audio(self, digest: str) -> Track | None:
        """The oldest track whose audio file has this content."""
        its = select(track_files.c.track).where(track_files.c.digest == digest, track_files.c.kind == "audio")
        return await self._one(select(tracks).where(tracks.c.id.in_(its)).order_by(tracks.c.created).limit(1))

    async def page(self, asker: Asker, page: int, size: int = PAGE_SIZE) -> tuple[Track, ...]:
        """A person's tracks, newest first; pages count from 1."""
        mine = (
            select(tracks)
            .where(tracks.c.platform == asker.platform, tracks.c.person == asker.person)
            .order_by(tracks.c.created.desc(), tracks.c.id)
            .limit(size)
            .offset((max(page, 1) - 1) * size)
        )
        return await self._tracks(mine)

    async def count(self, asker: Asker) -> int:
        mine = select(func.count()).where(tracks.c.platform == asker.platform, tracks.c.person == asker.person)
        async with self._database.reading() as connection:
            return (await connection.execute(mine)).scalar_one()

    async def share(self, track: str) -> str | None:
        """Open a track and return the secret of its address, the same until it is closed; None if there is no track."""
        async with self._database.writing() as connection:
            await connection.execute(
                update(tracks)
                .where(tracks.c.id == track, tracks.c.share.is_(None))
                .values(share=secrets.token_urlsafe(24))
            )
            return await connection.scalar(select(tracks.c.share).where(tracks.c.id == track))

    async def unshare(self, track: str) -> None:
        async with self._database.writing() as connection:
            await connection.execute(update(tracks).where(tracks.c.id == track).values(share=None))

    async def like(self, asker: Asker, track: str) -> bool:
        """Like a track, or no longer; returns whether it is liked now."""
        mine = (likes.c.track == track, likes.c.platform == asker.platform, likes.c.person == asker.person)
        async with self._database.writing() as connection:
            if (await connection.execute(delete(likes).where(*mine))).rowcount:
                return False
            mine_now = self._database.insert(likes).values(track=track, platform=asker.platform, person=asker.person)
            await connection.execute(mine_now.on_conflict_do_nothing())
            return True

    async def delete(self, track: str) -> Sequence[str]:
        """Delete a track with its text, likes and lists of files; returns the digests that it referred to."""
        async with self._database.writing() as connection:
            digests = select(track_files.c.digest).where(track_files.c.track == track)
            found = (await connection.execute(digests)).scalars().all()
            await connection.execute(delete(tracks).where(tracks.c.id == track))
        return found

    async def forget_texts(self, before: float) -> None:
        """Forget the texts, and what was found in them, of tracks made before a time."""
        old = update(tracks).where(tracks.c.created < before, tracks.c.text.is_not(None))
        async with self._database.writing() as connection:
            await connection.execute(old.values(text=None, reading=None))

    async def delete_before(self, before: float) -> None:
        """Delete tracks made before a time that nobody likes and that are not shared."""
        liked = select(likes.c.track)
        old = delete(tracks).where(tracks.c.created < before, tracks.c.share.is_(None), tracks.c.id.not_in(liked))
        async with self._database.writing() as connection:
            await connection.execute(old)

    async def _one(self, statement: Select[Any]) -> Track | None:
        found = await self._tracks(statement)
        return found[0] if found else None

    async def _tracks(self, statement: Select[Any]) -> tuple[Track, ...]:
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement)).all()
            ids = [row.id for row in rows]
            its_files = select(track_files).where(track_files.c.track.in_(ids)).order_by(track_files.c.position)
            files: dict[str, list[TrackFile]] = {track: [] for track in ids}
            for row in await connection.execute(its_files):
                files[row.track].append(TrackFile(row.kind, row.name, row.media_type, row.digest, row.size))
            its_likes = select(likes.c.track, func.count().label("likes")).where(likes.c.track.in_(ids))
            counts = {row.track: row.likes for row in await connection.execute(its_likes.group_by(likes.c.track))}
        return tuple(_track(row, tuple(files[row.id]), counts.get(row.id, 0)) for row in rows)


def _track(row: Row[Any], files: tuple[TrackFile, ...], likes_count: int) -> Track:
    return Track(
        id=row.id,
        platform=row.platform,
        community=row.community,
        person=row.person,
        created=row.created,
        facts=Facts.model_validate_json(row.facts),
        files=files,
        peaks=bytes(row.peaks),
        note=None if row.note_en is None else Words(row.note_en, row.note_ko),
        parent=row.parent,
        reading=None if row.reading is None else Reading.model_validate_json(row.reading),
        text=row.text,
        wish=None if row.wish is None else Brief.model_validate_json(row.wish),
        share=row.share,
        likes=likes_count,
    )
