"""What is known of people: what they did to articles, asked, sent to moderators and said of answers."""

from dataclasses import dataclass

from corpus.store.database import Database, Transaction
from corpus.store.queue import NOTE_COLUMNS, note_of
from corpus.store.rows import ARTICLE_COLUMNS, article_of, database_id, rewrite
from corpus.store.verdicts import VERDICT_COLUMNS, verdict_of
from corpus.types import Article, Note, Verdict


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Off how many articles a number was taken, and how much that was somebody's own was deleted."""

    articles: int
    questions: int
    notes: int
    verdicts: int


_FORGET = (
    "UPDATE removed SET added_by = NULL WHERE added_by = ?",
    "UPDATE removed SET removed_by = NULL WHERE removed_by = ?",
    "UPDATE feeds SET added_by = NULL WHERE added_by = ?",
    "UPDATE audit SET member = NULL, reason = NULL WHERE member = ?",
)


class People:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def added(self, user_id: int, *, guild_id: int | None) -> list[Article]:
        """The articles of exactly this scope that somebody added, in the order of their numbers."""
        rows = await self._database.fetch(
            f"SELECT {ARTICLE_COLUMNS} FROM articles"  # noqa: S608
            " WHERE added_by = ? AND COALESCE(guild_id, 0) = ? ORDER BY id",
            [database_id(user_id), guild_id or 0],
        )
        return [article_of(row) for row in rows]

    async def notes(self, user_id: int, *, guild_id: int | None) -> list[Note]:
        """What somebody sent to a server's moderators and still waits there, oldest first."""
        rows = await self._database.fetch(
            f"SELECT {NOTE_COLUMNS} FROM queue WHERE member_id = ? AND guild_id = ? ORDER BY id",  # noqa: S608
            [database_id(user_id), guild_id],
        )
        return [note_of(row) for row in rows]

    async def verdicts(self, user_id: int, *, guild_id: int | None) -> list[Verdict]:
        """What somebody said of a server's answers, by answer."""
        rows = await self._database.fetch(
            f"SELECT {VERDICT_COLUMNS} FROM verdicts"  # noqa: S608
            " WHERE member_id = ? AND guild_id = ? ORDER BY answer_id",
            [database_id(user_id), guild_id],
        )
        return [verdict_of(row) for row in rows]

    async def forget(self, user_id: int) -> Forgotten:
        """Takes somebody's number off the articles of every server, and deletes what is somebody's own.

        It also goes from the audit, and with the drafts that somebody has not accepted.

        No byte of it stays in the file or in its log, as soon as nobody reads an older state any more.
        """
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch(
                "UPDATE articles SET added_by = NULL WHERE added_by = ? RETURNING id", [database_id(user_id)]
            )
            forgotten = Forgotten(
                len(rows),
                questions=await _deleted(transaction, "questions", "member", user_id),
                notes=await _deleted(transaction, "queue", "member_id", user_id),
                verdicts=await _deleted(transaction, "verdicts", "member_id", user_id),
            )
            for statement in _FORGET:
                await transaction.fetch(statement, [database_id(user_id)])
            await _deleted(transaction, "drafts", "made_by", user_id)
        await self._database.empty_log()
        return forgotten


async def _deleted(transaction: Transaction, table: str, column: str, user_id: int) -> int:
    """How many rows of somebody were deleted from a table, without a copy left behind."""
    rows = await transaction.fetch(
        f"DELETE FROM {table} WHERE {column} = ? RETURNING guild_id",  # noqa: S608
        [database_id(user_id)],
    )
    await rewrite(transaction, table)
    return len(rows)
