"""Feeds that are followed, and their items, as they are stored. Times are aware UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from corpus.types import ArticleDraft, Taken
from corpus.web.types import Feed, FeedItem, Validators

State = Literal["pending", "taken", "filtered", "refused"]
Health = Literal["failing", "working", "ended"]


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed to be followed, by a server or, where `guild_id` is None, for all; `words` are its filter."""

    url: str
    title: str
    guild_id: int | None = None
    words: tuple[str, ...] = ()
    channel_id: int | None = None
    """Where what is new is posted."""
    added_by: int | None = None


@dataclass(frozen=True, slots=True)
class FollowedFeed:
    """A feed that is followed. `ended` is for good, `paused` until somebody resumes it.

    `last_error` says in words why it fails, or why it ended.
    """

    id: int
    guild_id: int | None
    url: str
    title: str
    words: tuple[str, ...]
    channel_id: int | None
    added_by: int | None
    added_at: datetime
    validators: Validators
    next_at: datetime
    checked_at: datetime
    failures: int = 0
    failing_since: datetime | None = None
    last_error: str | None = None
    told_failing_at: datetime | None = None
    paused: bool = False
    ended: bool = False
    items: Mapping[str, int] = field(default_factory=dict)
    """How many items are in which state, where that was asked for."""


@dataclass(frozen=True, slots=True)
class KnownItem:
    """What is stored of an item: the digest of what the feed said of it, and its article."""

    digest: str
    article_id: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """An item that is new or was edited, and what is to become of it."""

    item: FeedItem
    key: str
    digest: str
    state: Literal["pending", "filtered"]


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """An item that waits to be worked off. `tries` counts the present one."""

    id: int
    item: FeedItem
    quiet: bool
    tries: int
    article_id: int | None
    content_hash: str | None
    intended_hash: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a feed said when it was asked; the validators are for the next time."""

    url: str
    title: str
    validators: Validators
    next_at: datetime
    seen: Sequence[str]
    items: Sequence[PlannedItem]


@dataclass(frozen=True, slots=True)
class Look:
    """A feed as it is at the moment. `url` is where it is to be asked for from now on."""

    url: str
    feed: Feed
    validators: Validators
    fresh_s: float | None
    at: datetime


class Take(Protocol):
    async def __call__(
        self,
        draft: ArticleDraft,
        *,
        guild_id: int | None,
        added_by: int | None = None,
        replaces: int | None = None,
        expected_hash: str | None = None,
    ) -> Taken:
        """Stores an article that came in by itself; doing so again changes nothing."""
