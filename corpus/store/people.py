"""What is known of people: which articles they added, what they asked where that is kept, nothing else."""

from corpus.store.database import Database
from corpus.store.rows import ARTICLE_COLUMNS, article_of, database_id, rewrite
from corpus.types import Article


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

    async def forget(self, user_id: int) -> int:
        """Takes somebody's number off the articles of every server, and deletes what they asked.

        Returns off how many articles.

        No byte of it stays in the file or in its log, as soon as nobody reads an older state any more.
        """
        number = [database_id(user_id)]
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch(
                "UPDATE articles SET added_by = NULL WHERE added_by = ? RETURNING id", number
            )
            await transaction.fetch("DELETE FROM questions WHERE member = ?", number)
            await rewrite(transaction, "questions")
        await self._database.empty_log()
        return len(rows)
