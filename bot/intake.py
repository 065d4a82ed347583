"""Intake: accepts requests. A job is stored, with its event and within its quotas, before anybody is told so."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.dispatcher import Dispatcher
from bot.job import Request
from bot.presentation import Presentation
from bot.quotas import Quotas
from bot.replies import ProgressReply
from bot.store.store import Store

log = structlog.get_logger()


class AlreadyHandled(Exception):
    """The platform sent this event before and it was handled: acknowledge it, and say nothing more."""


class Intake:
    def __init__(self, store: Store, quotas: Quotas, dispatcher: Dispatcher, presentation: Presentation) -> None:
        self._store = store
        self._quotas = quotas
        self._dispatcher = dispatcher
        self._presentation = presentation

    async def accept(self, request: Request, event: str | None) -> ProgressReply:
        """Store a request as a job and say where in the queue it is.

        Raises:
            AlreadyHandled: this event made a job before.
            QuotaExceeded: the person or the community has asked for enough.
        """
        asker = request.asker
        request = replace(request, priority=self._quotas.priority(asker))
        async with self._store.database.writing() as connection:
            if event is not None and not await self._store.events.is_new(connection, asker.platform, event):
                raise AlreadyHandled(event)
            await self._quotas.check(connection, request)
            job = await self._store.jobs.add(connection, request)
        log.info("job_accepted", job=job.id, kind=request.kind, platform=asker.platform, community=asker.community)
        order = await self._store.jobs.order()
        position = order.index(job.id) + 1 if job.id in order else 1
        self._dispatcher.accepted(job, position)
        return self._presentation.progress(job, position)
