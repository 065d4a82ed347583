"""Requests of one client go to another address, and nobody else's do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from discord.http import Route
from yarl import URL

from adapters.discord.endpoint import Endpoint


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    endpoint = Endpoint(URL("http://proxy.example:8081/discord/api/v10"))
    yield endpoint
    await endpoint.close()


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("https://discord.com/api/v10/users/@me", "http://proxy.example:8081/discord/api/v10/users/@me"),
        (
            "https://discord.com/api/v10/channels/1/messages?limit=5&after=2",
            "http://proxy.example:8081/discord/api/v10/channels/1/messages?limit=5&after=2",
        ),
        ("https://cdn.discordapp.com/attachments/1/2/a.mp3", "https://cdn.discordapp.com/attachments/1/2/a.mp3"),
        ("https://discord.com.evil.example/api/v10/x", "https://discord.com.evil.example/api/v10/x"),
    ],
)
async def test_only_discords_api_is_moved(endpoint: Endpoint, asked: str, reached: str) -> None:
    assert endpoint.moved(URL(asked)) == URL(reached)


async def test_the_fallback_gateway_is_the_one_that_the_api_named(endpoint: Endpoint) -> None:
    fallback = URL("wss://gateway.discord.gg/?v=10&encoding=json")
    assert endpoint.moved(fallback) is fallback

    endpoint.gateway = URL("ws://proxy.example:8081/gateway")

    assert endpoint.moved(fallback) == URL("ws://proxy.example:8081/gateway?v=10&encoding=json")


async def test_discord_py_keeps_its_own_address(endpoint: Endpoint) -> None:
    assert endpoint.moved(URL(Route("GET", "/users/@me").url)).host == "proxy.example"
    assert Route.BASE == "https://discord.com/api/v10"
