"""ProgressBoard: shows people how far their jobs are, without flooding the platforms."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from time import monotonic

import structlog

from bot.courier import Courier
from bot.people import Place, Platform
from bot.replies import ProgressReply

_LEAST_SECONDS_BETWEEN = 2.0
"""Discord edits a message five times in five seconds, Slack posts once a second in a channel; others edit there too."""
_LONGEST_SHOW_SECONDS = 10.0

log = structlog.get_logger()


class _Display:
    """What is to be shown next of one job, and the task that shows it."""

    def __init__(self) -> None:
        self.newest: tuple[Place, ProgressReply] | None = None
        self.closed = asyncio.Event()
        self.task: asyncio.Task[None] | None = None


class ProgressBoard:
    """Shows the newest progress of each job, one edit at a time; what comes too quickly is skipped."""

    def __init__(self, couriers: Mapping[str, Courier]) -> None:
        self._couriers = couriers
        self._displays: dict[str, _Display] = {}

    def shows_sketches(self, platform: Platform) -> bool:
        """Whether people can listen there while they wait."""
        return platform in self._couriers and self._couriers[platform].shows_sketches

    def show(self, place: Place, progress: ProgressReply) -> None:
        """Show this soon, unless something newer comes first. Returns at once."""
        if place.platform not in self._couriers:
            return
        display = self._displays.get(progress.job)
        if display is None:
            display = self._displays[progress.job] = _Display()
            display.task = asyncio.create_task(self._keep_showing(progress.job, display))
        display.newest = (place, progress)

    async def close(self, job: str) -> None:
        """Show nothing more of a job. When this returns, no edit of it is under way."""
        display = self._displays.get(job)
        if display is not None and display.task is not None:
            display.closed.set()
            await display.task

    async def close_all(self) -> None:
        await asyncio.gather(*(self.close(job) for job in list(self._displays)))

    async def _keep_showing(self, job: str, display: _Display) -> None:
        while display.newest is not None and not display.closed.is_set():
            (place, progress), display.newest = display.newest, None
            await self._show(place, progress)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LEAST_SECONDS_BETWEEN):
                    await display.closed.wait()
        del self._displays[job]

    async def _show(self, place: Place, progress: ProgressReply) -> None:
        started = monotonic()
        try:
            async with asyncio.timeout(_LONGEST_SHOW_SECONDS):
                await self._couriers[place.platform].show(place, progress)
        except Exception as error:  # noqa: BLE001 - showing progress is best effort, whatever a platform does
            log.info(
                "progress_not_shown",
                job=progress.job,
                platform=place.platform,
                error=type(error).__name__,
                seconds=round(monotonic() - started, 3),
            )
