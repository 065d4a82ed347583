from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from bot.store.store import Store
from tests.postgresql import new_database, private_server


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[None]:
    """What breaks on purpose need not be printed: that takes longer than the tests."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


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
