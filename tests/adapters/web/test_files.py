from __future__ import annotations

import pytest

from tests.adapters.web.conftest import Visitor


@pytest.fixture
async def track_url(visitor: Visitor) -> str:
    await visitor.say("/bgm genre:jazz seed:7")
    return (await visitor.see("track"))["url"]


async def test_a_player_can_seek(visitor: Visitor, track_url: str) -> None:
    async with visitor.session.get(track_url) as response:
        whole = await response.read()
    for header, part in [("bytes=0-9", whole[:10]), ("bytes=100-", whole[100:]), ("bytes=-5", whole[-5:])]:
        async with visitor.session.get(track_url, headers={"Range": header}) as response:
            assert response.status == 206
            assert await response.read() == part


async def test_a_range_outside_the_file_is_refused(visitor: Visitor, track_url: str) -> None:
    async with visitor.session.get(track_url, headers={"Range": "bytes=999999999-"}) as response:
        assert response.status == 416


@pytest.mark.parametrize("path", ["/tracks/nothing/audio", "/tracks/../../etc/audio", "/s/wrong/audio", "/s/wrong"])
async def test_what_is_not_there_is_not_found(visitor: Visitor, path: str) -> None:
    async with visitor.session.get(path) as response:
        assert response.status == 404


async def test_a_shared_track_has_a_page_for_everyone(visitor: Visitor, track_url: str) -> None:
    track = track_url.split("/")[2]
    _, answer = await visitor.post("/api/press", {"action": "share", "target": track})
    path = "/s/" + answer["text"].split("/s/")[1].split()[0].rstrip(".")
    visitor.session.cookie_jar.clear()
    async with visitor.session.get(path) as response:
        page = await response.text()
        assert response.status == 200
    assert "og:audio" in page
    async with visitor.session.get(f"{path}/audio") as response:
        assert response.status == 200


async def test_my_tracks_are_listed(visitor: Visitor, track_url: str) -> None:
    async with visitor.session.get("/gallery") as response:
        assert track_url in await response.text()
