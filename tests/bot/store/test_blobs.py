"""Blobs: kept once, found by content, swept when nothing refers to them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bot.store.blobs import GRACE_SECONDS, BlobMissing, object_store
from bot.store.store import Store
from bot.track import TrackFile
from tests.bot.pieces import track_of
from tests.bot.store.asking import ask


async def keep_in_track(store: Store, digest: str) -> str:
    await ask(store)
    job = await store.jobs.claim(30)
    await store.outcomes.finish(job, track_of(job, files=(TrackFile("audio", "a.mp3", "audio/mpeg", digest, 3),)))
    return job.id


async def test_content_is_found_by_its_sha256(store: Store) -> None:
    digest = await store.blobs.put(b"abc")
    assert digest == hashlib.sha256(b"abc").hexdigest()
    assert await store.blobs.get(digest) == b"abc"
    assert await store.blobs.put(b"abc") == digest


async def test_what_is_not_there_is_said_to_be_missing(store: Store) -> None:
    with pytest.raises(BlobMissing):
        await store.blobs.get("0" * 64)


async def test_the_sweep_spares_what_a_track_refers_to(store: Store, clock) -> None:
    used, unused = await store.blobs.put(b"used"), await store.blobs.put(b"unused")
    track = await keep_in_track(store, used)
    clock.now += GRACE_SECONDS + 1
    assert await store.blobs.sweep() == 1
    assert await store.blobs.get(used) == b"used"
    with pytest.raises(BlobMissing):
        await store.blobs.get(unused)
    await store.library.delete(track)
    assert await store.blobs.sweep() == 1


async def test_the_sweep_spares_what_was_just_put(store: Store, clock) -> None:
    digest = await store.blobs.put(b"fresh")
    clock.now += GRACE_SECONDS - 1
    assert await store.blobs.sweep() == 0
    await store.blobs.put(b"fresh")
    clock.now += GRACE_SECONDS - 1
    assert await store.blobs.sweep() == 0
    assert await store.blobs.get(digest) == b"fresh"


async def test_two_tracks_share_one_blob(store: Store, clock) -> None:
    digest = await store.blobs.put(b"same")
    one, other = await keep_in_track(store, digest), await keep_in_track(store, digest)
    clock.now += GRACE_SECONDS + 1
    await store.blobs.sweep(await store.library.delete(one))
    assert await store.blobs.get(digest) == b"same"
    await store.blobs.sweep(await store.library.delete(other))
    with pytest.raises(BlobMissing):
        await store.blobs.get(digest)


async def test_a_folder_keeps_blobs_over_restarts(tmp_path: Path) -> None:
    for _ in range(2):
        store = Store(tmp_path / "t.db", str(tmp_path / "blobs"))
        await store.open()
        digest = await store.blobs.put(b"abc")
        assert await store.blobs.get(digest) == b"abc"
        await store.close()
    assert [path.read_bytes() for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == [b"abc"]


def test_other_kinds_of_address_are_refused() -> None:
    with pytest.raises(ValueError, match="ftp://"):
        object_store("ftp://example.org/x")


def test_an_s3_address_is_understood() -> None:
    assert type(object_store("s3://bucket/music")).__name__ == "S3Store"
