"""Delivery: a result reaches Slack once, whatever breaks on the way."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.people import Asker
from core.errors import EngineFailed
from core.fleet.fleet import FleetEvent, Work
from core.words import Words
from tests.adapters.slack.bots import PATIENCE, Gate, Running, let_leases_end, result, running
from tests.bot.pieces import SmallFleet
from tests.platforms.slack import Person, Slack

FIRST = "files.getUploadURLExternal"
LAST = "files.completeUploadExternal"


def uploads(slack: Slack) -> int:
    """How many times audio was sent to Slack."""
    return sum(file.uploads for file in slack.workspace.files.values() if file.name.endswith(".mp3"))


async def test_progress_stays_until_the_files_are_seen_to_be_shared(slack: Slack, bot: Running, mina: Person) -> None:
    slack.sharing.open.clear()
    await mina.slash("/bgm", "genre:jazz")
    await slack.until(lambda: slack.called("files.info"))
    assert slack.files == []
    assert len(slack.messages(mina.channel)) == 1
    slack.sharing.open.set()
    await result(slack, mina.channel)
    assert (await bot.app.store.deliveries.claim(["slack"], 1.0)) is None


@pytest.mark.usefixtures("bot")
async def test_files_shared_later_than_expected_are_found_and_not_sent_again(slack: Slack, mina: Person) -> None:
    slack.sharing.open.clear()
    await mina.slash("/bgm", "genre:jazz")
    await slack.until(lambda: len(slack.called("files.info")) > len(PATIENCE) + 1)
    slack.sharing.open.set()
    await result(slack, mina.channel)
    assert uploads(slack) == 1
    assert len(slack.messages(mina.channel)) == 1


@pytest.mark.usefixtures("bot")
async def test_files_that_are_never_shared_are_deleted_and_sent_again(slack: Slack, mina: Person) -> None:
    slack.sharing.lost = 1
    await mina.slash("/bgm", "genre:jazz")
    message = await result(slack, mina.channel)
    assert uploads(slack) == 2
    [lost] = [file for file in slack.workspace.files.values() if file.name.endswith(".mp3") and not file.shares]
    assert lost.deleted
    assert slack.messages(mina.channel) == [message]


@pytest.mark.usefixtures("bot")
async def test_an_answer_lost_after_slack_took_the_files_makes_no_second_message(slack: Slack, mina: Person) -> None:
    slack.faults.lose_answer(LAST)
    await mina.slash("/bgm", "genre:jazz")
    message = await result(slack, mina.channel)
    assert uploads(slack) == 1
    assert slack.messages(mina.channel) == [message]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("method", [FIRST, LAST, "files.info"])
async def test_a_rate_limit_puts_the_delivery_off(slack: Slack, mina: Person, method: str) -> None:
    slack.faults.limit(method, retry_after=0)
    await mina.slash("/bgm", "genre:jazz")
    message = await result(slack, mina.channel)
    assert slack.messages(mina.channel) == [message]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("method", [FIRST, "upload", LAST])
async def test_a_broken_slack_puts_the_delivery_off(slack: Slack, mina: Person, method: str) -> None:
    slack.faults.status(method, 503)
    await mina.slash("/bgm", "genre:jazz")
    message = await result(slack, mina.channel)
    assert slack.messages(mina.channel) == [message]


@pytest.mark.usefixtures("bot")
async def test_pictures_are_named_by_title_since_alternative_text_keeps_files_from_being_shared(
    slack: Slack, mina: Person
) -> None:
    await mina.slash("/bgm", "genre:jazz")
    message = await result(slack, mina.channel)
    assert "Jazz" in message.files[0].title
    assert message.files[1].title == "Waveform"
    assert all("alt_txt" not in call for call in slack.called(FIRST))


@pytest.mark.usefixtures("slow_bot")
async def test_a_bot_removed_from_the_channel_delivers_directly(slack: Slack, mina: Person, gate: Gate) -> None:
    await mina.slash("/bgm", "genre:jazz")
    await slack.until(lambda: slack.messages(mina.channel))
    slack.workspace.channels[mina.channel].members.discard(slack.workspace.bot_user)
    gate.open()
    message = await result(slack, mina.direct)
    assert "Jazz" in message.words


async def test_an_app_removed_from_the_workspace_gives_up(
    slack: Slack, slow_bot: Running, mina: Person, gate: Gate
) -> None:
    await mina.slash("/bgm", "genre:jazz")
    await slack.until(lambda: slack.messages(mina.channel))
    slack.faults.error(FIRST, "token_revoked")
    gate.open()
    await slack.until(lambda: slack.called(FIRST))
    await slack.until(lambda: not slow_bot.app.delivery._under_way)
    assert (await slow_bot.app.store.deliveries.claim(["slack"], 1.0)) is None
    assert len(slack.called(FIRST)) == 1


async def test_what_cannot_be_made_is_said_in_place_of_the_progress(slack: Slack, tmp_path: Path, mina: Person) -> None:
    async def broken(_work: Work) -> AsyncGenerator[FleetEvent]:
        raise EngineFailed(Words("The engine lost its strings.", "엔진의 줄이 끊어졌습니다."), retryable=False)
        yield

    async with running(slack, tmp_path, fleet=SmallFleet(behave=broken)):
        await mina.slash("/bgm", "genre:jazz")
        [message] = await slack.until(lambda: slack.messages(mina.channel))
        await slack.until(lambda: "lost its strings" in message.words)
        assert slack.messages(mina.channel) == [message]


async def test_what_cannot_be_made_is_said_anew_where_the_progress_was_deleted(
    slack: Slack, slow_bot: Running, mina: Person
) -> None:
    await mina.slash("/bgm", "genre:jazz")
    [progress] = await slack.until(lambda: slack.messages(mina.channel))
    progress.deleted = True
    await slow_bot.app.service.cancel(Asker("slack", slack.workspace.id, f"{slack.workspace.id}/{mina.id}", "en"))
    [message] = await slack.until(lambda: slack.messages(mina.channel))
    assert "Cancelled" in message.words


@pytest.mark.usefixtures("bot")
async def test_progress_that_could_not_be_taken_away_is_taken_away_later(slack: Slack, mina: Person) -> None:
    slack.faults.limit("chat.delete", retry_after=0)
    await mina.slash("/bgm", "genre:jazz")
    message = await result(slack, mina.channel)
    assert slack.messages(mina.channel) == [message]
    assert uploads(slack) == 1


class TestRestarts:
    async def test_a_piece_that_was_being_made_is_made_after_a_restart(
        self, slack: Slack, tmp_path: Path, mina: Person, gate: Gate
    ) -> None:
        async with running(slack, tmp_path, fleet=SmallFleet(behave=gate)):
            await mina.slash("/bgm", "genre:jazz seed:5")
            [progress] = await slack.until(lambda: slack.messages(mina.channel))
            await slack.until(lambda: any("50 %" in text for text in progress.history))
        let_leases_end(tmp_path)
        async with running(slack, tmp_path):
            message = await result(slack, mina.channel)
            assert "seed 5" in message.words
            assert slack.messages(mina.channel) == [message]

    async def test_files_shared_by_a_process_that_died_before_it_knew_are_not_sent_again(
        self, slack: Slack, tmp_path: Path, mina: Person
    ) -> None:
        slack.sharing.open.clear()
        async with running(slack, tmp_path):
            await mina.slash("/bgm", "genre:jazz")
            await slack.until(lambda: slack.called("files.info"))
        slack.sharing.open.set()
        await slack.until(lambda: slack.files)
        let_leases_end(tmp_path)
        async with running(slack, tmp_path):
            message = await result(slack, mina.channel)
            assert slack.messages(mina.channel) == [message]
        assert uploads(slack) == 1

    async def test_files_sent_by_a_process_that_died_before_sharing_them_never_appear(
        self, slack: Slack, tmp_path: Path, mina: Person
    ) -> None:
        slack.faults.status("upload", 503, times=99)
        async with running(slack, tmp_path):
            await mina.slash("/bgm", "genre:jazz")
            await slack.until(lambda: slack.called(FIRST))
        slack.faults.clear()
        let_leases_end(tmp_path)
        async with running(slack, tmp_path):
            message = await result(slack, mina.channel)
            assert slack.messages(mina.channel) == [message]
