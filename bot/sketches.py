"""Sketches: what is heard while another engine than the composer is at work on a wish.

A short piece by the composer, where a community wishes it; then the beginning of the piece itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import replace
from typing import Final

import structlog

from bot.job import Job
from bot.progress import ProgressBoard
from bot.quotas import community_name
from core.fleet.fleet import PREVIEW_KBPS, Finished, Fleet, Work
from core.piece import Order, PieceFile

COMPOSER: Final = "composer"
LONGEST_SECONDS = 12.0

log = structlog.get_logger()


class Sketches:
    """Made beside jobs, where the composer has nothing else to do; they are shown, and neither counted nor kept.

    `taken` tells how many jobs are under way in each lane; `communities` are those whose people hear sketches, "*"
    means all.
    """

    def __init__(
        self, fleet: Fleet, board: ProgressBoard, taken: Mapping[str, int], communities: Collection[str]
    ) -> None:
        self._fleet = fleet
        self._board = board
        self._taken = taken
        self._communities = frozenset(communities)
        self._under_way: list[asyncio.Task[None]] = []

    @contextmanager
    def beside(self, job: Job, work: Work, show: Callable[[PieceFile], None]) -> Iterator[None]:
        """While a job is made, let a sketch of it be made and shown, if it is wanted and there is room."""
        if not self._is_wanted(job, work) or self._room <= 0:
            yield
            return
        task = asyncio.create_task(self._make(job.id, sketch_of(work), show))
        self._under_way.append(task)
        task.add_done_callback(self._left)
        try:
            yield
        finally:
            task.cancel()

    def with_beginning(self, job: Job, work: Work) -> Work:
        """Have the beginning of a piece sent on while the rest is made, where it can be heard.

        The composer is done before anybody could listen.
        """
        maker = self._fleet.lanes.maker(work.brief.engine, work.needs)
        streams = maker is not None and maker.name != COMPOSER and "stream" in maker.features
        if not streams or not self._board.shows_sketches(job.request.place.platform):
            return work
        return replace(work, order=work.order.model_copy(update={"preview": True}))

    def make_way(self) -> None:
        """Give up as many sketches as there are jobs that need their places."""
        while self._under_way and self._room < 0:
            self._under_way.pop().cancel()

    @property
    def _room(self) -> int:
        """Free places in the composer's lane; less than none where a job waits for one that a sketch has."""
        lanes = self._fleet.lanes
        lane = lanes.of(COMPOSER)
        return lanes.width(lane) - self._taken[lane] - len(self._under_way)

    def _is_wanted(self, job: Job, work: Work) -> bool:
        if self._communities.isdisjoint(("*", community_name(job.request.asker))):
            return False
        maker = self._fleet.lanes.maker(work.brief.engine, work.needs)
        composer = self._fleet.lanes.maker(COMPOSER)
        return (
            maker is not None
            and composer is not None
            and maker.name != COMPOSER
            and "caption" in maker.features
            and work.needs <= composer.features
            and job.failures == 0
            and self._board.shows_sketches(job.request.place.platform)
        )

    async def _make(self, job: str, work: Work, show: Callable[[PieceFile], None]) -> None:
        try:
            async with aclosing(self._fleet.run(work)) as events:
                async for event in events:
                    if isinstance(event, Finished) and (audio := event.piece.file("audio")) is not None:
                        show(audio)
        except Exception as error:  # noqa: BLE001 - nobody asked for it, and the job goes on without
            log.info("sketch_left", job=job, error=type(error).__name__)

    def _left(self, task: asyncio.Task[None]) -> None:
        if task in self._under_way:
            self._under_way.remove(task)


def sketch_of(work: Work) -> Work:
    """The same wish, short and for the composer alone."""
    seconds = min(work.brief.duration, LONGEST_SECONDS)
    brief = work.brief.model_copy(update={"engine": COMPOSER, "duration": seconds, "loop": False})
    order = Order(max_bytes=round((seconds + 1) * PREVIEW_KBPS * 125))
    return replace(work, id=f"{work.id}.sketch", brief=brief, order=order)
