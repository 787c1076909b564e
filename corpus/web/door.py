"""The way to the web and back: what fetches documents, what reads them, and articles by their addresses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from corpus.errors import UnreadableError
from corpus.ingest.draft import make_draft
from corpus.types import ArticleDraft
from corpus.web.types import Page, Reader, Unchanged, Web
from corpus.wording import Wording


@dataclass(frozen=True, slots=True)
class Door:
    web: Web
    reader: Reader

    async def visit(self, url: str, *, now: datetime) -> Page:
        """The page of that address. Raises FetchError and UnreadableError."""
        fetched = await self.web.fetch(url)
        if isinstance(fetched, Unchanged):
            raise UnreadableError(Wording("Its server sent no page: paste its text instead."))
        return await self.reader.page(fetched, now=now)


def page_draft(page: Page, now: datetime) -> ArticleDraft:
    """Raises ArticleRefusedError, as where the page has no text."""
    return make_draft(
        {
            "title": page.title,
            "text": page.text,
            "publisher": page.publisher or "",
            "author": page.author or "",
            "published_at": page.published_at,
            "url": page.url,
        },
        now,
    )


@asynccontextmanager
async def open_door(contact: str) -> AsyncIterator[Door]:
    """The open web, to whose servers `contact` names somebody they can complain to."""
    from corpus.web.fetch import Fetcher, user_agent
    from corpus.web.reader import PageReader

    async with Fetcher(agent=user_agent(contact)) as web, PageReader() as reader:
        yield Door(web, reader)
