"""What is known of people: what they added, sent to moderators and said of answers, and nothing else."""

from dataclasses import dataclass

from corpus.store.database import Database
from corpus.store.queue import NOTE_COLUMNS, note_of
from corpus.store.rows import ARTICLE_COLUMNS, article_of, database_id, rewrite
from corpus.store.verdicts import VERDICT_COLUMNS, verdict_of
from corpus.types import Article, Note, Verdict


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Off how many articles a number was taken, and how many notes and verdicts were deleted."""

    articles: int
    notes: int
    verdicts: int


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
        """Takes somebody's number off the articles of every server, and deletes what they sent and said.

        No byte of it stays in the file or in its log, as soon as nobody reads an older state any more.
        """
        number = [database_id(user_id)]
        async with self._database.transaction() as transaction:
            articles = await transaction.fetch(
                "UPDATE articles SET added_by = NULL WHERE added_by = ? RETURNING id", number
            )
            notes = await transaction.fetch("DELETE FROM queue WHERE member_id = ? RETURNING id", number)
            verdicts = await transaction.fetch(
                "DELETE FROM verdicts WHERE member_id = ? RETURNING answer_id", number
            )
            for table in ("queue", "verdicts"):
                await rewrite(transaction, table)
        await self._database.empty_log()
        return Forgotten(len(articles), len(notes), len(verdicts))
