"""DiscordBot: connects to Discord, registers the commands, and passes on what people do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import aiohttp
import discord
import structlog
from discord import app_commands
from yarl import URL

from adapters.discord.asking import language_of
from adapters.discord.buttons import DYNAMIC_ITEMS
from adapters.discord.commands import Given, Korean, add_commands, expect_no_voice
from adapters.discord.deliver import DiscordCourier
from adapters.discord.downloads import Downloads
from adapters.discord.endpoint import API, Endpoint
from adapters.discord.errors import explain
from adapters.discord.mentions import Mentions, addressed
from adapters.discord.messages import MessageReader
from adapters.discord.responder import Responder
from bot.apology import OUTDATED
from bot.app import App
from bot.commands import CommandSpec
from bot.service import Service
from core.errors import PersonError
from core.words import Words

log = structlog.get_logger(__name__)

Interaction = discord.Interaction[Any]

LONGEST_RATE_LIMIT = 30.0
"""Seconds that a request waits for a rate limit by itself; whoever asked decides about longer ones."""
CLOSING_SECONDS = 5.0
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0

BAD_TOKEN = Words(
    "Discord refused the bot's token. Copy it again from the developer portal to TEXTUNES_DISCORD__TOKEN.",
    "디스코드가 봇 토큰을 거절했습니다. 개발자 포털에서 토큰을 다시 복사해 TEXTUNES_DISCORD__TOKEN에 넣어 주세요.",
)


async def serve(app: App) -> None:
    """Run the bot on Discord with the settings of `app` until cancelled, and begin anew while Discord is out of reach.

    Raises:
        PersonError: there is no token, or Discord refuses it.
    """
    settings = app.settings.discord
    if settings.token is None:
        raise PersonError(BAD_TOKEN)
    pause = FIRST_PAUSE
    while True:
        async with DiscordBot(app.service, api_url=None if settings.api_url is None else str(settings.api_url)) as bot:
            app.register_courier("discord", bot.courier)
            try:
                await bot.start(settings.token.get_secret_value())
            except (aiohttp.ClientError, OSError, discord.GatewayNotFound, discord.DiscordServerError) as error:
                log.warning("discord_out_of_reach", reason=type(error).__name__, seconds=pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


class DiscordBot(discord.AutoShardedClient):
    """A client that keeps nothing: what it must remember stands in custom ids and with the jobs.

    No intent is privileged: the text of messages comes with mentions, direct messages and message commands. Build it
    inside a running event loop.
    """

    def __init__(self, service: Service, *, api_url: str | None = None, clock: Callable[[], float] = time.time) -> None:
        base = API if api_url is None else URL(api_url)
        self._endpoint = None if base == API else Endpoint(base)
        expect_no_voice()
        super().__init__(
            intents=intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=LONGEST_RATE_LIMIT,
            connector=self._endpoint,
        )
        downloads = Downloads(None if self._endpoint is None else base.authority)
        reader = MessageReader(downloads)
        self.courier = DiscordCourier(self, clock)
        self._responder = Responder(service, self.courier, reader, downloads, clock)
        self._mentions = Mentions(service, self.courier, reader, downloads)
        self._under_way: set[asyncio.Task[Any]] = set()
        self._tree = Tree(self)
        add_commands(self._tree, self._slash, self._command_on_message, self._responder.complete)

    async def start(self, token: str, *, reconnect: bool = True) -> None:
        """Log in and stay connected until closed.

        Raises:
            PersonError: Discord refuses the token.
        """
        try:
            await super().start(token, reconnect=reconnect)
        except discord.LoginFailure as error:
            raise PersonError(BAD_TOKEN) from error

    async def close(self) -> None:
        """Finish the answers that are under way, then disconnect."""
        others = self._under_way - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=CLOSING_SECONDS)
        await super().close()

    async def setup_hook(self) -> None:
        if self._endpoint is not None:
            _, gateway, _ = await self.http.get_bot_gateway()
            self._endpoint.gateway = URL(gateway)
        self.add_dynamic_items(*DYNAMIC_ITEMS)
        await self._tree.set_translator(Korean())
        try:
            await self._tree.sync()
        except discord.HTTPException as error:
            # The commands of an earlier start are still there; better to serve them than to stay away.
            log.error("discord_commands_not_registered", status=error.status, code=error.code)

    async def press(self, interaction: Interaction, action: str, target: str, value: str | None = None) -> None:
        """A button was pressed, or an entry of a select chosen."""
        with self._answering():
            await self._responder.press(interaction, action, target, value)

    async def on_ready(self) -> None:
        log.info("discord_ready", guilds=len(self.guilds), shards=self.shard_count)

    async def on_message(self, message: discord.Message) -> None:
        if self.user is not None and addressed(message, self.user.id):
            with self._answering():
                await self._mentions.answer(message, self.user.id)

    async def on_interaction(self, interaction: Interaction) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            data = cast("dict[str, Any]", interaction.data)
            with self._answering():
                await self._responder.submitted(interaction, str(data["custom_id"]))

    async def on_error(self, event_method: str, /, *_args: object, **_kwargs: object) -> None:
        log.exception("discord_event_failed", doing=event_method)

    async def _slash(self, interaction: Interaction, spec: CommandSpec, given: Given) -> None:
        with self._answering():
            await self._responder.slash(interaction, spec, given)

    async def _command_on_message(self, interaction: Interaction, spec: CommandSpec, message: discord.Message) -> None:
        with self._answering():
            await self._responder.on_message(interaction, spec, message)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Something is being answered, which closing waits for."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("answers are given in tasks")
        self._under_way.add(task)
        try:
            yield
        finally:
            self._under_way.discard(task)


class Tree(app_commands.CommandTree[DiscordBot]):
    """The command tree, with the one place where its errors are answered."""

    async def on_error(
        self, interaction: discord.Interaction[DiscordBot], error: app_commands.AppCommandError, /
    ) -> None:
        language = language_of(interaction)
        known = isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch)
        text = OUTDATED.to(language) if known else explain(error, language, doing="command")
        try:
            if interaction.response.is_done():
                await interaction.followup.send(text, ephemeral=True)
            else:
                await interaction.response.send_message(text, ephemeral=True)
        except discord.HTTPException as refusal:
            log.warning("discord_explanation_not_shown", status=refusal.status, code=refusal.code)


def intents() -> discord.Intents:
    """Guilds, and the messages that may mention the bot; nothing privileged."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.guild_messages = True
    wanted.dm_messages = True
    return wanted
