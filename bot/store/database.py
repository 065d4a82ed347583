"""Database: SQLite in a file, or PostgreSQL when several processes share it."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, event, text
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

_MIGRATION_LOCK = 0x7E47_0E5
"""The key of PostgreSQL's advisory lock under which the schema is migrated; any number that nobody else takes."""
_BUSY_SECONDS = 30
_WAL_TRIES = 100
_WAL_PAUSE = 0.02


class Database:
    """Connections for reading and for writing.

    `address` is the path of an SQLite file, or a URL such as `postgresql://user@host/name`.
    """

    def __init__(self, address: str | Path) -> None:
        self._url = _url(address)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        if self.is_sqlite and self._url.database:
            # What people wrote is nobody else's on this machine.
            Path(self._url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Connections are clean when they come back to the pool; to make sure would cost another round trip each time.
        # Errors of the database end up in the log, where the values of a statement have no place: they hold texts.
        options: dict[str, Any] = {"pool_reset_on_return": None, "hide_parameters": True}
        if not self.is_sqlite:
            options["pool_pre_ping"] = True
        self._engine = create_async_engine(self._url, **options)
        # One statement at a time needs no transaction around it, and no round trips to begin and end one.
        self._reader = create_async_engine(
            self._url, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True, **options
        )
        # SQLite has one writer at a time; queueing for it here is fair and quicker than polling its lock.
        self._writer = asyncio.Lock() if self.is_sqlite else None
        if self.is_sqlite:
            for engine in (self._engine, self._reader):
                event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection]:
        """A connection on which nothing is changed; every statement sees what was committed before it."""
        async with self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction: committed at the end, rolled back by an exception."""
        if self._writer is None:
            async with self._engine.begin() as connection:
                yield connection
            return
        async with self._writer, self._engine.connect() as connection:
            await connection.execution_options(writes=True)
            async with connection.begin():
                yield connection

    @property
    def engine(self) -> AsyncEngine:
        """The engine, for libraries that bring tables of their own. Any of their transactions may write."""
        return self._engine.execution_options(writes=True)

    async def migrate(self) -> None:
        """Bring the schema to its latest version; processes that start together wait for each other."""
        async with self.writing() as connection:
            if not self.is_sqlite:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            await connection.run_sync(_upgrade)

    async def lock(self, connection: AsyncConnection, name: str) -> None:
        """Keep out other transactions that lock the same name; SQLite's writers are alone anyway."""
        if not self.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})

    def insert(self, table: Table) -> SqliteInsert | PostgresqlInsert:
        """An INSERT that may say what to do when the row is there already; both databases spell that alike."""
        return sqlite_insert(table) if self.is_sqlite else postgresql_insert(table)

    async def close(self) -> None:
        await self._reader.dispose()
        await self._engine.dispose()


def _url(address: str | Path) -> URL:
    url = URL.create("sqlite", database=str(address.absolute())) if isinstance(address, Path) else make_url(address)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    return url.set(drivername=drivers.get(url.drivername, url.drivername))


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401 - any DB-API connection
    # Transactions are begun by us (below), because the driver would begin them too late for IMMEDIATE.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    _use_wal(cursor)
    for pragma in (
        "synchronous=NORMAL",  # in WAL mode a killed process loses nothing; a power cut may lose the last commits
        f"busy_timeout={_BUSY_SECONDS * 1000}",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _use_wal(cursor: Any) -> None:  # noqa: ANN401 - any DB-API cursor
    """Switch to WAL mode. Where several switch a new file at once, SQLite refuses all but one without waiting."""
    for last in (False,) * _WAL_TRIES + (True,):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if last:
                raise
            time.sleep(_WAL_PAUSE)


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail when another has written in between.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - alembic is needed at start only
    from alembic.config import Config  # noqa: PLC0415

    with as_file(files("bot.store") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
