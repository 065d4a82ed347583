"""Delivery to Slack: a result takes the place of its progress, once, whatever breaks on the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.address import Address
from adapters.slack.installs import Installs, NotInstalled
from adapters.slack.posting import Poster
from adapters.slack.refusals import CLOSED_PLACE, FAILURES, GONE, NOT_EDITABLE, refusal
from adapters.slack.render import render, titles
from adapters.slack.uploads import Upload, Uploads
from bot.courier import DeliveryGone, DeliveryRetry, Outgoing
from bot.people import Place
from bot.replies import ProgressReply, Reply, TrackReply

log = structlog.get_logger(__name__)

Note = Callable[[str], Awaitable[None]]

LONGEST_RETRY_SECONDS = 300.0


class NotShared(Exception):
    """Slack took the files, and shows them nowhere yet."""


class SlackCourier:
    """Hands results over by editing the first reply, or by a message with the files in its place.

    An edit can be repeated without harm. A message with files cannot, so the ids of the files are noted before they are
    shared: the next try first looks whether they appeared, and deletes them before it sends others.
    """

    def __init__(self, installs: Installs, poster: Poster, uploads: Uploads) -> None:
        self._installs = installs
        self._poster = poster
        self._uploads = uploads

    @property
    def shows_sketches(self) -> bool:
        """No: an edit cannot bring a file, and a message of its own would stay behind."""
        return False

    async def show(self, place: Place, progress: ProgressReply) -> None:
        """Edit the first reply, unless it is not posted yet or was edited a moment ago."""
        address = Address.of(place)
        if address.message is None or not self._poster.may_edit(address):
            return
        try:
            await self._poster.edit(await self._installs.client(address), address, render(progress))
        except (*FAILURES, NotInstalled) as error:
            log.info("slack_progress_not_shown", job=progress.job, reason=refusal(error).code)

    async def deliver(self, outgoing: Outgoing) -> str:
        try:
            address = Address.of(outgoing.place)
        except ValueError as error:
            raise DeliveryGone(str(error)) from error
        try:
            client = await self._installs.client(address)
            if isinstance(outgoing.reply, TrackReply) and outgoing.reply.files:
                delivered = await self._hand_over(client, address, outgoing.reply, outgoing.receipt, outgoing.note)
            else:
                delivered = await self._tell(client, address, outgoing.reply)
        except NotInstalled as error:
            raise DeliveryGone(str(error)) from error
        except NotShared as error:
            raise DeliveryRetry(self._uploads.patience_seconds, str(error)) from error
        except FAILURES as error:
            raise _verdict(error, outgoing.attempt) from error
        return f"{delivered.channel}/{delivered.message}"

    async def post(self, client: AsyncWebClient, address: Address, reply: TrackReply) -> Address:
        """Post a track that somebody asked to see again."""
        return await self._hand_over(client, address, reply, None, _forget)

    async def _tell(self, client: AsyncWebClient, address: Address, reply: Reply) -> Address:
        """Edit the first reply; where it cannot be edited any more, say it anew."""
        if address.message is not None:
            try:
                await self._poster.edit(client, address, render(reply))
            except SlackApiError as error:
                if refusal(error).code not in NOT_EDITABLE | CLOSED_PLACE:
                    raise
            else:
                return address
        return await self._poster.post(client, address, render(reply))

    async def _hand_over(
        self, client: AsyncWebClient, address: Address, reply: TrackReply, receipt: str | None, note: Note
    ) -> Address:
        earlier = Upload.read(receipt)
        message = None
        if earlier is not None:
            message = await self._uploads.shared(client, earlier)
            if message is None:
                await self._uploads.take_back(client, earlier.files)
        if earlier is not None and message is not None:
            delivered = address.at(earlier.channel, message=message)
        else:
            delivered = await self._poster.somewhere(
                client, address, lambda there: self._share(client, there, reply, note)
            )
        await self._poster.remove(client, address, surely=True)
        return delivered

    async def _share(self, client: AsyncWebClient, address: Address, reply: TrackReply, note: Note) -> Address:
        upload = await self._uploads.send(client, address.channel, reply.files)
        await note(str(upload))
        await self._poster.turn(address)
        await self._uploads.share(client, upload, address, titles(reply), render(reply).blocks)
        message = await self._uploads.shared(client, upload)
        if message is None:
            raise NotShared("the files are not shared yet")
        return address.at(address.channel, thread=address.thread, message=message)


async def _forget(_receipt: str) -> None:
    """Nobody tries again to show a track that was asked to be seen."""


def _verdict(error: Exception, attempt: int) -> DeliveryRetry | DeliveryGone:
    """Whether a failure passes: what Slack does not name as final does, and each try waits twice as long."""
    failed = refusal(error)
    if failed.code in GONE:
        return DeliveryGone(failed.code)
    waiting = failed.retry_after if failed.retry_after is not None else float(2 ** min(attempt, 9))
    return DeliveryRetry(min(waiting, LONGEST_RETRY_SECONDS), failed.code)
