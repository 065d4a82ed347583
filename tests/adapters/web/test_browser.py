"""The playground in a real browser: what a person sees, hears and can reach by keyboard."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
from collections.abc import AsyncIterator

import numpy as np
import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.app import App
from bot.replies import ProgressReply, Sketch
from core.audio.clip import Clip
from core.audio.encoding import encode
from core.piece import PieceFile
from tests.adapters.web.conftest import RATE, HeardFleet
from tests.bot.pieces import until

PATIENCE = 30_000
"""Milliseconds."""
PHONE = {"width": 390, "height": 780}
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if "chromium" in os.environ.get("TEXTUNES_TEST_REQUIRE", "").split(","):
            pytest.fail("TEXTUNES_TEST_REQUIRE names chromium, and there is none")
        pytest.skip("no Chromium on this machine (Debian: chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    """The playground, opened; any error of its scripts fails the test. A busy machine gets time to show things."""
    expect.set_options(timeout=PATIENCE)
    page = await browser.new_page(locale="en-US")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    await page.goto(address)
    yield page
    assert [error for error in errors if "422" not in error] == []


async def type_line(page: Page, text: str) -> None:
    await page.get_by_role("combobox").fill(text)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")


async def test_a_wish_becomes_a_track_that_plays_inline(page: Page) -> None:
    await type_line(page, "/bgm genre:jazz mood:calm seed:7")
    track = page.locator("li.track")
    await expect(track).to_contain_text("seed 7")
    await expect(track.locator("svg path.bars")).to_be_visible()
    await track.get_by_role("button", name="Play").click()
    await expect(track.get_by_role("button", name="Pause")).to_be_visible()
    await expect(track.locator("time")).to_contain_text("0:01 / 0:05")


async def test_replying_to_a_message_scores_it(page: Page, fleet: HeardFleet) -> None:
    await type_line(page, "The ship left the harbour at dawn.")
    await page.get_by_role("button", name="Score this message").click()
    await expect(page.locator("#replying")).to_contain_text("The ship left")
    await page.get_by_role("combobox").fill("mood:sad")
    await page.keyboard.press("Enter")
    await expect(page.locator("li.track")).to_be_visible()
    assert fleet.given[0].read is not None
    assert fleet.given[0].brief.moods == ("sad",)


async def test_everything_can_be_done_by_keyboard(page: Page, fleet: HeardFleet) -> None:
    await expect(page.get_by_role("combobox")).to_be_focused()
    await page.keyboard.type("/bg", delay=20)
    await expect(page.get_by_role("option").filter(has_text="/bgm")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.type("genre:ja", delay=20)
    await expect(page.get_by_role("option", name="Jazz", exact=True)).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("combobox")).to_have_value(re.compile(r"/bgm genre:Jazz ?"))
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    play = page.get_by_role("button", name="Play")
    await expect(play).to_be_visible()
    await play.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Pause")).to_be_focused()
    assert fleet.given[0].brief.genres == ("jazz",)


async def test_the_form_offers_the_catalog(page: Page, fleet: HeardFleet) -> None:
    await page.get_by_role("button", name="Form").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("[name=genre]").fill("Jazz")
    await dialog.locator("[name=tempo]").select_option("slow")
    await dialog.get_by_role("button", name="Make music").click()
    await expect(page.locator("li.track")).to_be_visible()
    assert (fleet.given[0].brief.genres, fleet.given[0].brief.tempo) == (("jazz",), "slow")


async def test_a_remix_asks_its_question(page: Page, fleet: HeardFleet) -> None:
    await type_line(page, "/bgm genre:jazz")
    await page.locator("li.track").get_by_role("button", name=re.compile("remix|edit", re.IGNORECASE)).click()
    await page.locator("#answer").fill("Remove drums")
    await page.keyboard.press("Enter")
    await expect(page.locator("li.track")).to_have_count(2)
    assert fleet.given[1].edits == ("Remove drums",)


async def test_a_mistake_is_explained_where_it_was_made(page: Page) -> None:
    await type_line(page, "/bgm genre:jazzz")
    await expect(page.get_by_role("alert")).to_contain_text("Jazz")


async def test_markup_stays_text(page: Page) -> None:
    await type_line(page, "<img src=x onerror=\"document.title='owned'\"> **bold**")
    await expect(page.locator("li.said")).to_contain_text("<img src=x")
    assert await page.title() == "TexTuneS"


async def test_a_waiting_job_can_be_cancelled(page: Page, fleet: HeardFleet) -> None:
    fleet.gate.clear()
    await type_line(page, "/bgm genre:jazz")
    await page.locator("li.progress").get_by_role("button", name=re.compile("cancel", re.IGNORECASE)).click()
    await expect(page.locator("li.progress")).to_have_count(0)


async def test_it_fits_a_phone(browser: Browser, address: str) -> None:
    page = await browser.new_page(viewport=PHONE, has_touch=True)
    await page.goto(address)
    await type_line(page, "/bgm genre:jazz mood:calm")
    await expect(page.locator("li.track")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    send = await page.get_by_role("button", name="Send").bounding_box()
    assert send is not None
    assert send["y"] + send["height"] <= PHONE["height"]


async def test_it_speaks_korean_to_a_korean_browser(browser: Browser, address: str) -> None:
    page = await browser.new_page(locale="ko-KR")
    await page.goto(address)
    await expect(page.get_by_role("button", name="보내기")).to_be_visible()
    await type_line(page, "/bgm 장르:재즈 분위기:차분한")
    await expect(page.locator("li.track")).to_contain_text("재즈")


async def test_a_sketch_plays_on_while_the_progress_moves(page: Page, app: App, fleet: HeardFleet) -> None:
    fleet.gate.clear()
    await type_line(page, "/bgm genre:jazz")
    await expect(page.locator("li.progress")).to_be_visible()
    await until(lambda: fleet.given)
    job = fleet.given[0].id.partition(".")[0]
    place = (await app.store.jobs.get(job)).request.place
    audio = np.zeros((2, 10 * RATE), dtype=np.float32)
    file = PieceFile(kind="audio", name="jazz.mp3", media_type="audio/mpeg", data=encode(Clip(audio, RATE), "mp3"))
    half = ProgressReply(job, "en", None, 0.5, "compose", "Composing… 50 %", sketch=Sketch(file, "To listen to:"))

    await app.couriers["web"].show(place, half)
    heard = page.locator("li.progress audio")
    await expect(page.locator("li.progress")).to_contain_text("To listen to:")
    await heard.evaluate("audio => audio.play()")
    await app.couriers["web"].show(place, dataclasses.replace(half, fraction=0.6, text="Composing… 60 %"))
    await expect(page.locator("li.progress")).to_contain_text("60 %")
    assert not await heard.evaluate("audio => audio.paused")

    fleet.gate.set()
    await expect(page.locator("li.track")).to_be_visible()
    await expect(page.locator("audio")).to_have_count(0)
