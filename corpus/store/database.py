"""The narrow seam to SQLite: `fetch` reads, `transaction` writes, errors are those of `corpus.errors`.

One connection writes, behind a lock, in immediate transactions; others read and never wait for it.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, cast

import aiosqlite

from corpus.errors import StoreBusyError, StoreDamagedError, StoreError, StoreFullError, StoreTooNewError

Row = tuple[Any, ...]

READERS = 2
BUSY_TIMEOUT_S = 10
OLDEST_SQLITE = (3, 35, 0)  # RETURNING
MAX_PARAMETERS = 500  # every build of SQLite takes 999


class Transaction:
    """What happens between BEGIN and COMMIT, alone on the writing connection."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def fetch(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        return await _rows(self._connection, sql, parameters)

    async def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        with _errors_in_words():
            await self._connection.executemany(sql, rows)


class Database:
    """An open database; made by `open_database`."""

    def __init__(self, writer: aiosqlite.Connection, readers: Sequence[aiosqlite.Connection]) -> None:
        self._connections = [writer, *readers]
        self._writer = writer
        self._writing = asyncio.Lock()
        self._idle: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        for reader in readers:
            self._idle.put_nowait(reader)

    async def fetch(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """All rows of a query, as of the last committed transaction."""
        reader = await self._idle.get()
        try:
            return await _rows(reader, sql, parameters)
        finally:
            self._idle.put_nowait(reader)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """All or nothing: committed at the end of the block, rolled back by any error or cancellation."""
        async with self._writing:
            try:
                await _rows(self._writer, "BEGIN IMMEDIATE")
                yield Transaction(self._writer)
                await _rows(self._writer, "COMMIT")
            finally:
                await _to_the_end(_rolled_back(self._writer))

    async def empty_log(self) -> None:
        """Write what the log holds into the database, and cut the log off: what was overwritten is gone.

        A moment of reading keeps it from that; then the next time does it.
        """
        async with self._writing:
            await _rows(self._writer, "PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        async with self._writing:
            for connection in self._connections:
                await _to_the_end(connection.close())


async def open_database(path: Path) -> Database:
    """Opens or creates the file, readable by its owner only, and brings its schema up to date."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise StoreError(
            f"SQLite {oldest} is needed, this Python has {sqlite3.sqlite_version}: use a newer one."
        )
    async with contextlib.AsyncExitStack() as stack:
        _create(path)
        writer, *readers = [await _connect(path, stack) for _ in range(1 + READERS)]
        for reader in readers:
            await _rows(reader, "PRAGMA query_only = ON")
        database = Database(writer, readers)
        await _migrate(database)
        stack.pop_all()
        return database


def _create(path: Path) -> None:
    with _errors_in_words():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
        sqlite3.connect(path).close()  # refused only later, it would leave a thread of aiosqlite behind


async def _connect(path: Path, stack: contextlib.AsyncExitStack) -> aiosqlite.Connection:
    with _errors_in_words():
        connection = await aiosqlite.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT_S)
        stack.push_async_callback(connection.close)
    await _use_wal(connection)
    await _rows(connection, "PRAGMA synchronous = FULL")
    await _rows(connection, "PRAGMA foreign_keys = ON")
    await _rows(connection, "PRAGMA secure_delete = ON")
    await _rows(connection, "PRAGMA temp_store = MEMORY")  # a file on the disk would keep what is forgotten
    return connection


async def _use_wal(connection: aiosqlite.Connection) -> None:
    """Tries again itself: for this statement SQLite does not wait for another that opens the file."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            await _rows(connection, "PRAGMA journal_mode = WAL")
            return
        except StoreBusyError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.02)


async def _migrate(database: Database) -> None:
    """Runs each numbered script that the file has not seen, one transaction each."""
    directory = resources.files("corpus.store") / "schema"
    scripts = {int(entry.name[:4]): entry for entry in directory.iterdir() if entry.name.endswith(".sql")}
    for number, script in sorted(scripts.items()):
        async with database.transaction() as transaction:
            [(version,)] = await transaction.fetch("PRAGMA user_version")
            if version > max(scripts):
                raise StoreTooNewError(
                    f"The database was written by a newer rumourmill (schema {version}, this one knows"
                    f" {max(scripts)}): update rumourmill, or use another data directory."
                )
            if version < number:
                for statement in _statements(script.read_text(encoding="utf-8")):
                    await transaction.fetch(statement)
                await transaction.fetch(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


async def _rows(connection: aiosqlite.Connection, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
    with _errors_in_words():
        return cast(list[Row], await connection.execute_fetchall(sql, parameters))


async def _rolled_back(connection: aiosqlite.Connection) -> None:
    """Nothing happens where no transaction is open; anything still queued is done before."""
    with _errors_in_words():
        await connection.rollback()


async def _to_the_end(work: Coroutine[Any, Any, object]) -> None:
    """Awaits the work even when cancelled, and passes the cancellation on afterwards."""
    task = asyncio.ensure_future(work)
    cancelled = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled:
        raise cancelled


@contextlib.contextmanager
def _errors_in_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _in_words(error) from error
    except OSError as error:
        raise StoreError(f"The database can't be opened: {error}. Choose another data directory.") from error
    except ValueError as error:
        if str(error) in {"Connection closed", "no active connection"}:
            raise StoreError("The store is closed.") from error
        raise


def _in_words(error: sqlite3.Error) -> StoreError:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusyError("Another process is writing to the database: try again in a moment.")
        case sqlite3.SQLITE_FULL:
            return StoreFullError("No room left for the database: free some space on its disk and try again.")
        case sqlite3.SQLITE_IOERR:
            return StoreError(f"The disk of the database fails ({error}): check its health and its limits.")
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return StoreDamagedError(
                f"The database is damaged or no database at all ({error}):"
                " restore it from a backup, or move it away and ingest again."
            )
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return StoreError(
                f"The database can't be opened for writing ({error}): check who owns its directory."
            )
        case _:
            return StoreError(f"The database refused: {error}")
