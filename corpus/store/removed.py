"""Articles that were removed from servers: kept aside for a while, and found by nobody but moderators."""

from datetime import datetime

from corpus.errors import ArticleNotFoundError
from corpus.store.database import Database
from corpus.store.rows import ARTICLE_COLUMNS, article_of, database_id, like, seconds
from corpus.types import Article


class RemovedArticles:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, article_id: int, *, guild_id: int | None) -> Article:
        """Raises ArticleNotFoundError unless exactly this server removed it."""
        rows = await self._database.fetch(
            f"SELECT {ARTICLE_COLUMNS} FROM removed WHERE id = ? AND guild_id = ?",  # noqa: S608
            [database_id(article_id), guild_id],
        )
        if not rows:
            raise ArticleNotFoundError(article_id)
        return article_of(rows[0])

    async def list(
        self, *, guild_id: int | None, limit: int, matching: str | None = None
    ) -> list[tuple[int, str]]:
        """Number and title of what exactly this server removed, the latest first."""
        rows = await self._database.fetch(
            "SELECT id, title FROM removed WHERE guild_id = ? AND title LIKE ? ESCAPE '!'"
            " ORDER BY removed_at DESC, id DESC LIMIT ?",
            [guild_id, like(matching), limit],
        )
        return [(id_, title) for id_, title in rows]

    async def prune(self, before: datetime) -> None:
        """Deletes for good what was removed before that moment."""
        async with self._database.transaction() as transaction:
            await transaction.fetch("DELETE FROM removed WHERE removed_at < ?", [seconds(before)])
