"""A bot that may be killed: takes requests from standard input and hands results to a platform on a loopback port.

Each line of standard input is an event; the answer on standard output is the same line, once its job is stored. Run as
`python -m tests.bot.killable FOLDER DATABASE PORT`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

from bot.app import build_app
from bot.courier import Outgoing
from bot.logging import configure_logging
from bot.pace import Pace
from bot.people import Asker, Place
from bot.replies import ProgressReply
from bot.service import AlreadyHandled
from bot.settings import LogSettings, QuotaSettings, Settings
from core.engines.engine import Progress
from core.fleet.fleet import FleetEvent, Work
from tests.bot.pieces import SmallFleet, finished

PACE = Pace(poll=0.05, lease=0.8, heartbeat=0.2, positions=0.3)
UNLIMITED = {"queued": 0, "per_day": 0, "seconds_per_day": 0}


class Wire:
    """Requests to the platform, one connection each."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def ask(self, **request: object) -> dict[str, str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(json.dumps(request).encode() + b"\n")
            await writer.drain()
            return json.loads(await reader.readline())
        finally:
            writer.close()


class NonceCourier:
    """For a platform that recognises a repeated message by its nonce, as Discord does."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def show(self, place: Place, progress: ProgressReply) -> None:
        await self._wire.ask(do="edit", event=place.address["event"], text=progress.text)

    async def deliver(self, outgoing: Outgoing) -> str:
        answer = await self._wire.ask(do="post", event=outgoing.place.address["event"], nonce=outgoing.nonce)
        return answer["message"]


class ReceiptCourier(NonceCourier):
    """For a platform where an upload is shared in a second step that it would repeat, as Slack does."""

    async def deliver(self, outgoing: Outgoing) -> str:
        event = outgoing.place.address["event"]
        upload = outgoing.receipt
        if upload is None:
            upload = (await self._wire.ask(do="upload"))["file"]
            await outgoing.note(upload)
        shared = (await self._wire.ask(do="info", file=upload))["shared"]
        if not shared:
            await self._wire.ask(do="complete", event=event, file=upload)
        return upload


async def make_slowly(work: Work) -> AsyncGenerator[FleetEvent]:
    for step in range(3):
        yield Progress(work.id, step / 3, "render")
        await asyncio.sleep(0.02)
    yield finished(work)


async def main(folder: str, database: str, port: str) -> None:
    configure_logging(LogSettings(level="error", format="json"))
    quotas = QuotaSettings(person=UNLIMITED, community=UNLIMITED)
    url = database if "://" in database else f"sqlite:///{database}"
    settings = Settings(data_dir=Path(folder), database_url=url, quotas=quotas, engine={"workers": 2})
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async with build_app(settings, SmallFleet(make_slowly), pace=PACE) as app:
        wire = Wire(int(port))
        app.register_courier("discord", NonceCourier(wire))
        app.register_courier("slack", ReceiptCourier(wire))
        while line := (await lines.readline()).decode().strip():
            platform = "slack" if line.startswith("slack") else "discord"
            asker = Asker(platform, "community", f"person of {line}", "en")
            place = Place(platform=platform, address={"event": line})
            with contextlib.suppress(AlreadyHandled):
                await app.service.bgm(asker, place, "jazz", event=line)
            os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
