"""Slash commands."""

from __future__ import annotations

import pytest

from tests.adapters.slack.bots import Gate, Running, result
from tests.platforms.slack import Person, Slack

pytestmark = pytest.mark.usefixtures("bot")


async def test_a_wish_comes_back_as_one_message_with_audio_picture_and_buttons(slack: Slack, mina: Person) -> None:
    ack = await mina.slash("/bgm", "genre:jazz mood:calm seed:7")
    assert ack.payload == {}
    message = await result(slack, mina.channel)

    assert [file.name for file in message.files] == ["jazz.mp3", "jazz.png"]
    assert message.files[0].data is not None
    assert "Jazz" in message.words
    assert "seed 7" in message.words
    assert {"do:again", "do:like", "do:delete"} <= {action.rpartition(":")[0] for action in message.buttons}
    assert slack.messages(mina.channel) == [message]


async def test_it_is_acknowledged_before_anything_else_is_done(slack: Slack, mina: Person) -> None:
    answered = slack.faults.hold("users.info")
    await mina.slash("/bgm", "genre:jazz")
    assert slack.messages(mina.channel) == []
    answered.set()
    await result(slack, mina.channel)


async def test_a_name_that_the_catalog_lacks_is_answered_to_the_asker_alone(slack: Slack, mina: Person) -> None:
    await mina.slash("/bgm", "genre:jaz")
    [whisper] = await slack.until(mina.whispers)
    assert "Jazz" in whisper.words
    assert slack.messages(mina.channel) == []


async def test_typographic_quotes_are_understood(slack: Slack, bot: Running, mina: Person) -> None:
    await mina.slash("/bgm", "genre:“hip hop” mood:calm")
    await result(slack, mina.channel)
    assert bot.fleet.given[0].brief.genres == ("hip_hop",)


async def test_a_text_typed_behind_score_is_scored(slack: Slack, bot: Running, mina: Person) -> None:
    await mina.slash("/score", "The ship left the harbour at dawn, and nobody waved.")
    message = await result(slack, mina.channel)
    assert bot.fleet.given[0].read is not None
    assert any(action.startswith("do:why") for action in message.buttons)


async def test_help_explains_the_commands_to_the_asker_alone(slack: Slack, mina: Person) -> None:
    await mina.slash("/help")
    [whisper] = await slack.until(mina.whispers)
    assert all(f"/{name}" in whisper.words for name in ("bgm", "score", "queue", "cancel", "library"))


@pytest.mark.parametrize("word", ["help", "도움말"])
async def test_help_behind_a_command_explains_that_one(slack: Slack, mina: Person, word: str) -> None:
    await mina.slash("/score", word)
    [whisper] = await slack.until(mina.whispers)
    assert "/score" in whisper.words
    assert "/library" not in whisper.words


async def test_the_library_lists_what_was_made(slack: Slack, mina: Person) -> None:
    await mina.slash("/bgm", "genre:jazz")
    await result(slack, mina.channel)
    await mina.slash("/library")
    [whisper] = await slack.until(mina.whispers)
    assert "Jazz" in whisper.words
    assert any(action.startswith("do:play:") for action in whisper.buttons)


async def test_a_bare_command_opens_its_form(slack: Slack, mina: Person) -> None:
    await mina.slash("/bgm")
    modal = await slack.until(lambda: mina.modal)
    asked = {block["block_id"] for block in modal.body["blocks"]}
    assert {"genre", "mood", "words"} <= asked
    assert "where" not in asked


async def test_a_bare_score_asks_for_the_text(slack: Slack, bot: Running, mina: Person) -> None:
    await mina.slash("/score")
    modal = await slack.until(lambda: mina.modal)
    await mina.submit(modal, {"text": "A quiet morning by the sea."})
    await result(slack, mina.channel)
    assert bot.fleet.given[0].read is not None
    assert bot.fleet.given[0].read.text == "A quiet morning by the sea."


@pytest.mark.parametrize(
    "text", ["   ", "\x00\x07", "🎷🎷🎷", "x" * 100_000, "\u202eevil", "bpm:999999", "seed:-1", "duration:9h"]
)
async def test_odd_input_gets_an_answer_and_breaks_nothing(slack: Slack, mina: Person, text: str) -> None:
    await mina.slash("/bgm", text)
    await slack.until(lambda: mina.whispers() or mina.modal or [m for m in slack.messages(mina.channel) if m.files])
    assert not any("broke" in whisper.words for whisper in mina.whispers())


async def test_a_first_reply_that_comes_after_the_result_is_taken_back(slack: Slack, mina: Person) -> None:
    answered = slack.faults.hold("chat.postMessage")
    await mina.slash("/bgm", "genre:jazz")
    await slack.until(lambda: slack.files)
    answered.set()
    await slack.until(lambda: slack.called("chat.delete"))
    assert len(slack.workspace.channels[mina.channel].messages) == 2
    [message] = slack.messages(mina.channel)
    assert message.files


class TestWhileItIsMade:
    @pytest.fixture(autouse=True)
    def bot(self, slow_bot: Running) -> Running:
        return slow_bot

    async def test_progress_is_shown_by_editing_one_message(self, slack: Slack, mina: Person, gate: Gate) -> None:
        await mina.slash("/bgm", "genre:jazz")
        [progress] = await slack.until(lambda: slack.messages(mina.channel))
        await slack.until(lambda: any("50 %" in text for text in progress.history))
        assert slack.messages(mina.channel) == [progress]
        gate.open()
        await result(slack, mina.channel)
        assert progress.deleted

    async def test_a_rate_limit_on_the_first_reply_is_waited_for(self, slack: Slack, mina: Person) -> None:
        slack.faults.limit("chat.postMessage", retry_after=0)
        await mina.slash("/bgm", "genre:jazz")
        await slack.until(lambda: slack.messages(mina.channel))
        assert len(slack.called("chat.postMessage")) == 2
        assert mina.whispers() == []

    async def test_the_queue_lists_it_and_cancel_ends_it(self, slack: Slack, mina: Person) -> None:
        await mina.slash("/bgm", "genre:jazz")
        [progress] = await slack.until(lambda: slack.messages(mina.channel))
        await mina.slash("/queue")
        [queue] = await slack.until(mina.whispers)
        assert "Jazz" in queue.words
        await mina.slash("/cancel")
        await slack.until(lambda: "Cancelled" in progress.words)
        assert progress.buttons == {}
