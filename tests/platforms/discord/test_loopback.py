"""The loopback Discord refuses what Discord refuses."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.platforms.discord import specification
from tests.platforms.discord.loopback import LoopbackDiscord
from tests.platforms.discord.world import EPHEMERAL, LOADING, MIB, Interaction, Payload, pinged

COMMAND = {"name": "bgm", "description": "Make music", "options": [{"type": 3, "name": "genre", "description": "g"}]}


class Bot:
    """The barest client: it sends what it is told to and gives back state and answer."""

    def __init__(self, discord: LoopbackDiscord, session: aiohttp.ClientSession) -> None:
        self.discord = discord
        self.session = session

    async def call(self, method: str, path: str, body: Any = None, files: tuple[bytes, ...] = ()) -> tuple[int, Any]:
        headers = {"Authorization": f"Bot {self.discord.token}"}
        form: dict[str, Any] = {"json": body}
        if files:
            data = aiohttp.FormData(quote_fields=False)
            data.add_field("payload_json", json.dumps(body))
            for index, content in enumerate(files):
                data.add_field(f"files[{index}]", content, filename=f"{index}.mp3")
            form = {"data": data}
        async with self.session.request(method, self.discord.api_url + path, headers=headers, **form) as response:
            return response.status, await response.json() if response.status != 204 else None

    async def acknowledge(self, interaction: Interaction, body: Payload) -> tuple[int, Any]:
        return await self.call("POST", f"/interactions/{interaction.id}/{interaction.token}/callback", body)

    async def edit(self, interaction: Interaction, body: Payload, *files: bytes) -> tuple[int, Any]:
        path = f"/webhooks/{self.discord.world.application_id}/{interaction.token}/messages/@original"
        return await self.call("PATCH", path, body, files)


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as discord:
        discord.world.commands = [{**COMMAND, "id": "1", "type": 1}]
        yield discord


@pytest.fixture
async def bot(discord: LoopbackDiscord) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession() as session:
        yield Bot(discord, session)


async def test_an_interaction_must_be_acknowledged_within_three_seconds(discord: LoopbackDiscord, bot: Bot) -> None:
    asked = await discord.slash("bgm")
    discord.clock.advance(3.1)

    status, answer = await bot.acknowledge(asked, {"type": 5})

    assert (status, answer["code"]) == (404, 10062)


async def test_an_interaction_is_acknowledged_once(discord: LoopbackDiscord, bot: Bot) -> None:
    asked = await discord.slash("bgm")
    assert (await bot.acknowledge(asked, {"type": 5}))[0] == 204

    status, answer = await bot.acknowledge(asked, {"type": 5})

    assert (status, answer["code"]) == (400, 40060)


async def test_a_deferral_shows_a_loading_message_until_it_is_edited(discord: LoopbackDiscord, bot: Bot) -> None:
    asked = await discord.slash("bgm")
    await bot.acknowledge(asked, {"type": 5, "data": {"flags": EPHEMERAL}})
    assert asked.original is not None
    assert asked.original.flags == EPHEMERAL | LOADING

    await bot.edit(asked, {"content": "here"})

    assert (asked.original.content, asked.original.flags) == ("here", EPHEMERAL)


async def test_a_token_dies_after_fifteen_minutes(discord: LoopbackDiscord, bot: Bot) -> None:
    asked = await discord.slash("bgm")
    await bot.acknowledge(asked, {"type": 5})
    discord.clock.advance(15 * 60 + 1)

    status, answer = await bot.edit(asked, {"content": "late"})

    assert (status, answer["code"]) == (401, 50027)


async def test_a_file_over_the_limit_of_the_place_is_refused(discord: LoopbackDiscord, bot: Bot) -> None:
    asked = await discord.slash("bgm", by={"upload_limit": MIB})
    await bot.acknowledge(asked, {"type": 5})

    status, answer = await bot.edit(asked, {"attachments": [{"id": 0}]}, b"x" * (MIB + 1))

    assert (status, answer["code"]) == (413, 40005)


async def test_an_edit_keeps_only_the_attachments_that_it_names(discord: LoopbackDiscord, bot: Bot) -> None:
    asked = await discord.slash("bgm")
    await bot.acknowledge(asked, {"type": 5})
    await bot.edit(asked, {"attachments": [{"id": 0}]}, b"first")

    await bot.edit(asked, {"attachments": [{"id": 0, "description": "words"}]}, b"second")

    assert asked.original is not None
    assert [(file.data, file.description) for file in asked.original.attachments] == [(b"second", "words")]


async def test_the_same_nonce_makes_one_message_for_a_few_minutes(discord: LoopbackDiscord, bot: Bot) -> None:
    path, body = f"/channels/{discord.channel.id}/messages", {"content": "a", "nonce": "n", "enforce_nonce": True}
    _, first = await bot.call("POST", path, body)
    _, second = await bot.call("POST", path, body)
    assert first["id"] == second["id"]

    discord.clock.advance(301)
    _, third = await bot.call("POST", path, body)

    assert third["id"] != first["id"]


async def test_a_channel_that_the_bot_is_not_in_is_closed_to_it(discord: LoopbackDiscord, bot: Bot) -> None:
    channel = discord.add_channel(discord.add_guild("Elsewhere", installed=False))

    status, answer = await bot.call("POST", f"/channels/{channel.id}/messages", {"content": "hello"})

    assert (status, answer["code"]) == (403, 50001)


async def test_a_wrong_token_is_refused(discord: LoopbackDiscord, bot: Bot) -> None:
    discord.rest.token = "another"

    assert (await bot.call("GET", "/users/@me"))[0] == 401


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"content": ""},
        {"components": [{"type": 1, "components": [{"type": 2, "style": 2, "label": "a", "custom_id": "x" * 101}]}]},
        {"components": [{"type": 1, "components": [{"type": 2, "style": 2, "label": "x" * 81, "custom_id": "a"}]}]},
        {"components": [{"type": 1, "components": [{"type": 2, "style": 2, "label": "a", "custom_id": "a"}] * 6}]},
        {"components": [{"type": 1, "components": [{"type": 2, "style": 2, "label": "a", "custom_id": "a"}] * 2}]},
        {"content": "a", "nonce": "x" * 26},
    ],
)
async def test_a_message_over_a_limit_is_refused(discord: LoopbackDiscord, bot: Bot, body: Payload) -> None:
    status, _ = await bot.call("POST", f"/channels/{discord.channel.id}/messages", body)

    assert status == 400
    assert discord.world.channel_messages(discord.channel) == []


@pytest.mark.parametrize(
    "change",
    [
        {"description": "x" * 101},
        {"name": "Upper"},
        {"options": [{"type": 3, "name": f"o{n}", "description": "d"} for n in range(26)]},
        {"options": [{"type": 3, "name": "a", "description": "d", "choices": [{"name": "c", "value": "c"}] * 26}]},
        {"options": [{"type": 3, "name": f"o{n}", "description": "d", "choices": [
            {"name": "n" * 90, "value": f"{m}" * 90} for m in range(5)]} for n in range(10)]},
    ],
)  # fmt: skip
async def test_a_command_over_a_limit_is_refused(discord: LoopbackDiscord, bot: Bot, change: Payload) -> None:
    path = f"/applications/{discord.world.application_id}/commands"

    assert (await bot.call("PUT", path, [COMMAND]))[0] == 200
    assert (await bot.call("PUT", path, [{**COMMAND, **change}]))[0] == 400


@pytest.mark.parametrize(
    ("content", "allowed", "notified"),
    [
        ("@everyone <@1> <@&2>", None, {"@everyone", "1", "2"}),
        ("@everyone <@1> <@&2>", {"parse": []}, set()),
        ("@here <@1> <@3>", {"parse": [], "users": ["1"]}, {"1"}),
        ("<@1>", {"parse": ["users"]}, {"1"}),
    ],
)
def test_pings_follow_the_allowed_mentions(content: str, allowed: Payload | None, notified: set[str]) -> None:
    assert pinged(content, allowed) == notified


async def test_requests_are_held_against_discords_description(discord: LoopbackDiscord, bot: Bot) -> None:
    if specification.load() is None:
        pytest.skip("shared/specs/discord-openapi.json is not there to check requests against")

    status, _ = await bot.call("POST", f"/channels/{discord.channel.id}/messages", {"content": "a", "flags": "none"})

    assert status == 400
    assert any("flags" in breach for breach in discord.rest.breaches)
