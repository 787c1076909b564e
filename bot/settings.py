"""What each server chose, at hand in memory: only the running bot changes it."""

import asyncio
from collections.abc import Callable

from corpus.store import Store
from corpus.types import GuildSettings


class Settings:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[int, GuildSettings] = {}
        self._changing = asyncio.Lock()

    async def load(self) -> None:
        self._known = await self._store.settings.every()

    def of(self, guild_id: int | None) -> GuildSettings:
        """The defaults for a server that chose nothing, and outside of servers."""
        return self._known.get(guild_id or 0, GuildSettings())

    def forget(self, guild_id: int) -> None:
        """The store has nothing of the server any more."""
        self._known.pop(guild_id, None)

    async def change(
        self, guild_id: int, change: Callable[[GuildSettings], GuildSettings]
    ) -> tuple[GuildSettings, GuildSettings]:
        """What the server had chosen, and what it has chosen now; one change at a time.

        Raises a StoreError, and changes nothing then.
        """
        async with self._changing:
            before = self.of(guild_id)
            after = change(before)
            if after != before:
                await self._store.settings.save(guild_id, after)
                self._known[guild_id] = after
            return before, after
