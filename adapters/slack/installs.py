"""Installs: with which token the bot speaks in which workspace."""

from __future__ import annotations

import logging
from typing import Protocol

from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.address import Address


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
    """The app serves every workspace that installed it; `authorize` finds its token and keeps it fresh."""

    def __init__(self, template: AsyncWebClient, authorize: AsyncAuthorize, logger: logging.Logger) -> None:
        self._template = template
        self._authorize = authorize
        self._logger = logger

    async def client(self, address: Address) -> AsyncWebClient:
        context = AsyncBoltContext(client=self._template, logger=self._logger, is_enterprise_install=address.org)
        found = await self._authorize(
            context=context, enterprise_id=address.enterprise, team_id=address.team, user_id=None
        )
        if found is None or found.bot_token is None:
            raise NotInstalled(address.team)
        return web_client(self._template, found.bot_token, team=address.team if address.org else None)


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
