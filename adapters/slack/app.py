"""Slack: puts the adapter together, and keeps it connected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.slack.bolt import connect
from adapters.slack.buttons import Buttons
from adapters.slack.commands import Commands
from adapters.slack.deliver import SlackCourier
from adapters.slack.desk import Desk, kind_of
from adapters.slack.documents import Documents
from adapters.slack.errors import BAD_BOT_TOKEN, port_taken
from adapters.slack.files import SlackFiles
from adapters.slack.home import Home
from adapters.slack.http import serve
from adapters.slack.mentions import Mentions
from adapters.slack.pace import Pace
from adapters.slack.people import People
from adapters.slack.posting import Poster
from adapters.slack.refusals import BAD_TOKEN, FAILURES, refusal
from adapters.slack.shortcuts import Shortcuts
from adapters.slack.socket import WatchedSocket
from adapters.slack.submissions import Submissions
from adapters.slack.uploads import PATIENCE, Uploads
from bot.service import Service
from bot.settings import SlackSettings
from core.errors import PersonError

log = structlog.get_logger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=30)


@dataclass(frozen=True, slots=True)
class SlackBot:
    """The adapter, ready to run: Bolt with all listeners, and the courier that brings results to Slack."""

    app: AsyncApp
    courier: SlackCourier
    settings: SlackSettings

    async def run(self) -> NoReturn:
        """Listen to Slack until cancelled: over a socket with an app-level token, otherwise over HTTP.

        Raises:
            PersonError: Slack refuses a token, or the port is taken.
        """
        if self.app.oauth_flow is None:
            await self._greet()
        async with self._listening():
            if self.settings.app_token is not None:
                await WatchedSocket(self.app, self.settings.app_token.get_secret_value()).run()
            await asyncio.Event().wait()
        raise AssertionError("nobody sets this event")

    async def _greet(self) -> None:
        try:
            known = await self.app.client.auth_test()
        except FAILURES as error:
            reason = refusal(error).code
            if reason in BAD_TOKEN:
                raise PersonError(BAD_BOT_TOKEN) from error
            log.warning("slack_out_of_reach", reason=reason)
        else:
            log.info("slack_ready", team=known["team_id"])

    @asynccontextmanager
    async def _listening(self) -> AsyncGenerator[None]:
        """Serve over HTTP what has to come that way: events without a socket, and installations."""
        by_http = self.settings.app_token is None
        if not by_http and self.app.oauth_flow is None:
            yield
            return
        host, port = self.settings.host, self.settings.port
        try:
            runner = await serve(self.app, host, port, events=by_http)
        except OSError as error:
            raise PersonError(port_taken(host, port)) from error
        log.info("slack_listening", host=host, port=runner.addresses[0][1])
        try:
            yield
        finally:
            await runner.cleanup()


@asynccontextmanager
async def slack_bot(
    settings: SlackSettings,
    service: Service,
    engine: AsyncEngine,
    *,
    pace: Pace | None = None,
    patience: Sequence[float] = PATIENCE,
) -> AsyncGenerator[SlackBot]:
    """Put the adapter together. `engine` keeps the installations where the app serves several workspaces.

    Raises:
        PersonError: the settings name no way by which Slack and the app can talk.
    """
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        app, installs = await connect(settings, engine, session)
        uploads = Uploads(session, patience)
        poster = Poster(pace or Pace())
        courier = SlackCourier(installs, poster, uploads)
        desk = Desk(service, People(), poster, courier)
        files = SlackFiles(session)
        documents = Documents(files)
        home = Home(desk)
        for room in (
            Commands(desk),
            Shortcuts(desk, documents, files),
            Buttons(desk, home, poster, uploads),
            Submissions(desk, files),
            home,
            Mentions(desk, documents, files),
        ):
            room.register(app)
        app.error(_failed)
        try:
            yield SlackBot(app, courier, settings)
        finally:
            await desk.settle()


async def _failed(error: Exception, body: dict[str, Any]) -> BoltResponse | None:
    """What goes wrong before a listener is reached, or in one that must answer with more than an acknowledgement."""
    if isinstance(error, BoltUnhandledRequestError):
        log.info("slack_unhandled", doing=kind_of(body))
        return BoltResponse(status=200)
    log.error("slack_failed", doing=kind_of(body), exc_info=error)
    return None
