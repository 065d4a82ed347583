"""App Home: the latest tracks and what can be done with them."""

from __future__ import annotations

import pytest

from tests.adapters.slack.bots import Running, result
from tests.platforms.slack import Person, Slack
from tests.platforms.slack.workspace import View, texts

pytestmark = pytest.mark.usefixtures("bot")


def words(home: View) -> str:
    return "\n".join(texts(home.body["blocks"]))


def action(home: View, name: str) -> str:
    ids = [e["action_id"] for block in home.body["blocks"] for e in block.get("elements", []) if "action_id" in e]
    return next(each for each in ids if each.startswith(name))


@pytest.fixture
async def home(slack: Slack, mina: Person) -> View:
    """The App Home of somebody who got one track."""
    await mina.slash("/bgm", "genre:jazz")
    await result(slack, mina.channel)
    await mina.open_home()
    return await slack.until(lambda: mina.home)


async def test_a_newcomer_is_told_how_to_begin(slack: Slack, mina: Person) -> None:
    await mina.open_home()
    home = await slack.until(lambda: mina.home)
    assert "/bgm" in words(home)


async def test_it_speaks_the_persons_language(slack: Slack, jiho: Person) -> None:
    await jiho.open_home()
    home = await slack.until(lambda: jiho.home)
    assert "배경 음악" in words(home)


async def test_the_messages_tab_is_none_of_its_business(slack: Slack, mina: Person) -> None:
    await mina.open_home(tab="messages")
    await mina.slash("/help")
    await slack.until(mina.whispers)
    assert mina.home is None


async def test_it_lists_the_latest_tracks(home: View) -> None:
    assert "Jazz" in words(home)


async def test_a_track_played_from_it_comes_directly(slack: Slack, mina: Person, home: View) -> None:
    await mina.press(home, action(home, "do:play"))
    await result(slack, mina.direct)


async def test_another_piece_asked_for_in_it_comes_directly_and_it_says_so(
    slack: Slack, bot: Running, mina: Person, home: View
) -> None:
    before = len(slack.called("views.publish"))
    await mina.press(home, action(home, "do:again"))
    await result(slack, mina.direct)
    await slack.until(lambda: len(slack.called("views.publish")) > before)
    assert mina.home is not None
    assert "On its way" in words(mina.home)
    assert len(bot.fleet.given) == 2


async def test_an_address_asked_for_in_it_is_shown_in_it(slack: Slack, mina: Person, home: View) -> None:
    await mina.press(home, action(home, "do:share"))
    await slack.until(lambda: mina.home is not None and "http" in words(mina.home))
    assert slack.messages(mina.direct) == []


async def test_a_deleted_track_is_gone_from_it(slack: Slack, mina: Person, home: View) -> None:
    await mina.press(home, action(home, "do:delete"))
    await slack.until(lambda: mina.home is not None and "Jazz" not in words(mina.home))


async def test_its_form_makes_music(slack: Slack, bot: Running, mina: Person, home: View) -> None:
    await mina.press(home, "open_form")
    modal = await slack.until(lambda: mina.modal)
    await mina.submit(modal, {"words": "rain on a tin roof"})
    await result(slack, mina.direct)
    assert len(bot.fleet.given) == 2
