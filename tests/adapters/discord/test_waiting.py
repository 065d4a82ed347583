"""`/queue`, `/cancel`, `/library` and `/help`."""

from __future__ import annotations

import pytest

from tests.adapters.discord.band import Band
from tests.platforms.discord.loopback import LoopbackDiscord
from tests.platforms.discord.world import MANAGE_GUILD

pytestmark = pytest.mark.usefixtures("house")


async def test_the_queue_lists_what_a_person_waits_for(discord: LoopbackDiscord, band: Band) -> None:
    band.stage.clear()
    await discord.original(await discord.slash("bgm", genre="jazz"))
    await discord.original(await discord.slash("bgm", genre="rock"))

    mine = await discord.original(await discord.slash("queue"))
    others = await discord.original(await discord.slash("queue", by={"user": discord.add_person("grace")}))

    assert mine.ephemeral
    assert "Jazz" in mine.content
    assert "Rock" in mine.content
    assert "not waiting" in others.content


async def test_what_is_picked_from_the_queue_is_cancelled(discord: LoopbackDiscord, band: Band) -> None:
    band.stage.clear()
    asked = await discord.slash("bgm", genre="jazz")
    await discord.original(asked)
    listed = await discord.original(await discord.slash("queue"))

    value = listed.selects[0]["options"][0]["value"]
    picked = await discord.original(await discord.select(listed, "pick", value))
    told = await discord.original(asked, having=lambda m: "Cancelled" in m.content)

    assert picked.content == "Cancelled."
    assert told.buttons == []


async def test_cancel_without_a_name_cancels_all(discord: LoopbackDiscord, band: Band) -> None:
    band.stage.clear()
    asked = [await discord.slash("bgm", genre=genre) for genre in ("jazz", "rock")]
    for interaction in asked:
        await discord.original(interaction)

    done = await discord.original(await discord.slash("cancel"))

    assert "2" in done.content
    for interaction in asked:
        await discord.original(interaction, having=lambda m: "Cancelled" in m.content)


async def test_only_the_asker_or_a_manager_cancels(discord: LoopbackDiscord, band: Band) -> None:
    band.stage.clear()
    asked = await discord.slash("bgm", genre="jazz")
    waiting = await discord.original(asked)
    grace = discord.add_person("grace")

    refused = await discord.press(waiting, "do:cancel", user=grace)
    assert "Only the person" in (await discord.original(refused)).content
    allowed = await discord.press(waiting, "do:cancel", user=grace, permissions=MANAGE_GUILD)
    assert (await discord.original(allowed)).content == "Cancelled."


async def test_the_library_is_turned_page_by_page_in_place(discord: LoopbackDiscord) -> None:
    for seed in range(12):
        asked = await discord.slash("bgm", genre="jazz", seed=seed)
        await discord.original(asked, having=lambda m: m.attachments)

    first = await discord.original(await discord.slash("library"))
    assert first.ephemeral
    assert "seed 11" in first.content
    await discord.press(first, "do:library")
    await discord.world.until(lambda: len(first.versions) == 2)

    assert "seed 11" not in first.versions[1]


async def test_a_track_of_the_library_is_played_again(discord: LoopbackDiscord) -> None:
    made = await discord.original(await discord.slash("bgm", genre="jazz"), having=lambda m: m.attachments)
    listed = await discord.original(await discord.slash("library"))

    play = next(option["value"] for option in listed.selects[0]["options"] if option["value"].startswith("play:"))
    played = await discord.original(await discord.select(listed, "pick", play), having=lambda m: m.attachments)

    assert played.file(".wav").data == made.file(".wav").data


async def test_help_explains_every_command_to_the_person_alone(discord: LoopbackDiscord) -> None:
    message = await discord.original(await discord.slash("help", by={"locale": "ko"}))
    one = await discord.original(await discord.slash("help", about="bgm"))

    assert message.ephemeral
    assert all(f"/{name}" in message.content for name in ("bgm", "score", "queue", "cancel", "library"))
    assert "`/bgm genre:jazz" in one.content
