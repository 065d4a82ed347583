"""Installation by OAuth, and several workspaces served by one bot."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from adapters.slack.http import serve
from adapters.slack.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from bot.people import Asker
from bot.settings import SlackSettings
from tests.adapters.slack.bots import Gate, Running, let_leases_end, result, running
from tests.bot.pieces import SmallFleet
from tests.platforms.slack import Person, Postman, Slack
from tests.platforms.slack.server import CLIENT_ID, CLIENT_SECRET, SIGNING_SECRET
from tests.platforms.slack.workspace import Workspace
from tests.postgresql import new_database, private_server

# slack_sdk 3.47 shows the client's secret by a class that aiohttp will remove.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


def settings(slack: Slack) -> SlackSettings:
    return SlackSettings.model_validate(
        {
            "signing_secret": SIGNING_SECRET,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "api_url": slack.api_url,
            "port": 0,
        }
    )


@pytest.fixture
async def bot(slack: Slack, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(slack, tmp_path, settings=settings(slack)) as started:
        site = await listen(slack, started)
        yield started
        await site.cleanup()


async def listen(slack: Slack, bot: Running) -> web.AppRunner:
    runner = await serve(bot.bot.app, "127.0.0.1", 0)
    slack.transport = Postman(f"http://127.0.0.1:{runner.addresses[0][1]}{EVENTS_PATH}", SIGNING_SECRET, deadline=60.0)
    return runner


def address(slack: Slack, path: str) -> str:
    assert isinstance(slack.transport, Postman)
    return slack.transport.url.removesuffix(EVENTS_PATH) + path


async def install(slack: Slack, workspace: Workspace, *, with_cookie: bool = True) -> int:
    """Install the app as somebody at a browser does; returns the status of the last page."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        async with browser.get(address(slack, INSTALL_PATH)) as page:
            cookie = page.headers["Set-Cookie"].partition(";")[0]
            link = re.search(r'<a [^>]*href="([^"]+)"', await page.text())
        assert link is not None
        allow = f"{unescape(link[1])}&team={workspace.id}"
        assert allow.startswith(f"{slack.base}/oauth/v2/authorize?")
        async with browser.get(allow, allow_redirects=False) as allowed:
            query = allowed.headers["Location"].partition("?")[2]
        headers = {"Cookie": cookie} if with_cookie else {}
        async with browser.get(f"{address(slack, REDIRECT_PATH)}?{query}", headers=headers) as last:
            return last.status


async def test_a_workspace_is_served_once_it_has_installed_the_app(slack: Slack, bot: Running, mina: Person) -> None:
    await mina.slash("/bgm", "genre:jazz")
    assert slack.messages(mina.channel) == []
    assert await install(slack, slack.workspace) == 200
    await mina.slash("/bgm", "genre:jazz")
    await result(slack, mina.channel)
    assert len(bot.fleet.given) == 1


async def test_the_app_asks_for_the_scopes_of_its_manifest(slack: Slack, bot: Running) -> None:
    del bot
    slack.workspace.scopes = frozenset()
    await install(slack, slack.workspace)
    assert "files:write" in slack.workspace.scopes


async def test_each_workspace_is_answered_with_its_own_token(slack: Slack, bot: Running, mina: Person) -> None:
    other = slack.add_workspace("T000000002")
    kari = Person(slack, workspace=other)
    await install(slack, slack.workspace)
    await install(slack, other)
    await mina.slash("/bgm", "genre:jazz")
    await kari.slash("/bgm", "genre:jazz")
    await result(slack, mina.channel)
    await result(slack, kari.channel)
    assert len(bot.fleet.given) == 2


async def test_a_browser_that_did_not_begin_the_installation_cannot_end_it(
    slack: Slack, bot: Running, mina: Person
) -> None:
    assert await install(slack, slack.workspace, with_cookie=False) == 400
    await mina.slash("/bgm", "genre:jazz")
    assert bot.fleet.given == []


async def test_installations_and_deliveries_survive_a_restart(slack: Slack, tmp_path: Path, gate: Gate) -> None:
    mina = Person(slack)
    async with running(slack, tmp_path, settings=settings(slack), fleet=SmallFleet(behave=gate)) as first:
        site = await listen(slack, first)
        await install(slack, slack.workspace)
        await mina.slash("/bgm", "genre:jazz")
        await slack.until(lambda: slack.messages(mina.channel))
        await site.cleanup()
    let_leases_end(tmp_path)
    async with running(slack, tmp_path, settings=settings(slack)):
        await result(slack, mina.channel)


async def test_installations_are_kept_in_postgresql_as_well(slack: Slack, tmp_path: Path, mina: Person) -> None:
    with private_server() as server, new_database(server) as address:
        async with running(slack, tmp_path, settings=settings(slack), database_url=address) as bot:
            site = await listen(slack, bot)
            await install(slack, slack.workspace)
            await mina.slash("/bgm", "genre:jazz")
            await result(slack, mina.channel)
            await site.cleanup()


async def test_an_uninstalled_app_forgets_its_token(slack: Slack, bot: Running, mina: Person) -> None:
    await install(slack, slack.workspace)
    await mina.event({"type": "app_uninstalled"})
    await mina.slash("/bgm", "genre:jazz")
    whispers = await slack.until(mina.whispers)
    assert "reinstall" in whispers[-1].words
    assert bot.fleet.given == []


async def test_an_organization_that_installed_the_app_is_one_community(slack: Slack, bot: Running) -> None:
    sales = slack.add_workspace("T000000003", enterprise="E000000001", org=True)
    kari = Person(slack, workspace=sales)
    await install(slack, sales)
    await kari.slash("/bgm", "genre:jazz")
    await result(slack, kari.channel)
    [track] = await bot.app.service.tracks(Asker("slack", "E000000001", f"E000000001/{kari.id}", "en"))
    assert track.community == "E000000001"


async def test_a_workspace_of_an_organization_that_installed_it_alone_is_its_own(slack: Slack, bot: Running) -> None:
    sales = slack.add_workspace("T000000003", enterprise="E000000001")
    kari = Person(slack, workspace=sales)
    await install(slack, sales)
    await kari.slash("/bgm", "genre:jazz")
    await result(slack, kari.channel)
    [track] = await bot.app.service.tracks(Asker("slack", sales.id, f"{sales.id}/{kari.id}", "en"))
    assert track.community == sales.id
