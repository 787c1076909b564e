"""Questions to try, made from the names of a server's newest articles, and tried before they are shown."""

import asyncio
import logging
from collections.abc import Sequence

from bot.app import Services
from corpus.aliases import club_called
from corpus.errors import StoreError
from corpus.names import fold
from index.engine import Engine
from index.errors import RetrievalError
from index.namebook import KnownName
from index.offer import talked_about
from index.types import Answer

log = logging.getLogger(__name__)

NEWEST_ARTICLES = 40
TRIED = 3
"""So many persons and so many clubs are tried at most."""
PATIENCE_S = 2.0
MOST_SERVERS = 200
_OF_A_PERSON = "will {name} leave?"
_OF_A_CLUB = "who will {name} sign?"


class Examples:
    """Kept for each server until articles change."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[int | None, tuple[int, tuple[str, ...]]] = {}
        self._searches: dict[int | None, asyncio.Task[tuple[str, ...]]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def of(self, guild_id: int | None) -> tuple[str, ...]:
        """At most two questions that the server's articles answer; none as long as it takes to find them."""
        if not self._services.ready:
            return ()
        search = self._begin(guild_id)
        done, _ = await asyncio.wait([search], timeout=PATIENCE_S)
        return search.result() if done else ()

    def _begin(self, guild_id: int | None) -> "asyncio.Task[tuple[str, ...]]":
        """Look for examples, if that is not under way."""
        if guild_id not in self._searches:
            search = asyncio.ensure_future(self._found(guild_id))
            search.add_done_callback(lambda _: self._searches.pop(guild_id))
            self._searches[guild_id] = search
        return self._searches[guild_id]

    async def _found(self, guild_id: int | None) -> tuple[str, ...]:
        try:
            async with self._one_at_a_time:
                return await self._of(guild_id)
        except (RetrievalError, StoreError) as error:
            log.warning("No examples for server %s: %s", guild_id, error)
            return ()

    async def _of(self, guild_id: int | None) -> tuple[str, ...]:
        revision = await self._services.store.revision()
        known = self._known.get(guild_id)
        if known is None or known[0] != revision:
            if len(self._known) >= MOST_SERVERS:
                self._known.clear()
            known = self._known[guild_id] = revision, await self._tried(guild_id)
        return known[1]

    async def _tried(self, guild_id: int | None) -> tuple[str, ...]:
        engine = self._services.engine
        named = await self._services.store.mentions.newest(guild_id=guild_id, limit=NEWEST_ARTICLES)
        names = talked_about(named, await engine.names(guild_id))
        clubs = [name for name in names if club_called(name.key)]
        persons = [name for name in names if not club_called(name.key)]
        found = [
            await _first_answered(engine, guild_id, _OF_A_PERSON, persons),
            await _first_answered(engine, guild_id, _OF_A_CLUB, clubs),
        ]
        return tuple(filter(None, found))


async def _first_answered(
    engine: Engine, guild_id: int | None, question: str, names: Sequence[KnownName]
) -> str | None:
    for name in names[:TRIED]:
        asked = question.format(name=name.written)
        if _is_about(await engine.ask(asked, guild_id=guild_id), name):
            return asked
    return None


def _is_about(answer: Answer, name: KnownName) -> bool:
    """Whether the first quote holds the name, or its last word."""
    return answer.answered and name.key.split()[-1] in fold(answer.quotes[0].text).split()
