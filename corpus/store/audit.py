"""Who changed which article of a server, and when: written in the transaction that makes the change."""

from collections.abc import Sequence
from datetime import datetime

from corpus.store.database import Database, Row, Transaction
from corpus.store.rows import database_id, moment, seconds
from corpus.types import AuditEntry

_COLUMNS = "at, member, action, article_id, title, reason"


class Audit:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def by(self, user_id: int, *, guild_id: int | None) -> list[AuditEntry]:
        """What somebody did in exactly this server, the oldest first."""
        rows = await self._database.fetch(
            f"SELECT {_COLUMNS} FROM audit WHERE member = ? AND guild_id = ? ORDER BY id",  # noqa: S608
            [database_id(user_id), guild_id],
        )
        return [_entry(row) for row in rows]

    async def list(self, *, guild_id: int, limit: int, offset: int = 0) -> list[AuditEntry]:
        """What happened in exactly this server, the newest first."""
        rows = await self._database.fetch(
            f"SELECT {_COLUMNS} FROM audit WHERE guild_id = ? ORDER BY id DESC LIMIT ? OFFSET ?",  # noqa: S608
            [guild_id, limit, offset],
        )
        return [_entry(row) for row in rows]

    async def prune(self, before: datetime, most: int) -> None:
        """Forgets what happened before that moment, and in each server all but the newest `most`."""
        async with self._database.transaction() as transaction:
            await transaction.fetch("DELETE FROM audit WHERE at < ?", [seconds(before)])
            await transaction.fetch(
                "DELETE FROM audit WHERE id IN (SELECT id FROM (SELECT id,"
                " ROW_NUMBER() OVER (PARTITION BY guild_id ORDER BY id DESC) AS place FROM audit)"
                " WHERE place > ?)",
                [most],
            )


async def write_audit(transaction: Transaction, guild_id: int | None, entries: Sequence[AuditEntry]) -> None:
    """Nothing of what the host does with shared articles."""
    if guild_id is None:
        return
    await transaction.execute_many(
        f"INSERT INTO audit (guild_id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        [(guild_id, seconds(e.at), e.member, e.action, e.article_id, e.title, e.reason) for e in entries],
    )


def _entry(row: Row) -> AuditEntry:
    return AuditEntry(moment(row[0]), *row[1:])
