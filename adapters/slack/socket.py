"""Socket Mode with a watchdog.

slack_sdk's client reconnects by itself when a socket closes or answers no ping. It stays silent where a reconnection
failed halfway, or where the socket is alive but Slack sends nothing over it any more (bolt-python issues 417 and 1529,
python-slack-sdk issues 1446 and 1701). The watchdog notices both and starts over with a new client.
"""

from __future__ import annotations

import asyncio
import time
from typing import NoReturn

import structlog
from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp

from adapters.slack.errors import BAD_APP_TOKEN
from adapters.slack.refusals import BAD_TOKEN, FAILURES, refusal
from core.errors import PersonError

log = structlog.get_logger(__name__)

LOOK_SECONDS = 30.0
SILENCE_SECONDS = 5 * 60.0
PING_SECONDS = 10.0
CONNECT_SECONDS = 30.0
ACKNOWLEDGE_SECONDS = 3.0


class WatchedSocket:
    """Keeps a socket to Slack, and looks at it every `look` seconds.

    When Slack has said nothing for `silence` seconds the socket is replaced, whatever it says of itself. The new one is
    open before the old one closes, so that nothing is missed.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        *,
        look: float = LOOK_SECONDS,
        silence: float = SILENCE_SECONDS,
        ping: float = PING_SECONDS,
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._look = look
        self._silence = silence
        self._ping = ping
        self._handler: AsyncSocketModeHandler | None = None
        self._heard = time.monotonic()

    async def run(self) -> NoReturn:
        """Connect and stay connected until cancelled.

        Raises:
            PersonError: Slack refuses the app-level token.
        """
        try:
            while True:
                if await self._silent():
                    await self._replace()
                await asyncio.sleep(self._look)
        finally:
            if self._handler is not None:
                await self._handler.close_async()

    async def _silent(self) -> bool:
        client = self._handler.client if self._handler is not None else None
        if client is None or time.monotonic() - self._heard > self._silence:
            return True
        tasks = (client.message_receiver, client.current_session_monitor, client.message_processor)
        return any(task is None or task.done() for task in tasks) or not await client.is_connected()

    async def _replace(self) -> None:
        old = self._handler
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                self._handler = await self._connect()
        except FAILURES as error:
            reason = refusal(error).code
            if reason in BAD_TOKEN and old is None:
                raise PersonError(BAD_APP_TOKEN) from error
            log.warning("slack_socket_not_opened", reason=reason)
            return
        log.info("slack_socket_opened", replaced=old is not None)
        if old is not None:
            try:
                # What came in over the old socket is still to be acknowledged over it.
                await asyncio.sleep(min(ACKNOWLEDGE_SECONDS, self._look))
            finally:
                await old.close_async()

    async def _connect(self) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(self._app, self._app_token, ping_interval=self._ping)
        handler.client.on_message_listeners.append(self._hear)
        try:
            # `connect` would ask for the address itself, for ever, and not say what is wrong.
            opened = await self._app.client.apps_connections_open(app_token=self._app_token)
            handler.client.wss_uri = opened["url"]
            await handler.client.connect()
        except BaseException:
            await handler.close_async()
            raise
        self._heard = time.monotonic()
        return handler

    async def _hear(self, _message: WSMessage) -> None:
        self._heard = time.monotonic()
