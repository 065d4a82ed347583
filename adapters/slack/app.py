"""Slack: puts the adapter together, and keeps it connected."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urljoin

import aiohttp
import structlog
from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncInstallationStoreAuthorize
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.slack.buttons import Buttons
from adapters.slack.commands import Commands
from adapters.slack.deliver import SlackCourier
from adapters.slack.desk import Desk, doing
from adapters.slack.documents import Documents
from adapters.slack.errors import BAD_BOT_TOKEN, NO_WAY_IN
from adapters.slack.home import Home
from adapters.slack.http import serve
from adapters.slack.installs import Installs, ManyWorkspaces, OneWorkspace
from adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES
from adapters.slack.mentions import Mentions
from adapters.slack.pace import Pace
from adapters.slack.people import People
from adapters.slack.posting import Poster
from adapters.slack.refusals import BAD_TOKEN, refusal
from adapters.slack.shortcuts import Shortcuts
from adapters.slack.socket import WatchedSocket
from adapters.slack.submissions import Submissions
from adapters.slack.uploads import PATIENCE, Uploads
from bot.service import Service
from bot.settings import SlackSettings
from core.errors import PersonError

log = structlog.get_logger(__name__)

API_URL = "https://slack.com/api/"
TIMEOUT = aiohttp.ClientTimeout(total=30)
STATE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class SlackBot:
    """The adapter, ready to run: Bolt with all listeners, and the courier that brings results to Slack."""

    app: AsyncApp
    courier: SlackCourier
    settings: SlackSettings

    async def run(self) -> NoReturn:
        """Listen to Slack until cancelled: over a socket with an app-level token, otherwise over HTTP.

        Raises:
            PersonError: Slack refuses a token.
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
        except SlackApiError as error:
            if refusal(error).code in BAD_TOKEN:
                raise PersonError(BAD_BOT_TOKEN) from error
            raise
        log.info("slack_ready", team=known["team_id"])

    @asynccontextmanager
    async def _listening(self) -> AsyncGenerator[None]:
        """Serve over HTTP what has to come that way: events without a socket, and installations."""
        by_http = self.settings.app_token is None
        if not by_http and self.app.oauth_flow is None:
            yield
            return
        runner = await serve(self.app, self.settings.host, self.settings.port, events=by_http)
        log.info("slack_listening", host=self.settings.host, port=runner.addresses[0][1])
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
    if not complete(settings):
        raise PersonError(NO_WAY_IN)
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        app, installs = await _connected(settings, engine, session)
        uploads = Uploads(session, patience)
        poster = Poster(pace or Pace())
        courier = SlackCourier(installs, poster, uploads)
        desk = Desk(service, People(), poster, courier)
        documents = Documents(session)
        home = Home(desk)
        for room in (
            Commands(desk),
            Shortcuts(desk, documents),
            Buttons(desk, home, poster, uploads),
            Submissions(desk),
            home,
            Mentions(desk, documents),
        ):
            room.register(app)
        app.error(_failed)
        try:
            yield SlackBot(app, courier, settings)
        finally:
            await desk.settle()


def complete(settings: SlackSettings) -> bool:
    """Whether the settings say how Slack reaches the app, and with which token it answers."""
    reachable = settings.app_token is not None or settings.signing_secret is not None
    return reachable and (settings.bot_token is not None or _by_oauth(settings))


def _by_oauth(settings: SlackSettings) -> bool:
    return settings.client_id is not None and settings.client_secret is not None


async def _connected(
    settings: SlackSettings, engine: AsyncEngine, session: aiohttp.ClientSession
) -> tuple[AsyncApp, Installs]:
    logger = logging.getLogger("slack")
    # Bolt and slack_sdk log payloads, and with them what people wrote, at the lower levels.
    logger.setLevel(logging.ERROR)
    api_url = API_URL if settings.api_url is None else str(settings.api_url)
    secret = _shown(settings.signing_secret)
    by_oauth = _by_oauth(settings) and settings.bot_token is None

    def client(*, patient: bool) -> AsyncWebClient:
        # Whoever waits for an answer waits for a rate limit, too; a delivery is put off instead.
        retries = [AsyncConnectionErrorRetryHandler(), AsyncRateLimitErrorRetryHandler(max_retry_count=1)]
        return AsyncWebClient(
            token=None if by_oauth else _shown(settings.bot_token),
            base_url=api_url,
            session=session,
            logger=logger,
            retry_handlers=[*retries] if patient else [],
        )

    if not by_oauth:
        app = _bolt(logger, client=client(patient=True), signing_secret=secret)
        return app, OneWorkspace(client(patient=False))
    flow, authorize = await _oauth(settings, engine, client(patient=True), logger)
    app = _bolt(logger, client=client(patient=True), signing_secret=secret, authorize=authorize, oauth_settings=flow)
    app.enable_token_revocation_listeners()
    return app, ManyWorkspaces(client(patient=False), authorize, logger)


def _bolt(logger: logging.Logger, **how: Any) -> AsyncApp:  # noqa: ANN401 - passed on to Bolt
    return AsyncApp(
        name="textunes",
        logger=logger,
        raise_error_for_unhandled_request=True,
        request_verification_enabled=bool(how["signing_secret"]),
        **how,
    )


async def _oauth(
    settings: SlackSettings, engine: AsyncEngine, client: AsyncWebClient, logger: logging.Logger
) -> tuple[AsyncOAuthSettings, AsyncInstallationStoreAuthorize]:
    """The installation flow, and what finds the token of a workspace among the installations."""
    client_id, client_secret = settings.client_id or "", _shown(settings.client_secret)
    installations = AsyncSQLAlchemyInstallationStore(client_id, engine, logger=logger)
    states = AsyncSQLAlchemyOAuthStateStore(STATE_SECONDS, engine, logger=logger)
    await installations.create_tables()
    await states.create_tables()
    authorize = AsyncInstallationStoreAuthorize(
        logger=logger,
        installation_store=installations,
        client_id=client_id,
        client_secret=client_secret,
        bot_only=True,
        cache_enabled=True,
        client=client,
    )
    flow = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=list(SCOPES),
        user_scopes=[],
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=urljoin(client.base_url, "../oauth/v2/authorize"),
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=states,
        state_expiration_seconds=STATE_SECONDS,
        logger=logger,
    )
    return flow, authorize


async def _failed(error: Exception, body: dict[str, Any]) -> BoltResponse | None:
    """What goes wrong before a listener is reached, or in one that must answer with more than an acknowledgement."""
    if isinstance(error, BoltUnhandledRequestError):
        log.info("slack_unhandled", doing=doing(body))
        return BoltResponse(status=200)
    log.error("slack_failed", doing=doing(body), exc_info=error)
    return None


def _shown(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value()
