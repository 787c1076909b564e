"""The store: the record of all articles. Everything else can be rebuilt from it."""

from pathlib import Path
from types import TracebackType
from typing import Self

from corpus.errors import StoreDamagedError
from corpus.store.aliases import Aliases
from corpus.store.answers import Answers
from corpus.store.articles import Articles
from corpus.store.audit import Audit
from corpus.store.database import Database, open_database
from corpus.store.drafts import Drafts
from corpus.store.feed_items import FeedItems
from corpus.store.feeds import Feeds
from corpus.store.guilds import Guilds
from corpus.store.links import Links
from corpus.store.mentions import MentionTallies
from corpus.store.passages import Passages
from corpus.store.people import People
from corpus.store.questions import Questions
from corpus.store.queue import Queue
from corpus.store.receipts import Receipts
from corpus.store.removed import RemovedArticles
from corpus.store.revision import read_revision
from corpus.store.settings import Settings
from corpus.store.sources import Sources
from corpus.store.verdicts import Verdicts

__all__ = ["Store", "open_store"]


class Store:
    """One repository per noun over one database; made by `open_store`, closed by `close` or `async with`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.passages = Passages(database)
        self.articles = Articles(database, self.passages)
        self.links = Links(database)
        self.mentions = MentionTallies(database)
        self.aliases = Aliases(database)
        self.answers = Answers(database)
        self.feeds = Feeds(database)
        self.feed_items = FeedItems(database)
        self.guilds = Guilds(database)
        self.people = People(database)
        self.questions = Questions(database)
        self.queue = Queue(database)
        self.receipts = Receipts(database)
        self.audit = Audit(database)
        self.drafts = Drafts(database)
        self.removed = RemovedArticles(database)
        self.settings = Settings(database)
        self.sources = Sources(database)
        self.verdicts = Verdicts(database)

    async def revision(self) -> int:
        """Grows with every transaction that changes articles, whichever process made it."""
        return await read_revision(self._database)

    async def identity(self) -> str:
        """Tells this store from every other; a copy has its original's."""
        [(value,)] = await self._database.fetch("SELECT value FROM identity")
        return str(value)

    async def check(self) -> None:
        """Reads the whole file; raises StoreDamagedError where it is not sound."""
        found = await self._database.fetch("PRAGMA quick_check(1)")
        if found != [("ok",)]:
            raise StoreDamagedError(f"The database is damaged ({found[0][0]}): restore it from a backup.")

    async def close(self) -> None:
        await self._database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def open_store(path: Path) -> Store:
    """Opens or creates the database file; raises a StoreError that says what to do."""
    return Store(await open_database(path))
