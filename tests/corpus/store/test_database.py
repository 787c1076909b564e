import asyncio
import os
import sqlite3
import stat
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from corpus.errors import (
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreTooNewError,
)
from corpus.store import database as module
from corpus.store.database import Database, open_database

COUNT = "SELECT COUNT(*) FROM answers"
INSERT = "INSERT INTO answers (asked_at, as_of, articles, quotes) VALUES (0, 0, 0, ?)"


@pytest.fixture
async def database(database_file: Path) -> AsyncIterator[Database]:
    database = await open_database(database_file)
    yield database
    await database.close()


async def test_file_and_directory_are_created_for_the_owner_only(
    database: Database, database_file: Path
) -> None:
    assert stat.S_IMODE(database_file.stat().st_mode) == 0o600


async def test_every_commit_reaches_the_disk_and_references_are_checked(database: Database) -> None:
    async with database.transaction() as transaction:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert await transaction.fetch(f"PRAGMA {pragma}") == [(value,)]


async def test_opening_again_keeps_everything(database_file: Path) -> None:
    first = await open_database(database_file)
    async with first.transaction() as transaction:
        await transaction.fetch(INSERT, ["[]"])
    await first.close()
    second = await open_database(database_file)
    assert await second.fetch(COUNT) == [(1,)]
    await second.close()


async def test_failed_block_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(KeyError):
        async with database.transaction() as transaction:
            await transaction.fetch(INSERT, ["[]"])
            raise KeyError
    assert await database.fetch(COUNT) == [(0,)]


async def test_transactions_of_two_tasks_never_mix(database: Database) -> None:
    async def fails() -> None:
        async with database.transaction() as transaction:
            await transaction.fetch(INSERT, ["fails"])
            await asyncio.sleep(0.02)
            raise KeyError

    async def succeeds() -> None:
        async with database.transaction() as transaction:
            await transaction.fetch(INSERT, ["succeeds"])

    await asyncio.gather(fails(), succeeds(), return_exceptions=True)
    assert await database.fetch("SELECT quotes FROM answers") == [("succeeds",)]


@pytest.mark.parametrize("turns", range(0, 40, 2))
async def test_cancelled_transaction_is_whole_or_absent(database: Database, turns: int) -> None:
    async def writes() -> None:
        async with database.transaction() as transaction:
            for _ in range(5):
                await transaction.fetch(INSERT, ["[]"])

    task = asyncio.create_task(writes())
    for _ in range(turns):
        await asyncio.sleep(0.0002)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (await database.fetch(COUNT))[0][0] in {0, 5}
    async with database.transaction() as transaction:  # and the connection is free again
        await transaction.fetch(INSERT, ["[]"])
    assert (await database.fetch(COUNT))[0][0] in {1, 6}


async def test_readers_neither_wait_for_the_writer_nor_see_half_of_it(database: Database) -> None:
    async with database.transaction() as transaction:
        await transaction.fetch(INSERT, ["[]"])
        assert await database.fetch(COUNT) == [(0,)]
    assert await database.fetch(COUNT) == [(1,)]


async def test_readers_can_not_write(database: Database) -> None:
    with pytest.raises(StoreError):
        await database.fetch(INSERT, ["[]"])


async def test_another_process_holding_the_database_is_reported_as_busy(
    database: Database, database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_TIMEOUT_S", 0.05)
    impatient = await open_database(database_file)
    async with database.transaction():
        with pytest.raises(StoreBusyError, match="try again"):
            async with impatient.transaction():
                pass
    await impatient.close()


async def test_full_disk_stops_the_transaction_and_keeps_what_was_stored(database: Database) -> None:
    async with database.transaction() as transaction:
        await transaction.fetch(INSERT, ["kept"])
        [(pages,)] = await transaction.fetch("PRAGMA page_count")
    async with database.transaction() as transaction:
        await transaction.fetch(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreFullError, match="free some space"):
        async with database.transaction() as transaction:
            for _ in range(20):
                await transaction.fetch(INSERT, ["x" * 4096])
    assert await database.fetch("SELECT quotes FROM answers") == [("kept",)]


@pytest.mark.parametrize(
    "content", [b"not a database, but long enough to be read as one" * 100, b"\xff" * 9000]
)
async def test_file_that_is_no_database_is_refused_untouched(database_file: Path, content: bytes) -> None:
    database_file.parent.mkdir()
    database_file.write_bytes(content)
    with pytest.raises(StoreDamagedError, match="backup"):
        await open_database(database_file)
    assert database_file.read_bytes() == content


async def test_newer_schema_is_refused(database_file: Path) -> None:
    await (await open_database(database_file)).close()
    with sqlite3.connect(database_file) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(StoreTooNewError, match=r"999.*update rumourmill"):
        await open_database(database_file)


async def test_what_is_sorted_or_copied_never_lies_in_a_file_of_its_own(database_file: Path) -> None:
    database = await open_database(database_file)
    in_memory = 2
    assert await database.fetch("PRAGMA temp_store") == [(in_memory,)]
    await database.close()


async def test_broken_migration_leaves_the_schema_as_it_was(
    database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = module._statements
    monkeypatch.setattr(module, "_statements", lambda script: [*statements(script), "CREATE TABLE nonsense;"])
    with pytest.raises(StoreError):
        await open_database(database_file)
    monkeypatch.undo()
    with sqlite3.connect(database_file) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
        assert connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()
    await (await open_database(database_file)).close()


@pytest.mark.parametrize("attempt", range(10))
async def test_openings_at_once_migrate_once(tmp_path: Path, attempt: int) -> None:
    file = tmp_path / f"{attempt}.db"
    databases = await asyncio.gather(*(open_database(file) for _ in range(4)))
    for database in databases:
        assert await database.fetch(COUNT) == [(0,)]
        await database.close()


async def test_old_sqlite_is_refused_by_its_version(
    database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 1))
    with pytest.raises(StoreError, match=r"3\.35\.0 is needed"):
        await open_database(database_file)
    assert not database_file.exists()


async def test_directory_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="another data directory"):
        await open_database(tmp_path / "file" / "rumourmill.db")


async def test_what_can_not_be_opened_is_refused_before_a_thread_is_started(
    database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database_file.mkdir(parents=True)
    monkeypatch.delattr(threading.Thread, "start")
    with pytest.raises(StoreError, match="who owns"):
        await open_database(database_file)


async def test_failing_disk_is_named(database_file: Path) -> None:
    database_file.parent.mkdir()
    os.mkfifo(database_file)
    with pytest.raises(StoreError, match="check its health"):
        await open_database(database_file)


async def test_closed_store_says_so(database_file: Path) -> None:
    database = await open_database(database_file)
    await database.close()
    await database.close()
    with pytest.raises(StoreError, match="closed"):
        await database.fetch(COUNT)
    with pytest.raises(StoreError, match="closed"):
        async with database.transaction():
            pass
