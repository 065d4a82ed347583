"""The bot as a whole: asked through the service, answered through couriers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App, build_app, build_fleet
from bot.replies import TrackReply
from bot.settings import Settings
from bot.settings_errors import SettingsError
from core.engines.registry import load
from core.fleet.fleet import EngineStatus
from tests.bot.pieces import OSLO, Letterbox, SmallFleet, channel, until


class LateFleet(SmallFleet):
    """Says what it has only once its engines are `loaded`."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded = asyncio.Event()

    async def engines(self) -> tuple[EngineStatus, ...]:
        await self.loaded.wait()
        return await super().engines()


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
async def app(database_address: str | Path, tmp_path: Path, letterbox: Letterbox) -> AsyncIterator[App]:
    url = f"sqlite:///{database_address}" if isinstance(database_address, Path) else database_address
    settings = Settings(data_dir=tmp_path, database_url=url)
    async with build_app(settings, SmallFleet()) as app:
        app.register_courier("discord", letterbox)
        yield app


async def test_a_wish_comes_back_as_a_track(app: App, letterbox: Letterbox) -> None:
    receipt = await app.service.bgm(OSLO, channel(), "genre:jazz mood:calm seed:7")
    assert receipt.position == 1
    await until(lambda: letterbox.of(receipt.job))

    [outgoing] = letterbox.of(receipt.job)
    assert isinstance(outgoing.reply, TrackReply)
    assert outgoing.place == channel()
    assert [file.kind for file in outgoing.reply.files] == ["audio", "waveform"]
    assert "seed 7" in outgoing.reply.line
    assert (await app.service.track(receipt.job)) is not None


async def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="file/data cannot be written"):
        async with build_app(Settings(data_dir=tmp_path / "file" / "data"), SmallFleet()):
            pass


async def test_a_database_that_does_not_answer_is_told_apart(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(SettingsError, match="database cannot be opened"):
        async with build_app(settings, SmallFleet()):
            pass


async def test_the_bot_is_there_before_its_engines_have_loaded(tmp_path: Path) -> None:
    fleet = LateFleet()
    async with build_app(Settings(data_dir=tmp_path), fleet) as app:
        asked = asyncio.create_task(app.service.bgm(OSLO, channel(), "genre:jazz"))
        assert await app.service.help(OSLO) is not None
        assert not asked.done()
        fleet.loaded.set()
        assert (await asked).position == 1


def test_the_original_library_is_an_engine_where_a_model_is_named_and_the_last_to_be_chosen(tmp_path: Path) -> None:
    engine = {"musicgen": tmp_path, "audiocraft": "facebook/magnet-small-10secs"}
    makers = build_fleet(Settings(data_dir=tmp_path, engine=engine))._plan.engines
    assert [maker.name for maker in makers[:3]] == ["musicgen", "composer", "audiocraft"]
    assert makers[2].options["model"] == "facebook/magnet-small-10secs"
    assert callable(load(makers[2].target))
    without = build_fleet(Settings(data_dir=tmp_path))._plan.engines
    assert [maker.name for maker in without] == ["composer"]


def test_the_process_that_reads_is_told_with_which_models(tmp_path: Path) -> None:
    text = {"model_set": "full", "models": {"translator": "./opus"}, "help_line": "116 123"}
    reader = build_fleet(Settings(data_dir=tmp_path, text=text))._plan.reader
    assert reader is not None
    assert reader.options["model_set"] == "full"
    assert reader.options["models"]["translator"] == "./opus"
    assert reader.options["folder"] == str(tmp_path / "models")
    assert load(reader.target)(**reader.options | {"model_set": "embedded"})
