"""Housekeeping: forgets what need not be kept any longer, and sweeps away files that nothing refers to."""

from __future__ import annotations

import asyncio
from typing import NoReturn

import structlog

from bot.cancellation import heed_cancellation
from bot.settings import KeepSettings
from bot.store.jobs import DAY_SECONDS
from bot.store.store import Store

_SECONDS_BETWEEN = 600.0
_LEAST_JOB_DAYS = 1.0
"""Quotas count the jobs of the last day."""
_LONGEST_DELIVERY_DAYS = 2.0
"""After this a result is no longer expected, such as that of a platform that is no longer started."""

log = structlog.get_logger()


class Housekeeping:
    def __init__(self, settings: KeepSettings, store: Store) -> None:
        self._settings = settings
        self._store = store

    async def run(self) -> NoReturn:
        while True:
            try:
                await self.tidy()
            except Exception:
                heed_cancellation()
                log.exception("housekeeping_failed")
            await asyncio.sleep(_SECONDS_BETWEEN)

    async def tidy(self) -> None:
        """Forget everything that is due."""
        keep, store, now = self._settings, self._store, self._store.clock()
        await store.events.forget_expired()
        if keep.tracks_days:
            await store.library.delete_before(now - keep.tracks_days * DAY_SECONDS)
        if keep.texts_days:
            await store.library.forget_texts(now - keep.texts_days * DAY_SECONDS)
        await store.deliveries.give_up_before(now - _LONGEST_DELIVERY_DAYS * DAY_SECONDS, "nobody delivers there")
        await store.jobs.delete_before(now - max(keep.jobs_days, _LEAST_JOB_DAYS) * DAY_SECONDS)
        swept = await store.blobs.sweep()
        if swept:
            log.info("blobs_swept", count=swept)
