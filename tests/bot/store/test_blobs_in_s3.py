"""Blobs in an S3 bucket, spoken to over HTTP on loopback."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.store.blobs import GRACE_SECONDS, BlobMissing
from bot.store.store import Store


class Bucket:
    """As much of S3's REST interface as blobs need: put, get and delete an object."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    async def put(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"].startswith("AWS4-HMAC-SHA256")
        self.objects[request.path] = await request.read()
        return web.Response(headers={"ETag": '"1"'})

    async def get(self, request: web.Request) -> web.Response:
        if request.path not in self.objects:
            raise web.HTTPNotFound(text="<Error><Code>NoSuchKey</Code></Error>")
        headers = {"ETag": '"1"', "Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT"}
        return web.Response(body=self.objects[request.path], headers=headers)

    async def delete(self, request: web.Request) -> web.Response:
        """Multi-object delete: the keys stand in the body."""
        keys = re.findall(r"<Key>(.*?)</Key>", await request.text())
        for key in keys:
            self.objects.pop(f"{request.path.rstrip('/')}/{key}", None)
        deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        return web.Response(text=f"<DeleteResult>{deleted}</DeleteResult>", content_type="application/xml")


@pytest.fixture
async def bucket(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bucket]:
    bucket = Bucket()
    app = web.Application()
    app.router.add_put("/{key:.*}", bucket.put)
    app.router.add_get("/{key:.*}", bucket.get, allow_head=True)
    app.router.add_post("/{key:.*}", bucket.delete)
    async with TestServer(app) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", str(server.make_url("")).rstrip("/"))
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        yield bucket


async def test_blobs_are_put_found_and_swept_under_the_prefix(bucket: Bucket, tmp_path: Path, clock) -> None:
    store = Store(tmp_path / "t.db", "s3://music/bot", clock)
    await store.open()
    digest = await store.blobs.put(b"abc")
    assert bucket.objects == {f"/music/bot/{digest[:2]}/{digest}": b"abc"}
    assert await store.blobs.get(digest) == b"abc"
    clock.now += GRACE_SECONDS + 1
    assert await store.blobs.sweep() == 1
    assert bucket.objects == {}
    with pytest.raises(BlobMissing):
        await store.blobs.get(digest)
    await store.close()
