"""Editing on Slack: in a message's menu, in the form, and beside a mention."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.slack.bots import Running, result, running, tiny_music
from tests.bot.pieces import COMPOSER, HEARING, SmallFleet
from tests.platforms.slack import Person, Slack
from tests.platforms.slack.workspace import File

SONG = b"RIFF a song"


@pytest.fixture
async def bot(slack: Slack, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(slack, tmp_path, fleet=SmallFleet(tiny_music, (HEARING, COMPOSER))) as started:
        yield started


@pytest.fixture
def song(slack: Slack) -> File:
    return slack.workspace.upload("song.mp3", SONG, media_type="audio/mpeg")


async def test_a_message_with_sound_is_edited_after_a_form(
    slack: Slack, bot: Running, mina: Person, song: File
) -> None:
    said = await mina.say("Listen!", files=[song])
    await mina.message_shortcut("edit_music", said)
    view = await slack.until(lambda: mina.modal)
    await mina.submit(view, {"answer": "Remove drums"})
    assert (await result(slack, mina.channel)).thread_ts == said.ts
    [work] = bot.fleet.given
    assert [(given.use, given.data) for given in work.recordings] == [("edit", SONG)]
    assert work.edits == ("Remove drums",)


async def test_the_command_alone_opens_its_form(slack: Slack, bot: Running, mina: Person, song: File) -> None:
    await mina.slash("/edit")
    view = await slack.until(lambda: mina.modal)
    await mina.submit(view, {"change": "Only piano", "recording": [song.to_json({}, slack.base)]})
    await result(slack, mina.channel)
    assert (bot.fleet.given[0].recordings[0].use, bot.fleet.given[0].edits) == ("edit", ("Only piano",))


async def test_a_sound_beside_a_mention_is_edited(slack: Slack, bot: Running, mina: Person, song: File) -> None:
    await mina.mention("/edit 드럼 빼줘", files=[song])
    await result(slack, mina.channel)
    assert (bot.fleet.given[0].recordings[0].use, bot.fleet.given[0].edits) == ("edit", ("드럼 빼줘",))


@pytest.mark.usefixtures("bot")
async def test_a_message_without_sound_is_explained(slack: Slack, mina: Person) -> None:
    await mina.message_shortcut("edit_music", await mina.say("Listen!"))
    [whisper] = await slack.until(mina.whispers)
    assert "no audio file" in whisper.words
