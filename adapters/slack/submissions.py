"""Filled-in modals, and the selects in them that are filled while somebody types."""

from __future__ import annotations

import asyncio
import re
from typing import Any, cast

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from adapters.slack.desk import Ask, Desk, Visit
from adapters.slack.files import SlackFiles
from adapters.slack.forms import ANSWER, QUESTION, WHERE, WISH, About, answers, recorded, suggestions
from bot.commands import CommandName
from bot.people import Asker, Place
from bot.replies import Reply
from core.errors import PersonError

Payload = dict[str, Any]

SUGGESTED = re.compile(rf"^{WISH}:([a-z_]+):([a-z_]+)$")
PATIENCE_SECONDS = 2.0
"""How long a modal stays open for a complaint about what was filled in; Slack gives three seconds in all."""


class Submissions:
    def __init__(self, desk: Desk, files: SlackFiles) -> None:
        self._desk = desk
        self._files = files

    def register(self, app: AsyncApp) -> None:
        app.view(WISH)(self.wish)
        app.view(QUESTION)(self.answer)
        app.options(SUGGESTED)(self.suggest)

    async def suggest(self, ack: AsyncAck, context: AsyncBoltContext, body: Payload) -> None:
        asked = SUGGESTED.match(body["action_id"])
        if asked is None:
            return
        asker = await self._desk.asker(Visit.of(context, body))
        choices = await self._desk.service.complete(
            asker, cast("CommandName", asked[1]), asked[2], body.get("value", "")
        )
        await ack(options=suggestions(choices, asker.language))

    async def wish(self, ack: AsyncAck, context: AsyncBoltContext, body: Payload) -> None:
        about, given = About.of(body["view"]), answers(body["view"])
        visit = Visit.of(context, body)
        address = about.address.at(given.pop(WHERE, about.address.channel), thread=about.address.thread)
        visit = visit.at(address)
        service, files = self._desk.service, self._files
        recordings = [files.recording(visit.client, use, file) for use, file in recorded(body["view"])]

        async def ask(asker: Asker, place: Place) -> Reply:
            return await service.command(asker, place, about.command or "bgm", given, recordings, event=visit.event)

        await self._answer(ack, visit, body, ask)

    async def answer(self, ack: AsyncAck, context: AsyncBoltContext, body: Payload) -> None:
        about, given = About.of(body["view"]), answers(body["view"])
        visit = Visit.of(context, body).at(about.address)
        service = self._desk.service

        async def ask(asker: Asker, place: Place) -> Reply:
            return await service.press(
                asker, place, about.action or "remix", about.target, given.get(ANSWER, ""), event=visit.event
            )

        await self._answer(ack, visit, body, ask)

    async def _answer(self, ack: AsyncAck, visit: Visit, body: Payload, ask: Ask) -> None:
        """Close the modal, unless what was filled in cannot be done and that is known in time."""
        asking = asyncio.create_task(self._desk.ask(visit, ask))
        await asyncio.wait({asking}, timeout=PATIENCE_SECONDS)
        refused = asking.exception() if asking.done() else None
        if isinstance(refused, PersonError):
            language = (await self._desk.asker(visit)).language
            await ack(response_action="errors", errors={_last_input(body["view"]): refused.words.to(language)})
            return
        await ack()

        async def show(_visit: Visit, _body: Payload) -> None:
            answer = await asking
            if answer is not None:
                await self._desk.show(answer)

        await self._desk.attempt(show, visit, body)


def _last_input(view: Payload) -> str:
    """The block nearest to the button that sends the form."""
    return str([block["block_id"] for block in view["blocks"] if block["type"] == "input"][-1])
