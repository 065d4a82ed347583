"""A platform that posts its first reply after a job was accepted tells the bot where that is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

from bot.app import build_app
from bot.people import Place
from bot.replies import ProgressReply
from bot.settings import Settings
from core.engines.engine import Progress
from core.fleet.fleet import FleetEvent, Work
from tests.bot.pieces import OSLO, Letterbox, SmallFleet, channel, finished, until


class Noticeboard(Letterbox):
    """Remembers where progress was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[str] = []

    async def show(self, place: Place, progress: ProgressReply) -> None:
        self.places.append(place.address["channel"])
        await super().show(place, progress)


async def test_progress_made_before_the_first_reply_was_posted_is_shown_in_it(tmp_path: Path) -> None:
    may_finish = asyncio.Event()

    async def half_done(work: Work) -> AsyncGenerator[FleetEvent]:
        yield Progress(work.id, 0.5, "compose")
        await may_finish.wait()
        yield finished(work)

    board = Noticeboard()
    async with build_app(Settings(data_dir=tmp_path), SmallFleet(behave=half_done)) as app:
        app.register_courier("discord", board)
        receipt = await app.service.bgm(OSLO, channel("nowhere yet"), "genre:jazz")
        await until(lambda: board.shown[receipt.job])
        assert await app.service.move(receipt.job, channel("first reply"))
        await until(lambda: "first reply" in board.places)
        assert board.shown[receipt.job][-1].fraction == 0.5
        may_finish.set()
        await until(lambda: board.of(receipt.job))
        assert board.of(receipt.job)[0].place == channel("first reply")
