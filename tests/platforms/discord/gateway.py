"""The gateway of the loopback Discord: sessions over websockets, with heartbeats, resume and compression."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import WSMsgType, web

from tests.platforms.discord.world import Payload, World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME = 0, 1, 2, 3, 6
RECONNECT, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 7, 9, 10, 11

GUILDS = 1 << 0
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
GUILD_MESSAGES = 1 << 9
DIRECT_MESSAGES = 1 << 12

LARGEST_SEND = 4096
HEARTBEAT_INTERVAL_MS = 41_250


class Packer(Protocol):
    def __call__(self, text: str) -> bytes | str: ...


def packer(compression: str | None) -> Packer:
    """How frames are packed for a connection that asked for this transport compression."""
    if compression == "zlib-stream":
        stream = zlib.compressobj()
        return lambda text: stream.compress(text.encode()) + stream.flush(zlib.Z_SYNC_FLUSH)
    if compression == "zstd-stream":
        return _zstd()
    return lambda text: text


def _zstd() -> Packer:
    if sys.version_info >= (3, 14):
        from compression.zstd import ZstdCompressor  # noqa: PLC0415

        stream = ZstdCompressor()
        return lambda text: stream.compress(text.encode(), mode=ZstdCompressor.FLUSH_BLOCK)
    import zstandard  # noqa: PLC0415

    writer = zstandard.ZstdCompressor().compressobj()
    return lambda text: writer.compress(text.encode()) + writer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)


@dataclass(eq=False)
class Connection:
    socket: web.WebSocketResponse
    pack: Packer

    async def send(self, op: int, data: Any, name: str | None = None, seq: int | None = None) -> None:
        frame = self.pack(json.dumps({"op": op, "d": data, "t": name, "s": seq}))
        if self.socket.closed:
            return
        if isinstance(frame, str):
            await self.socket.send_str(frame)
        else:
            await self.socket.send_bytes(frame)


@dataclass(eq=False)
class Session:
    """A shard's session: it outlives its connection, and everything it missed is replayed at a resume."""

    id: str
    shard: int
    shards: int
    intents: int
    seq: int = 0
    sent: list[tuple[int, str, Payload]] = field(default_factory=list)
    connection: Connection | None = None
    valid: bool = True

    def serves(self, guild: str | None) -> bool:
        return self.shard == (0 if guild is None else (int(guild) >> 22) % self.shards)

    async def dispatch(self, name: str, data: Payload) -> None:
        self.seq += 1
        self.sent.append((self.seq, name, data))
        if self.connection is not None:
            await self.connection.send(DISPATCH, data, name, self.seq)


class Gateway:
    """Accepts websockets, keeps sessions and dispatches events to those that asked for them."""

    def __init__(self, world: World, token: str, url: Callable[[], str]) -> None:
        self.world = world
        self.token = token
        self.url = url
        self.sessions: list[Session] = []
        self.identified = 0
        self.resumed = 0
        self.breaches: list[str] = []
        self.acknowledges_heartbeats = True

    @property
    def live(self) -> list[Session]:
        return [session for session in self.sessions if session.valid and session.connection is not None]

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=LARGEST_SEND)
        await socket.prepare(request)
        connection = Connection(socket, packer(request.query.get("compress")))
        await connection.send(HELLO, {"heartbeat_interval": HEARTBEAT_INTERVAL_MS})
        session: Session | None = None
        try:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    break
                message = json.loads(frame.data)
                match message["op"]:
                    case 1:
                        if self.acknowledges_heartbeats:
                            await connection.send(HEARTBEAT_ACK, None)
                    case 2:
                        session = await self._identify(connection, message["d"])
                    case 6:
                        session = await self._resume(connection, message["d"])
                    case 3:
                        pass
                    case op:
                        self.breaches.append(f"gateway opcode {op}")
        finally:
            if session is not None and session.connection is connection:
                session.connection = None
            self.world.ring()
        return socket

    async def _identify(self, connection: Connection, data: Payload) -> Session | None:
        if data["token"] != self.token:
            await connection.socket.close(code=4004)
            return None
        if data["intents"] & PRIVILEGED:
            self.breaches.append("a privileged intent was asked for")
            await connection.socket.close(code=4014)
            return None
        shard, shards = data.get("shard", (0, 1))
        session = Session(secrets.token_hex(8), shard, shards, data["intents"], connection=connection)
        self.sessions.append(session)
        self.identified += 1
        guilds = [guild for guild in self.world.guilds.values() if guild.installed and session.serves(guild.id)]
        await session.dispatch("READY", self._ready(session, [guild.id for guild in guilds]))
        for guild in guilds:
            await session.dispatch("GUILD_CREATE", self.guild_payload(guild.id))
        self.world.ring()
        return session

    def _ready(self, session: Session, guilds: list[str]) -> Payload:
        return {
            "v": 10,
            "user": self.world.bot.payload(),
            "guilds": [{"id": guild, "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url().replace("http", "ws", 1) + "/gateway/",
            "shard": [session.shard, session.shards],
            "application": {"id": self.world.application_id, "flags": 0},
        }

    def guild_payload(self, guild: str) -> Payload:
        found = self.world.guilds[guild]
        channels = [channel for channel in self.world.channels.values() if channel.guild is found]
        return found.payload(channels, self.world.bot)

    async def _resume(self, connection: Connection, data: Payload) -> Session | None:
        session = next((s for s in self.sessions if s.id == data["session_id"] and s.valid), None)
        if session is None:
            await connection.send(INVALID_SESSION, False)
            return None
        session.connection = connection
        self.resumed += 1
        for seq, name, event in session.sent:
            if seq > data["seq"]:
                await connection.send(DISPATCH, event, name, seq)
        await session.dispatch("RESUMED", {})
        self.world.ring()
        return session

    async def dispatch(self, name: str, data: Payload, guild: str | None, intent: int = 0) -> None:
        """Send an event to the shard of the guild; sessions without the intent do not get it."""
        for session in self.sessions:
            if session.valid and session.serves(guild) and (not intent or session.intents & intent):
                await session.dispatch(name, data)

    async def drop(self) -> None:
        """Cut every connection without a word, as a failing network does."""
        for session in self.live:
            assert session.connection is not None
            connection, session.connection = session.connection, None
            transport = connection.socket._req.transport if connection.socket._req else None
            if transport is not None:
                transport.abort()
        await asyncio.sleep(0)

    async def ask_to_reconnect(self) -> None:
        for session in self.live:
            assert session.connection is not None
            await session.connection.send(RECONNECT, None)

    async def invalidate(self) -> None:
        """Tell every session that it is over and cannot be resumed."""
        for session in self.live:
            session.valid = False
            assert session.connection is not None
            await session.connection.send(INVALID_SESSION, False)
