"""Mentions and direct messages: a command, a wish, or a text to be scored."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.desk import Desk, Visit
from adapters.slack.documents import Documents
from adapters.slack.files import SlackFiles
from adapters.slack.mrkdwn import typed
from bot.commands import command, split_line
from bot.people import Asker, Place
from bot.replies import Reply
from core.engines.engine import Use

Payload = dict[str, Any]

_OPTION = re.compile(r"(\w+):\S")

WRITTEN = (None, "file_share")
"""Subtypes of messages that a person wrote; the others tell of edits, deletions and joins."""


class Mentions:
    def __init__(self, desk: Desk, documents: Documents, files: SlackFiles) -> None:
        self._desk = desk
        self._documents = documents
        self._files = files

    def register(self, app: AsyncApp) -> None:
        app.event("app_mention")(self._desk.listener(self.mentioned))
        app.event("message")(self._desk.listener(self.written))

    async def mentioned(self, visit: Visit, body: Payload) -> None:
        """Answer in the thread of the mention."""
        event = body["event"]
        address = visit.address.at(visit.address.channel, thread=visit.address.thread or event["ts"])
        text = re.sub(rf"<@{visit.bot_user}(\|[^>]*)?>", " ", str(event.get("text", "")), count=1)
        await self._answer(visit.at(address), event | {"text": text})

    async def written(self, visit: Visit, body: Payload) -> None:
        event = body["event"]
        if event.get("channel_type") == "im" and event.get("subtype") in WRITTEN and not event.get("bot_id"):
            await self._answer(visit, event)

    async def _answer(self, visit: Visit, message: Payload) -> None:
        async def ask(asker: Asker, place: Place) -> Reply:
            return await self._meant(asker, place, visit, message)

        await self._desk.serve(visit, ask)

    async def _meant(self, asker: Asker, place: Place, visit: Visit, message: Payload) -> Reply:
        service = self._desk.service
        line = typed(str(message.get("text", "")))
        asked = split_line(line)
        if asked is not None:
            spec, given = asked
            use: Use = "edit" if spec.id == "edit" else "style"
            recordings = (
                self._files.heard_in(visit.client, message, use) if spec.id in ("bgm", "edit", "concept") else []
            )
            return await service.command(asker, place, spec.id, given, recordings, event=visit.event)
        if heard := self._files.heard_in(visit.client, message):
            return await service.music_like(asker, place, heard, line, event=visit.event)
        if not line and not message.get("files"):
            return await service.help(asker)
        if _is_wish(line):
            return await service.bgm(asker, place, line, event=visit.event)
        text = await self._documents.text(visit.client, message)
        return await service.score(asker, place, text, event=visit.event)


def _is_wish(line: str) -> bool:
    """Whether a line begins like what is typed behind /bgm: with an option's name, a colon and a value."""
    begun = _OPTION.match(line)
    spec = command("bgm")
    return begun is not None and spec is not None and spec.option(begun[1].lower()) is not None
