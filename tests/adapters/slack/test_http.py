"""HTTP mode: signed requests, and requests that only look like Slack's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from adapters.slack.http import serve
from adapters.slack.manifest import EVENTS_PATH
from bot.settings import SlackSettings
from core.errors import PersonError
from tests.adapters.slack.bots import Running, result, running
from tests.platforms.slack import Person, Postman, Slack, Unacknowledged
from tests.platforms.slack.server import BOT_TOKEN, SIGNING_SECRET


@pytest.fixture
async def bot(slack: Slack, tmp_path: Path) -> AsyncIterator[Running]:
    """A bot that Slack reaches over HTTP, on a free port."""
    settings = SlackSettings.model_validate(
        {"bot_token": BOT_TOKEN, "signing_secret": SIGNING_SECRET, "api_url": slack.api_url, "port": 0}
    )
    async with running(slack, tmp_path, settings=settings) as started:
        runner = await serve(started.bot.app, "127.0.0.1", 0)
        slack.transport = Postman(
            f"http://127.0.0.1:{runner.addresses[0][1]}{EVENTS_PATH}", SIGNING_SECRET, deadline=60.0
        )
        yield started
        await runner.cleanup()


async def test_a_port_that_is_taken_is_said_at_once(slack: Slack, tmp_path: Path) -> None:
    settings = SlackSettings.model_validate(
        {
            "bot_token": BOT_TOKEN,
            "signing_secret": SIGNING_SECRET,
            "api_url": slack.api_url,
            "port": slack.base.rpartition(":")[2],
        }
    )
    async with running(slack, tmp_path, settings=settings) as bot:
        with pytest.raises(PersonError, match="TEXTUNES_SLACK__PORT"):
            await bot.listening


@pytest.mark.parametrize("known", [{"bot_token": BOT_TOKEN}, {"signing_secret": SIGNING_SECRET}, {"app_token": "xapp"}])
async def test_settings_that_lack_something_are_said_at_once(
    slack: Slack, tmp_path: Path, known: dict[str, str]
) -> None:
    with pytest.raises(PersonError, match="TEXTUNES_SLACK__APP_TOKEN"):
        async with running(slack, tmp_path, settings=SlackSettings.model_validate(known)):
            pass


@pytest.fixture
def postman(slack: Slack, bot: Running) -> Postman:  # noqa: ARG001
    assert isinstance(slack.transport, Postman)
    return slack.transport


@pytest.mark.usefixtures("bot")
class TestSlackItself:
    async def test_commands(self, slack: Slack, mina: Person) -> None:
        await mina.slash("/bgm", "genre:jazz")
        await result(slack, mina.channel)

    async def test_interactions(self, slack: Slack, mina: Person) -> None:
        await mina.message_shortcut("score_message", await mina.say("The ship left the harbour, and nobody waved."))
        message = await result(slack, mina.channel)
        await mina.press(message, next(action for action in message.buttons if action.startswith("do:again")))
        await result(slack, mina.channel, number=2)

    async def test_forms_and_their_suggestions(self, slack: Slack, mina: Person) -> None:
        await mina.shortcut("make_music")
        modal = await slack.until(lambda: mina.modal)
        [jazz, *_] = await mina.suggest(modal, "genre", "jazz")
        assert await mina.submit(modal, {"genre": [jazz], "where": mina.channel}) == {}
        await result(slack, mina.channel)

    async def test_events_and_their_repetitions(self, slack: Slack, bot: Running, mina: Person) -> None:
        await mina.mention("The ship left the harbour, and nobody waved.", deliveries=3)
        await result(slack, mina.channel)
        assert len(bot.fleet.given) == 1

    async def test_the_challenge_by_which_slack_checks_the_address(self, postman: Postman) -> None:
        status, text = await postman.post(
            "events_api", {"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}, headers={}
        )
        assert (status, text) == (200, '{"challenge": "3eZbrw1a"}')


class TestOthers:
    async def command(self, slack: Slack, postman: Postman, mina: Person, **how: object) -> int:
        payload = {"command": "/bgm", "text": "genre:jazz", "team_id": slack.workspace.id, "user_id": mina.id}
        status, _ = await postman.post("slash_commands", payload, **how)  # type: ignore[arg-type]
        return status

    @pytest.mark.parametrize(
        "how",
        [
            {"headers": {}, "secret": "guessed"},
            {"headers": {}, "age": 60 * 6},
            {"headers": {"X-Slack-Signature": ""}},
            {"headers": {"X-Slack-Request-Timestamp": "yesterday"}},
            {"headers": {"X-Slack-Request-Timestamp": "-5"}},
        ],
        ids=["another secret", "six minutes old", "no signature", "no number", "a negative number"],
    )
    async def test_are_refused(
        self, slack: Slack, bot: Running, postman: Postman, mina: Person, how: dict[str, object]
    ) -> None:
        assert await self.command(slack, postman, mina, **how) == 401
        assert bot.fleet.given == []
        assert slack.messages(mina.channel) == []

    async def test_are_refused_without_any_header(self, postman: Postman) -> None:
        async with aiohttp.ClientSession() as session, session.post(postman.url, data="command=/bgm") as answer:
            assert answer.status == 401

    async def test_do_not_pass_as_slack_with_a_stolen_body(self, slack: Slack, postman: Postman, mina: Person) -> None:
        forger = Postman(postman.url, "guessed")
        slack.transport = forger
        with pytest.raises(Unacknowledged, match="401"):
            await mina.slash("/bgm", "genre:jazz")
