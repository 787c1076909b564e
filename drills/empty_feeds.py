"""A web in which a feed without entries stands at every address."""

# ruff: noqa: ARG002 - as the real web is asked

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from bot.config import WebSection
from corpus.errors import UnreadableError
from corpus.web.door import Door
from corpus.web.types import NOTHING_KNOWN, Feed, Fetched, Page, Validators

CONTACT = WebSection(contact="ann@example.com")


class FeedsEverywhere:
    """A feed is called after the last part of its address."""

    async def fetch(self, url: str, validators: Validators = NOTHING_KNOWN) -> Fetched:
        return Fetched(url, url.encode())

    async def page(self, fetched: Fetched, *, now: datetime) -> Page:
        raise UnreadableError("There is no article on it.")

    async def feed(self, fetched: Fetched, *, now: datetime) -> Feed:
        return Feed(fetched.url.rpartition("/")[2], ())


@asynccontextmanager
async def open_feeds(_: str) -> AsyncIterator[Door]:
    yield Door(FeedsEverywhere(), FeedsEverywhere())
