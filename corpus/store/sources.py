"""Who published the articles that a guild sees: its own and the shared ones."""

# ruff: noqa: S608 - the fragments of SQL are constants of this package

from corpus.store.database import Database
from corpus.store.rows import ARTICLE_COLUMNS, article_of, moment_or_none
from corpus.types import Article, Publisher

_VISIBLE = "publisher IS NOT NULL AND (guild_id IS NULL OR guild_id = ?)"


class Sources:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def publishers(self, *, guild_id: int | None) -> list[Publisher]:
        """Those of most articles first."""
        rows = await self._database.fetch(
            "SELECT publisher, COUNT(*), COUNT(guild_id), MIN(published_at), MAX(published_at) FROM articles"
            f" WHERE {_VISIBLE} GROUP BY publisher ORDER BY COUNT(*) DESC, publisher",
            [guild_id],
        )
        return [
            Publisher(name, articles, own, moment_or_none(oldest), moment_or_none(newest))
            for name, articles, own, oldest, newest in rows
        ]

    async def articles(
        self, publisher: str, *, guild_id: int | None, limit: int, offset: int = 0
    ) -> list[Article]:
        """Newest first, undated ones last."""
        rows = await self._database.fetch(
            f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE {_VISIBLE} AND publisher = ?"
            " ORDER BY published_at DESC NULLS LAST, id DESC LIMIT ? OFFSET ?",
            [guild_id, publisher, limit, offset],
        )
        return [article_of(row) for row in rows]
