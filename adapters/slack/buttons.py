"""Buttons and selects under replies. Their action ids say all, so that they work after a restart."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, cast, get_args

import structlog
from slack_bolt.app.async_app import AsyncApp

from adapters.slack.desk import Desk, Visit
from adapters.slack.home import Home
from adapters.slack.posting import Poster
from adapters.slack.refusals import FAILURES, refusal
from adapters.slack.render import DO
from adapters.slack.uploads import Uploads
from bot.apology import OUTDATED
from bot.people import Asker, Place
from bot.replies import Action, Reply
from core.errors import PersonError

log = structlog.get_logger(__name__)

Payload = dict[str, Any]

PRESSED = re.compile(rf"^{DO}:([a-z_]+):(.*)$")
PAGES: frozenset[Action] = frozenset({"queue", "library"})


class Buttons:
    def __init__(self, desk: Desk, home: Home, poster: Poster, uploads: Uploads) -> None:
        self._desk = desk
        self._home = home
        self._poster = poster
        self._uploads = uploads

    def register(self, app: AsyncApp) -> None:
        app.action(PRESSED)(self._desk.listener(self.press))

    async def press(self, visit: Visit, body: Payload) -> None:
        action = body["actions"][0]
        pressed = PRESSED.match(action["action_id"])
        if pressed is None or pressed[1] not in get_args(Action):
            raise PersonError(OUTDATED)
        name, target = cast("Action", pressed[1]), pressed[2]
        value = (action.get("selected_option") or {}).get("value")
        visit = replace(visit, paging=name in PAGES)

        async def ask(asker: Asker, place: Place) -> Reply:
            return await self._desk.service.press(asker, place, name, target, value, event=visit.event)

        reply = await self._desk.serve(visit, ask)
        if visit.home and reply is not None:
            await self._home.answer(visit, reply)
        elif name == "delete" and reply is not None:
            await self._take_down(visit, body.get("message") or {})

    async def _take_down(self, visit: Visit, message: Payload) -> None:
        """Take the message and the files of a deleted track away from Slack, too, if it was deleted there."""
        files = [file["id"] for file in message.get("files", ())]
        if not files:
            return
        try:
            await self._uploads.take_back(visit.client, files)
        except FAILURES as error:
            log.warning("slack_files_stay", reason=refusal(error).code)
        await self._poster.remove(visit.client, visit.address.at(visit.address.channel, message=message["ts"]))
