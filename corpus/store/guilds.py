"""Which servers own something here, and what becomes of it when the bot leaves them."""

from collections.abc import Collection, Iterable
from datetime import datetime

from corpus.store.database import Database
from corpus.store.revision import bump_revision
from corpus.store.rows import rewrite, seconds

OWNING = (
    "articles",
    "answers",
    "receipts",
    "guild_settings",
    "questions",
    "queue",
    "verdicts",
    "aliases",
    "audit",
    "drafts",
    "removed",
    "links",
    "feeds",
    "feed_items",
)
"""The tables with rows that belong to a server."""
OF_MEMBERS = ("questions", "queue", "verdicts", "drafts")
"""Those of them that hold what members said; no byte of it stays."""
EXPORTED = ("guild_settings", "aliases", "audit", "removed", "links", "feeds")
"""Those of them that are its administrators' to take away, besides the articles."""


class Guilds:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def reconcile(self, present: Collection[int], now: datetime) -> None:
        """Note which owners are no longer among those present, from now on, and that the others are."""
        owners = " UNION ".join(f"SELECT guild_id FROM {table}" for table in OWNING)  # noqa: S608
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch(f"SELECT guild_id FROM ({owners}) WHERE guild_id IS NOT NULL")  # noqa: S608
            gone = {guild_id for (guild_id,) in rows} - set(present)
            await transaction.execute_many(
                "INSERT OR IGNORE INTO departures (guild_id, left_at) VALUES (?, ?)",
                [(guild_id, seconds(now)) for guild_id in gone],
            )
            await transaction.execute_many(
                "DELETE FROM departures WHERE guild_id = ?", [(guild_id,) for guild_id in present]
            )

    async def gone(self, before: datetime) -> list[int]:
        """Those that were left before that moment."""
        rows = await self._database.fetch(
            "SELECT guild_id FROM departures WHERE left_at < ? ORDER BY guild_id", [seconds(before)]
        )
        return [guild_id for (guild_id,) in rows]

    async def export(self, guild_id: int) -> dict[str, list[dict[str, object]]]:
        """The rows of a server that are its administrators' to take away, by the names of their tables."""
        return {table: await self._rows(table, guild_id) for table in EXPORTED}

    async def _rows(self, table: str, guild_id: int) -> list[dict[str, object]]:
        columns = [name for _, name, *_ in await self._database.fetch(f"PRAGMA table_info({table})")]
        rows = await self._database.fetch(
            f"SELECT {', '.join(columns)} FROM {table} WHERE guild_id = ?",  # noqa: S608
            [guild_id],
        )
        return [dict(zip(columns, row, strict=True)) for row in rows]

    async def empty(self, guild_id: int) -> int:
        """Deletes all that a server owns but the receipts, by which its earlier answers follow.

        Returns how many articles that were.
        """
        return await self._delete(guild_id, [table for table in OWNING if table != "receipts"])

    async def purge(self, guild_id: int) -> int:
        """Deletes all that a server owns; returns how many articles that were."""
        return await self._delete(guild_id, (*OWNING, "departures"))

    async def _delete(self, guild_id: int, tables: Iterable[str]) -> int:
        async with self._database.transaction() as transaction:
            articles = await transaction.fetch(
                "DELETE FROM articles WHERE guild_id = ? RETURNING id", [guild_id]
            )
            for table in tables:
                await transaction.fetch(f"DELETE FROM {table} WHERE guild_id = ?", [guild_id])  # noqa: S608
            for table in OF_MEMBERS:
                await rewrite(transaction, table)
            if articles:
                await bump_revision(transaction)
        await self._database.empty_log()
        return len(articles)
