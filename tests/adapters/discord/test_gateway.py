"""Staying connected: dropped lines, lost sessions, wrong tokens."""

from __future__ import annotations

import asyncio

import discord as library
import pytest

from adapters.discord import client
from adapters.discord.client import DiscordBot, intents, serve
from core.errors import PersonError
from tests.adapters.discord.band import Band
from tests.adapters.discord.conftest import House
from tests.platforms.discord.loopback import LoopbackDiscord

pytestmark = pytest.mark.usefixtures("house")


async def test_no_privileged_intent_is_asked_for() -> None:
    wanted = intents()

    privileged = library.Intents(members=True, presences=True, message_content=True)
    assert wanted.value & privileged.value == 0


async def test_what_happened_while_the_line_was_down_is_caught_up_with(discord: LoopbackDiscord, band: Band) -> None:
    await discord.gateway.drop()
    await discord.say(f"{discord.world.bot.mention} /bgm genre:jazz")
    await discord.posted(having=lambda m: m.attachments)

    assert discord.gateway.resumed == 1
    assert discord.gateway.identified == 1
    assert len(band.works) == 1


async def test_it_moves_when_discord_asks_it_to(discord: LoopbackDiscord) -> None:
    await discord.gateway.ask_to_reconnect()
    await discord.world.until(lambda: discord.gateway.resumed == 1)

    asked = await discord.slash("bgm", genre="jazz")

    assert await discord.original(asked, having=lambda m: m.attachments)


async def test_a_lost_session_is_begun_anew_at_the_same_place(discord: LoopbackDiscord) -> None:
    await discord.gateway.invalidate()
    await discord.world.until(lambda: discord.gateway.identified == 2)

    asked = await discord.slash("bgm", genre="jazz")

    assert await discord.original(asked, having=lambda m: m.attachments)


async def test_a_wrong_token_is_said_plainly(discord: LoopbackDiscord, house: House) -> None:
    bot = DiscordBot(house.app.service, api_url=discord.api_url)

    with pytest.raises(PersonError, match="token"):
        await bot.start("not the token")
    await bot.close()


async def test_commands_that_cannot_be_registered_do_not_stop_it(discord: LoopbackDiscord, house: House) -> None:
    await house.shut()
    discord.fail("PUT /applications", 403, code=20012)
    await house.open()

    asked = await discord.slash("help")

    assert await discord.original(asked)


async def test_shards_are_as_many_as_discord_says(house: House) -> None:
    async with LoopbackDiscord(shards=2) as discord:
        bot = DiscordBot(house.app.service, api_url=discord.api_url, clock=discord.clock.now)
        running = asyncio.create_task(bot.start(discord.token))
        await discord.ready(shards=2)
        asked = await discord.slash("help")

        assert await discord.original(asked)
        await bot.close()
        await running


async def test_a_late_acknowledgement_stores_nothing(discord: LoopbackDiscord, band: Band) -> None:
    discord.fail("POST /interactions", 404, code=10062)
    asked = await discord.slash("bgm", genre="jazz")
    await discord.world.until(lambda: discord.calls("POST /interactions"))
    after = await discord.slash("queue")

    assert "not waiting" in (await discord.original(after)).content
    assert asked.original is None
    assert band.works == []


async def test_it_waits_for_discord_to_come_back(
    discord: LoopbackDiscord, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.bot.close()
    monkeypatch.setattr(client, "FIRST_PAUSE", 0.01)
    discord.fail("GET /users/@me", 503, times=2)

    serving = asyncio.create_task(serve(house.app))
    await discord.world.until(lambda: discord.gateway.identified == 2)
    asked = await discord.slash("bgm", genre="jazz")

    assert await discord.original(asked, having=lambda m: m.attachments)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_closing_finishes_what_is_being_answered(discord: LoopbackDiscord, house: House) -> None:
    asked = await discord.slash("queue")
    await asked.acknowledged

    await house.bot.close()

    assert asked.original is not None
    assert not asked.original.loading


async def test_a_command_that_is_no_longer_known_is_explained(discord: LoopbackDiscord) -> None:
    discord.world.commands.append({"id": "1", "type": 1, "name": "dance", "description": "from long ago"})

    message = await discord.original(await discord.slash("dance", by={"locale": "ko"}))

    assert message.ephemeral
    assert "예전 버전" in message.content
