"""Shortcuts: those in a message's menu, and the one that opens the form from anywhere."""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.desk import Desk, Visit
from adapters.slack.documents import Documents
from adapters.slack.files import SlackFiles
from adapters.slack.manifest import MAKE_MUSIC
from bot.people import Asker, Place
from bot.replies import Reply

Payload = dict[str, Any]


class Shortcuts:
    def __init__(self, desk: Desk, documents: Documents, files: SlackFiles) -> None:
        self._desk = desk
        self._documents = documents
        self._files = files

    def register(self, app: AsyncApp) -> None:
        listener = self._desk.listener
        app.message_shortcut("score_message")(listener(self.score))
        app.message_shortcut("music_like")(listener(self.music_like))
        app.message_shortcut("edit_music")(listener(self.edit))
        app.global_shortcut(MAKE_MUSIC)(listener(self.form))

    async def score(self, visit: Visit, body: Payload) -> None:
        """Score a message; the music comes in its thread."""
        visit = _under_message(visit, body)

        async def ask(asker: Asker, place: Place) -> Reply:
            text = await self._documents.text(visit.client, body["message"])
            return await self._desk.service.score(asker, place, text, event=visit.event)

        await self._desk.serve(visit, ask)

    async def music_like(self, visit: Visit, body: Payload) -> None:
        """Make music like the sound in a message; it comes in its thread."""
        heard = self._files.heard_in(visit.client, body["message"])

        async def ask(asker: Asker, place: Place) -> Reply:
            return await self._desk.service.music_like(asker, place, heard, event=visit.event)

        await self._desk.serve(_under_message(visit, body), ask)

    async def edit(self, visit: Visit, body: Payload) -> None:
        """Ask what to change about the sound in a message; what comes of it comes in its thread."""
        heard = self._files.heard_in(visit.client, body["message"], "edit")

        async def ask(asker: Asker, _place: Place) -> Reply:
            return await self._desk.service.ask_for_edit(asker, heard)

        await self._desk.serve(_under_message(visit, body), ask)

    async def form(self, visit: Visit, _body: Payload) -> None:
        await self._desk.open_form(visit, "bgm")


def _under_message(visit: Visit, body: Payload) -> Visit:
    thread = visit.address.thread or body.get("message_ts")
    return visit.at(visit.address.at(visit.address.channel, thread=thread))
