"""Delivery: empties the outbox, so that every finished job reaches its person once, across restarts.

A delivery is claimed for a lease, tried, and marked done afterwards. A process that dies in between leaves it to be
tried again with the same nonce and with the receipt that the courier noted, by which the platform or the courier
recognises what already arrived.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from typing import NoReturn

import structlog

from bot.bell import Bell
from bot.cancellation import heed_cancellation
from bot.courier import Courier, DeliveryGone, DeliveryRetry, Outgoing
from bot.job import Job
from bot.pace import USUAL, Pace
from bot.presentation import Presentation
from bot.replies import Reply, TextReply
from bot.store.blobs import BlobMissing
from bot.store.deliveries import Delivery
from bot.store.store import Store
from core.words import Words

_AT_ONCE = 8
_LONGEST_TRY_SECONDS = 300.0
_LONGEST_WAIT_SECONDS = 300.0
_GIVE_UP_AFTER_SECONDS = 86_400.0
_MOST_ERRORS = 12

_DELETED = Words("This piece was deleted before it arrived.", "도착하기 전에 삭제된 곡입니다.")

log = structlog.get_logger()


class DeliveryLoop:
    """`run` never returns. Couriers may be added while it runs."""

    def __init__(
        self,
        store: Store,
        couriers: Mapping[str, Courier],
        presentation: Presentation,
        ended: Bell,
        pace: Pace = USUAL,
    ) -> None:
        self._store = store
        self._couriers = couriers
        self._presentation = presentation
        self._ended = ended
        self._pace = pace
        self._room = asyncio.Semaphore(0)
        self._under_way: dict[str, tuple[int, asyncio.Task[None]]] = {}

    async def run(self) -> NoReturn:
        self._room = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_leases())
            while True:
                await self._room.acquire()
                delivery = await self._claim()
                if delivery is None:
                    self._room.release()
                    await self._ended.wait(self._pace.poll)
                    continue
                task = tasks.create_task(self._try(delivery))
                self._under_way[delivery.job] = (delivery.attempt, task)
                task.add_done_callback(lambda _, delivery=delivery: self._left(delivery))  # type: ignore[misc]

    def wake(self) -> None:
        """There may be something to deliver."""
        self._ended.ring()

    async def _claim(self) -> Delivery | None:
        if not self._couriers:
            return None
        try:
            return await self._store.deliveries.claim(list(self._couriers), self._pace.lease)
        except Exception:
            heed_cancellation()
            log.exception("delivery_claim_failed")
            return None

    def _left(self, delivery: Delivery) -> None:
        self._room.release()
        if self._under_way.get(delivery.job, (None, None))[0] == delivery.attempt:
            del self._under_way[delivery.job]

    async def _try(self, delivery: Delivery) -> None:
        try:
            await self._deliver(delivery)
        except Exception:
            # The outcome could not be stored. The lease runs out, and the delivery is tried again.
            log.exception("delivery_left", job=delivery.job, attempt=delivery.attempt)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            reference = await self._hand_over(delivery)
        except DeliveryRetry as error:
            await self._try_later(delivery, max(error.seconds, 0.0), str(error))
        except DeliveryGone as error:
            await self._give_up(delivery, str(error))
        except Exception as error:
            heed_cancellation()
            log.exception("delivery_broke", job=delivery.job, attempt=delivery.attempt)
            if delivery.attempt >= _MOST_ERRORS:
                await self._give_up(delivery, type(error).__name__)
            else:
                await self._try_later(delivery, _backoff(delivery.attempt), type(error).__name__)
        else:
            await self._store.deliveries.done(delivery, reference)
            log.info("delivered", job=delivery.job, attempt=delivery.attempt)

    async def _hand_over(self, delivery: Delivery) -> str:
        job = await self._store.jobs.get(delivery.job)
        if job is None:
            raise DeliveryGone("the job is no longer known")

        async def note(receipt: str) -> None:
            await self._store.deliveries.note(delivery, receipt)

        place = job.request.place
        outgoing = Outgoing(
            id=delivery.job,
            nonce=delivery.job,
            attempt=delivery.attempt,
            place=place,
            reply=await self._reply(job),
            receipt=delivery.receipt,
            note=note,
        )
        async with asyncio.timeout(_LONGEST_TRY_SECONDS):
            return await self._couriers[place.platform].deliver(outgoing)

    async def _reply(self, job: Job) -> Reply:
        language = job.request.asker.language
        if job.error is not None:
            return TextReply(job.error.to(language), language, private=False)
        track = await self._store.library.get(job.id)
        if track is None:
            return TextReply(_DELETED.to(language), language, private=False)
        try:
            files = [await self._store.load(file) for file in self._presentation.attached(track)]
        except BlobMissing:
            return TextReply(_DELETED.to(language), language, private=False)
        return self._presentation.track(track, files, language, job.request.place.upload_limit)

    async def _try_later(self, delivery: Delivery, seconds: float, reason: str) -> None:
        if self._store.clock() - delivery.created > _GIVE_UP_AFTER_SECONDS:
            await self._give_up(delivery, reason)
            return
        log.info("delivery_postponed", job=delivery.job, attempt=delivery.attempt, seconds=round(seconds, 1))
        await self._store.deliveries.again(delivery, seconds, reason)

    async def _give_up(self, delivery: Delivery, reason: str) -> None:
        log.warning("delivery_given_up", job=delivery.job, attempt=delivery.attempt, reason=reason)
        await self._store.deliveries.give_up(delivery, reason)

    async def _keep_leases(self) -> NoReturn:
        while True:
            await asyncio.sleep(self._pace.heartbeat)
            try:
                held = {job: attempt for job, (attempt, _) in self._under_way.items()}
                kept = await self._store.deliveries.keep(held, self._pace.lease)
            except Exception:
                heed_cancellation()
                log.exception("delivery_heartbeat_failed")
                continue
            for job, attempt in held.items():
                now_attempt, task = self._under_way.get(job, (0, None))
                if job not in kept and task is not None and now_attempt == attempt:
                    task.cancel()


def _backoff(attempt: int) -> float:
    """Doubling seconds, spread so that what failed together does not come back together."""
    return min(_LONGEST_WAIT_SECONDS, 2.0**attempt) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load
