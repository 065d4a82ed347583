"""The real bot with discord.py against the loopback Discord; only the music is made by a fake fleet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

import pytest

from adapters.discord.client import DiscordBot
from bot.app import App, build_app
from bot.settings import DiscordSettings, Settings
from tests.adapters.discord.band import Band
from tests.platforms.discord.loopback import LoopbackDiscord


class House:
    """The bot and its store, which can be shut and opened again as a restart does."""

    def __init__(self, discord: LoopbackDiscord, band: Band, data: Path) -> None:
        self._discord = discord
        self._band = band
        self._data = data
        self._stack = AsyncExitStack()
        self.app: App
        self.bot: DiscordBot

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shut()

    async def open(self) -> None:
        settings = Settings(
            data_dir=self._data,
            discord=DiscordSettings(token=self._discord.token, api_url=self._discord.api_url),
            _env_file=None,
        )
        self.app = await self._stack.enter_async_context(build_app(settings, fleet=self._band))
        self.bot = DiscordBot(self.app.service, api_url=self._discord.api_url, clock=self._discord.clock.now)
        self.bot.before_identify_hook = _at_once  # type: ignore[method-assign]
        self.app.register_courier("discord", self.bot.courier)
        running = asyncio.create_task(self.bot.start(self._discord.token))
        self._stack.push_async_callback(self._stop, running)
        await self._discord.ready()

    async def _stop(self, running: asyncio.Task[None]) -> None:
        await self.bot.close()
        await running

    async def shut(self) -> None:
        await self._stack.aclose()


async def _at_once(_shard: int | None, *, initial: bool = False) -> None:
    """Discord allows an identify in five seconds; the loopback does not mind."""
    del initial


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as discord:
        yield discord
        assert discord.rest.breaches == []
        assert discord.gateway.breaches == []


@pytest.fixture
async def band() -> Band:
    return Band()


@pytest.fixture
async def house(discord: LoopbackDiscord, band: Band, tmp_path: Path) -> AsyncIterator[House]:
    async with House(discord, band, tmp_path) as house:
        yield house


@pytest.fixture
def bot(house: House) -> DiscordBot:
    return house.bot
