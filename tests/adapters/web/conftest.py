"""The playground on loopback, over the real bot with a small fleet that makes pieces one can hear."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest

from adapters.web.guard import HEADER
from adapters.web.server import build_playground, serve
from bot.app import App, build_app
from bot.settings import Settings
from core.audio.clip import Clip
from core.audio.encoding import encode
from core.audio.waveform import peaks, waveform_png
from core.fleet.fleet import Finished, Work
from core.piece import PieceFile
from tests.bot.pieces import SmallFleet, finished

RATE = 16_000
SECONDS = 5.0


def heard(work: Work) -> Finished:
    """What the small fleet makes, with a real MP3 and its picture."""
    time = np.arange(int(SECONDS * RATE), dtype=np.float32) / RATE
    clip = Clip(np.stack([np.sin(2 * np.pi * 440 * time) * np.exp(-time / 2)] * 2).astype(np.float32) * 0.5, RATE)
    made = finished(work)
    files = {
        "audio": encode(clip, "mp3"),
        "waveform": waveform_png(clip),
    }
    replaced = tuple(
        PieceFile(kind=file.kind, name=file.name, media_type=file.media_type, data=files.get(file.kind, file.data))
        for file in made.piece.files
    )
    facts = made.piece.facts.model_copy(update={"seconds": SECONDS, "sample_rate": RATE})
    piece = made.piece.model_copy(update={"files": replaced, "facts": facts, "peaks": peaks(clip)})
    return Finished(piece, made.reading)


@dataclass
class HeardFleet(SmallFleet):
    """Makes pieces that can be played; waits before each while `gate` is closed."""

    def __post_init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.behave = self._make

    async def _make(self, work: Work):
        await self.gate.wait()
        yield heard(work)


@pytest.fixture
async def fleet() -> HeardFleet:
    return HeardFleet()


@pytest.fixture
async def app(tmp_path: Path, fleet: HeardFleet) -> AsyncIterator[App]:
    async with build_app(Settings(data_dir=tmp_path), fleet) as app:
        yield app


@pytest.fixture
async def address(app: App, tmp_path: Path) -> AsyncIterator[str]:
    """Where the playground is."""
    playground = build_playground(app.service, app.store.conversations, tmp_path)
    app.register_courier("web", playground.courier)
    runner = await serve(playground.site, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


class Visitor:
    """A browser without a screen: calls the API, and collects what its event stream shows."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session
        self.entries: dict[str, dict[str, Any]] = {}

    async def hello(self) -> dict[str, Any]:
        async with self.session.get("/api/hello") as response:
            return await response.json()

    async def post(self, path: str, body: object) -> tuple[int, Any]:
        async with self.session.post(path, json=body) as response:
            return response.status, None if response.status == 204 else await response.json()

    async def say(self, text: str) -> tuple[int, Any]:
        return await self.post("/api/messages", {"text": text})

    async def see(self, kind: str, seconds: float = 60.0, having: str = "id", **headers: str) -> dict[str, Any]:
        """Follow the event stream until an entry of this kind comes; the latest entry of each id is kept.

        `having` names what the entry must have.
        """
        async with asyncio.timeout(seconds), self.session.get("/api/events", headers=headers) as stream:
            async for line in stream.content:
                if line.startswith(b"data: "):
                    entry = json.loads(line.removeprefix(b"data: "))
                    self.entries[entry["id"]] = entry
                    if entry["kind"] == kind and entry.get(having):
                        return entry
        raise AssertionError("the stream ended")


@pytest.fixture
async def visitor(address: str) -> AsyncIterator[Visitor]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(address, headers={HEADER: "1"}, cookie_jar=jar) as session:
        visitor = Visitor(session)
        await visitor.hello()
        yield visitor
