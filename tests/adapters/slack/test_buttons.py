"""Buttons and selects under a result."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.slack.address import Address
from bot.people import Asker
from bot.store.library import PAGE_SIZE
from tests.adapters.slack.bots import Gate, Running, result, running, until_made
from tests.platforms.slack import Person, Slack
from tests.platforms.slack.workspace import Message


def button(message: Message, action: str) -> str:
    [found] = [each for each in message.buttons if each.startswith(f"do:{action}:")]
    return found


@pytest.fixture
async def track(slack: Slack, bot: Running, mina: Person) -> Message:  # noqa: ARG001
    """A result that mina got."""
    await mina.slash("/bgm", "genre:jazz seed:7")
    return await result(slack, mina.channel)


@pytest.mark.parametrize("action", ["again", "vary_small", "vary_large", "loop", "extend", "stems"])
async def test_a_press_makes_another_piece(
    slack: Slack, bot: Running, mina: Person, track: Message, action: str
) -> None:
    await mina.press(track, button(track, action))
    second = await result(slack, mina.channel, number=2)
    assert second is not track
    assert len(bot.fleet.given) == 2


async def test_a_piece_asked_for_in_a_thread_comes_in_that_thread(slack: Slack, bot: Running, mina: Person) -> None:
    root = await mina.mention("genre:jazz")
    first = await result(slack, mina.channel)
    await mina.press(first, button(first, "again"))
    assert (await result(slack, mina.channel, number=2)).thread_ts == root.ts
    assert len(bot.fleet.given) == 2


async def test_anybody_may_ask_for_another_like_it(slack: Slack, track: Message, jiho: Person) -> None:
    await jiho.press(track, button(track, "again"))
    second = await result(slack, jiho.channel, number=2)
    assert "재즈" in second.words


async def test_likes_and_shares_are_answered_to_the_presser_alone(slack: Slack, mina: Person, track: Message) -> None:
    await mina.press(track, button(track, "like"))
    await slack.until(lambda: len(mina.whispers()) == 1)
    await mina.press(track, button(track, "share"))
    await slack.until(lambda: len(mina.whispers()) == 2)
    assert "http" in mina.whispers()[1].words
    assert slack.messages(mina.channel) == [track]


async def test_a_topic_chosen_under_a_scored_text_scores_it_again(slack: Slack, bot: Running, mina: Person) -> None:
    await mina.slash("/score", "The ship left the harbour at dawn, and nobody waved.")
    message = await result(slack, mina.channel)
    [select] = [element for block in message.blocks for element in block.get("elements", []) if "options" in element]
    other = select["options"][1]
    assert select["initial_option"] != other
    await mina.press(message, select["action_id"], value=other["value"])
    await result(slack, mina.channel, number=2)
    assert bot.fleet.given[1].read is not None
    assert bot.fleet.given[1].read.topic == other["value"]


class TestDelete:
    async def test_its_owner_takes_a_track_away_with_message_and_files(
        self, slack: Slack, mina: Person, track: Message
    ) -> None:
        files = list(track.files)
        delete = button(track, "delete")
        assert track.buttons[delete]["confirm"]
        await mina.press(track, delete)
        await slack.until(lambda: track.deleted)
        assert all(file.deleted for file in files)

    async def test_nobody_else_does(self, slack: Slack, track: Message, jiho: Person) -> None:
        await jiho.press(track, button(track, "delete"))
        await slack.until(jiho.whispers)
        assert not track.deleted
        assert not any(file.deleted for file in track.files)


class TestLists:
    @pytest.fixture
    async def library(self, slack: Slack, mina: Person, track: Message) -> Message:  # noqa: ARG002
        await mina.slash("/library")
        [whisper] = await slack.until(mina.whispers)
        return whisper

    async def test_a_track_can_be_played_again(self, slack: Slack, mina: Person, library: Message) -> None:
        await mina.press(library, button(library, "play"))
        second = await slack.until(lambda: [m for m in slack.messages(mina.channel) if m.files][1:])
        assert [file.name for file in second[0].files] == ["jazz.mp3", "jazz.png"]

    async def test_a_page_replaces_the_one_before(self, slack: Slack, bot: Running, mina: Person) -> None:
        asker = Asker("slack", slack.workspace.id, f"{slack.workspace.id}/{mina.id}", "en")
        place = Address(team=slack.workspace.id, person=mina.id, channel=mina.direct).place()
        for seed in range(PAGE_SIZE + 1):
            await bot.app.service.bgm(asker, place, f"genre:jazz seed:{seed}")
        await until_made(bot, asker, PAGE_SIZE + 1)
        await mina.slash("/library")
        [first] = await slack.until(mina.whispers)
        page = [action for action in first.buttons if action.startswith("do:library:")][-1]
        before = first.words
        await mina.press(first, page)
        await slack.until(lambda: first.words != before)
        assert mina.whispers() == [first]


class TestCancel:
    @pytest.fixture(autouse=True)
    def bot(self, slow_bot: Running) -> Running:
        return slow_bot

    async def test_the_asker_cancels_and_the_progress_says_so(self, slack: Slack, mina: Person) -> None:
        await mina.slash("/bgm", "genre:jazz")
        [progress] = await slack.until(lambda: slack.messages(mina.channel))
        await mina.press(progress, button(progress, "cancel"))
        await slack.until(lambda: "Cancelled" in progress.words)
        assert progress.buttons == {}

    async def test_others_may_not_but_admins_may(self, slack: Slack, mina: Person, jiho: Person) -> None:
        await mina.slash("/bgm", "genre:jazz")
        [progress] = await slack.until(lambda: slack.messages(mina.channel))
        await jiho.press(progress, button(progress, "cancel"))
        await slack.until(jiho.whispers)
        assert "Cancelled" not in progress.words
        boss = Person(slack, admin=True, channel=mina.channel)
        await boss.press(progress, button(progress, "cancel"))
        await slack.until(lambda: "Cancelled" in progress.words)


@pytest.mark.usefixtures("bot")
async def test_a_button_of_an_earlier_version_says_so(slack: Slack, mina: Person) -> None:
    old = {"type": "button", "action_id": "do:transpose:1", "text": {"type": "plain_text", "text": "Transpose"}}
    message = slack.workspace.post(
        mina.channel, slack.workspace.bot_user, "A track", blocks=[{"type": "actions", "elements": [old]}]
    )
    await mina.press(message, "do:transpose:1")
    [whisper] = await slack.until(mina.whispers)
    assert "earlier version" in whisper.words


async def test_buttons_work_after_a_restart(slack: Slack, tmp_path: Path, mina: Person) -> None:
    async with running(slack, tmp_path):
        await mina.slash("/bgm", "genre:jazz")
        message = await result(slack, mina.channel)
    async with running(slack, tmp_path):
        await mina.press(message, button(message, "again"))
        await result(slack, mina.channel, number=2)


async def test_a_second_progress_does_not_disturb_the_first(
    slack: Slack, slow_bot: Running, mina: Person, gate: Gate
) -> None:
    await mina.slash("/bgm", "genre:jazz seed:1")
    await mina.slash("/bgm", "genre:jazz seed:2")
    await slack.until(lambda: len(slack.messages(mina.channel)) == 2)
    gate.open()
    await result(slack, mina.channel, number=2)
    assert len(slow_bot.fleet.given) == 2
