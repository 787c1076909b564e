"""What goes between the bot and its child process, which the bot believes nothing.

A request is a length of four bytes, a JSON object, and the body whose length that object tells; a reply is a
length and a JSON object. JSON, because to unpickle is to run what a page may have written.
"""

import json
import struct
from dataclasses import asdict
from datetime import datetime
from typing import Any

from corpus.errors import UnreadableError
from corpus.ingest.draft import MAX_NAME_CHARS, MAX_TEXT_CHARS, MAX_TITLE_CHARS
from corpus.text import canonical_url, clean, clean_line
from corpus.web import reasons
from corpus.web.dates import EARLIEST, TOLERANCE
from corpus.web.feed import LONGEST_TTL_S, MAX_ITEM_CHARS, MAX_ITEMS, MAX_KEY_CHARS
from corpus.web.site import own_address
from corpus.web.types import Feed, FeedItem, Fetched, Page
from corpus.wording import Wording

MAX_REPLY_BYTES = 4 * 1024 * 1024
LENGTH = struct.Struct(">I")

Document = Page | Feed


def framed(said: dict[str, Any], body: bytes = b"") -> bytes:
    encoded = json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")
    return LENGTH.pack(len(encoded)) + encoded + body


def request(kind: str, fetched: Fetched, now: datetime) -> bytes:
    said = {
        "kind": kind,
        "url": fetched.url,
        "media_type": fetched.media_type,
        "charset": fetched.charset,
        "now": now.isoformat(),
        "bytes": len(fetched.body),
    }
    return framed(said, fetched.body)


def reply(document: Document) -> bytes:
    """What the child says of a document it could read; refused where that is beyond measure."""
    said = framed({"feed" if isinstance(document, Feed) else "page": _written(asdict(document))})
    return said if len(said) <= MAX_REPLY_BYTES else refusal(reasons.TOO_MUCH)


def refusal(reason: str) -> bytes:
    values = reason.values if isinstance(reason, Wording) else {}
    template = reason.template if isinstance(reason, Wording) else reasons.BROKE.template
    return framed({"unreadable": template, "values": values})


def _written(fields: Any) -> Any:
    if isinstance(fields, dict):
        return {name: _written(value) for name, value in fields.items()}
    if isinstance(fields, list | tuple):
        return [_written(value) for value in fields]
    return fields.isoformat() if isinstance(fields, datetime) else fields


def understood(said: bytes, kind: str, fetched: Fetched, now: datetime) -> Document:
    """The document that a reply tells of, which may come from a child that a page has taken over.

    Raises UnreadableError with the child's reason, and ValueError for what is no such reply.
    """
    try:
        answer = _object(json.loads(said))
        if "unreadable" in answer:
            raise UnreadableError(reasons.told(answer["unreadable"], answer.get("values")))
        fields = _object(answer.get(kind))
        return _page(fields, fetched, now) if kind == "page" else _feed(fields, now)
    except (RecursionError, OverflowError):
        raise ValueError("no such reply") from None


def _page(fields: dict[str, Any], fetched: Fetched, now: datetime) -> Page:
    text = clean(_string(fields, "text", MAX_TEXT_CHARS) or "")
    if not text or type(fields.get("complete")) is not bool:
        raise ValueError("a page without text")
    return Page(
        url=own_address(_string(fields, "url", None), fetched.url),
        title=_line(fields, "title", MAX_TITLE_CHARS) or "",
        text=text,
        author=_line(fields, "author", MAX_NAME_CHARS),
        publisher=_line(fields, "publisher", MAX_NAME_CHARS),
        published_at=_moment(fields, now),
        language=_line(fields, "language", 3),
        complete=fields["complete"],
    )


def _feed(fields: dict[str, Any], now: datetime) -> Feed:
    items = fields.get("items")
    if not isinstance(items, list) or len(items) > MAX_ITEMS:
        raise ValueError("no items")
    ttl_s = fields.get("ttl_s")
    if ttl_s is not None and not (type(ttl_s) in {int, float} and 0 < ttl_s <= LONGEST_TTL_S):
        raise ValueError("no such ttl")
    read = tuple(_item(_object(item), now) for item in items)
    if len({item.key for item in read}) < len(read):
        raise ValueError("a key twice")
    return Feed(_line(fields, "title", MAX_TITLE_CHARS) or "", read, ttl_s)


def _item(fields: dict[str, Any], now: datetime) -> FeedItem:
    key = _line(fields, "key", MAX_KEY_CHARS)
    if not key:
        raise ValueError("an item without a key")
    url = _string(fields, "url", None)
    return FeedItem(
        key=key,
        url=canonical_url(url) if url else None,
        title=_line(fields, "title", MAX_TITLE_CHARS) or "",
        text=clean(_string(fields, "text", MAX_ITEM_CHARS) or ""),
        author=_line(fields, "author", MAX_NAME_CHARS),
        published_at=_moment(fields, now),
    )


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def _string(fields: dict[str, Any], name: str, most: int | None) -> str | None:
    value = fields.get(name)
    if value is None or (isinstance(value, str) and (most is None or len(value) <= most)):
        return value
    raise ValueError(f"no such {name}")


def _line(fields: dict[str, Any], name: str, most: int) -> str | None:
    return clean_line(_string(fields, name, most) or "") or None


def _moment(fields: dict[str, Any], now: datetime) -> datetime | None:
    raw = _string(fields, "published_at", 40)
    if raw is None:
        return None
    moment = datetime.fromisoformat(raw)
    if moment.tzinfo is None or not EARLIEST <= moment <= now + TOLERANCE:
        raise ValueError("no such time")
    return moment
