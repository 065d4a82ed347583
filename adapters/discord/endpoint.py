"""Sends what one client asks of Discord's API to another address, such as a proxy's."""

from __future__ import annotations

import aiohttp
from aiohttp import hdrs
from aiohttp.client import ClientTimeout
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from yarl import URL

API = URL("https://discord.com/api/v10")
GATEWAY = URL("wss://gateway.discord.gg/")


class Endpoint(aiohttp.TCPConnector):
    """A connector through which requests for Discord's API reach `api_url` (ending in /api/v10) instead.

    discord.py keeps the address of the API in a class that all clients of a process share, and after an invalidated
    session it falls back to Discord's own gateway. A connector belongs to one client and sees all that it sends: REST,
    interaction callbacks, webhooks and the gateway, whose address is set when /gateway/bot has told it.
    """

    def __init__(self, api_url: URL) -> None:
        super().__init__(limit=0)
        self._api_url = api_url
        self.gateway: URL | None = None

    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Connection:  # noqa: ASYNC109 - as aiohttp calls it
        moved = self.moved(req.url)
        if moved is not req.url:
            req.url = moved
            req.headers[hdrs.HOST] = moved.host_port_subcomponent or ""
        return await super().connect(req, traces, timeout)

    def moved(self, url: URL) -> URL:
        """Where a request for `url` goes; `url` itself unless it is Discord's API or default gateway."""
        if url.host == API.host and url.raw_path.startswith(API.raw_path + "/"):
            rest = url.raw_path.removeprefix(API.raw_path)
            path = self._api_url.raw_path.rstrip("/") + rest
            return self._api_url.with_path(path, encoded=True).with_query(url.query)
        if url.host == GATEWAY.host and self.gateway is not None:
            return self.gateway.with_query(url.query)
        return url
