"""A conversation in the browser, over HTTP."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from adapters.web.guard import HEADER
from bot.app import App
from bot.replies import ProgressReply, Sketch
from core.piece import PieceFile
from tests.adapters.web.conftest import HeardFleet, Visitor
from tests.bot.pieces import until

STORY = "The ship left the harbour at dawn, and nobody waved."


async def test_a_command_is_answered_with_a_track_that_plays(visitor: Visitor) -> None:
    status, _ = await visitor.say("/bgm genre:jazz mood:calm seed:7")
    assert status == 204
    track = await visitor.see("track")
    assert "seed 7" in track["line"]
    assert len(track["peaks"]) <= 256
    async with visitor.session.get(track["url"]) as audio:
        assert audio.content_type == "audio/mpeg"
        assert len(await audio.read()) > 10_000


async def test_a_message_can_be_scored_afterwards(visitor: Visitor, fleet: HeardFleet) -> None:
    await visitor.say(STORY)
    message = await visitor.see("said")
    assert message["scorable"]
    status, _ = await visitor.post(f"/api/messages/{message['id']}/score", {"wish": "mood:dark"})
    assert status == 204
    await visitor.see("track")
    assert fleet.given[0].read is not None
    assert fleet.given[0].read.text == STORY
    assert fleet.given[0].brief.moods == ("dark",)


async def test_a_scored_text_tells_why_and_is_scored_again_about_another_topic(
    visitor: Visitor, fleet: HeardFleet
) -> None:
    await visitor.say(f'/score topic:travel "{STORY}"')
    track = await visitor.see("track")
    [why] = [button for button in track["buttons"] if button["action"] == "why"]
    _, told = await visitor.post("/api/press", {"action": "why", "target": why["target"]})
    assert "travel" in str(told) or "travel" in str(visitor.entries)
    [select] = track["selects"]
    assert "romance" in [choice["value"] for choice in select["choices"]]
    await visitor.post("/api/press", {"action": "topic", "target": select["target"], "value": "romance"})
    await until(lambda: len(fleet.given) == 2)
    assert fleet.given[1].read is not None
    assert fleet.given[1].read.topic == "romance"
    assert STORY in fleet.given[1].read.text


async def test_a_document_can_be_scored(visitor: Visitor, fleet: HeardFleet) -> None:
    form = aiohttp.FormData()
    form.add_field("wish", "genre:folk")
    form.add_field("file", STORY.encode(), filename="story.txt", content_type="text/plain")
    async with visitor.session.post("/api/files", data=form) as response:
        assert response.status == 204
    await visitor.see("track")
    assert fleet.given[0].read is not None
    assert fleet.given[0].read.text == STORY


async def test_a_document_of_another_kind_is_refused_by_name(visitor: Visitor) -> None:
    form = aiohttp.FormData()
    form.add_field("file", b"MZ", filename="setup.exe", content_type="application/octet-stream")
    async with visitor.session.post("/api/files", data=form) as response:
        assert response.status == 422
        assert ".exe" in (await response.json())["error"]


async def test_progress_is_shown_where_the_track_will_be(visitor: Visitor, fleet: HeardFleet) -> None:
    fleet.gate.clear()
    await visitor.say("/bgm genre:jazz")
    waiting = await visitor.see("progress")
    fleet.gate.set()
    track = await visitor.see("track")
    assert track["id"] == waiting["id"]


async def test_the_conversation_is_still_there_when_the_page_is_opened_again(visitor: Visitor) -> None:
    await visitor.say(STORY)
    await visitor.say("/bgm genre:jazz")
    await visitor.see("track")
    visitor.entries.clear()
    await visitor.see("track")
    assert [entry["kind"] for entry in visitor.entries.values()] == ["said", "said", "track"]


async def test_a_stream_that_was_cut_goes_on_where_it_stopped(visitor: Visitor) -> None:
    await visitor.say(STORY)
    await visitor.see("said")
    await visitor.say("/bgm genre:jazz")
    visitor.entries.clear()
    await visitor.see("track", **{"Last-Event-ID": "1"})
    assert STORY not in [entry.get("text") for entry in visitor.entries.values()]


async def test_two_visitors_do_not_see_each_other(visitor: Visitor, address: str) -> None:
    await visitor.say("/bgm genre:jazz")
    track = await visitor.see("track")
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(address, headers={HEADER: "1"}, cookie_jar=jar) as session:
        other = Visitor(session)
        await other.hello()
        with pytest.raises(TimeoutError):
            await other.see("track", seconds=0.5)
        async with session.get(track["url"]) as response:
            assert response.status == 404


async def test_remix_asks_what_to_change_and_then_does(visitor: Visitor, fleet: HeardFleet) -> None:
    await visitor.say("/bgm genre:jazz")
    track = await visitor.see("track")
    remix = next(button for button in track["buttons"] if button["action"] == "remix")
    status, form = await visitor.post("/api/press", {"action": "remix", "target": remix["target"]})
    assert (status, form["kind"]) == (200, "form")
    await visitor.post("/api/press", {"action": "remix", "target": remix["target"], "value": "Remove drums"})
    await until(lambda: len(fleet.given) == 2)
    assert fleet.given[1].edits == ("Remove drums",)


async def test_a_form_is_a_command_with_options_by_name(visitor: Visitor, fleet: HeardFleet) -> None:
    status, _ = await visitor.post("/api/commands/bgm", {"genre": "Jazz", "duration": "0:15"})
    assert status == 204
    await visitor.see("track")
    assert fleet.given[0].brief.genres == ("jazz",)
    assert fleet.given[0].brief.duration == 15


async def test_the_catalog_is_offered_while_typing(visitor: Visitor) -> None:
    query = {"command": "bgm", "option": "genre", "text": "ja"}
    async with visitor.session.get("/api/complete", params=query) as response:
        assert {"value": "Jazz", "label": "Jazz"} in await response.json()


async def test_everything_is_said_in_the_language_of_the_browser(visitor: Visitor) -> None:
    visitor.session.headers["Accept-Language"] = "ko-KR,ko;q=0.9,en;q=0.8"
    hello = await visitor.hello()
    assert hello["language"] == "ko"
    assert any(command["name"] == "배경음악" for command in hello["commands"])
    status, answer = await visitor.say("/배경음악 장르:재주")
    assert status == 422
    assert "재즈" in answer["error"]


@pytest.mark.parametrize(
    "text",
    [
        "/bgm genre:nonsense",
        "/bgm duration:99:99:99",
        "/bgm seed:-1",
        "/nosuchcommand",
        "/bgm 🎵🎵🎵",
        "/bgm " + "x" * 300_000,
    ],
)
async def test_what_cannot_be_done_is_answered_with_a_sentence(visitor: Visitor, text: str, fleet: HeardFleet) -> None:
    status, answer = await visitor.say(text)
    if status != 204:
        assert status in (413, 422)
        assert answer["error"]
        assert fleet.given == []


async def test_markup_and_mentions_come_back_as_the_text_they_are(visitor: Visitor) -> None:
    text = "<script>alert(1)</script> @everyone **bold** \u202eabc"
    await visitor.say(text)
    assert (await visitor.see("said"))["text"] == text


async def test_a_result_that_is_delivered_twice_is_shown_once(visitor: Visitor, app: App) -> None:
    await visitor.say("/bgm genre:jazz")
    track = await visitor.see("track")
    person = (await app.service.track(track["url"].split("/")[2])).person
    before = await app.store.conversations.since(person, 0)
    await app.store.conversations.put(person, track["id"], track)
    after = await app.store.conversations.since(person, 0)
    assert [message.id for message in before] == [message.id for message in after]


async def test_a_sketch_can_be_heard_until_the_track_is_there(
    app: App, address: str, visitor: Visitor, fleet: HeardFleet
) -> None:
    fleet.gate.clear()
    await visitor.say("/bgm genre:jazz")
    waiting = await visitor.see("progress")
    await until(lambda: fleet.given)
    job = fleet.given[0].id.partition(".")[0]
    held = await app.store.jobs.get(job)
    sketch = Sketch(PieceFile(kind="audio", name="jazz.mp3", media_type="audio/mpeg", data=b"sketch"), "Meanwhile:")
    reply = ProgressReply(job, "en", None, 0.5, "compose", "Composing… 50 %", sketch=sketch)

    seen = asyncio.create_task(visitor.see("progress", having="sketch"))
    while not seen.done():
        await app.couriers["web"].show(held.request.place, reply)
        await asyncio.sleep(0.05)
    assert seen.result()["id"] == waiting["id"]
    assert seen.result()["sketch"] == {"line": "Meanwhile:", "url": f"/sketches/{job}?bytes=6"}
    async with visitor.session.get(f"/sketches/{job}") as response:
        assert (response.content_type, await response.read()) == ("audio/mpeg", b"sketch")
    async with aiohttp.ClientSession(address) as stranger, stranger.get(f"/sketches/{job}") as response:
        assert response.status == 404
    fleet.gate.set()
    await visitor.see("track")
    async with visitor.session.get(f"/sketches/{job}") as response:
        assert response.status == 404
