"""Feeds that are followed, and when they are asked. What becomes of their items is in `feed_items`."""

# ruff: noqa: S608 - the fragments of SQL are constants of this package

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from corpus.errors import FeedRefusedError
from corpus.feeds.types import FollowedFeed, Look, NewFeed, PlannedItem, Reading
from corpus.store.database import Database, Row, Transaction
from corpus.store.feed_items import write_items
from corpus.store.rows import (
    database_id,
    moment,
    moment_or_none,
    packed_words,
    seconds,
    unpacked_words,
)
from corpus.web.types import Validators
from corpus.wording import Wording

MOST = 25
"""Of a server."""
LEAST = timedelta(minutes=15)
"""Between two requests for one address."""

_COLUMNS = (
    "id, guild_id, url, title, words, channel_id, added_by, added_at, etag, last_modified, next_at,"
    " checked_at, failures, failing_since, last_error, told_failing_at, paused, ended"
)
_OWN = "COALESCE(guild_id, 0) = ?"
_ALIVE = (
    "NOT paused AND NOT ended AND (guild_id IS NULL OR guild_id NOT IN (SELECT guild_id FROM departures))"
)
_WORKING = "failures = 0, failing_since = NULL, last_error = NULL, told_failing_at = NULL"


class Feeds:
    """A server has its own; those without a server are shared by all, and belong to the host."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def follow(
        self, new: NewFeed, look: Look, items: Sequence[PlannedItem], *, next_at: datetime, now: datetime
    ) -> FollowedFeed:
        """From now on; its present items are taken, but not posted. Raises FeedRefusedError."""
        async with self._database.transaction() as transaction:
            await _refuse(transaction, new)
            [row] = await transaction.fetch(
                "INSERT INTO feeds (guild_id, url, title, words, channel_id, added_by, added_at, etag,"
                " last_modified, next_at, checked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                f" RETURNING {_COLUMNS}",
                [
                    new.guild_id,
                    new.url,
                    new.title,
                    json.dumps(new.words, ensure_ascii=False),
                    new.channel_id,
                    new.added_by,
                    seconds(now),
                    look.validators.etag,
                    look.validators.last_modified,
                    seconds(next_at),
                    seconds(look.at),
                ],
            )
            feed = _feed_of(row)
            await write_items(transaction, feed.id, new.guild_id, items, now, quiet=True)
        return feed

    async def of(self, guild_id: int | None) -> list[FollowedFeed]:
        """All of exactly this scope, by number, with their items counted."""
        feeds = await self._fetch(f"{_OWN} ORDER BY id", guild_id or 0)
        counts = await self._database.fetch(
            f"SELECT feed_id, state, COUNT(*) FROM feed_items WHERE {_OWN} GROUP BY feed_id, state",
            [guild_id or 0],
        )
        tallies: dict[int, dict[str, int]] = {}
        for feed_id, state, number in counts:
            tallies.setdefault(feed_id, {})[state] = number
        return [replace(feed, items=tallies.get(feed.id, {})) for feed in feeds]

    async def by(self, user_id: int, *, guild_id: int | None) -> list[FollowedFeed]:
        """Those of a server that somebody added."""
        return await self._fetch(f"{_OWN} AND added_by = ? ORDER BY id", guild_id or 0, database_id(user_id))

    async def get(self, feed_id: int, *, guild_id: int | None) -> FollowedFeed | None:
        found = await self._fetch(f"{_OWN} AND id = ?", guild_id or 0, database_id(feed_id))
        return found[0] if found else None

    async def pause(self, feed_id: int, *, guild_id: int | None) -> FollowedFeed | None:
        """None where there is no such feed of exactly this scope."""
        return await self._change("paused = 1", feed_id, guild_id)

    async def resume(self, feed_id: int, *, guild_id: int | None) -> FollowedFeed | None:
        """Also one that ended, as if it were new. It is asked no earlier than it would have been."""
        return await self._change(f"paused = 0, ended = 0, {_WORKING}", feed_id, guild_id)

    async def remove(self, feed_id: int, *, guild_id: int | None) -> FollowedFeed | None:
        """Its articles stay."""
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch(
                f"DELETE FROM feeds WHERE id = ? AND {_OWN} RETURNING {_COLUMNS}",
                [database_id(feed_id), guild_id or 0],
            )
        return next(map(_feed_of, rows), None)

    async def due(self, now: datetime, *, shared_only: bool = False) -> list[str]:
        """The addresses that are to be asked for, the longest overdue first."""
        rows = await self._database.fetch(
            f"SELECT url FROM feeds WHERE next_at <= ? AND {_ALIVE} {_only(shared_only)}"
            " GROUP BY url ORDER BY MIN(next_at), MIN(id)",
            [seconds(now)],
        )
        return [url for (url,) in rows]

    async def waiting(self, now: datetime, *, shared_only: bool = False) -> list[FollowedFeed]:
        """Those with items to be worked off or posted; also of feeds that ended."""
        return await self._fetch(
            f"NOT paused AND (guild_id IS NULL OR guild_id NOT IN (SELECT guild_id FROM departures))"
            f" {_only(shared_only)} AND id IN (SELECT feed_id FROM feed_items WHERE state = 'pending'"
            " AND due_at <= ? UNION SELECT feed_id FROM feed_items WHERE posting_at IS NOT NULL"
            " AND posted_at IS NULL) ORDER BY id",
            seconds(now),
        )

    async def failing(self, since: datetime, *, shared_only: bool = False) -> list[FollowedFeed]:
        """Those that have failed since then, or for longer, and whose servers were not told."""
        return await self._fetch(
            f"failing_since <= ? AND told_failing_at IS NULL AND {_ALIVE} {_only(shared_only)} ORDER BY id",
            seconds(since),
        )

    async def claim(self, url: str, now: datetime, *, shared_only: bool = False) -> list[FollowedFeed]:
        """All that follow an address, which may now be asked for once; none where it may not.

        Noted before it is done, so that nobody asks again soon, whatever becomes of this process.
        """
        async with self._database.transaction() as transaction:
            due = await transaction.fetch(
                f"SELECT 1 FROM feeds WHERE url = ? AND next_at <= ? AND {_ALIVE} {_only(shared_only)}"
                " AND NOT EXISTS (SELECT 1 FROM feeds AS other WHERE other.url = feeds.url"
                " AND other.checked_at >= ?) LIMIT 1",
                [url, seconds(now), seconds(now - LEAST)],
            )
            if not due:
                return []
            rows = await transaction.fetch(
                f"UPDATE feeds SET checked_at = ?, next_at = ? WHERE url = ? AND {_ALIVE}"
                f" {_only(shared_only)} RETURNING {_COLUMNS}",
                [seconds(now), seconds(now + LEAST) + 1, url],
            )
        return list(map(_feed_of, rows))

    async def put_off(self, url: str, until: datetime) -> None:
        """Ask for an address no earlier than then."""
        async with self._database.transaction() as transaction:
            await transaction.fetch(
                "UPDATE feeds SET next_at = MAX(next_at, ?) WHERE url = ?", [seconds(until), url]
            )

    async def note_asked(self, url: str, now: datetime) -> None:
        """That somebody wants to see an address counts for all who follow it."""
        async with self._database.transaction() as transaction:
            await transaction.fetch(
                "UPDATE feeds SET checked_at = ?, next_at = MAX(next_at, ?) WHERE url = ?",
                [seconds(now), seconds(now + LEAST) + 1, url],
            )

    async def note_reading(self, feed_id: int, reading: Reading, *, now: datetime) -> FollowedFeed | None:
        """All at once: when it is asked again, and the items that are to be worked off before that counts.

        A feed that moved to where its server follows one already ends. Returns the feed as it is now; None
        where it was removed meanwhile.
        """
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch("SELECT guild_id, url FROM feeds WHERE id = ?", [feed_id])
            if not rows:
                return None
            [(guild_id, url)] = rows
            if url != reading.url and await _follows(transaction, guild_id, reading.url):
                reason = Wording("It moved to {url}, which is followed here already.", url=reading.url)
                [row] = await transaction.fetch(
                    f"UPDATE feeds SET ended = 1, last_error = ? WHERE id = ? RETURNING {_COLUMNS}",
                    [packed_words(reason), feed_id],
                )
                return _feed_of(row)
            [row] = await transaction.fetch(
                "UPDATE feeds SET url = ?, title = COALESCE(NULLIF(?, ''), title), etag = ?,"
                f" last_modified = ?, next_at = ?, {_WORKING} WHERE id = ? RETURNING {_COLUMNS}",
                [
                    reading.url,
                    reading.title,
                    reading.validators.etag,
                    reading.validators.last_modified,
                    seconds(reading.next_at),
                    feed_id,
                ],
            )
            await write_items(transaction, feed_id, guild_id, reading.items, now, seen=reading.seen)
        return _feed_of(row)

    async def note_unchanged(self, feed_id: int, next_at: datetime) -> None:
        async with self._database.transaction() as transaction:
            await transaction.fetch(
                f"UPDATE feeds SET next_at = ?, {_WORKING} WHERE id = ?", [seconds(next_at), feed_id]
            )

    async def note_failure(
        self, feed_id: int, reason: str, *, next_at: datetime, now: datetime, ended: bool
    ) -> FollowedFeed | None:
        """The feed as it is now; None where it was removed meanwhile."""
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch(
                "UPDATE feeds SET failures = failures + 1, failing_since = COALESCE(failing_since, ?),"
                f" last_error = ?, next_at = ?, ended = ? WHERE id = ? RETURNING {_COLUMNS}",
                [seconds(now), packed_words(reason), seconds(next_at), ended, feed_id],
            )
        return next(map(_feed_of, rows), None)

    async def note_told(self, feed_id: int, now: datetime) -> None:
        """That its server was told that it fails."""
        async with self._database.transaction() as transaction:
            await transaction.fetch(
                "UPDATE feeds SET told_failing_at = ? WHERE id = ?", [seconds(now), feed_id]
            )

    async def keep_quiet(self, host: str, until: datetime, *, now: datetime) -> None:
        """Leave a host alone until then."""
        async with self._database.transaction() as transaction:
            await transaction.fetch("DELETE FROM feed_hosts WHERE quiet_until <= ?", [seconds(now)])
            await transaction.fetch(
                "INSERT INTO feed_hosts (host, quiet_until) VALUES (?, ?) ON CONFLICT (host)"
                " DO UPDATE SET quiet_until = MAX(quiet_until, excluded.quiet_until)",
                [host, seconds(until)],
            )

    async def quiet_until(self, host: str) -> datetime | None:
        """None where it never asked to be left alone, or that was long ago."""
        rows = await self._database.fetch("SELECT quiet_until FROM feed_hosts WHERE host = ?", [host])
        return next((moment(until) for (until,) in rows), None)

    async def _change(self, changes: str, feed_id: int, guild_id: int | None) -> FollowedFeed | None:
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch(
                f"UPDATE feeds SET {changes} WHERE id = ? AND {_OWN} RETURNING {_COLUMNS}",
                [database_id(feed_id), guild_id or 0],
            )
        return next(map(_feed_of, rows), None)

    async def _fetch(self, condition: str, *parameters: object) -> list[FollowedFeed]:
        rows = await self._database.fetch(f"SELECT {_COLUMNS} FROM feeds WHERE {condition}", parameters)
        return [_feed_of(row) for row in rows]


async def _refuse(transaction: Transaction, new: NewFeed) -> None:
    if await _follows(transaction, new.guild_id, new.url):
        raise FeedRefusedError(Wording("{url} is followed here already.", url=new.url))
    if new.guild_id is not None:
        [(number,)] = await transaction.fetch("SELECT COUNT(*) FROM feeds WHERE guild_id = ?", [new.guild_id])
        if number >= MOST:
            raise FeedRefusedError(Wording("{most} feeds is the most here: remove one first.", most=MOST))


async def _follows(transaction: Transaction, guild_id: int | None, url: str) -> bool:
    return bool(
        await transaction.fetch(f"SELECT 1 FROM feeds WHERE url = ? AND {_OWN}", [url, guild_id or 0])
    )


def _only(shared: bool) -> str:
    return "AND guild_id IS NULL" if shared else ""


def _feed_of(row: Row) -> FollowedFeed:
    id_, guild, url, title, words, channel, by, added, etag, modified, next_at, checked, *health = row
    failures, failing_since, error, told, paused, ended = health
    return FollowedFeed(
        id=id_,
        guild_id=guild,
        url=url,
        title=title,
        words=tuple(json.loads(words)),
        channel_id=channel,
        added_by=by,
        added_at=moment(added),
        validators=Validators(etag, modified),
        next_at=moment(next_at),
        checked_at=moment(checked),
        failures=failures,
        failing_since=moment_or_none(failing_since),
        last_error=None if error is None else unpacked_words(error),
        told_failing_at=moment_or_none(told),
        paused=bool(paused),
        ended=bool(ended),
    )
