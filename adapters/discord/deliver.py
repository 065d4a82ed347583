"""DiscordCourier: shows progress in the first reply and puts the result in its place, once.

An interaction's token edits the first reply for 14 minutes; editing twice changes nothing, so a repeated try is
harmless. After that the bot posts in the channel by its own token. A post is repeated only if Discord does not know
its nonce any more (it remembers one for a few minutes) and the channel's history does not hold it either.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

import aiohttp
import discord
import structlog

from adapters.discord.address import BOT_UPLOAD_LIMIT, Address
from adapters.discord.render import Rendered, render
from bot.courier import DeliveryGone, DeliveryRetry, Outgoing
from bot.people import Place
from bot.replies import ProgressReply, Reply, TextReply
from core.words import Language, Words

log = structlog.get_logger(__name__)

REMEMBERED = 4096
HISTORY = 100
LONGEST_BACKOFF = 300.0
POSTED = "posted"

UNKNOWN_MESSAGE = 10008
TOO_LARGE = 40005
TOKEN_EXPIRED = 50027
CANNOT_REPLY = 160002
"""Replying needs the permission to read the channel's history."""

FINISHED = Words("It is finished:", "완성되었습니다:")
REFUSED_AS_TOO_LARGE = Words(
    "The music is ready, but Discord refused its file as too large for this place. You find it in /library.",
    "음악이 완성되었지만, 파일이 너무 커서 이곳에는 올릴 수 없습니다. /library에서 찾으실 수 있습니다.",
)


