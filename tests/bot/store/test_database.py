"""The schema is made by migrations, and is the one that the code expects."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.store.database import Database
from bot.store.schema import metadata


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_the_migrations_lead_to_the_schema(database_address: str | Path) -> None:
    database = Database(database_address)
    await database.migrate()
    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


async def test_migrating_again_changes_nothing(database_address: str | Path) -> None:
    database = Database(database_address)
    await database.migrate()
    await database.migrate()
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM alembic_version"))).scalar_one() == 1
    await database.close()


async def test_processes_that_start_together_migrate_once(database_address: str | Path) -> None:
    databases = [Database(database_address) for _ in range(4)]
    await asyncio.gather(*(database.migrate() for database in databases))
    async with databases[0].reading() as connection:
        assert await connection.run_sync(differences) == []
    for database in databases:
        await database.close()


async def test_an_exception_rolls_a_transaction_back(database_address: str | Path) -> None:
    database = Database(database_address)
    await database.migrate()
    try:
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO events VALUES ('discord', 'e1', 1.0)"))
            raise RuntimeError
    except RuntimeError:
        pass
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM events"))).scalar_one() == 0
    await database.close()


async def test_a_writer_that_reads_first_waits_for_the_other(database_address: str | Path) -> None:
    one, other = Database(database_address), Database(database_address)
    await one.migrate()

    async def add(database: Database, event: str) -> None:
        async with database.writing() as connection:
            await connection.execute(text("SELECT count(*) FROM events"))
            await asyncio.sleep(0.02)
            await connection.execute(text(f"INSERT INTO events VALUES ('discord', '{event}', 1.0)"))

    await asyncio.gather(
        *(add(database, f"{name}{n}") for n in range(3) for name, database in (("a", one), ("b", other)))
    )
    async with one.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM events"))).scalar_one() == 6
    await one.close()
    await other.close()


async def test_errors_do_not_repeat_what_was_to_be_stored(tmp_path: Path) -> None:
    database = Database(tmp_path / "textunes.db")
    with pytest.raises(DBAPIError) as caught:
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO nowhere VALUES (:said)"), {"said": "a secret"})
    assert "a secret" not in str(caught.value)
    await database.close()
