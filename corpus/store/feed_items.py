"""The items of feeds that are followed: what waits, and what became of the others."""

# ruff: noqa: S608 - the fragments of SQL are constants of this package

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from corpus.feeds.types import KnownItem, PlannedItem, WaitingItem
from corpus.store.database import Database, Row, Transaction
from corpus.store.rows import moment, packed_words, seconds, seconds_or_none
from corpus.web.types import FeedItem

KEPT = timedelta(days=180)
"""For so long an item is remembered that its feed no longer holds."""

_WAITING = "id, item, quiet, tries, article_id, content_hash, intended_hash"
_SAME_SCOPE = "COALESCE({0}.guild_id, 0) = COALESCE(feed_items.guild_id, 0)"


class FeedItems:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, feed_id: int) -> dict[str, KnownItem]:
        """Every item of a feed, by its key."""
        rows = await self._database.fetch(
            "SELECT key, digest, article_id FROM feed_items WHERE feed_id = ?", [feed_id]
        )
        return {key: KnownItem(digest, article_id) for key, digest, article_id in rows}

    async def next(self, feed_id: int, now: datetime) -> WaitingItem | None:
        """The one that has waited longest of those that are due."""
        rows = await self._database.fetch(
            f"SELECT {_WAITING} FROM feed_items WHERE feed_id = ? AND state = 'pending' AND due_at <= ?"
            " ORDER BY due_at, id LIMIT 1",
            [feed_id, seconds(now)],
        )
        return next(map(_item_of, rows), None)

    async def claim(self, item_id: int, now: datetime, until: datetime) -> WaitingItem | None:
        """One that is due: nobody else works it off until then. None where somebody does already."""
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch(
                "UPDATE feed_items SET tries = tries + 1, due_at = ?"
                f" WHERE id = ? AND state = 'pending' AND due_at <= ? RETURNING {_WAITING}",
                [seconds(until), item_id, seconds(now)],
            )
        return next(map(_item_of, rows), None)

    async def release(self, item_id: int, now: datetime) -> None:
        """As if it had not been claimed."""
        await self._change("tries = MAX(tries - 1, 0), due_at = ?", item_id, seconds(now))

    async def put_off(self, item_id: int, until: datetime) -> None:
        await self._change("due_at = MAX(due_at, ?)", item_id, seconds(until))

    async def put_off_all(self, feed_id: int, now: datetime, until: datetime) -> None:
        """Those of a feed that are due."""
        async with self._database.transaction() as transaction:
            await transaction.fetch(
                "UPDATE feed_items SET due_at = ? WHERE feed_id = ? AND state = 'pending' AND due_at <= ?",
                [seconds(until), feed_id, seconds(now)],
            )

    async def note_failure(self, item_id: int, reason: str) -> None:
        """It is tried again when it is due."""
        await self._change("reason = ?", item_id, packed_words(reason))

    async def refuse(self, item_id: int, reason: str) -> None:
        await self._change("state = 'refused', item = NULL, reason = ?", item_id, packed_words(reason))

    async def intend(self, item_id: int, content_hash: str, replaces: int | None) -> bool:
        """Note what is about to be stored, and instead of what, so that it is known afterwards who stored it.

        False where the item is gone: its feed was removed meanwhile.
        """
        changes = "intended_hash = ?, article_id = COALESCE(article_id, ?)"
        return await self._change(changes, item_id, content_hash, replaces)

    async def stored(self, item_id: int) -> tuple[int, str] | None:
        """Number and key of the article that was stored as it was intended; None where it was not."""
        rows = await self._database.fetch(
            "SELECT articles.id, articles.key FROM feed_items JOIN articles"
            f" ON articles.content_hash = intended_hash AND {_SAME_SCOPE.format('articles')}"
            " WHERE feed_items.id = ? LIMIT 1",
            [item_id],
        )
        return next(((id_, key) for id_, key in rows), None)

    async def note_taken(
        self,
        item_id: int,
        article_id: int,
        article_key: str | None,
        content_hash: str | None,
        posting: datetime | None,
    ) -> None:
        """`content_hash` where the article holds what the item says; `posting` where it is to be posted.

        No article is posted twice in a server.
        """
        async with self._database.transaction() as transaction:
            await transaction.fetch(
                "UPDATE feed_items SET state = 'taken', item = NULL, reason = NULL, article_id = ?,"
                " article_key = COALESCE(?, article_key), content_hash = ?, intended_hash = NULL,"
                " posting_at = CASE WHEN EXISTS (SELECT 1 FROM feed_items AS other WHERE other.article_id = ?"
                f" AND other.posting_at IS NOT NULL AND {_SAME_SCOPE.format('other')})"
                " THEN posting_at ELSE COALESCE(posting_at, ?) END WHERE id = ?",
                [article_id, article_key, content_hash, article_id, seconds_or_none(posting), item_id],
            )

    async def is_ours(self, article_id: int, content_hash: str) -> bool:
        """Whether an article still holds what the items of feeds stored, or were about to store."""
        rows = await self._database.fetch(
            "SELECT 1 FROM feed_items WHERE article_id = ?1 AND ?2 IN (content_hash, intended_hash) LIMIT 1",
            [article_id, content_hash],
        )
        return bool(rows)

    async def was_removed(self, article_key: str, guild_id: int | None) -> bool:
        """Whether the article of that key was removed, lately or after feeds had stored it."""
        rows = await self._database.fetch(
            "SELECT 1 FROM feed_items WHERE article_key = ?1 AND COALESCE(guild_id, 0) = ?2"
            " AND content_hash IS NOT NULL AND NOT EXISTS (SELECT 1 FROM articles WHERE id = article_id)"
            " UNION ALL SELECT 1 FROM removed WHERE guild_id = ?2 AND 'url:' || url = ?1 LIMIT 1",
            [article_key, guild_id or 0],
        )
        return bool(rows)

    async def unposted(self, feed_id: int) -> list[tuple[int, int, datetime]]:
        """Numbers of items and of their articles that wait to be posted, and since when."""
        rows = await self._database.fetch(
            "SELECT id, article_id, posting_at FROM feed_items"
            " WHERE feed_id = ? AND posting_at IS NOT NULL AND posted_at IS NULL ORDER BY id",
            [feed_id],
        )
        return [(id_, article_id, moment(since)) for id_, article_id, since in rows]

    async def note_posted(self, item_id: int, now: datetime) -> None:
        await self._change("posted_at = ?", item_id, seconds(now))

    async def _change(self, changes: str, item_id: int, *parameters: object) -> bool:
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch(
                f"UPDATE feed_items SET {changes} WHERE id = ? RETURNING id", [*parameters, item_id]
            )
        return bool(rows)


