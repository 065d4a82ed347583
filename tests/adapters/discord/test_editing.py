"""Editing on Discord: in a message's menu, as a command, beside a mention, and from a track's own button."""

from __future__ import annotations

import pytest

from tests.adapters.discord.band import SONG, Band, played
from tests.platforms.discord.loopback import LoopbackDiscord

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def band() -> Band:
    return Band(hears=True)


async def test_a_message_with_sound_is_edited_after_a_form(discord: LoopbackDiscord, band: Band) -> None:
    said = await discord.say("listen", files={"song.mp3": SONG}, user=discord.add_person("grace"))
    opened = await discord.message_command("Edit this music", said, locale="ko")
    await discord.world.until(lambda: opened.modal)
    assert opened.modal is not None
    assert opened.modal["title"] == "이 음악 편집하기"
    filled = await discord.submit_modal(opened, "드럼 빼줘")
    assert await discord.original(filled, having=played)
    [work] = band.works
    assert [(given.use, given.data) for given in work.recordings] == [("edit", SONG)]
    assert work.edits == ("드럼 빼줘",)


async def test_a_message_without_sound_opens_no_form(discord: LoopbackDiscord, band: Band) -> None:
    asked = await discord.message_command("Edit this music", await discord.say("hm"))
    await asked.acknowledged
    assert asked.modal is None
    assert band.works == []


async def test_a_recording_attached_to_the_command_is_edited(discord: LoopbackDiscord, band: Band) -> None:
    asked = await discord.slash("edit", change="Only piano", recording=discord.attach("song.mp3", SONG))
    assert await discord.original(asked, having=played)
    assert (band.works[0].recordings[0].use, band.works[0].edits) == ("edit", ("Only piano",))


async def test_a_sound_beside_a_mention_is_edited(discord: LoopbackDiscord, band: Band) -> None:
    await discord.mention("/edit remove drums", files={"song.wav": SONG})
    await discord.posted(having=played)
    assert (band.works[0].recordings[0].use, band.works[0].edits) == ("edit", ("remove drums",))


async def test_the_command_without_a_recording_is_explained(discord: LoopbackDiscord) -> None:
    asked = await discord.slash("edit", change="Remove drums")
    await discord.world.until(lambda: asked.followups)
    assert "no audio file" in asked.followups[0].content
