"""People whose Slack speaks Korean are answered in Korean."""

from __future__ import annotations

import asyncio

import pytest

from tests.adapters.slack.bots import Running, result
from tests.platforms.slack import Person, Slack


async def test_wishes_and_results(slack: Slack, bot: Running, jiho: Person) -> None:
    await jiho.slash("/bgm", "장르:재즈 분위기:차분한 길이:0:15")
    message = await result(slack, jiho.channel)
    brief = bot.fleet.given[0].brief
    assert (brief.genres, brief.moods, brief.duration) == (("jazz",), ("calm",), 15.0)
    assert "재즈" in message.words
    assert "다시" in message.words


@pytest.mark.usefixtures("bot")
async def test_complaints(slack: Slack, jiho: Person) -> None:
    await jiho.slash("/bgm", "장르:째즈즈즈즈")
    [whisper] = await slack.until(jiho.whispers)
    assert "니다" in whisper.words


@pytest.mark.usefixtures("bot")
async def test_apologies(slack: Slack, bot: Running, jiho: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(bot.app.service, "help", broken)
    await jiho.slash("/help")
    [whisper] = await slack.until(jiho.whispers)
    assert "죄송합니다" in whisper.words
    assert "secret" not in whisper.words


async def test_an_apology_that_fails_too_breaks_nothing(
    slack: Slack, bot: Running, jiho: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = asyncio.Event()

    def broken(*_: object, **__: object) -> None:
        failed.set()
        raise RuntimeError("a secret detail")

    with monkeypatch.context() as patch:
        patch.setattr(bot.app.service, "help", broken)
        patch.setattr("adapters.slack.desk.explain", broken)
        await jiho.slash("/help")
        await failed.wait()
    await jiho.slash("/help")
    [whisper] = await slack.until(jiho.whispers)
    assert "/bgm" in whisper.words


@pytest.mark.usefixtures("bot")
async def test_a_person_is_asked_for_once(slack: Slack, jiho: Person) -> None:
    for _ in range(3):
        await jiho.slash("/help")
    await slack.until(lambda: len(jiho.whispers()) == 3)
    assert len(slack.called("users.info")) == 1


@pytest.mark.usefixtures("bot")
async def test_when_slack_does_not_tell_the_language_english_is_spoken(slack: Slack, jiho: Person) -> None:
    slack.faults.error("users.info", "internal_error")
    await jiho.slash("/help")
    [whisper] = await slack.until(jiho.whispers)
    assert "Make background music" in whisper.words
