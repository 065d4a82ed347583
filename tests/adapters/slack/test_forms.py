"""The form, and the remix form: modals filled in and sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Limits, QuotaSettings
from tests.adapters.slack.bots import Gate, Running, result, running
from tests.bot.pieces import SmallFleet
from tests.platforms.slack import Person, Slack


async def names(mina: Person, block: str, typed: str) -> list[str]:
    modal = mina.modal
    assert modal is not None
    return [option["text"]["text"] for option in await mina.suggest(modal, block, typed)]


async def test_the_form_makes_music_where_the_person_says(slack: Slack, bot: Running, mina: Person) -> None:
    await mina.shortcut("make_music")
    modal = await slack.until(lambda: mina.modal)
    [jazz, *_] = await mina.suggest(modal, "genre", "jaz")
    [piano, *_] = await mina.suggest(modal, "instrument", "piano")
    answers = {
        "genre": [jazz],
        "instrument": [piano],
        "tempo": "slow",
        "bpm": 84,
        "loop": ["yes"],
        "where": mina.channel,
    }
    assert await mina.submit(modal, answers) == {}
    await result(slack, mina.channel)
    brief = bot.fleet.given[0].brief
    assert (brief.genres, brief.tempo, brief.bpm, brief.loop) == (("jazz",), "slow", 84.0, True)
    assert "piano" in " ".join(brief.instruments)


@pytest.mark.usefixtures("bot")
class TestSuggestions:
    async def test_selects_offer_names_of_the_catalog_while_typing(self, slack: Slack, mina: Person) -> None:
        await mina.shortcut("make_music")
        await slack.until(lambda: mina.modal)
        assert "Jazz" in await names(mina, "genre", "jaz")
        assert "Calm" in await names(mina, "mood", "cal")
        assert len(await names(mina, "genre", "")) > 10

    async def test_they_speak_korean_to_those_who_do(self, slack: Slack, jiho: Person) -> None:
        await jiho.shortcut("make_music")
        await slack.until(lambda: jiho.modal)
        assert "재즈" in await names(jiho, "genre", "재")


@pytest.mark.usefixtures("bot")
async def test_a_form_that_slack_let_open_too_late_is_explained(slack: Slack, mina: Person) -> None:
    slack.triggers.lifetime = 0.0
    await mina.slash("/bgm")
    [whisper] = await slack.until(mina.whispers)
    assert "try again" in whisper.words
    assert mina.modal is None


async def test_what_cannot_be_done_is_said_in_the_form(slack: Slack, tmp_path: Path, mina: Person, gate: Gate) -> None:
    quotas = QuotaSettings(person=Limits(queued=1))
    async with running(slack, tmp_path, fleet=SmallFleet(behave=gate), quotas=quotas):
        await mina.slash("/bgm", "genre:jazz")
        await slack.until(lambda: slack.messages(mina.channel))
        await mina.shortcut("make_music")
        modal = await slack.until(lambda: mina.modal)
        answer = await mina.submit(modal, {"where": mina.channel})
        assert answer["response_action"] == "errors"
        assert modal.open
        gate.open()
        await result(slack, mina.channel)


@pytest.mark.usefixtures("bot")
async def test_without_a_conversation_the_music_comes_directly(slack: Slack, mina: Person) -> None:
    await mina.shortcut("make_music")
    modal = await slack.until(lambda: mina.modal)
    await mina.submit(modal, {"words": "rain on a tin roof"})
    await result(slack, mina.direct)


@pytest.mark.usefixtures("bot")
async def test_into_a_conversation_without_the_bot_it_comes_directly(slack: Slack, mina: Person) -> None:
    elsewhere = slack.workspace.channel("secrets", bot_inside=False)
    await mina.shortcut("make_music")
    modal = await slack.until(lambda: mina.modal)
    await mina.submit(modal, {"words": "rain", "where": elsewhere})
    await result(slack, mina.direct)
    assert slack.messages(elsewhere) == []


class TestRemix:
    async def test_an_instruction_makes_another_piece(self, slack: Slack, bot: Running, mina: Person) -> None:
        await mina.slash("/bgm", "genre:jazz")
        message = await result(slack, mina.channel)
        [remix] = [action for action in message.buttons if action.startswith("do:remix")]
        await mina.press(message, remix)
        modal = await slack.until(lambda: mina.modal)
        await mina.submit(modal, {"answer": "Remove drums"})
        await result(slack, mina.channel, number=2)
        assert bot.fleet.given[1].edits == ("Remove drums",)
