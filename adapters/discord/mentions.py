"""Mentions: somebody names the bot in a message of their own, or writes to it alone."""

from __future__ import annotations

import re

import discord
import structlog

from adapters.discord.address import BOT_UPLOAD_LIMIT
from adapters.discord.asking import asker_of_message, place_of_message
from adapters.discord.deliver import CANNOT_REPLY, DiscordCourier
from adapters.discord.downloads import Downloads
from adapters.discord.errors import CANNOT_SEE_REPLIED, explain
from adapters.discord.messages import MessageReader, documents, written
from adapters.discord.render import render
from bot.commands import CommandName, split_line
from bot.people import Asker, Place
from bot.recordings import SentRecording
from bot.replies import ProgressReply, Reply, TextReply
from bot.service import AlreadyHandled, Service
from core.engines.engine import Use
from core.errors import PersonError, TextError
from core.words import Words

log = structlog.get_logger(__name__)


HEARING: frozenset[CommandName] = frozenset({"bgm", "edit", "concept"})
"""The commands that a sound beside them is for."""

LOOKING = Words("One moment…", "잠시만 기다려 주세요…")


class Mentions:
    """Scores the text that comes with a mention, or does the command that is typed there (`@bot /bgm genre:jazz`)."""

    def __init__(self, service: Service, courier: DiscordCourier, reader: MessageReader, downloads: Downloads) -> None:
        self._service = service
        self._courier = courier
        self._reader = reader
        self._downloads = downloads

    async def answer(self, message: discord.Message, me: int) -> None:
        """Reply at once, and put into that reply what comes of it: progress, the result, or what went wrong."""
        text = written(message, without=me)
        asker = asker_of_message(message, text)
        try:
            # An event that Discord sends again after a resume gets the same reply by its nonce.
            shown = await _reply(message, LOOKING.to(asker.language), nonce=f"m{message.id}")
        except discord.HTTPException as error:
            log.warning("discord_reply_refused", status=error.status, code=error.code)
            return
        place = place_of_message(message, shown.id)
        try:
            reply = await self._ask(message, asker, place, text, me)
        except AlreadyHandled:
            return
        except Exception as error:  # noqa: BLE001 - whatever broke, the person is told
            reply = TextReply(explain(error, asker.language, doing="mention"), asker.language)
        if isinstance(reply, ProgressReply):
            await self._courier.show(place, reply)
        else:
            rendered = render(reply, BOT_UPLOAD_LIMIT)
            await shown.edit(content=rendered.content, view=rendered.view)

    async def _ask(self, message: discord.Message, asker: Asker, place: Place, text: str, me: int) -> Reply:
        event = f"message:{message.id}"
        if (line := split_line(text)) is not None:
            spec, rest = line
            heard = self._heard(message, "edit" if spec.id == "edit" else "style") if spec.id in HEARING else []
            return await self._service.command(asker, place, spec.id, rest, heard, event=event)
        if own := self._downloads.heard_in(message, "style"):
            return await self._service.music_like(asker, place, own, text, event=event)
        if text or documents(message):
            whole = await self._reader.text(message, without=me)
            return await self._service.score(asker, place, whole, event=event)
        if heard := self._heard(message, "style"):
            return await self._service.music_like(asker, place, heard, event=event)
        if message.reference is None:
            return await self._service.help(asker)
        replied = message.reference.resolved
        if not isinstance(replied, discord.Message):
            raise PersonError(CANNOT_SEE_REPLIED)
        try:
            whole = await self._reader.text(replied, without=me)
        except TextError as error:
            raise PersonError(CANNOT_SEE_REPLIED) from error
        return await self._service.score(asker, place, whole, event=event)

    def _heard(self, message: discord.Message, use: Use) -> list[SentRecording]:
        """A sound attached to a message, or else to the one that it replies to."""
        replied = None if message.reference is None else message.reference.resolved
        messages = [message, *([replied] if isinstance(replied, discord.Message) else [])]
        return next(filter(None, (self._downloads.heard_in(each, use) for each in messages)), [])


async def _reply(message: discord.Message, text: str, nonce: str) -> discord.Message:
    """Reply to a message, or just write where the bot may not read what was written before."""
    try:
        return await message.reply(text, nonce=nonce, mention_author=False)
    except discord.HTTPException as error:
        if error.code != CANNOT_REPLY:
            raise
    return await message.channel.send(text, nonce=nonce)


def addressed(message: discord.Message, me: int) -> bool:
    """Whether a message speaks to the bot: it names it in its text, or is written to it alone.

    A reply to the bot mentions it too, but says nothing to it.
    """
    if message.author.bot:
        return False
    return message.guild is None or re.search(rf"<@!?{me}>", message.content) is not None
