"""Recordings on Slack: in a message's menu, beside a mention, and in the form."""

from __future__ import annotations

import pytest

from tests.adapters.slack.bots import SONG, Running, result
from tests.platforms.slack import Person, Slack
from tests.platforms.slack.workspace import File


async def test_music_like_the_sound_in_a_message(slack: Slack, hearing_bot: Running, mina: Person, song: File) -> None:
    said = await mina.say("Listen!", files=[song])
    await mina.message_shortcut("music_like", said)
    assert (await result(slack, mina.channel)).thread_ts == said.ts
    assert [(given.use, given.data) for given in hearing_bot.fleet.given[0].recordings] == [("style", SONG)]


async def test_a_sound_beside_a_mention_is_a_model_for_the_wish(
    slack: Slack, hearing_bot: Running, mina: Person, song: File
) -> None:
    await mina.mention("/bgm genre:jazz likeness:loose", files=[song])
    await result(slack, mina.channel)
    [work] = hearing_bot.fleet.given
    assert (work.recordings[0].data, work.brief.genres, work.brief.likeness) == (SONG, ("jazz",), 1)


async def test_a_sound_put_into_the_form(slack: Slack, hearing_bot: Running, mina: Person, song: File) -> None:
    await mina.slash("/bgm")
    view = await slack.until(lambda: mina.modal)
    await mina.submit(view, {"style": [song.to_json({}, slack.base)]})
    await result(slack, mina.channel)
    [work] = hearing_bot.fleet.given
    assert (work.recordings[0].use, work.recordings[0].data, work.brief.likeness) == ("style", SONG, None)


@pytest.mark.usefixtures("hearing_bot")
async def test_a_message_without_sound_is_explained(slack: Slack, mina: Person) -> None:
    await mina.message_shortcut("music_like", await mina.say("Listen!"))
    [whisper] = await slack.until(mina.whispers)
    assert "no audio file" in whisper.words


async def test_a_sound_elsewhere_gets_no_token(slack: Slack, hearing_bot: Running, mina: Person, song: File) -> None:
    async with Slack() as elsewhere:
        song.host = elsewhere.base
        await mina.message_shortcut("music_like", await mina.say("", files=[song]))
        [whisper] = await slack.until(mina.whispers)
        assert "cannot open the file" in whisper.words
        assert elsewhere.downloads == []
    assert hearing_bot.fleet.given == []


@pytest.mark.usefixtures("hearing_bot")
async def test_a_sound_that_is_too_large_is_not_fetched(slack: Slack, mina: Person) -> None:
    huge = slack.workspace.upload("song.wav", bytes(26 << 20), media_type="audio/wav")
    await mina.message_shortcut("music_like", await mina.say("", files=[huge]))
    [whisper] = await slack.until(mina.whispers)
    assert "25 MB" in whisper.words
