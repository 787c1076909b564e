"""What articles mention: written with them, counted for a scope."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence

from corpus.mentions import Mentions, Tally, mentions
from corpus.store.database import Database, Row, Transaction
from corpus.store.rows import fetch_each

_ARTICLES_PER_BATCH = 500
_COLUMNS = "article_id, words, names, countries"


class MentionTallies:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def tally(self, guild_id: int | None) -> Tally:
        """Of exactly the guild's own articles, or of the shared ones (None)."""
        await self._fill()
        rows = await self._database.fetch(
            "SELECT m.words, m.names, m.countries FROM mentions m JOIN articles a ON a.id = m.article_id"
            " WHERE COALESCE(a.guild_id, 0) = ?",
            [guild_id or 0],
        )
        return await asyncio.to_thread(_tally, rows)

    async def articles(self, spellings: Sequence[str], *, guild_id: int | None) -> list[int]:
        """Those that the guild sees and that mention a name so written, newest first, undated ones last."""
        await self._fill()
        found = " OR ".join(
            ["instr(char(10) || m.names || char(10), char(10) || ? || char(10))"] * len(spellings)
        )
        rows = await self._database.fetch(
            "SELECT a.id FROM mentions m JOIN articles a ON a.id = m.article_id"  # noqa: S608
            f" WHERE (a.guild_id IS NULL OR a.guild_id = ?) AND ({found or '0'})"
            " ORDER BY a.published_at DESC NULLS LAST, a.id DESC",
            [guild_id, *spellings],
        )
        return [id_ for (id_,) in rows]

    async def newest(self, *, guild_id: int | None, limit: int) -> list[list[str]]:
        """The names in each of the newest articles that the guild sees."""
        await self._fill()
        rows = await self._database.fetch(
            "SELECT m.names FROM mentions m JOIN articles a ON a.id = m.article_id"
            " WHERE a.guild_id IS NULL OR a.guild_id = ?"
            " ORDER BY a.published_at DESC NULLS LAST, a.id DESC LIMIT ?",
            [guild_id, limit],
        )
        return [names.splitlines() for (names,) in rows]

    async def _fill(self) -> None:
        """Writes what is missing: articles that an older version stored have no mentions."""
        while rows := await self._database.fetch(
            "SELECT id, content_hash, text FROM articles"
            " WHERE NOT EXISTS (SELECT 1 FROM mentions WHERE article_id = articles.id) ORDER BY id LIMIT ?",
            [_ARTICLES_PER_BATCH],
        ):
            found = await asyncio.to_thread(lambda rows: [mentions(text) for _, _, text in rows], rows)
            async with self._database.transaction() as transaction:
                await transaction.execute_many(
                    f"INSERT INTO mentions ({_COLUMNS}) SELECT ?, ?, ?, ?"  # noqa: S608
                    " WHERE EXISTS (SELECT 1 FROM articles WHERE id = ? AND content_hash = ?)"
                    " ON CONFLICT DO NOTHING",
                    [
                        (*_packed(id_, new), id_, digest)
                        for (id_, digest, _), new in zip(rows, found, strict=True)
                    ],
                )


async def write_mentions(transaction: Transaction, articles: Mapping[int, Mentions]) -> None:
    """Gives articles new mentions for old."""
    await fetch_each(transaction.fetch, "DELETE FROM mentions WHERE article_id IN (*)", articles)
    await transaction.execute_many(
        f"INSERT INTO mentions ({_COLUMNS}) VALUES (?, ?, ?, ?)",  # noqa: S608
        [_packed(id_, new) for id_, new in articles.items()],
    )


def _packed(article_id: int, found: Mentions) -> tuple[int, str, str, str]:
    pairs = {f"{country}\t{name}" for country, name in found.countries}
    return article_id, _lines(found.words), _lines(found.names), _lines(pairs)


def _lines(some: Collection[str]) -> str:
    return "\n".join(sorted(some))


def _tally(rows: Iterable[Row]) -> Tally:
    tally = Tally()
    for words, names, countries in rows:
        tally.words.update(words.splitlines())
        tally.names.update(names.splitlines())
        for line in countries.splitlines():
            country, _, name = line.partition("\t")
            tally.countries[country, name] += 1
    return tally
