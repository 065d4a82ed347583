"""Mentions and direct messages, and what happens when Slack sends their events more than once."""

from __future__ import annotations

import pytest

from tests.adapters.slack.bots import Running, result
from tests.platforms.slack import Person, Slack

STORY = "The ship left the harbour at dawn. Nobody waved, and the gulls fell silent behind it."


async def test_text_behind_a_mention_is_scored_in_its_thread(slack: Slack, bot: Running, mina: Person) -> None:
    mention = await mina.mention(STORY)
    message = await result(slack, mina.channel)
    assert message.thread_ts == mention.ts
    assert bot.fleet.given[0].read is not None
    assert bot.fleet.given[0].read.text == STORY


@pytest.mark.usefixtures("bot")
async def test_a_mention_within_a_thread_is_answered_in_that_thread(slack: Slack, mina: Person) -> None:
    root = await mina.say("Let's have some music.")
    await mina.mention("/bgm genre:jazz", thread_ts=root.ts)
    message = await result(slack, mina.channel)
    assert message.thread_ts == root.ts


@pytest.mark.parametrize("said", ["/bgm genre:jazz", "genre:jazz", "장르:재즈"])
async def test_a_mention_may_carry_a_command_or_a_wish(slack: Slack, bot: Running, mina: Person, said: str) -> None:
    await mina.mention(said)
    await result(slack, mina.channel)
    assert bot.fleet.given[0].read is None
    assert bot.fleet.given[0].brief.genres == ("jazz",)


@pytest.mark.usefixtures("bot")
async def test_a_bare_mention_explains_the_commands(slack: Slack, mina: Person) -> None:
    await mina.mention("")
    [whisper] = await slack.until(mina.whispers)
    assert "/bgm" in whisper.words


async def test_a_direct_message_is_scored_where_it_was_written(slack: Slack, bot: Running, mina: Person) -> None:
    await mina.whisper(STORY)
    message = await result(slack, mina.direct)
    assert message.thread_ts is None
    assert bot.fleet.given[0].read is not None


async def test_what_slack_escaped_is_read_as_it_was_written(slack: Slack, bot: Running, mina: Person) -> None:
    await mina.whisper("Tom &amp; Ann &lt;3 <https://example.com|the sea>, said <@U0123456789|ann>. It was calm there.")
    await result(slack, mina.direct)
    assert bot.fleet.given[0].read is not None
    assert bot.fleet.given[0].read.text == "Tom & Ann <3 the sea, said ann. It was calm there."


async def test_a_direct_message_with_a_text_file_is_read_with_it(slack: Slack, bot: Running, mina: Person) -> None:
    file = slack.workspace.upload("diary.md", STORY.encode())
    await mina.whisper("", files=[file])
    await result(slack, mina.direct)
    assert bot.fleet.given[0].read is not None
    assert bot.fleet.given[0].read.text == STORY


class TestRepeatedEvents:
    async def test_an_event_sent_three_times_makes_one_piece(self, slack: Slack, bot: Running, mina: Person) -> None:
        await mina.mention(STORY, deliveries=3)
        await result(slack, mina.channel)
        assert len(bot.fleet.given) == 1

    @pytest.mark.usefixtures("bot")
    async def test_a_complaint_is_made_once(self, slack: Slack, mina: Person) -> None:
        await mina.mention("genre:jaz", deliveries=3)
        await slack.until(mina.whispers)
        await mina.mention("")
        await slack.until(lambda: any("/bgm" in each.words for each in mina.whispers()))
        assert len(mina.whispers()) == 2

    async def test_an_event_repeated_after_a_restart_makes_no_second_piece(
        self, slack: Slack, bot: Running, mina: Person
    ) -> None:
        event = {"type": "message", "user": mina.id, "text": STORY, "ts": "1.000001", "channel": mina.direct}
        payload = mina.event_payload(event | {"channel_type": "im"})
        await slack.transport.send("events_api", payload)
        await result(slack, mina.direct)
        await slack.transport.send("events_api", payload, retry=1)
        await mina.whisper("")
        await slack.until(lambda: any("/bgm" in message.words for message in slack.messages(mina.direct)))
        assert len(bot.fleet.given) == 1


class TestWhatIsNotMeantForUs:
    @pytest.mark.parametrize(
        "more",
        [
            {"bot_id": "B0000000099"},
            {"subtype": "message_changed"},
            {"subtype": "message_deleted"},
            {"subtype": "channel_join"},
            {"channel_type": "channel"},
        ],
    )
    async def test_messages_of_bots_edits_and_other_channels_are_left_alone(
        self, slack: Slack, bot: Running, mina: Person, more: dict[str, str]
    ) -> None:
        event = {"type": "message", "user": mina.id, "text": STORY, "channel": mina.direct, "channel_type": "im"}
        await mina.event(event | more)
        await mina.whisper("genre:jazz")
        await result(slack, mina.direct)
        assert len(bot.fleet.given) == 1

    @pytest.mark.usefixtures("bot")
    async def test_unknown_events_and_interactions_are_acknowledged(self, mina: Person) -> None:
        await mina.event({"type": "reaction_added", "user": mina.id})
        await mina.shortcut("somebody_elses")
