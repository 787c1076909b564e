"""A book of names for every guild, as fresh as the store."""

import asyncio

from corpus.mentions import Tally
from corpus.store import Store
from index.namebook import NameBook, name_book

_MOST_BOOKS = 16


class NameBooks:
    """Each guild's book holds the names of its own articles and of the shared ones, and no other's."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reading = asyncio.Lock()
        self._revision: int | None = None
        self._shared = Tally()
        self._books: dict[int | None, NameBook] = {}

    async def of(self, guild_id: int | None) -> NameBook:
        """At once where nothing was stored since the last time."""
        async with self._reading:
            revision = await self._store.revision()
            if revision != self._revision:
                self._shared = await self._store.mentions.tally(None)
                self._books = {None: await asyncio.to_thread(name_book, self._shared)}
                self._revision = revision
            if guild_id not in self._books:
                self._books[guild_id] = await self._read(guild_id)
            return self._books[guild_id]

    async def _read(self, guild_id: int | None) -> NameBook:
        own = await self._store.mentions.tally(guild_id)
        if not own.words and not own.names:
            return self._books[None]
        if len(self._books) > _MOST_BOOKS:
            self._books = {None: self._books[None]}
        return await asyncio.to_thread(lambda: name_book(self._shared + own))
