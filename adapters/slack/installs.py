"""Installs: with which token the bot speaks in which workspace."""

from __future__ import annotations

from typing import Protocol

from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.address import Address

EXPIRING_MINUTES = 120


class NotInstalled(Exception):
    """The app has no token for that workspace (any more)."""


class Installs(Protocol):
    async def client(self, address: Address) -> AsyncWebClient:
        """A client that speaks in the workspace of an address.

        Raises:
            NotInstalled: the app is not installed there.
        """
        ...


class OneWorkspace:
    """The app serves the workspace of one bot token."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def client(self, address: Address) -> AsyncWebClient:  # noqa: ARG002 - there is only one
        return self._client


class ManyWorkspaces:
    """The app serves every workspace that installed it, each with its own token, which is kept fresh if it expires."""

    def __init__(self, template: AsyncWebClient, store: AsyncInstallationStore, rotator: AsyncTokenRotator) -> None:
        self._template = template
        self._store = store
        self._rotator = rotator

    async def client(self, address: Address) -> AsyncWebClient:
        bot = await self._store.async_find_bot(
            enterprise_id=address.enterprise, team_id=address.team, is_enterprise_install=address.org
        )
        if bot is None:
            raise NotInstalled(address.team)
        if bot.bot_refresh_token is not None:
            bot = await self._fresh(bot)
        return web_client(self._template, bot.bot_token, team=address.team if address.org else None)

    async def _fresh(self, bot: Bot) -> Bot:
        fresh = await self._rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=EXPIRING_MINUTES)
        if fresh is None:
            return bot
        await self._store.async_save_bot(fresh)
        return fresh


def web_client(template: AsyncWebClient, token: str, team: str | None = None) -> AsyncWebClient:
    """The same client with another token. `team` is told with every call of an app that serves an organization."""
    return AsyncWebClient(
        token=token,
        base_url=template.base_url,
        timeout=template.timeout,
        proxy=template.proxy,
        session=template.session,
        team_id=team,
        logger=template.logger,
        retry_handlers=template.retry_handlers,
    )
