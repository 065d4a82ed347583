from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from bot.app import App, build_app
from bot.settings import Settings
from bot.store.database import Database
from bot.store.schema import metadata
from bot.store.store import Store
from tests.bot.pieces import Letterbox, SmallFleet
from tests.postgresql import new_database, private_server


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[None]:
    """What breaks on purpose need not be printed: that takes longer than the tests."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
async def app(settings: Settings, fleet: SmallFleet, letterbox: Letterbox) -> AsyncIterator[App]:
    """The bot on Discord as far as the letterbox, with the fleet of the test's own file."""
    async with build_app(settings, fleet) as app:
        app.register_courier("discord", letterbox)
        yield app


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    with private_server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | Path]:
    """An empty database without any table, of each kind in turn."""
    if request.param == "sqlite":
        yield tmp_path / "textunes.db"
        return
    with new_database(request.getfixturevalue("postgresql_server")) as address:
        yield address


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "textunes.db"
    asyncio.run(migrate(path))
    return path


@pytest.fixture(scope="session")
def migrated_database(postgresql_server: str) -> Iterator[str]:
    with new_database(postgresql_server) as address:
        asyncio.run(migrate(address))
        yield address


async def migrate(address: str | Path) -> None:
    database = Database(address)
    await database.migrate()
    await database.close()


@dataclass
class SetClock:
    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_address(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """A database with empty tables, of each kind in turn."""
    if request.param == "sqlite":
        return shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "textunes.db")
    return request.getfixturevalue("migrated_database")


@pytest.fixture
async def store(migrated_address: str | Path, clock: SetClock) -> AsyncIterator[Store]:
    """An empty store with a clock that stands still."""
    store = Store(migrated_address, "memory:", clock)
    yield store
    if not store.database.is_sqlite:
        async with store.database.writing() as connection:
            tables = ", ".join(table.name for table in metadata.sorted_tables)
            await connection.exec_driver_sql(f"TRUNCATE {tables}")
    await store.close()