async def write_items(
    transaction: Transaction,
    feed_id: int,
    guild_id: int | None,
    items: Sequence[PlannedItem],
    now: datetime,
    *,
    seen: Sequence[str] = (),
    quiet: bool = False,
) -> None:
    """Items that are new or were edited, in their order; those seen again are remembered for longer."""
    await transaction.execute_many(
        "INSERT INTO feed_items (feed_id, guild_id, key, digest, state, quiet, due_at, seen_at, item)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (feed_id, key) DO UPDATE SET"
        " digest = excluded.digest, state = excluded.state, due_at = excluded.due_at, tries = 0,"
        " reason = NULL, item = excluded.item",
        [
            (
                feed_id,
                guild_id,
                one.key,
                one.digest,
                one.state,
                quiet,
                seconds(now),
                seconds(now),
                _packed(one.item) if one.state == "pending" else None,
            )
            for one in items
        ],
    )
    await transaction.execute_many(
        "UPDATE feed_items SET seen_at = ? WHERE feed_id = ? AND key = ?",
        [(seconds(now), feed_id, key) for key in seen],
    )
    await transaction.fetch(
        "DELETE FROM feed_items WHERE feed_id = ? AND seen_at < ? AND state != 'pending'",
        [feed_id, seconds(now - KEPT)],
    )


def _packed(item: FeedItem) -> str:
    published = seconds_or_none(item.published_at)
    fields = [item.key, item.url, item.title, item.text, item.author, published]
    return json.dumps(fields)


def _unpacked(packed: str) -> FeedItem:
    key, url, title, text, author, published = json.loads(packed)
    return FeedItem(key, url, title, text, author, None if published is None else moment(published))


def _item_of(row: Row) -> WaitingItem:
    id_, item, quiet, tries, article_id, content_hash, intended_hash = row
    return WaitingItem(id_, _unpacked(item), bool(quiet), tries, article_id, content_hash, intended_hash)
