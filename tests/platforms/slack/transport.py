"""The two ways in which Slack reaches an app: sockets that the app opened, and signed HTTP requests.

Both carry the same payloads and both want an answer within three seconds.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

Payload = dict[str, Any]

DEADLINE = 3.0
"""Seconds that an app has to acknowledge."""


class Unacknowledged(Exception):
    """The app gave no acknowledgement in time, or refused."""


@dataclass(frozen=True)
class Ack:
    """What the app acknowledged with, and after how many seconds."""

    payload: Payload
    seconds: float


class Transport(Protocol):
    async def send(self, kind: str, payload: Payload, *, retry: int = 0) -> Ack:
        """Deliver one payload: "slash_commands", "interactive" or "events_api". `retry` counts from 0.

        Raises:
            Unacknowledged: no acknowledgement.
        """
        ...


@dataclass
class Connection:
    """One socket. `deaf` loses what is sent to the app; `mute` answers no ping either, like a half-open connection."""

    socket: web.WebSocketResponse
    deaf: bool = False
    mute: bool = False


@dataclass
class Sockets:
    """Socket Mode: tickets, up to ten sockets for one app, envelopes and their acknowledgements."""

    deadline: float = DEADLINE
    tickets: set[str] = field(default_factory=set)
    connections: list[Connection] = field(default_factory=list)
    opened: int = 0
    _connected: asyncio.Event = field(default_factory=asyncio.Event)
    _acks: dict[str, asyncio.Future[Payload]] = field(default_factory=dict)
    _serial: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def ticket(self) -> str:
        """A ticket for one connection."""
        ticket = f"ticket-{next(self._serial)}"
        self.tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=401, text="invalid ticket")
        self.tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        connection = Connection(socket)
        self.connections.append(connection)
        self._connected.set()
        self.opened += 1
        await socket.send_json(
            {"type": "hello", "num_connections": len(self.connections), "connection_info": {"app_id": "A0LOOPBACK"}}
        )
        try:
            await self._listen(connection)
        finally:
            self.connections.remove(connection)
            if not self.connections:
                self._connected.clear()
        return socket

    async def _listen(self, connection: Connection) -> None:
        async for frame in connection.socket:
            if connection.mute:
                continue
            if frame.type == WSMsgType.PING:
                await connection.socket.pong(frame.data)
            elif frame.type == WSMsgType.TEXT:
                answer = json.loads(frame.data)
                waiting = self._acks.get(answer.get("envelope_id", ""))
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer.get("payload") or {})

    async def send(self, kind: str, payload: Payload, *, retry: int = 0) -> Ack:
        envelope_id = f"envelope-{next(self._serial)}"
        envelope: Payload = {
            "type": kind,
            "envelope_id": envelope_id,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
        began = time.monotonic()
        connection = await self._any()
        self._acks[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            if not connection.deaf and not connection.mute:
                await connection.socket.send_json(envelope)
            answer = await asyncio.wait_for(self._acks[envelope_id], self.deadline)
        except TimeoutError:
            raise Unacknowledged(f"no acknowledgement of {kind} within {self.deadline} s") from None
        finally:
            del self._acks[envelope_id]
        return Ack(answer, time.monotonic() - began)

    async def _any(self) -> Connection:
        await asyncio.wait_for(self._connected.wait(), 10)
        return self.connections[next(self._serial) % len(self.connections)]

    async def refresh(self) -> None:
        """Ask the app to move to a new socket, as Slack does every few hours."""
        for connection in list(self.connections):
            await connection.socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def drop(self) -> None:
        """Cut every socket without a word."""
        for connection in list(self.connections):
            if connection.socket._req is not None and connection.socket._req.transport is not None:
                connection.socket._req.transport.abort()

    def deafen(self) -> None:
        """Lose from now on whatever is sent over the present sockets, which go on answering pings."""
        for connection in self.connections:
            connection.deaf = True

    def mute(self) -> None:
        """Stop answering on the present sockets."""
        for connection in self.connections:
            connection.mute = True

    async def close(self) -> None:
        for connection in list(self.connections):
            await connection.socket.close()


class Postman:
    """HTTP mode: posts to the app's request URL, signed with the app's secret.

    Source: Slack documentation, "Verifying requests from Slack".
    """

    def __init__(self, url: str, secret: str, *, deadline: float = DEADLINE) -> None:
        self.url = url
        self.secret = secret
        self.deadline = deadline

    async def send(self, kind: str, payload: Payload, *, retry: int = 0) -> Ack:
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}
        began = time.monotonic()
        try:
            status, text = await asyncio.wait_for(self.post(kind, payload, headers=headers), self.deadline)
        except TimeoutError:
            raise Unacknowledged(f"no acknowledgement of {kind} within {self.deadline} s") from None
        if status != 200:
            raise Unacknowledged(f"{kind} was answered with status {status}: {text}")
        answer = json.loads(text) if text.startswith("{") else {"text": text} if text else {}
        return Ack(answer, time.monotonic() - began)

    async def post(
        self, kind: str, payload: Payload, *, headers: dict[str, str], secret: str = "", age: float = 0.0
    ) -> tuple[int, str]:
        """One request; `secret` and `age` in seconds make it a forged or an old one."""
        if kind == "events_api":
            body, media_type = json.dumps(payload), "application/json"
        else:
            fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, media_type = urlencode(fields), "application/x-www-form-urlencoded"
        stamp = str(int(time.time() - age))
        digest = hmac.new((secret or self.secret).encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        signed = {
            "Content-Type": media_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=body.encode(), headers=signed | headers) as response,
        ):
            return response.status, await response.text()
