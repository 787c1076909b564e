"""A web in which a feed without entries, or a page about it, stands at every address."""

# ruff: noqa: ARG002 - as the real web is asked

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import unquote

from bot.config import WebSection
from corpus.errors import UnreadableError
from corpus.web.door import Door
from corpus.web.types import NOTHING_KNOWN, Feed, Fetched, Page, Validators

CONTACT = WebSection(contact="ann@example.com")
NOWHERE = "https://nowhere.example/"
"""No page is there."""


class Anywhere:
    """A feed is called after the last part of its address, and a page says that of itself."""

    async def fetch(self, url: str, validators: Validators = NOTHING_KNOWN) -> Fetched:
        return Fetched(url, url.encode())

    async def page(self, fetched: Fetched, *, now: datetime) -> Page:
        name = _last_part(fetched.url)
        if not name:
            raise UnreadableError("There is no article on it.")
        return Page(fetched.url, name, f"They wrote about {name} again today, and meant it.")

    async def feed(self, fetched: Fetched, *, now: datetime) -> Feed:
        return Feed(_last_part(fetched.url), ())


@asynccontextmanager
async def open_anywhere(_: str) -> AsyncIterator[Door]:
    yield Door(Anywhere(), Anywhere())


def _last_part(url: str) -> str:
    return unquote(url.rpartition("/")[2])
