"""When a feed is asked again, and what becomes of its items. Pure."""

import hashlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from corpus.aliases import aliases_in, club_called
from corpus.errors import FeedRefusedError
from corpus.feeds.types import KnownItem, PlannedItem
from corpus.ingest.draft import make_draft
from corpus.names import fold
from corpus.text import clean_line, sentences
from corpus.types import ArticleDraft
from corpus.web.types import FeedItem, Page
from corpus.wording import Wording

LEAST_S = 15 * 60.0
"""No feed is asked more often."""
MOST_S = 24 * 60 * 60.0
LONGEST_WAIT_S = 30 * MOST_S
"""What a server may ask for with Retry-After."""
JITTER = 0.1

MOST_ITEMS = 1_000
"""Of one feed at a time; the first ones, which are the newest."""
MOST_TRIES = 3
WHOLE_CHARS = 600
"""A feed that says so much of an item is taken at its word; else the item's page is read."""
SENTENCE_WORDS = 5
MOST_WORDS = 20
WORD_CHARS = 50

_COMMAS = re.compile(r"[,;\n]")

Chance = Callable[[], float]
"""A random number from 0 to 1."""


# When


def after(now: datetime, delay_s: float) -> datetime:
    """The first whole second that is at least so much later."""
    return datetime.fromtimestamp(math.ceil(now.timestamp() + delay_s), UTC)


def next_at(now: datetime, ttl_s: float | None, fresh_s: float | None, chance: Chance) -> datetime:
    """When a feed that was read is asked again: as late as its publisher or its server wants it."""
    wanted = min(max(LEAST_S, ttl_s or 0, fresh_s or 0), MOST_S)
    return after(now, max(LEAST_S, _jittered(wanted, chance)))


def next_after_failure(now: datetime, failures: int, retry_after_s: float | None, chance: Chance) -> datetime:
    """When a feed that failed so many times on end is asked again; not before its server wants it."""
    backoff = min(LEAST_S * 2.0 ** min(failures - 1, 20), MOST_S)
    return after(now, max(LEAST_S, _jittered(backoff, chance), bounded_wait_s(retry_after_s)))


def next_try(now: datetime, tries: int, chance: Chance) -> datetime:
    """When an item is tried again that was tried so many times: after a quarter of an hour, an hour, ..."""
    return after(now, max(LEAST_S, _jittered(LEAST_S * 4.0 ** (tries - 1), chance)))


def bounded_wait_s(retry_after_s: float | None) -> float:
    return min(retry_after_s or 0.0, LONGEST_WAIT_S)


def _jittered(delay_s: float, chance: Chance) -> float:
    return delay_s * (1 - JITTER + 2 * JITTER * chance())


# Which


def key_of(item: FeedItem) -> str:
    return _hash(item.key)


def digest_of(item: FeedItem) -> str:
    """Of title and text: dates and addresses of some feeds are others each time."""
    return _hash(f"{clean_line(item.title)}\n{clean_line(item.text)}")


def planned(
    items: Sequence[FeedItem], known: Mapping[str, KnownItem], words: Sequence[str]
) -> list[PlannedItem]:
    """The items that are new or were edited since, oldest first. Of several with one key the first counts."""
    first = {key_of(item): item for item in reversed(items[:MOST_ITEMS])}
    found = []
    for key, item in first.items():
        before, digest = known.get(key), digest_of(item)
        if before is None or before.digest != digest:
            wanted = passes(words, item) or bool(before and before.article_id)
            found.append(PlannedItem(item, key, digest, "pending" if wanted else "filtered"))
    return found


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


# The filter


def parsed_words(typed: str) -> tuple[str, ...]:
    """Words and names, parted by commas. Raises FeedRefusedError."""
    words = tuple(dict.fromkeys(clean_line(word) for word in _COMMAS.split(typed) if fold(word)))
    if len(words) > MOST_WORDS:
        raise FeedRefusedError(Wording("A filter has {most} words and names at most.", most=MOST_WORDS))
    if any(len(word) > WORD_CHARS for word in words):
        raise FeedRefusedError(Wording("A word of a filter has {most} letters at most.", most=WORD_CHARS))
    return words


def passes(words: Sequence[str], item: FeedItem) -> bool:
    """Whether an item mentions any of the words or names; a club also by what fans call it. No words: all."""
    if not words:
        return True
    text = f"{item.title}\n{item.text}"
    folded = f" {fold(text)} "
    if any(f" {fold(word)} " in folded for word in words):
        return True
    names = [fold(word).removeprefix("the ") for word in words]
    clubs = {club for name in names if (club := club_called(name))}
    return bool(clubs) and any(len(a.clubs) == 1 and a.clubs[0] in clubs for a in aliases_in(text))


# The article


def is_whole(item: FeedItem) -> bool:
    """Whether the feed says enough of it; else its page is wanted."""
    return item.url is None or len(item.text) >= WHOLE_CHARS


def is_summary(item: FeedItem) -> bool:
    """Whether the feed says at least a sentence of it."""
    return any(len(item.text[a:b].split()) >= SENTENCE_WORDS for a, b in sentences(item.text))


def draft_of_item(item: FeedItem, feed_title: str, now: datetime) -> ArticleDraft:
    """What the feed itself says of an item. Raises ArticleRefusedError."""
    return make_draft(
        {
            "title": item.title,
            "text": item.text,
            "publisher": feed_title,
            "author": item.author,
            "published_at": _past(item.published_at, now),
            "url": item.url,
        },
        now,
    )


def draft_of_page(page: Page, item: FeedItem, feed_title: str, now: datetime) -> ArticleDraft:
    """What an item's page says; what the page doesn't tell is taken from the feed.

    Raises ArticleRefusedError.
    """
    whole = page if page.complete or len(page.text) >= len(item.text) else replace(page, text=item.text)
    return make_draft(
        {
            "title": whole.title or item.title,
            "text": whole.text,
            "publisher": whole.publisher or feed_title,
            "author": whole.author or item.author,
            "published_at": _past(whole.published_at or item.published_at, now),
            "url": whole.url,
        },
        now,
    )


def _past(moment: datetime | None, now: datetime) -> datetime | None:
    """Undated rather than from the future."""
    return None if moment is None or moment > now + timedelta(days=1) else moment
