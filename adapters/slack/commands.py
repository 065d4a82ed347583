"""Slash commands: `/bgm genre:jazz mood:calm` and the others of the list of commands."""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp

from adapters.slack.desk import Desk, Visit
from adapters.slack.mrkdwn import typed
from bot.commands import CommandSpec, slash_commands
from bot.given import concept_order
from bot.people import Asker, Place
from bot.replies import Reply

Payload = dict[str, Any]

HELP = ("help", "도움말")


class Commands:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        for spec in slash_commands():
            self._register(app, spec)

    def _register(self, app: AsyncApp, spec: CommandSpec) -> None:
        async def run(visit: Visit, body: Payload) -> None:
            await self._run(spec, visit, typed(body.get("text", "")))

        app.command(f"/{spec.name.en}")(self._desk.listener(run))

    async def _run(self, spec: CommandSpec, visit: Visit, given: str) -> None:
        """Do a command as typed; one about music that says nothing opens its form, and `help` explains it.

        Source: Slack documentation, "A style guide for slash commands".
        """
        if (not given and spec.id in ("bgm", "score", "edit")) or _needs_a_file(spec, given):
            await self._desk.open_form(visit, spec.id)
            return

        async def ask(asker: Asker, place: Place) -> Reply:
            if given.lower() in HELP:
                return await self._desk.service.help(asker, spec.id)
            return await self._desk.service.command(asker, place, spec.id, given, event=visit.event)

        await self._desk.serve(visit, ask)


def _needs_a_file(spec: CommandSpec, given: str) -> bool:
    """Whether it can only be done with a recording, which a typed command cannot carry and a form can."""
    return spec.id == "concept" and concept_order(given).action == "learn"
