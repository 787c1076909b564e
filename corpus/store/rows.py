"""Between rows and types."""

import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from corpus.store.database import MAX_PARAMETERS, Row, Transaction
from corpus.text import clean_line
from corpus.types import Article, QuoteRef
from corpus.wording import Wording

T = TypeVar("T")
Fetch = Callable[[str, Sequence[object]], Awaitable[list[Row]]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST_ID = 2**63 - 1

ARTICLE_COLUMNS = (
    "id, guild_id, title, text, publisher, author, published_at, url, external_id,"
    " content_hash, added_at, added_by"
)


def article_of(row: Row) -> Article:
    """The article of a row of `ARTICLE_COLUMNS`."""
    id_, guild_id, title, text, publisher, author, published, url, external_id, digest, added, added_by = row
    return Article(
        id=id_,
        guild_id=guild_id,
        title=title,
        text=text,
        publisher=publisher,
        author=author,
        published_at=moment_or_none(published),
        url=url,
        external_id=external_id,
        content_hash=digest,
        added_at=moment(added),
        added_by=added_by,
    )


def seconds(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(seconds=1)


def seconds_or_none(time: datetime | None) -> int | None:
    return None if time is None else seconds(time)


def moment(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


def moment_or_none(seconds: int | None) -> datetime | None:
    return None if seconds is None else moment(seconds)


def database_id(id_: int) -> int:
    """The id, or 0, which nothing has, where the database can't hold it."""
    return id_ if 0 < id_ <= _LARGEST_ID else 0


async def fetch_each(fetch: Fetch, sql: str, values: Iterable[object], *parameters: object) -> list[Row]:
    """The rows of a statement in which `(*)` stands for the values, be they ever so many.

    The other parameters come after them.
    """
    rows: list[Row] = []
    for batch in batches(list(values)):
        spelt_out = sql.replace("(*)", f"({marks(batch)})")
        rows += await fetch(spelt_out, [*batch, *parameters])
    return rows


async def rewrite(transaction: Transaction, table: str) -> None:
    """Write all rows of a small table anew.

    SQLite overwrites what is deleted, but not the copies that it left behind when it moved rows between
    pages.
    """
    await transaction.fetch(f"CREATE TEMP TABLE rewritten AS SELECT * FROM {table}")  # noqa: S608
    await transaction.fetch(f"DELETE FROM {table}")  # noqa: S608
    await transaction.fetch(f"INSERT INTO {table} SELECT * FROM rewritten")  # noqa: S608
    await transaction.fetch("DROP TABLE temp.rewritten")


def batches(values: list[T]) -> Iterator[list[T]]:
    """As many values as one statement takes."""
    for start in range(0, len(values), MAX_PARAMETERS):
        yield values[start : start + MAX_PARAMETERS]


def marks(values: Collection[object]) -> str:
    """As many question marks as there are values."""
    return ", ".join("?" * len(values))


def like(matching: str | None) -> str:
    """A pattern for LIKE ... ESCAPE '!' that finds the words wherever they stand."""
    escaped = clean_line(matching or "").replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


def packed_quotes(quotes: Sequence[QuoteRef]) -> str:
    return json.dumps(
        [[q.article_id, q.start, q.end, q.emphasis, q.checksum] for q in quotes], separators=(",", ":")
    )


def unpacked_quotes(quotes: str) -> tuple[QuoteRef, ...]:
    return tuple(
        QuoteRef(article_id, start, end, tuple((first, last) for first, last in emphasis), checksum)
        for article_id, start, end, emphasis, checksum in json.loads(quotes)
    )


def packed_words(text: str) -> str:
    """A text as JSON; a `Wording` as its template and values."""
    return json.dumps(_parts(text))


def unpacked_words(packed: str) -> str:
    text: str = _whole(json.loads(packed))
    return text


def _parts(value: str | float) -> Any:
    if not isinstance(value, Wording):
        return value
    return [value.template, {name: _parts(part) for name, part in value.values.items()}]


def _whole(parts: Any) -> Any:
    if not isinstance(parts, list):
        return parts
    template, values = parts
    return Wording(template, **{name: _whole(value) for name, value in values.items()})
