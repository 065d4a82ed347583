"""Bolt and the clients of the Web API, as the settings want them: for one workspace, or for all that install us."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urljoin

import aiohttp
from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncInstallationStoreAuthorize
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.slack.errors import NO_WAY_IN
from adapters.slack.installs import Installs, ManyWorkspaces, OneWorkspace
from adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES
from bot.settings import SlackSettings
from core.errors import PersonError

API_URL = "https://slack.com/api/"
STATE_SECONDS = 600


async def connect(
    settings: SlackSettings, engine: AsyncEngine, session: aiohttp.ClientSession
) -> tuple[AsyncApp, Installs]:
    """The Bolt app, and the clients with which results are delivered. `engine` keeps the installations.

    Raises:
        PersonError: the settings name no way by which Slack and the app can talk.
    """
    if settings.app_token is None and settings.signing_secret is None:
        raise PersonError(NO_WAY_IN)
    logger = logging.getLogger("textunes.slack")
    # Bolt and slack_sdk log payloads, and with them what people wrote, at the lower levels.
    logger.setLevel(logging.ERROR)
    # Whoever waits for an answer waits for a rate limit, too; a delivery is put off instead.
    patient, hasty = (_client(settings, session, logger, patient=patient) for patient in (True, False))
    if settings.bot_token is not None:
        return _app(logger, settings, patient), OneWorkspace(hasty)
    if settings.client_id is None or settings.client_secret is None:
        raise PersonError(NO_WAY_IN)
    client_id, client_secret = settings.client_id, settings.client_secret.get_secret_value()
    installations = AsyncSQLAlchemyInstallationStore(client_id, engine, logger=logger)
    states = AsyncSQLAlchemyOAuthStateStore(STATE_SECONDS, engine, logger=logger)
    await installations.create_tables()
    await states.create_tables()
    flow = _flow(client_id, client_secret, installations, states, patient)
    authorize = AsyncInstallationStoreAuthorize(
        logger=logger,
        installation_store=installations,
        client_id=client_id,
        client_secret=client_secret,
        bot_only=True,
        cache_enabled=True,
        client=patient,
    )
    app = _app(logger, settings, patient, authorize=authorize, oauth_settings=flow)
    app.enable_token_revocation_listeners()
    rotator = AsyncTokenRotator(client_id=client_id, client_secret=client_secret, client=hasty)
    return app, ManyWorkspaces(hasty, installations, rotator)


def _flow(
    client_id: str,
    client_secret: str,
    installations: AsyncInstallationStore,
    states: AsyncOAuthStateStore,
    client: AsyncWebClient,
) -> AsyncOAuthSettings:
    """How the app is installed at a browser. Slack's page for that lies beside its Web API."""
    return AsyncOAuthSettings(
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
        logger=client.logger,
    )


def _app(
    logger: logging.Logger,
    settings: SlackSettings,
    client: AsyncWebClient,
    **how: Any,  # noqa: ANN401 - passed on to Bolt
) -> AsyncApp:
    secret = _shown(settings.signing_secret)
    return AsyncApp(
        name="textunes",
        logger=logger,
        client=client,
        signing_secret=secret,
        # What comes over a socket is not signed, and without a secret nothing else is listened to.
        request_verification_enabled=bool(secret),
        raise_error_for_unhandled_request=True,
        **how,
    )


def _client(
    settings: SlackSettings, session: aiohttp.ClientSession, logger: logging.Logger, *, patient: bool
) -> AsyncWebClient:
    retries = [AsyncConnectionErrorRetryHandler(), AsyncRateLimitErrorRetryHandler(max_retry_count=1)]
    return AsyncWebClient(
        token=_shown(settings.bot_token) or None,
        base_url=API_URL if settings.api_url is None else str(settings.api_url),
        session=session,
        logger=logger,
        retry_handlers=[*retries] if patient else [],
    )


def _shown(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value()
