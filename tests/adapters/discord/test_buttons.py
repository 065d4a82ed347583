"""What can be done with a track by pressing, also after a restart and by others."""

from __future__ import annotations

import pytest

from tests.adapters.discord.band import Band
from tests.adapters.discord.conftest import House
from tests.platforms.discord.loopback import LoopbackDiscord
from tests.platforms.discord.world import ADMINISTRATOR, MANAGE_GUILD, Message

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
async def track(discord: LoopbackDiscord) -> Message:
    asked = await discord.slash("bgm", genre="jazz", seed=7)
    return await discord.original(asked, having=lambda m: m.attachments)


@pytest.fixture
async def scored(discord: LoopbackDiscord) -> Message:
    asked = await discord.slash("score", text="The harbour was quiet when we arrived.")
    return await discord.original(asked, having=lambda m: m.attachments)


@pytest.mark.parametrize("action", ["again", "vary_small", "vary_large", "loop", "extend", "stems"])
async def test_more_of_a_track_comes_as_a_new_message(
    discord: LoopbackDiscord, track: Message, band: Band, action: str
) -> None:
    pressed = await discord.press(track, f"do:{action}")
    message = await discord.original(pressed, having=lambda m: m.attachments)

    assert message is not track
    assert len(track.attachments) == 2
    assert band.works[1].brief.genres == ("jazz",)
    assert (action == "stems") == any(file.filename == "stems.zip" for file in message.attachments)


async def test_a_remix_is_asked_for_in_a_form(discord: LoopbackDiscord, track: Message, band: Band) -> None:
    opened = await discord.press(track, "do:remix", locale="ko")
    await opened.acknowledged
    assert opened.modal is not None
    assert opened.modal["title"] == "리믹스"

    filled = await discord.submit_modal(opened, "드럼 빼줘")
    await discord.original(filled, having=lambda m: m.attachments)

    assert band.works[1].edits == ("드럼 빼줘",)


async def test_buttons_work_after_a_restart(discord: LoopbackDiscord, house: House, track: Message, band: Band) -> None:
    await house.shut()
    await house.open()

    pressed = await discord.press(track, "do:again")

    assert await discord.original(pressed, having=lambda m: m.attachments)
    assert len(band.works) == 2


async def test_likes_and_reasons_are_told_to_the_person_alone(discord: LoopbackDiscord, scored: Message) -> None:
    liked = await discord.original(await discord.press(scored, "do:like"))
    why = await discord.original(await discord.press(scored, "do:why", locale="ko"))

    assert (liked.content, liked.ephemeral) == ("You like this.", True)
    assert why.ephemeral
    assert "여행 이야기입니다." in why.content
    assert "The harbour was quiet" in why.content


async def test_another_topic_scores_the_text_again(discord: LoopbackDiscord, scored: Message, band: Band) -> None:
    chosen = await discord.select(scored, "choose:topic", "sports_outdoors")
    await discord.original(chosen, having=lambda m: m.attachments)

    assert band.works[1].read is not None
    assert band.works[1].read.topic == "sports_outdoors"


async def test_sharing_tells_the_address_and_takes_it_back(discord: LoopbackDiscord, track: Message) -> None:
    shared = await discord.original(await discord.press(track, "do:share"))
    assert "http" in shared.content

    closed = await discord.original(await discord.press(shared, "do:unshare"))

    assert "no longer shared" in closed.content


async def test_deleting_takes_the_message_away_too(discord: LoopbackDiscord, track: Message) -> None:
    pressed = await discord.press(track, "do:delete")
    await discord.world.until(lambda: pressed.followups)

    assert track.deleted
    assert "deleted" in pressed.followups[0].content
    assert pressed.followups[0].ephemeral


async def test_others_cannot_delete_a_track(discord: LoopbackDiscord, track: Message) -> None:
    stranger = discord.add_person("mallory")
    pressed = await discord.press(track, "do:delete", user=stranger, locale="ko")
    await discord.world.until(lambda: pressed.followups)

    assert not track.deleted
    assert "관리자만" in pressed.followups[0].content


@pytest.mark.parametrize("permission", [MANAGE_GUILD, ADMINISTRATOR])
async def test_those_who_manage_the_server_can(discord: LoopbackDiscord, track: Message, permission: int) -> None:
    pressed = await discord.press(track, "do:delete", user=discord.add_person("grace"), permissions=permission)
    await discord.world.until(lambda: pressed.followups)

    assert track.deleted


async def test_a_manager_of_another_server_has_no_say_here(discord: LoopbackDiscord, track: Message) -> None:
    elsewhere = discord.add_channel(discord.add_guild("Elsewhere"))
    copied = Message(discord.world.snowflakes.next(), elsewhere, discord.world.bot, discord.clock.now())
    copied.components = track.components
    pressed = await discord.press(
        copied, "do:delete", user=discord.add_person("grace"), permissions=ADMINISTRATOR, channel=elsewhere
    )
    await discord.world.until(lambda: pressed.followups)

    assert "Only the person" in pressed.followups[0].content


async def test_a_button_of_an_earlier_version_is_explained(discord: LoopbackDiscord, track: Message) -> None:
    track.components = [
        {"type": 1, "components": [{"type": 2, "style": 2, "label": "Old", "custom_id": "do:dance:t1"}]}
    ]

    pressed = await discord.press(track, "do:dance")
    message = await discord.original(pressed)

    assert message.ephemeral
    assert "earlier version" in message.content


async def test_a_button_of_a_deleted_track_is_explained(discord: LoopbackDiscord, track: Message) -> None:
    gone = await discord.press(track, "do:delete")
    await discord.world.until(lambda: gone.followups)

    pressed = await discord.press(track, "do:again")
    await discord.world.until(lambda: pressed.followups)

    assert "no longer here" in pressed.followups[0].content
