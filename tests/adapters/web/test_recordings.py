"""Recordings in the playground: beside the wish, and in the form."""

from __future__ import annotations

import aiohttp
import pytest

from tests.adapters.web.conftest import HeardFleet, Visitor
from tests.bot.pieces import COMPOSER, HEARING

SONG = b"RIFF a song"


@pytest.fixture
async def fleet() -> HeardFleet:
    return HeardFleet(statuses=(HEARING, COMPOSER))


def song(**fields: str) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in fields.items():
        form.add_field(name, value)
    return form


async def test_a_sound_beside_a_wish_is_its_model(visitor: Visitor, fleet: HeardFleet) -> None:
    form = song(wish="/bgm genre:jazz likeness:close")
    form.add_field("file", SONG, filename="song.mp3", content_type="audio/mpeg")
    async with visitor.session.post("/api/files", data=form) as response:
        assert response.status == 204
    await visitor.see("track")
    [work] = fleet.given
    assert (work.recordings[0].data, work.brief.genres, work.brief.likeness) == (SONG, ("jazz",), 6)


async def test_a_form_may_hold_a_sound(visitor: Visitor, fleet: HeardFleet) -> None:
    form = song(genre="jazz", duration="0:10")
    form.add_field("style", SONG, filename="song.mp3", content_type="audio/mpeg")
    async with visitor.session.post("/api/commands/bgm", data=form) as response:
        assert response.status == 204
    await visitor.see("track")
    [work] = fleet.given
    assert (work.recordings[0].use, work.recordings[0].data, work.brief.duration) == ("style", SONG, 10.0)


async def test_a_sound_that_is_too_large_is_refused(visitor: Visitor) -> None:
    form = song(wish="")
    form.add_field("file", bytes(26 << 20), filename="song.wav", content_type="audio/wav")
    async with visitor.session.post("/api/files", data=form) as response:
        assert response.status == 422
        assert "25 MB" in (await response.json())["error"]


async def test_a_sound_beside_the_edit_command_is_edited(visitor: Visitor, fleet: HeardFleet) -> None:
    form = song(wish="/edit remove drums")
    form.add_field("file", SONG, filename="song.mp3", content_type="audio/mpeg")
    async with visitor.session.post("/api/files", data=form) as response:
        assert response.status == 204
    await visitor.see("track")
    [work] = fleet.given
    assert (work.recordings[0].use, work.recordings[0].data, work.edits) == ("edit", SONG, ("remove drums",))
