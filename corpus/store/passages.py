"""Passages: stored with their vectors, read in batches."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence

from corpus.store.database import Database, Row, Transaction
from corpus.store.revision import bump_revision
from corpus.store.rows import batches, database_id, fetch_each, moment_or_none
from corpus.text import checksum
from corpus.types import NewPassage, Passage, Stored, StoredPassage, VectorBatch

_TEXTS_PER_BATCH = 4_000
_VECTORS_PER_BATCH = 20_000


class Passages:
    """Passages are written together with their article; only `replace` changes those of a stored one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ids(self, model: str) -> list[int]:
        """Every passage embedded by the model, in order."""
        rows = await self._database.fetch("SELECT id FROM passages WHERE model = ? ORDER BY id", [model])
        return [id_ for (id_,) in rows]

    async def load(self, ids: Collection[int]) -> dict[int, Passage]:
        """Those of the passages that exist."""
        sql = "SELECT id, article_id, start_char, end_char, checksum FROM passages WHERE id IN (*)"
        rows = await fetch_each(self._database.fetch, sql, map(database_id, ids))
        return {row[0]: Passage(*row) for row in rows}

    async def stale(self, model: str) -> list[int]:
        """Articles with passages of another model, in order."""
        sql = "SELECT DISTINCT article_id FROM passages WHERE model <> ? ORDER BY article_id"
        return [id_ for (id_,) in await self._database.fetch(sql, [model])]

    async def vectors(self, model: str) -> AsyncIterator[VectorBatch]:
        """Every passage of the model by its id, in columns and without text."""
        after = 0
        while rows := await self._database.fetch(
            "SELECT p.id, p.article_id, a.guild_id, a.published_at, p.checksum, p.vector"
            " FROM passages p JOIN articles a ON a.id = p.article_id"
            " WHERE p.model = ? AND p.id > ? ORDER BY p.id LIMIT ?",
            [model, after, _VECTORS_PER_BATCH],
        ):
            yield VectorBatch(*zip(*rows, strict=True))
            after = rows[-1][0]

    async def stream(
        self, model: str, *, ids: Collection[int] | None = None
    ) -> AsyncIterator[list[StoredPassage]]:
        """The model's passages by their id (or those of `ids`), with their text, in batches."""
        async for rows in self._places(model) if ids is None else self._chosen_places(model, ids):
            articles = await self._articles({row[1] for row in rows})
            yield [_stored(row, articles[row[1]]) for row in rows if _still_stands(row, articles.get(row[1]))]

    async def replace(self, model: str, articles: Mapping[int, tuple[str, Sequence[NewPassage]]]) -> Stored:
        """New passages for stored articles (id: content hash and passages) that are still the same."""
        async with self._database.transaction() as transaction:
            current = await _current_texts(transaction, articles)
            texts = {id_: (text, articles[id_][1]) for id_, text in current.items()}
            added, removed = await write_passages(transaction, model, texts)
            revision = await bump_revision(transaction)
        return Stored(revision, passages=await self.every(model, added), removed=tuple(removed))

    async def every(self, model: str, ids: Collection[int]) -> tuple[StoredPassage, ...]:
        """`stream` of some ids, at once."""
        return tuple([passage async for batch in self.stream(model, ids=ids) for passage in batch])

    async def _places(self, model: str) -> AsyncIterator[list[Row]]:
        after = 0
        while rows := await self._database.fetch(
            _PLACES + " WHERE id > ? AND model = ? ORDER BY id LIMIT ?", [after, model, _TEXTS_PER_BATCH]
        ):
            yield rows
            after = rows[-1][0]

    async def _chosen_places(self, model: str, ids: Collection[int]) -> AsyncIterator[list[Row]]:
        for batch in batches(sorted(map(database_id, ids))):
            sql = _PLACES + " WHERE id IN (*) AND model = ? ORDER BY id"
            yield await fetch_each(self._database.fetch, sql, batch, model)

    async def _articles(self, ids: Collection[int]) -> dict[int, Row]:
        sql = "SELECT id, guild_id, published_at, title, text FROM articles WHERE id IN (*)"
        return {row[0]: row[1:] for row in await fetch_each(self._database.fetch, sql, ids)}


_PLACES = "SELECT id, article_id, start_char, end_char, checksum, vector FROM passages"


def _still_stands(place: Row, article: Row | None) -> bool:
    """False where the article went or changed between the two queries."""
    _, _, start, end, expected, _ = place
    return article is not None and checksum(article[-1][start:end]) == expected


def _stored(place: Row, article: Row) -> StoredPassage:
    id_, article_id, start, end, _, vector = place
    guild_id, published_at, title, text = article
    return StoredPassage(
        id_, article_id, guild_id, moment_or_none(published_at), title, text[start:end], vector
    )


async def _current_texts(
    transaction: Transaction, articles: Mapping[int, tuple[str, Sequence[NewPassage]]]
) -> dict[int, str]:
    """The texts of those articles whose content hash is still the given one."""
    sql = "SELECT id, content_hash, text FROM articles WHERE id IN (*)"
    rows = await fetch_each(transaction.fetch, sql, articles)
    return {id_: text for id_, digest, text in rows if digest == articles[id_][0]}


async def write_passages(
    transaction: Transaction, model: str, articles: Mapping[int, tuple[str, Sequence[NewPassage]]]
) -> tuple[list[int], list[int]]:
    """Gives articles (id: text and passages) new passages for old; returns the ids of the new and the old."""
    removed = await fetch_each(
        transaction.fetch, "DELETE FROM passages WHERE article_id IN (*) RETURNING id", articles
    )
    await transaction.execute_many(
        "INSERT INTO passages (article_id, start_char, end_char, checksum, model, vector)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (article_id, new.start, new.end, checksum(text[new.start : new.end]), model, new.vector)
            for article_id, (text, passages) in articles.items()
            for new in passages
        ],
    )
    added = await fetch_each(transaction.fetch, "SELECT id FROM passages WHERE article_id IN (*)", articles)
    return [id_ for (id_,) in added], [id_ for (id_,) in removed]
