"""Editing on Slack: in a message's menu, in the form, and beside a mention."""

from __future__ import annotations

import pytest

from tests.adapters.slack.bots import SONG, Running, result
from tests.platforms.slack import Person, Slack
from tests.platforms.slack.workspace import File


async def test_a_message_with_sound_is_edited_after_a_form(
    slack: Slack, hearing_bot: Running, mina: Person, song: File
) -> None:
    said = await mina.say("Listen!", files=[song])
    await mina.message_shortcut("edit_music", said)
    view = await slack.until(lambda: mina.modal)
    await mina.submit(view, {"answer": "Remove drums"})
    assert (await result(slack, mina.channel)).thread_ts == said.ts
    [work] = hearing_bot.fleet.given
    assert [(given.use, given.data) for given in work.recordings] == [("edit", SONG)]
    assert work.edits == ("Remove drums",)


async def test_the_command_alone_opens_its_form(slack: Slack, hearing_bot: Running, mina: Person, song: File) -> None:
    await mina.slash("/edit")
    view = await slack.until(lambda: mina.modal)
    await mina.submit(view, {"change": "Only piano", "recording": [song.to_json({}, slack.base)]})
    await result(slack, mina.channel)
    assert (hearing_bot.fleet.given[0].recordings[0].use, hearing_bot.fleet.given[0].edits) == ("edit", ("Only piano",))


async def test_a_sound_beside_a_mention_is_edited(slack: Slack, hearing_bot: Running, mina: Person, song: File) -> None:
    await mina.mention("/edit 드럼 빼줘", files=[song])
    await result(slack, mina.channel)
    assert (hearing_bot.fleet.given[0].recordings[0].use, hearing_bot.fleet.given[0].edits) == ("edit", ("드럼 빼줘",))


@pytest.mark.usefixtures("hearing_bot")
async def test_a_message_without_sound_is_explained(slack: Slack, mina: Person) -> None:
    await mina.message_shortcut("edit_music", await mina.say("Listen!"))
    [whisper] = await slack.until(mina.whispers)
    assert "no audio file" in whisper.words
