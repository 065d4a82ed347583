"""The progress board: the newest state of each job, one edit at a time."""

from __future__ import annotations

import asyncio

from bot.people import Place
from bot.progress import ProgressBoard
from bot.replies import ProgressReply
from tests.bot.pieces import Letterbox, channel, until


def at(fraction: float, job: str = "job") -> ProgressReply:
    return ProgressReply(job, "en", None, fraction, "compose", f"{fraction:.0%}")


class SlowLetterbox(Letterbox):
    def __init__(self) -> None:
        super().__init__()
        self.under_way = 0
        self.open = asyncio.Event()

    async def show(self, place: Place, progress: ProgressReply) -> None:
        self.under_way += 1
        await self.open.wait()
        self.under_way -= 1
        await super().show(place, progress)


async def test_what_comes_too_quickly_is_skipped(monkeypatch) -> None:
    monkeypatch.setattr("bot.progress._LEAST_SECONDS_BETWEEN", 0.05)
    letterbox = Letterbox()
    board = ProgressBoard({"discord": letterbox})
    for step in range(11):
        board.show(channel(), at(step / 10))
    await until(lambda: len(letterbox.shown["job"]) == 1)
    board.show(channel(), at(0.5))
    board.show(channel(), at(1.0))
    await until(lambda: len(letterbox.shown["job"]) == 2)
    assert [reply.fraction for reply in letterbox.shown["job"]] == [1.0, 1.0]


async def test_closing_waits_for_the_edit_under_way_and_allows_none_after() -> None:
    letterbox = SlowLetterbox()
    board = ProgressBoard({"discord": letterbox})
    board.show(channel(), at(0.1))
    await until(lambda: letterbox.under_way)
    board.show(channel(), at(0.2))
    closing = asyncio.create_task(board.close("job"))
    await asyncio.sleep(0.02)
    assert not closing.done()
    letterbox.open.set()
    await closing
    assert letterbox.under_way == 0
    assert [reply.fraction for reply in letterbox.shown["job"]] == [0.1]


async def test_a_platform_that_fails_or_is_not_there_does_no_harm() -> None:
    class Broken(Letterbox):
        async def show(self, *_: object) -> None:
            raise ConnectionError

    board = ProgressBoard({"discord": Broken()})
    board.show(channel(), at(0.1))
    board.show(Place(platform="slack", address={}), at(0.1, "other"))
    await asyncio.sleep(0)
    await board.close_all()