class DiscordCourier:
    """Edits and posts through a client that is logged in."""

    def __init__(self, client: discord.Client, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._clock = clock
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._settled: OrderedDict[str, int] = OrderedDict()
        self._sketched: OrderedDict[str, int] = OrderedDict()

    @property
    def shows_sketches(self) -> bool:
        return True

    async def show(self, place: Place, progress: ProgressReply) -> None:
        address = Address.of(place)
        if address.message is None or not self._connected:
            return
        async with self._lock(address):
            if address.key in self._settled:
                return
            try:
                rendered = render(progress, BOT_UPLOAD_LIMIT)
                size = 0 if progress.sketch is None else len(progress.sketch.file.data)
                await self._edit(address, rendered, keeps_files=self._sketched.get(address.key, 0) == size)
                _remember(self._sketched, address.key, size)
            except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
                log.info("discord_progress_not_shown", job=progress.job, reason=type(error).__name__)

    async def deliver(self, outgoing: Outgoing) -> str:
        try:
            address = Address.of(outgoing.place)
        except ValueError as error:
            raise DeliveryGone(str(error)) from error
        if not self._connected:
            raise DeliveryRetry(5.0, "not connected to Discord yet")
        self._settle(address)
        async with self._lock(address):
            with _as_delivery(outgoing.attempt):
                try:
                    message = await self._hand_over(outgoing, address, outgoing.reply)
                except discord.HTTPException as error:
                    if not refused_as_too_large(error):
                        raise
                    message = await self._hand_over(outgoing, address, _too_large(outgoing.reply))
        return str(message)

    async def _hand_over(self, outgoing: Outgoing, address: Address, reply: Reply) -> int:
        """Edit the first reply, or post where that cannot be done any more; the id of the message that carries it."""
        rendered = render(reply, outgoing.place.upload_limit or BOT_UPLOAD_LIMIT)
        if address.message is not None and (address.token is None or address.alive(self._clock())):
            try:
                return await self._edit(address, rendered)
            except discord.HTTPException as error:
                if error.code not in (UNKNOWN_MESSAGE, TOKEN_EXPIRED):
                    raise
        if not address.postable:
            raise DeliveryGone("the interaction is over, and the bot may not post there by itself")
        if outgoing.attempt > 1 and (found := await self._found(outgoing, address, rendered)) is not None:
            return found
        message = await self._post(outgoing, address, rendered)
        await self._point_on(address, message, reply.language)
        return message.id

    async def _edit(self, address: Address, rendered: Rendered, *, keeps_files: bool = False) -> int:
        """Give the first reply this content, these files and these buttons instead of those that it has.

        With `keeps_files` those that are there stay, so that they are not sent again.
        """
        if address.message is None:
            raise ValueError("there is no first reply yet")
        attachments = discord.utils.MISSING if keeps_files else rendered.attachments
        if address.token is None or address.application is None:
            mine = self._client.get_partial_messageable(address.channel).get_partial_message(address.message)
            await mine.edit(content=rendered.content, attachments=attachments, view=rendered.view)
        else:
            webhook = discord.Webhook.partial(address.application, address.token, client=self._client)
            await webhook.edit_message(
                address.message, content=rendered.content, attachments=attachments, view=rendered.view
            )
        return address.message

    async def _post(self, outgoing: Outgoing, address: Address, rendered: Rendered) -> discord.Message:
        """Post in the channel, in reply to what it answers where the bot can."""
        await outgoing.note(POSTED)
        answered = address.message or address.reply_to
        try:
            return await self._send(address, rendered, outgoing.nonce, answered)
        except discord.HTTPException as error:
            if error.code != CANNOT_REPLY:
                raise
        return await self._send(address, rendered, outgoing.nonce, None)

    async def _send(self, address: Address, rendered: Rendered, nonce: str, answered: int | None) -> discord.Message:
        channel = self._client.get_partial_messageable(address.channel)
        reference = (
            None
            if answered is None
            else discord.MessageReference(message_id=answered, channel_id=address.channel, fail_if_not_exists=False)
        )
        return await channel.send(
            rendered.content,
            files=rendered.attachments,
            view=rendered.view,
            nonce=nonce,
            reference=reference,  # type: ignore[arg-type]
            mention_author=False,
        )

    async def _point_on(self, address: Address, message: discord.Message, language: Language) -> None:
        """Let the first reply, which still shows progress, lead to the message that took its place."""
        if address.message is None:
            return
        first = self._client.get_partial_messageable(address.channel).get_partial_message(address.message)
        try:
            await first.edit(content=f"{FINISHED.to(language)} {message.jump_url}", view=None, attachments=[])
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.info("discord_first_reply_left", reason=type(error).__name__)

    async def _found(self, outgoing: Outgoing, address: Address, rendered: Rendered) -> int | None:
        """The message by which an earlier try already handed this over, if the bot may look for it."""
        channel = self._client.get_partial_messageable(address.channel)
        if address.message is not None:
            try:
                first = await channel.fetch_message(address.message)
            except (discord.NotFound, discord.Forbidden):
                pass
            else:
                if self._carries(first, rendered):
                    return first.id
        if outgoing.receipt != POSTED:
            return None
        since = discord.Object(address.message or address.reply_to or 0)
        try:
            async for message in channel.history(limit=HISTORY, after=since):
                if self._carries(message, rendered):
                    return message.id
        except (discord.NotFound, discord.Forbidden):
            pass
        return None

    def _carries(self, message: discord.Message, rendered: Rendered) -> bool:
        if self._client.user is None or message.author.id != self._client.user.id:
            return False
        if not rendered.custom_ids:
            return message.content == rendered.content
        shown = {
            getattr(item, "custom_id", None)
            for row in message.components
            if isinstance(row, discord.ActionRow)
            for item in row.children
        }
        return not rendered.custom_ids.isdisjoint(shown)

    @property
    def _connected(self) -> bool:
        """Whether the client has logged in, so that requests can be made."""
        return self._client.user is not None

    def _lock(self, address: Address) -> asyncio.Lock:
        return self._locks.setdefault(address.key, asyncio.Lock())

    def _settle(self, address: Address) -> None:
        """Let no progress be shown there any more. The latest few thousand places are remembered."""
        _remember(self._settled, address.key)


def _remember(keys: OrderedDict[str, int], key: str, size: int = 0) -> None:
    keys[key] = size
    keys.move_to_end(key)
    if len(keys) > REMEMBERED:
        keys.popitem(last=False)


def refused_as_too_large(error: discord.HTTPException) -> bool:
    return error.status == 413 or error.code == TOO_LARGE


def _too_large(reply: Reply) -> Reply:
    return TextReply(REFUSED_AS_TOO_LARGE.to(reply.language), reply.language, private=False)


@contextmanager
def _as_delivery(attempt: int) -> Iterator[None]:
    """Say of what went wrong whether it is worth another try. Only states and codes are told, never contents."""
    try:
        yield
    except discord.RateLimited as error:
        raise DeliveryRetry(error.retry_after, "rate limited") from error
    except discord.HTTPException as error:
        reason = f"Discord answered {error.status} ({error.code})"
        if error.status in (401, 429) or error.status >= 500:
            raise DeliveryRetry(_backoff(attempt), reason) from error
        raise DeliveryGone(reason) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise DeliveryRetry(_backoff(attempt), type(error).__name__) from error


def _backoff(attempt: int) -> float:
    return min(LONGEST_BACKOFF, 2.0 * 2.0 ** min(attempt, 10))
