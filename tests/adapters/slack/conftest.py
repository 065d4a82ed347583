from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.slack.bots import SONG, Gate, Running, running, tiny_music
from tests.bot.pieces import COMPOSER, HEARING, SmallFleet
from tests.platforms.slack import Person, Slack
from tests.platforms.slack.workspace import File

PATIENT_SECONDS = 60.0


@pytest.fixture(autouse=True)
def without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """slack_sdk would send even what is for the loopback through a proxy of the environment."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """A workspace. Afterwards nothing may have been sent that Slack would have refused.

    It is more patient than Slack, because the machine may be busy: how fast answers are is for the benchmark to say.
    """
    async with Slack() as server:
        server.sockets.deadline = server.triggers.lifetime = PATIENT_SECONDS
        yield server
        assert server.our_faults == []


@pytest.fixture
async def bot(slack: Slack, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(slack, tmp_path) as started:
        yield started


@pytest.fixture
async def hearing_bot(slack: Slack, tmp_path: Path) -> AsyncIterator[Running]:
    """A bot with an engine that listens to recordings."""
    async with running(slack, tmp_path, fleet=SmallFleet(tiny_music, (HEARING, COMPOSER))) as started:
        yield started


@pytest.fixture
def song(slack: Slack) -> File:
    """A recording that somebody uploaded."""
    return slack.workspace.upload("song.mp3", SONG, media_type="audio/mpeg")


@pytest.fixture
def gate() -> Gate:
    """What keeps the pieces of `slow_bot` from being finished."""
    return Gate()


@pytest.fixture
async def slow_bot(slack: Slack, tmp_path: Path, gate: Gate) -> AsyncIterator[Running]:
    async with running(slack, tmp_path, fleet=SmallFleet(behave=gate)) as started:
        yield started


@pytest.fixture
def mina(slack: Slack) -> Person:
    """Somebody in #general who speaks English."""
    return Person(slack)


@pytest.fixture
def jiho(slack: Slack, mina: Person) -> Person:
    """Somebody in the same channel who speaks Korean."""
    return Person(slack, locale="ko-KR", channel=mina.channel)
