"""Socket Mode: sockets that close, move, stop answering or fall silent."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.slack.socket import WatchedSocket
from core.errors import PersonError
from tests.adapters.slack.bots import Running, result, running, socket_settings
from tests.platforms.slack import Person, Slack
from tests.platforms.slack.server import APP_TOKEN


@pytest.fixture
async def watched(slack: Slack, bot: Running) -> AsyncIterator[Running]:
    """A bot whose watchdog looks every 50 ms and bears a second of silence, in place of the usual one."""
    await slack.until(lambda: slack.sockets.connections)
    bot.listening.cancel()
    await slack.until(lambda: not slack.sockets.connections)
    socket = WatchedSocket(bot.bot.app, APP_TOKEN, look=0.05, silence=1.0, ping=0.2)
    task = asyncio.create_task(socket.run())
    await slack.until(lambda: slack.sockets.connections)
    yield bot
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


@pytest.mark.usefixtures("watched")
class TestTrouble:
    async def works(self, slack: Slack, mina: Person) -> None:
        await mina.slash("/bgm", "genre:jazz")
        await result(slack, mina.channel)

    async def test_a_cut_socket_is_replaced(self, slack: Slack, mina: Person) -> None:
        opened = slack.sockets.opened
        await slack.sockets.drop()
        await slack.until(lambda: slack.sockets.opened > opened)
        await self.works(slack, mina)

    async def test_a_socket_that_slack_retires_is_replaced(self, slack: Slack, mina: Person) -> None:
        opened = slack.sockets.opened
        await slack.sockets.refresh()
        await slack.until(lambda: slack.sockets.opened > opened)
        await self.works(slack, mina)

    async def test_a_socket_that_answers_no_ping_is_replaced(self, slack: Slack, mina: Person) -> None:
        slack.sockets.mute()
        muted = list(slack.sockets.connections)
        await slack.until(lambda: any(each not in muted for each in slack.sockets.connections))
        await slack.until(lambda: not any(each in muted for each in slack.sockets.connections))
        await self.works(slack, mina)

    async def test_a_socket_over_which_nothing_comes_any_more_is_replaced(self, slack: Slack, mina: Person) -> None:
        slack.sockets.deafen()
        deaf = list(slack.sockets.connections)
        await slack.until(lambda: slack.sockets.connections and not any(c in deaf for c in slack.sockets.connections))
        await self.works(slack, mina)

    async def test_slack_out_of_reach_is_tried_again(self, slack: Slack, mina: Person) -> None:
        slack.faults.status("apps.connections.open", 503, times=3)
        slack.sockets.deafen()
        deaf = list(slack.sockets.connections)
        await slack.until(lambda: slack.sockets.connections and not any(c in deaf for c in slack.sockets.connections))
        await self.works(slack, mina)


async def test_an_idle_socket_is_not_left_before_its_successor_is_open(slack: Slack, watched: Running) -> None:
    del watched
    open_at_once: list[int] = []

    def replaced_twice() -> bool:
        open_at_once.append(len(slack.sockets.connections))
        return slack.sockets.opened >= 4

    await slack.until(replaced_twice)
    assert min(open_at_once) >= 1


async def test_a_bot_stopped_while_it_changes_sockets_leaves_none_behind(slack: Slack, bot: Running) -> None:
    bot.listening.cancel()
    await slack.until(lambda: not slack.sockets.connections)
    task = asyncio.create_task(WatchedSocket(bot.bot.app, APP_TOKEN, look=0.2, silence=0.1).run())
    await slack.until(lambda: len(slack.sockets.connections) == 2)
    task.cancel()
    await slack.until(lambda: not slack.sockets.connections)


async def test_a_wrong_app_token_is_said_at_once(slack: Slack, tmp_path: Path) -> None:
    settings = socket_settings(slack).model_copy(update={"app_token": SecretStr("xapp-wrong")})
    async with running(slack, tmp_path, settings=settings) as bot:
        with pytest.raises(PersonError, match="TEXTUNES_SLACK__APP_TOKEN"):
            await bot.listening
    slack.refusals.clear()


async def test_a_wrong_bot_token_is_said_at_once(slack: Slack, tmp_path: Path) -> None:
    settings = socket_settings(slack).model_copy(update={"bot_token": SecretStr("xoxb-wrong")})
    async with running(slack, tmp_path, settings=settings) as bot:
        with pytest.raises(PersonError, match="TEXTUNES_SLACK__BOT_TOKEN"):
            await bot.listening
    slack.refusals.clear()
