"""A Discord on loopback: REST, gateway and files, and people who use the bot through them.

    async with LoopbackDiscord() as discord:
        ...start the bot with discord.api_url and discord.token...
        asked = await discord.slash("bgm", genre="jazz")
        message = await discord.original(asked, having=lambda m: m.attachments)

It keeps Discord's rules: three seconds to acknowledge, fifteen minutes of a token, sizes, permissions, intents, nonces.
Time is `discord.clock`; `discord.rest.breaches` collects what Discord's API description does not allow.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from tests.platforms.discord import limits
from tests.platforms.discord.gateway import Gateway
from tests.platforms.discord.people import People
from tests.platforms.discord.rest import BASE, Fault, Rest
from tests.platforms.discord.world import (
    DEFAULT_UPLOAD_LIMIT,
    DIRECT_MESSAGE,
    GROUP_MESSAGE,
    MIB,
    TEXT_CHANNEL,
    Channel,
    Clock,
    Guild,
    Interaction,
    Message,
    User,
    World,
)

LARGEST_REQUEST = 64 * MIB


class LoopbackDiscord(People):
    """One Discord with a guild, a channel and a person in it; more of each can be added."""

    def __init__(self, *, shards: int = 1) -> None:
        self.clock = Clock()
        self.world = World(self.clock)
        self.token = f"loopback.{secrets.token_hex(8)}"
        self.rest = Rest(self.world, self.token, lambda: self.url, shards)
        self.gateway = Gateway(self.world, self.token, lambda: self.url)
        self.url = ""
        self._runner: web.AppRunner | None = None
        self.guild = self.add_guild("Music lovers")
        self.channel = self.add_channel(self.guild)
        self.person = self.add_person("ada")

    @property
    def api_url(self) -> str:
        return self.url + BASE

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/attachments/{channel}/{attachment}/{name}", self._download)
        app.router.add_route("*", BASE + "/{path:.*}", self.rest.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _download(self, request: web.Request) -> web.Response:
        attachment = self.world.attachments.get(request.match_info["attachment"])
        if attachment is None or int(request.query.get("ex", "0"), 16) < self.clock.now():
            raise web.HTTPNotFound
        return web.Response(body=attachment.data, content_type=attachment.content_type)

    # Places and people

    def add_guild(self, name: str, *, installed: bool = True, upload_limit: int = DEFAULT_UPLOAD_LIMIT) -> Guild:
        guild = Guild(self.world.snowflakes.next(), name, installed=installed, upload_limit=upload_limit)
        guild.joined = self.clock.now()
        self.world.guilds[guild.id] = guild
        return guild

    def add_channel(self, guild: Guild, name: str = "general", *, bot_may_post: bool = True) -> Channel:
        channel = Channel(self.world.snowflakes.next(), TEXT_CHANNEL, name, guild, bot_may_post=bot_may_post)
        self.world.channels[channel.id] = channel
        return channel

    def add_person(self, name: str, *, locale: str = "en-US") -> User:
        return User(self.world.snowflakes.next(), name, locale)

    def direct_messages(self, user: User) -> Channel:
        """The channel in which a person and the bot talk alone."""
        channel = Channel(self.world.snowflakes.next(), DIRECT_MESSAGE, recipients=(user,))
        self.world.channels[channel.id] = channel
        return channel

    def private_group(self, *users: User) -> Channel:
        """People talking among themselves, where the bot is no member."""
        channel = Channel(self.world.snowflakes.next(), GROUP_MESSAGE, recipients=users, bot_may_post=False)
        self.world.channels[channel.id] = channel
        return channel

    # What came of it

    async def original(
        self, interaction: Interaction, *, having: Callable[[Message], Any] = lambda _: True, seconds: float = 60.0
    ) -> Message:
        """The reply to an interaction once it shows something, and that something holds."""

        def shown() -> Message | None:
            message = interaction.original
            return message if message is not None and not message.loading and having(message) else None

        return await self.world.until(shown, seconds)

    def messages(self, channel: Channel | None = None) -> list[Message]:
        """What the bot posted in a channel and everybody can see, oldest first."""
        found = self.world.channel_messages(channel or self.channel)
        return [message for message in found if message.author is self.world.bot]

    async def posted(
        self,
        *,
        channel: Channel | None = None,
        having: Callable[[Message], Any] = lambda _: True,
        seconds: float = 60.0,
    ) -> Message:
        """The first message of the bot in a channel that is so."""
        return await self.world.until(lambda: next(filter(having, self.messages(channel)), None), seconds)

    async def ready(self, shards: int = 1) -> None:
        """Wait until the bot has registered its commands and every shard is connected."""
        await self.world.until(lambda: self.world.commands and len(self.gateway.live) >= shards)

    def calls(self, pattern: str) -> list[str]:
        """Method and path of the requests that fit."""
        lines = [f"{call.method} {call.path}" for call in self.rest.calls]
        return [line for line in lines if re.search(pattern, line)]

    # What goes wrong

    def fail(self, pattern: str, status: int, *, code: int = 0, times: int = 1, message: str = "no") -> None:
        """Refuse requests whose `METHOD /path` fits the pattern, without carrying them out."""
        self.rest.faults.append(Fault(re.compile(pattern), limits.Refused(status, code, message), times))

    def limit_rate(self, pattern: str, retry_after: float, *, times: int = 1) -> None:
        """Answer 429 as Discord does, with the headers that tell it from a ban."""
        refusal = limits.Refused(429, 0, "You are being rate limited.", retry_after=retry_after, **{"global": False})
        headers = {
            "Via": "1.1 loopback",
            "Retry-After": str(int(retry_after) + 1),
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": str(self.clock.now() + retry_after),
            "X-RateLimit-Reset-After": str(retry_after),
            "X-RateLimit-Bucket": "loopback",
            "X-RateLimit-Scope": "user",
        }
        self.rest.faults.append(Fault(re.compile(pattern), refusal, times, headers))

    def lose_answer(self, pattern: str, *, times: int = 1) -> None:
        """Carry requests out, then cut the connection so that their success is never heard of."""
        self.rest.faults.append(Fault(re.compile(pattern), None, times))
