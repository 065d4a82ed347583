"""Shortcuts in a message's menu, and the files in messages."""

from __future__ import annotations

import pytest

from tests.adapters.slack.bots import Running, result
from tests.platforms.slack import Person, Slack
from tests.platforms.slack.workspace import File

STORY = "The ship left the harbour at dawn. Nobody waved, and the gulls fell silent behind it."


def text_of(bot: Running) -> str:
    [work] = bot.fleet.given
    assert work.read is not None
    return work.read.text


async def test_a_message_is_scored_in_its_thread(slack: Slack, bot: Running, mina: Person, jiho: Person) -> None:
    written = await jiho.say(STORY)
    await mina.message_shortcut("score_message", written)
    message = await result(slack, mina.channel)
    assert message.thread_ts == written.ts
    assert text_of(bot) == STORY


async def test_a_reply_is_scored_in_the_thread_it_belongs_to(slack: Slack, bot: Running, mina: Person) -> None:
    root = await mina.say("What happened?")
    reply = await mina.say(STORY, thread_ts=root.ts)
    await mina.message_shortcut("score_message", reply)
    assert (await result(slack, mina.channel)).thread_ts == root.ts
    assert text_of(bot) == STORY


async def test_attached_texts_are_read_with_the_message(slack: Slack, bot: Running, mina: Person) -> None:
    notes = slack.workspace.upload("notes.txt", STORY.encode())
    await mina.message_shortcut("score_message", await mina.say("From my diary:", files=[notes]))
    await result(slack, mina.channel)
    assert text_of(bot) == f"From my diary:\n\n{STORY}"


async def test_a_snippet_without_an_ending_is_read_as_text(slack: Slack, bot: Running, mina: Person) -> None:
    snippet = slack.workspace.upload("Untitled", STORY.encode())
    await mina.message_shortcut("score_message", await mina.say("", files=[snippet]))
    await result(slack, mina.channel)
    assert text_of(bot) == STORY


async def test_what_a_message_forwards_is_read_with_it(slack: Slack, bot: Running, mina: Person) -> None:
    forwarded = await mina.say("Look what Ann wrote:", attachments=[{"text": STORY}])
    await mina.message_shortcut("score_message", forwarded)
    await result(slack, mina.channel)
    assert text_of(bot) == f"Look what Ann wrote:\n\n{STORY}"


async def test_the_blocks_of_another_app_are_read(slack: Slack, bot: Running, mina: Person) -> None:
    block = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": STORY}]}],
    }
    await mina.message_shortcut("score_message", await mina.say("", blocks=[block]))
    await result(slack, mina.channel)
    assert text_of(bot) == STORY


@pytest.mark.usefixtures("bot")
class TestNothingToRead:
    async def refused(self, slack: Slack, mina: Person, files: list[File]) -> str:
        await mina.message_shortcut("score_message", await mina.say("", files=files))
        [whisper] = await slack.until(mina.whispers)
        return whisper.words

    async def test_an_empty_message(self, slack: Slack, mina: Person) -> None:
        assert "no text in this message" in await self.refused(slack, mina, [])

    async def test_a_picture(self, slack: Slack, mina: Person) -> None:
        picture = slack.workspace.upload("cat.png", b"\x89PNG", media_type="image/png")
        assert "no text in this message" in await self.refused(slack, mina, [picture])

    async def test_a_picture_behind_the_name_of_a_text(self, slack: Slack, mina: Person) -> None:
        picture = slack.workspace.upload("notes.txt", bytes(range(256)) * 20)
        words = await self.refused(slack, mina, [picture])
        assert "broke" not in words

    async def test_a_text_of_many_megabytes(self, slack: Slack, mina: Person) -> None:
        huge = slack.workspace.upload("log.txt", b"x" * (11 << 20))
        assert "too large" in await self.refused(slack, mina, [huge])

    async def test_a_file_that_the_bot_may_not_see(self, slack: Slack, mina: Person) -> None:
        hidden = slack.workspace.upload("notes.txt", STORY.encode())
        hidden.hidden = True
        assert "cannot open the file" in await self.refused(slack, mina, [hidden])

    async def test_a_file_elsewhere_gets_no_token(self, slack: Slack, mina: Person) -> None:
        async with Slack() as elsewhere:
            stolen = slack.workspace.upload("notes.txt", STORY.encode())
            stolen.host = elsewhere.base
            assert "cannot open the file" in await self.refused(slack, mina, [stolen])
            assert elsewhere.downloads == []


@pytest.mark.usefixtures("bot")
async def test_music_like_a_message_needs_an_engine_that_is_not_installed(slack: Slack, mina: Person) -> None:
    await mina.message_shortcut("music_like", await mina.say("Listen!"))
    [whisper] = await slack.until(mina.whispers)
    assert "style engine" in whisper.words


@pytest.mark.usefixtures("bot")
async def test_where_the_bot_is_no_member_the_music_comes_directly(slack: Slack, mina: Person) -> None:
    elsewhere = slack.workspace.channel("secrets", bot_inside=False, private=True)
    await mina.message_shortcut("score_message", await mina.say(STORY, channel=elsewhere))
    await result(slack, mina.direct)
    [whisper] = await slack.until(lambda: mina.whispers(elsewhere))
    assert "/invite" in whisper.words
