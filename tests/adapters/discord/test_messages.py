"""What is taken out of messages, and what is fetched for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, cast

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.discord.downloads import Downloads
from adapters.discord.messages import plain
from bot.recordings import too_large
from core.errors import PersonError


@dataclass
class File:
    """The parts of an attachment that a download looks at; the size is what Discord says, not what comes."""

    url: str
    size: int = 10
    filename: str = "story.txt"

    @property
    def attachment(self) -> discord.Attachment:
        return cast("discord.Attachment", self)


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    async def story(_: web.Request) -> web.Response:
        return web.Response(body=b"once upon a time")

    async def endless(_: web.Request) -> web.Response:
        return web.Response(body=bytes(1_000_000))

    async def elsewhere(_: web.Request) -> web.Response:
        raise web.HTTPFound("http://169.254.169.254/")

    app = web.Application()
    app.add_routes([web.get("/story", story), web.get("/endless", endless), web.get("/elsewhere", elsewhere)])
    async with TestServer(app) as server:
        yield server


def downloads(server: TestServer) -> Downloads:
    return Downloads(f"127.0.0.1:{server.port}")


def url(server: TestServer, path: str) -> str:
    return f"http://127.0.0.1:{server.port}/{path}"


async def test_an_attachment_is_fetched(server: TestServer) -> None:
    content = await downloads(server).fetch(File(url(server, "story")).attachment, 100, too_large)

    assert content == b"once upon a time"


async def test_more_than_was_announced_is_not_taken(server: TestServer) -> None:
    with pytest.raises(PersonError, match="too large"):
        await downloads(server).fetch(File(url(server, "endless")).attachment, 1000, too_large)


async def test_no_redirect_is_followed(server: TestServer) -> None:
    with pytest.raises(PersonError, match="could not fetch"):
        await downloads(server).fetch(File(url(server, "elsewhere")).attachment, 1000, too_large)


@pytest.mark.parametrize(
    "address",
    [
        "http://cdn.discordapp.com/attachments/1/2/a.txt",
        "https://cdn.discordapp.com:8443/attachments/1/2/a.txt",
        "https://cdn.discordapp.com.evil.example/a.txt",
        "https://cdn.discordapp.com@evil.example/a.txt",
        "http://127.0.0.1:1/a.txt",
        "file:///etc/passwd",
    ],
)
async def test_only_discords_own_hosts_are_asked(address: str) -> None:
    with pytest.raises(PersonError, match="could not fetch"):
        await Downloads().fetch(File(address).attachment, 1000, too_large)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("hello <@1> and <@!2>", "hello Ada and "),
        ("see <#3> and <@&4>", "see  and "),
        ("<a:party:5> <:calm:6>", ":party: :calm:"),
        ("5 < 6 > 4 <@x>", "5 < 6 > 4 <@x>"),
    ],
)
def test_codes_of_discord_become_what_people_see(content: str, text: str) -> None:
    names: dict[int, Any] = {1: "Ada"}

    assert plain(content, names) == text
