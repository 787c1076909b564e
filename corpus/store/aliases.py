"""A server's own nicknames."""

from corpus.names import fold
from corpus.store.database import Database
from corpus.types import ServerAlias

MOST = 200
"""Of a server."""


class Aliases:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, alias: ServerAlias, *, guild_id: int) -> bool:
        """In place of one that is spelt alike; False, and nothing saved, where the server has enough."""
        async with self._database.transaction() as transaction:
            [(others,)] = await transaction.fetch(
                "SELECT COUNT(*) FROM aliases WHERE guild_id = ? AND key != ?", [guild_id, fold(alias.alias)]
            )
            if others >= MOST:
                return False
            await transaction.fetch(
                "INSERT OR REPLACE INTO aliases (guild_id, key, alias, name) VALUES (?, ?, ?, ?)",
                [guild_id, fold(alias.alias), alias.alias, alias.name],
            )
        return True

    async def list(self, *, guild_id: int | None) -> list[ServerAlias]:
        """All of a server's, by their letters."""
        rows = await self._database.fetch(
            "SELECT alias, name FROM aliases WHERE guild_id = ? ORDER BY key", [guild_id]
        )
        return [ServerAlias(alias, name) for alias, name in rows]

    async def remove(self, alias: str, *, guild_id: int | None) -> ServerAlias | None:
        """The one that is spelt like that; None where the server has none."""
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch(
                "DELETE FROM aliases WHERE guild_id = ? AND key = ? RETURNING alias, name",
                [guild_id, fold(alias)],
            )
        return next((ServerAlias(alias, name) for alias, name in rows), None)
