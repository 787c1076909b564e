"""Where else the story of an article is told. A guild sees its own links and the shared ones."""

# ruff: noqa: S608 - the fragments of SQL are constants of this package

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from corpus.errors import ArticleNotFoundError
from corpus.store.database import Database
from corpus.store.rows import database_id, fetch_each, moment, moment_or_none, seconds, seconds_or_none
from corpus.types import Link

_VISIBLE = "(links.guild_id IS NULL OR links.guild_id = ?)"
_SEES = "(articles.guild_id IS NULL OR articles.guild_id = ?)"


class Links:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        article_id: int,
        *,
        guild_id: int | None,
        url: str,
        title: str,
        publisher: str | None,
        published_at: datetime | None,
        now: datetime,
    ) -> bool:
        """Whether it is new; one that is there already stays as it is.

        Raises ArticleNotFoundError unless the guild sees the article.
        """
        async with self._database.transaction() as transaction:
            seen = f"SELECT id FROM articles WHERE id = ? AND {_SEES}"
            if not await transaction.fetch(seen, [database_id(article_id), guild_id]):
                raise ArticleNotFoundError(article_id)
            rows = await transaction.fetch(
                "INSERT INTO links (article_id, guild_id, published_at, added_at, url, title, publisher)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING article_id",
                [article_id, guild_id, seconds_or_none(published_at), seconds(now), url, title, publisher],
            )
        return bool(rows)

    async def of(self, article_ids: Collection[int], *, guild_id: int | None) -> dict[int, tuple[Link, ...]]:
        """The links of those of the articles that have any, the earliest stored first, each address once."""
        rows = await fetch_each(
            self._database.fetch,
            "SELECT article_id, url, title, publisher, published_at, added_at FROM links"
            f" WHERE article_id IN (*) AND {_VISIBLE} ORDER BY added_at, rowid",
            map(database_id, article_ids),
            guild_id,
        )
        found: defaultdict[int, dict[str, Link]] = defaultdict(dict)
        for article_id, url, title, publisher, published, added in rows:
            link = Link(url, title, publisher, moment_or_none(published), moment(added))
            found[article_id].setdefault(url, link)
        return {article_id: tuple(links.values()) for article_id, links in found.items()}

    async def article(self, url: str, *, guild_id: int | None) -> int | None:
        """The number of the article that has this link, among those that the guild sees; its own first."""
        rows = await self._database.fetch(
            "SELECT articles.id FROM links JOIN articles ON articles.id = links.article_id"
            f" WHERE links.url = ? AND {_VISIBLE} AND {_SEES}"
            " ORDER BY articles.guild_id DESC NULLS LAST, articles.id DESC LIMIT 1",
            [url, guild_id, guild_id],
        )
        return rows[0][0] if rows else None
