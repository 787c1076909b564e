"""Answers that were shown: which quotes stood where, never what was asked."""

from collections.abc import Sequence
from datetime import datetime

from corpus.store.database import Database
from corpus.store.rows import database_id, moment, packed_quotes, seconds, unpacked_quotes
from corpus.types import QuoteRef, SavedAnswer


class Answers:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(
        self,
        *,
        guild_id: int | None,
        asked_at: datetime,
        as_of: datetime,
        articles: int,
        quotes: Sequence[QuoteRef],
    ) -> SavedAnswer:
        """Times are kept to the second."""
        async with self._database.transaction() as transaction:
            [row] = await transaction.fetch(
                "INSERT INTO answers (guild_id, asked_at, as_of, articles, quotes) VALUES (?, ?, ?, ?, ?)"
                " RETURNING id, asked_at, as_of",
                [guild_id, seconds(asked_at), seconds(as_of), articles, packed_quotes(quotes)],
            )
        return SavedAnswer(row[0], guild_id, moment(row[1]), moment(row[2]), articles, tuple(quotes))

    async def get(self, answer_id: int, *, guild_id: int | None) -> SavedAnswer | None:
        """None for a forgotten answer and for one given elsewhere."""
        rows = await self._database.fetch(
            "SELECT id, guild_id, asked_at, as_of, articles, quotes FROM answers"
            " WHERE id = ? AND COALESCE(guild_id, 0) = ?",
            [database_id(answer_id), guild_id or 0],
        )
        for id_, guild, asked_at, as_of, articles, quotes in rows:
            return SavedAnswer(id_, guild, moment(asked_at), moment(as_of), articles, unpacked_quotes(quotes))
        return None

    async def prune(self, before: datetime) -> int:
        """Forgets what was asked before that moment; returns how many answers that were."""
        async with self._database.transaction() as transaction:
            gone = await transaction.fetch(
                "DELETE FROM answers WHERE asked_at < ? RETURNING id", [seconds(before)]
            )
        return len(gone)
