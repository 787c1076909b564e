"""A book of names for every guild, about as fresh as the store."""

import asyncio
from dataclasses import dataclass, replace

from corpus.mentions import Tally
from corpus.names import fold
from corpus.store import Store
from index.namebook import NameBook, name_book

_MOST_BOOKS = 16
_PATIENCE_S = 0.1
_REST = 20


@dataclass(frozen=True, slots=True)
class _Edition:
    """A book as of a revision of the store; a newer one is not read before `rest_until` (the loop's time)."""

    book: NameBook
    revision: int
    rest_until: float


class NameBooks:
    """Each guild's book holds the names of its own articles and of the shared ones, and no other's.

    To read one takes a second where 100,000 passages are stored. Nobody waits that long for a newer edition,
    and no more than a twentieth of the time is spent on reading them.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._editions: dict[int | None, _Edition] = {}
        self._readings: dict[int | None, asyncio.Task[NameBook]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._shared: tuple[int, Tally] = (-1, Tally())

    async def of(self, guild_id: int | None) -> NameBook:
        """The book of the store as it is, or was a little while ago, with the guild's own nicknames."""
        book = await self._edition(guild_id)
        aliases = await self._store.aliases.list(guild_id=guild_id)
        own = {fold(one.alias): one.name for one in aliases}
        return replace(book, own=own) if own else book

    async def _edition(self, guild_id: int | None) -> NameBook:
        known = self._editions.get(guild_id)
        if known and (known.revision == await self._store.revision() or _now() < known.rest_until):
            return known.book
        reading = self.begin(guild_id)
        await asyncio.wait([reading], timeout=_PATIENCE_S if known else None)
        return known.book if known and not reading.done() else reading.result()

    def begin(self, guild_id: int | None) -> "asyncio.Task[NameBook]":
        """Read a new edition, if that is not under way."""
        if guild_id not in self._readings:
            reading = asyncio.ensure_future(self._read(guild_id))
            reading.add_done_callback(lambda _: self._readings.pop(guild_id))
            self._readings[guild_id] = reading
        return self._readings[guild_id]

    async def close(self) -> None:
        await asyncio.gather(*self._readings.values(), return_exceptions=True)

    async def _read(self, guild_id: int | None) -> NameBook:
        async with self._one_at_a_time:
            revision = await self._store.revision()
            own = Tally() if guild_id is None else await self._store.mentions.tally(guild_id)
            shared = self._editions.get(None)
            if own != Tally():
                edition = await self._made(revision, own)
            elif shared and shared.revision == revision:
                edition = shared
            else:
                edition = self._editions[None] = await self._made(revision, own)
            if len(self._editions) > _MOST_BOOKS:
                self._editions = {key: e for key, e in self._editions.items() if key is None}
            self._editions[guild_id] = edition
            return edition.book

    async def _made(self, revision: int, own: Tally) -> _Edition:
        """The book of these and the shared articles."""
        began = _now()
        if self._shared[0] != revision:
            self._shared = revision, await self._store.mentions.tally(None)
        book = await asyncio.to_thread(lambda: name_book(self._shared[1] + own))
        return _Edition(book, revision, _now() + _REST * (_now() - began))


def _now() -> float:
    return asyncio.get_running_loop().time()
