"""A web of a few documents, in place of the real one."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from corpus.errors import FetchError, UnreadableError
from corpus.web.door import Door
from corpus.web.types import NOTHING_KNOWN, Feed, Fetched, Page, Unchanged, Validators

Known = Page | Feed | FetchError | UnreadableError


@dataclass
class Shelf:
    """Hands out what stands on it, and keeps the addresses that it was asked for."""

    documents: Mapping[str, Known]
    asked: list[str] = field(default_factory=list)
    contact: str | None = None

    async def fetch(self, url: str, validators: Validators = NOTHING_KNOWN) -> Fetched | Unchanged:
        self.asked.append(url)
        found = self.documents.get(url, FetchError("Its server says 404: the page is not there."))
        if isinstance(found, FetchError):
            raise found
        return Fetched(url, url.encode())

    async def page(self, fetched: Fetched, *, now: datetime) -> Page:
        found = self._read(fetched)
        assert isinstance(found, Page)
        return found

    async def feed(self, fetched: Fetched, *, now: datetime) -> Feed:
        found = self._read(fetched)
        assert isinstance(found, Feed)
        return found

    def _read(self, fetched: Fetched) -> Known:
        found = self.documents[fetched.url]
        if isinstance(found, UnreadableError):
            raise found
        return found

    @asynccontextmanager
    async def open_door(self, contact: str) -> AsyncIterator[Door]:
        self.contact = contact
        yield Door(self, self)
