"""Recordings on Discord: attached to /bgm, in a message's menu, and beside a mention."""

from __future__ import annotations

import pytest

from tests.adapters.discord.band import SONG, Band, played
from tests.platforms.discord.loopback import LoopbackDiscord

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def band() -> Band:
    return Band(hears=True)


async def test_music_like_the_sound_in_a_message(discord: LoopbackDiscord, band: Band) -> None:
    said = await discord.say("listen", files={"cat.png": b"PNG", "song.mp3": SONG}, user=discord.add_person("grace"))
    asked = await discord.message_command("Make music like this", said)
    assert await discord.original(asked, having=played)
    assert [(given.use, given.data) for given in band.works[0].recordings] == [("style", SONG)]


async def test_a_recording_attached_to_a_command(discord: LoopbackDiscord, band: Band) -> None:
    asked = await discord.slash("bgm", genre="jazz", likeness="close", style=discord.attach("song.mp3", SONG))
    assert await discord.original(asked, having=played)
    [work] = band.works
    assert (work.recordings[0].data, work.brief.genres, work.brief.likeness) == (SONG, ("jazz",), 6)


async def test_a_forwarded_sound_is_heard(discord: LoopbackDiscord, band: Band) -> None:
    told = await discord.say("", files={"song.ogg": SONG})
    forwarded = await discord.say("", forwarding=told)
    asked = await discord.message_command("Make music like this", forwarded)
    assert await discord.original(asked, having=played)
    assert band.works[0].recordings[0].data == SONG


async def test_a_sound_beside_a_mention_is_a_model_for_the_wish(discord: LoopbackDiscord, band: Band) -> None:
    await discord.mention("calm piano", files={"song.wav": SONG})
    await discord.posted(having=played)
    [work] = band.works
    assert (work.recordings[0].data, work.brief.moods) == (SONG, ("calm",))


async def test_a_message_without_sound_is_explained(discord: LoopbackDiscord) -> None:
    asked = await discord.message_command("Make music like this", await discord.say("hm"), locale="ko")
    await discord.world.until(lambda: asked.followups)
    assert "소리 파일이 없습니다" in asked.followups[0].content


async def test_a_sound_that_is_too_large_is_not_fetched(discord: LoopbackDiscord, band: Band) -> None:
    said = await discord.say("", files={"song.wav": bytes(26 * 1024 * 1024)})
    asked = await discord.message_command("Make music like this", said)
    await discord.world.until(lambda: asked.followups)
    assert "25 MB" in asked.followups[0].content
    assert band.works == []
