"""The bytes of a feed -> its entries: RSS, Atom and JSON Feed. Pure.

A time is that of publication: what an Atom feed only calls updated has none. RSS 1.0 has but one, `dc:date`,
which is taken, also in an RSS 2.0 entry without `pubDate`.
"""

import hashlib
import io
import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from corpus.errors import UnreadableError
from corpus.ingest.draft import MAX_NAME_CHARS, MAX_TITLE_CHARS
from corpus.text import clean, clean_line
from corpus.web import reasons
from corpus.web.dates import moment
from corpus.web.decoding import decoded
from corpus.web.plain import plain
from corpus.web.site import absolute
from corpus.web.types import Feed, FeedItem

MAX_ITEMS = 500
MAX_KEY_CHARS = 300
MAX_ITEM_CHARS = 20_000
MAX_CHARS = 700_000
"""Of the texts of all items together."""
LONGEST_TTL_S = 7 * 24 * 3600.0

_PERIODS_S = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_PAGE = re.compile(r"<!doctype html|<html|<head|<body", re.IGNORECASE)
_HEAD_CHARS = 20_000
_FEED_KINDS = {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}

Entry = dict[str, Any]
"""key, url, title, text (both may be HTML), author, raw time."""


def read_feed(body: bytes, *, url: str, charset: str | None, now: datetime) -> Feed:
    """The feed found at `url`. Raises UnreadableError."""
    if not body.strip():
        raise UnreadableError(reasons.EMPTY)
    text = decoded(body, charset)
    start = text[:_HEAD_CHARS]
    if start.lstrip("\ufeff \t\r\n")[:1] == "{":
        return _json_feed(text, url, now)
    root, page = _ROOT.search(start), _PAGE.search(start)
    if page and not (root and root.start() < page.start()):
        raise UnreadableError(_page_instead(text, url))
    if not root:
        raise UnreadableError(reasons.NO_FEED)
    return _xml_feed(text, url, now)


def _page_instead(markup: str, url: str) -> str:
    from lxml import etree, html

    try:
        tree = html.document_fromstring(markup.encode("utf-8", "replace"), html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return reasons.PAGE_NOT_FEED
    for link in tree.iter("link"):
        if link.get("type", "").strip().lower() in _FEED_KINDS and (
            found := absolute(link.get("href", ""), url)
        ):
            return reasons.page_with_feed(found)
    return reasons.PAGE_NOT_FEED


def _xml_feed(text: str, url: str, now: datetime) -> Feed:
    import feedparser

    # A string or bytes would be tried as the name of a local file first.
    source = io.BytesIO(re.sub(r"^\s*<\?xml.*?\?>", "", text, count=1).encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        parsed = feedparser.parse(
            source, response_headers=headers, sanitize_html=True, resolve_relative_uris=True
        )
    except Exception as broke:  # it raises whatever a bad reference or name makes Python raise
        raise UnreadableError(reasons.DAMAGED_FEED) from broke
    if not parsed.version and not parsed.entries:
        raise UnreadableError(reasons.DAMAGED_FEED)
    is_rss = parsed.version.startswith("rss")
    entries = (_of_feedparser(entry, is_rss) for entry in parsed.entries)
    return Feed(_title(parsed.feed.get("title")), _items(entries, url, now), _ttl_s(parsed.feed))


def _of_feedparser(entry: Any, is_rss: bool) -> Entry:
    contents = [content.get("value") for content in entry.get("content", [])]
    return {
        "key": entry.get("id"),
        "url": entry.get("link"),
        "title": entry.get("title"),
        "text": max(filter(None, contents), key=len, default=None) or entry.get("summary"),
        "author": entry.get("author"),
        "time": entry.get("published") or (dict.get(entry, "updated") if is_rss else None),
    }


def _json_feed(text: str, url: str, now: datetime) -> Feed:
    try:
        feed = json.loads(text.lstrip("\ufeff \t\r\n"))
    except (ValueError, RecursionError):
        raise UnreadableError(reasons.DAMAGED_FEED) from None
    version, items = feed.get("version"), feed.get("items")
    if not isinstance(version, str) or "jsonfeed.org/version/" not in version or not isinstance(items, list):
        raise UnreadableError(reasons.NO_FEED)
    entries = (_of_json(item) for item in items if isinstance(item, dict))
    return Feed(_title(feed.get("title")), _items(entries, url, now))


def _of_json(item: dict[str, Any]) -> Entry:
    authors = item.get("authors")
    author = authors[0] if isinstance(authors, list) and authors else item.get("author")
    key = item.get("id")
    return {
        "key": str(key) if type(key) is int and key.bit_length() <= 64 else key,
        "url": item.get("url") or item.get("external_url"),
        "title": item.get("title"),
        "plain": item.get("content_text"),
        "text": item.get("content_html") or item.get("summary"),
        "author": author.get("name") if isinstance(author, dict) else None,
        "time": item.get("date_published"),
    }


def _items(entries: Iterable[Entry], base: str, now: datetime) -> tuple[FeedItem, ...]:
    """The newest, each key once; those without a time stand last, in their order."""
    timed = [(_published_at(entry, now), _strings(entry)) for entry in entries]
    timed.sort(key=lambda one: -one[0].timestamp() if one[0] else float("inf"))
    items: dict[str, FeedItem] = {}
    left = MAX_CHARS
    for published_at, entry in timed:
        url = absolute(entry["url"], base) if entry.get("url") else None
        title = _title(entry.get("title"))
        if not (key := _key(entry.get("key"), url, title)) or key in items:
            continue
        text = (
            clean(entry["plain"])
            if entry.get("plain")
            else plain(entry.get("text", "")[: 10 * MAX_ITEM_CHARS])
        )
        text = _cut(text, min(MAX_ITEM_CHARS, left))
        left -= len(text)
        author = clean_line(plain(entry.get("author", "")[:1000]))[:MAX_NAME_CHARS] or None
        items[key] = FeedItem(key, url, title, text, author, published_at)
        if len(items) == MAX_ITEMS:
            break
    return tuple(items.values())


def _strings(entry: Entry) -> dict[str, str]:
    return {name: value for name, value in entry.items() if isinstance(value, str)}


def _published_at(entry: Entry, now: datetime) -> datetime | None:
    raw = entry.get("time")
    found = moment(raw, now) if isinstance(raw, str) else None
    return found.at if found else None


def _key(said: str | None, url: str | None, title: str) -> str | None:
    key = clean_line(said or "") or url
    if key and len(key) <= MAX_KEY_CHARS:
        return key
    made_of = key or title
    return "sha256:" + hashlib.sha256(made_of.encode()).hexdigest() if made_of else None


def _title(markup: object) -> str:
    return clean_line(plain(markup[:20_000]))[:MAX_TITLE_CHARS] if isinstance(markup, str) else ""


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    cut = text[:most]
    return (cut.rpartition("\n\n")[0] or cut.rpartition(" ")[0]).rstrip()


def _ttl_s(feed: Any) -> float | None:
    """`ttl` in minutes, else `sy:updatePeriod` divided by its frequency."""
    minutes = _number(feed.get("ttl"))
    period = _PERIODS_S.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    ttl_s = 60 * minutes if minutes else period and period / (_number(feed.get("sy_updatefrequency")) or 1)
    return min(float(ttl_s), LONGEST_TTL_S) if ttl_s else None


def _number(said: object) -> int | None:
    found = re.fullmatch(r"\s*(\d{1,7})\s*", said, re.ASCII) if isinstance(said, str) else None
    return int(found[1]) if found else None
