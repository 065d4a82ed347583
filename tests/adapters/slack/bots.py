"""The real adapter over the real bot, with a small fleet, talking to the loopback Slack."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
import soundfile
from PIL import Image
from pydantic import SecretStr

from adapters.slack.app import SlackBot, slack_bot
from adapters.slack.pace import Pace
from bot.app import App, build_app
from bot.people import Asker
from bot.settings import Limits, QuotaSettings, Settings, SlackSettings
from core.engines.engine import Progress
from core.fleet.fleet import Finished, FleetEvent, Work
from core.piece import Piece, PieceFile
from tests.bot.pieces import SmallFleet, piece, reading
from tests.platforms.slack import Slack
from tests.platforms.slack.server import APP_TOKEN, BOT_TOKEN
from tests.platforms.slack.workspace import Message

PATIENCE = (0.02, 0.03, 0.05, 0.1, 0.2)
"""How long the bot under test waits for a file to be shared."""

SONG = b"RIFF a song"

NO_LIMITS = QuotaSettings(person=Limits(), community=Limits())


@dataclass
class Running:
    """A bot at work: `app` is the floor below the adapter, `listening` what keeps it connected."""

    app: App
    bot: SlackBot
    fleet: SmallFleet
    listening: asyncio.Task[NoReturn]


def socket_settings(slack: Slack) -> SlackSettings:
    return SlackSettings.model_validate({"bot_token": BOT_TOKEN, "app_token": APP_TOKEN, "api_url": slack.api_url})


@asynccontextmanager
async def running(
    slack: Slack,
    folder: Path,
    *,
    settings: SlackSettings | None = None,
    fleet: SmallFleet | None = None,
    quotas: QuotaSettings = NO_LIMITS,
    database_url: str | None = None,
) -> AsyncIterator[Running]:
    """Start the bot on the data in `folder`, and stop it at the end as a killed process would: at once."""
    fleet = fleet or SmallFleet(behave=tiny_music)
    chosen = Settings(
        data_dir=folder,
        slack=settings or socket_settings(slack),
        quotas=quotas,
        database_url=None if database_url is None else SecretStr(database_url),
    )
    async with (
        build_app(chosen, fleet) as app,
        slack_bot(chosen.slack, app.service, app.store.database.engine, pace=Pace(0.0, 0.0), patience=PATIENCE) as bot,
    ):
        app.register_courier("slack", bot.courier)
        listening = asyncio.create_task(bot.run())
        try:
            yield Running(app, bot, fleet, listening)
        finally:
            listening.cancel()
            await asyncio.wait({listening})


def let_leases_end(folder: Path) -> None:
    """Let the time pass after which another process takes over what a killed one had claimed."""
    with contextlib.closing(sqlite3.connect(folder / "textunes.db")) as database, database:
        database.execute("UPDATE jobs SET lease_until = 0 WHERE lease_until IS NOT NULL")
        database.execute("UPDATE deliveries SET due = 0 WHERE state = 'waiting'")


async def tiny_music(work: Work) -> AsyncGenerator[FleetEvent]:
    """A tenth of a second of real audio with a real picture."""
    yield Progress(work.id, 0.5, "compose")
    yield finished(work)


def finished(work: Work) -> Finished:
    made = piece(work.brief, work.order, work.edits)
    real = {"audio": _mp3(), "waveform": _png()}
    files = tuple(_with(file, real.get(file.kind, file.data)) for file in made.files)
    return Finished(Piece(facts=made.facts, files=files, peaks=made.peaks), reading(work.brief) if work.read else None)


def _with(file: PieceFile, data: bytes) -> PieceFile:
    return file.model_copy(update={"data": data})


def _mp3() -> bytes:
    written = io.BytesIO()
    soundfile.write(written, np.zeros((4410, 2), dtype=np.float32), 44100, format="MP3")
    return written.getvalue()


def _png() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (8, 8)).save(written, "PNG")
    return written.getvalue()


class Gate:
    """A fleet's behaviour: every piece is half done until the gate is opened."""

    def __init__(self) -> None:
        self._open = asyncio.Event()

    def open(self) -> None:
        self._open.set()

    async def __call__(self, work: Work) -> AsyncGenerator[FleetEvent]:
        yield Progress(work.id, 0.5, "compose")
        await self._open.wait()
        yield finished(work)


async def result(slack: Slack, channel: str, number: int = 1) -> Message:
    """The `number`th message with music in a conversation, when it is there and nothing of its progress is left."""

    def delivered() -> Message | None:
        bots = {workspace.bot_user for workspace in slack.workspaces.values()}
        messages = [message for message in slack.messages(channel) if message.user in bots]
        tracks = [message for message in messages if message.files]
        waiting = [message for message in messages if "Cancel" in message.words or "취소" in message.words]
        return tracks[number - 1] if len(tracks) >= number and not waiting else None

    message = await slack.until(delivered)
    assert message is not None
    return message


async def until_made(bot: Running, asker: Asker, number: int) -> None:
    """Wait until so many tracks of a person are in the library."""
    for _ in range(1000):
        pages = [await bot.app.service.tracks(asker, page) for page in (1, 2)]
        if sum(map(len, pages)) >= number:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError("they were not made")
