"""What comes in from the web, and what its fetching and reading promise. Times are aware UTC."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of a document's version, to be sent back when it is asked for again."""

    etag: str | None = None
    last_modified: str | None = None


NOTHING_KNOWN = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document that a server handed out.

    `url` is where it was found in the end; `moved_to` the same where every redirect on the way there was
    permanent, so that it is to be asked for there from now on. `body` is unpacked, not decoded.
    """

    url: str
    body: bytes
    media_type: str = ""
    charset: str | None = None
    validators: Validators = NOTHING_KNOWN
    moved_to: str | None = None
    fresh_s: float | None = None
    """For so many seconds the server vouches for it (`Cache-Control: max-age`)."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The document is still the one of the validators that were sent along."""

    fresh_s: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What a web page says, as far as that was found: an article as somebody published it.

    `url` is the address that the page itself calls its own, else the one where it was found. `language` is a
    code such as "en". `complete` tells whether the text can be taken for the whole article.
    """

    url: str
    title: str
    text: str
    author: str | None = None
    publisher: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An entry of a feed. `key` is what makes it the same entry at the next time: its id, else its link."""

    key: str
    url: str | None
    title: str
    text: str
    author: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was read, newest entries first where their times are known.

    `ttl_s` is how long its publisher wants it to be kept before it is asked for again.
    """

    title: str
    items: tuple[FeedItem, ...]
    ttl_s: float | None = None


class Web(Protocol):
    async def fetch(self, url: str, validators: Validators = NOTHING_KNOWN) -> Fetched | Unchanged:
        """A document, unless it is still that of the validators. Raises FetchError."""


class Reader(Protocol):
    """Every time is within what was published before `now`; the others are left out."""

    async def page(self, fetched: Fetched, *, now: datetime) -> Page:
        """Raises UnreadableError."""

    async def feed(self, fetched: Fetched, *, now: datetime) -> Feed:
        """Raises UnreadableError."""
