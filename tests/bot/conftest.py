from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.logging import configure_logging
from bot.settings import LogSettings
from bot.store.store import Store
from tests.postgresql import new_database, private_server


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    configure_logging(LogSettings(level="error", format="json"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    with private_server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database_address(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """An empty database, of each kind in turn."""
    if request.param == "sqlite":
        return tmp_path / "textunes.db"
    return new_database(request.getfixturevalue("postgresql_server"))


@dataclass
class SetClock:
    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def store(database_address: str | Path, clock: SetClock) -> AsyncIterator[Store]:
    """An empty store with a clock that stands still."""
    store = Store(database_address, "memory:", clock)
    await store.open()
    yield store
    await store.close()
