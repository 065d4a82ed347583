from __future__ import annotations

import aiohttp
import pytest
from structlog.testing import capture_logs

from adapters.web.guard import HEADER
from adapters.web.people import COOKIE
from bot.app import App
from tests.adapters.web.conftest import Visitor


async def test_other_names_for_this_machine_are_not_answered(visitor: Visitor) -> None:
    async with visitor.session.get("/api/hello", headers={"Host": "evil.example"}) as response:
        assert response.status == 403


async def test_a_request_that_another_site_could_send_changes_nothing(address: str) -> None:
    async with aiohttp.ClientSession(address) as session:
        await session.get("/api/hello")
        async with session.post("/api/messages", data='{"text": "/bgm genre:jazz"}') as response:
            assert response.status == 403


@pytest.mark.parametrize("cookie", ["", "someone", "someone.forged", "." * 10])
async def test_a_forged_cookie_is_nobody(address: str, cookie: str) -> None:
    async with (
        aiohttp.ClientSession(address, cookies={COOKIE: cookie}, headers={HEADER: "1"}) as session,
        session.post("/api/messages", json={"text": "hello"}) as response,
    ):
        assert response.status == 422


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b'{"text": 1}', b"\xff\xfe"])
async def test_a_body_that_is_no_request_is_refused_in_words(visitor: Visitor, body: bytes) -> None:
    async with visitor.session.post("/api/messages", data=body) as response:
        assert response.status in (400, 422)
        assert (await response.json())["error"]


async def test_pages_allow_nothing_but_their_own_scripts(visitor: Visitor) -> None:
    async with visitor.session.get("/") as response:
        policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


async def test_an_unknown_address_is_answered_in_words(visitor: Visitor) -> None:
    async with visitor.session.get("/nowhere") as response:
        assert response.status == 404
        assert (await response.json())["error"]


async def test_static_files_stay_in_their_folder(visitor: Visitor) -> None:
    async with visitor.session.get("/static/%2e%2e/server.py") as response:
        assert response.status in (403, 404)


async def test_an_error_of_ours_is_told_without_its_words_and_logged_without_the_secret_address(
    visitor: Visitor, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_token: str) -> None:
        raise ZeroDivisionError("secret inner words")

    monkeypatch.setattr(app.service, "shared", broken)
    with capture_logs() as events:
        async with visitor.session.get("/s/secret-token/audio") as response:
            told = (await response.json())["error"]

    assert response.status == 500
    assert "secret" not in told
    (event,) = (each for each in events if each["event"] == "request_failed")
    assert event["reference"] in told
    assert event["doing"] == "GET /s/{token}/{kind}"
