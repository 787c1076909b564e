"""What each server chose, at hand in memory: only the running bot changes it."""

from corpus.store import Store
from corpus.types import GuildSettings


class Settings:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[int, GuildSettings] = {}

    async def load(self) -> None:
        self._known = await self._store.settings.every()

    def of(self, guild_id: int | None) -> GuildSettings:
        """The defaults for a server that chose nothing, and outside of servers."""
        return self._known.get(guild_id or 0, GuildSettings())

    async def change(self, guild_id: int, settings: GuildSettings) -> None:
        """Raises a StoreError, and changes nothing then. Where questions are kept no longer, none stays."""
        await self._store.settings.save(guild_id, settings)
        self._known[guild_id] = settings
        if not settings.keep_questions:
            await self._store.questions.delete_all(guild_id=guild_id)
