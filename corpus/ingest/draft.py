"""Fields as somebody wrote them -> a draft that can be stored, or the reason why it can't be."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from corpus.errors import ArticleRefusedError
from corpus.text import canonical_url, clean, clean_line, sentences
from corpus.types import ArticleDraft
from corpus.wording import Wording

MAX_TEXT_CHARS = 200_000
MAX_TITLE_CHARS = 500
MAX_NAME_CHARS = 300
MAX_ID_BITS = 64
MADE_UP_TITLE_CHARS = 120
EARLIEST = datetime(1850, 1, 1, tzinfo=UTC)

_ALSO_CALLED = {"publisher": "source", "published_at": "date", "url": "link"}
_KINDS = {
    str: Wording("text"),
    bool: Wording("true or false"),
    int: Wording("a number"),
    float: Wording("a number"),
    list: Wording("a list"),
    dict: Wording("an object"),
}


def make_draft(fields: Mapping[str, object], now: datetime) -> ArticleDraft:
    """A draft of `text`, `title`, `publisher`, `author`, `published_at`, `url` and `id`; others are ignored.

    `source`, `date` and `link` are other words for publisher, published_at and url. Only the text must be
    there: without a title the first sentence stands in for it. Raises ArticleRefusedError with the reason.
    """
    text = clean(_string(fields, "text") or "")
    if not re.search(r"[^\W_]", text):
        raise ArticleRefusedError(Wording("It has no text."))
    if len(text) > MAX_TEXT_CHARS:
        raise ArticleRefusedError(
            Wording(
                "Its text has {length} characters, and {most} is the most: split it.",
                length=len(text),
                most=MAX_TEXT_CHARS,
            )
        )
    return ArticleDraft(
        title=_line(fields, "title", MAX_TITLE_CHARS) or _made_up_title(text),
        text=text,
        publisher=_line(fields, "publisher", MAX_NAME_CHARS),
        author=_line(fields, "author", MAX_NAME_CHARS),
        published_at=_moment(_field(fields, "published_at"), now),
        url=_url(_string(fields, "url")),
        external_id=_line(fields, "id", MAX_NAME_CHARS),
    )


def _field(fields: Mapping[str, object], name: str) -> object:
    value = fields.get(name)
    return fields.get(_ALSO_CALLED.get(name, name)) if value is None else value


def _string(fields: Mapping[str, object], name: str) -> str | None:
    value = _field(fields, name)
    if name == "id" and type(value) is int and value.bit_length() <= MAX_ID_BITS:
        return str(value)
    if value is None or isinstance(value, str):
        return value
    kind = _KINDS.get(type(value), Wording("something else"))
    raise ArticleRefusedError(
        Wording("Its {field} must be text, but is {kind}: put it in quotation marks.", field=name, kind=kind)
    )


def _line(fields: Mapping[str, object], name: str, max_chars: int) -> str | None:
    line = clean_line(_string(fields, name) or "")
    if len(line) > max_chars:
        raise ArticleRefusedError(
            Wording(
                "Its {field} has {length} characters, and {most} is the most.",
                field=name,
                length=len(line),
                most=max_chars,
            )
        )
    return line or None


def _made_up_title(text: str) -> str:
    start, end = sentences(text)[0]
    if end - start <= MADE_UP_TITLE_CHARS:
        return text[start:end]
    beginning = text[start : start + MADE_UP_TITLE_CHARS]
    return (beginning.rpartition(" ")[0] or beginning) + "…"


def _url(url: str | None) -> str | None:
    if not (url and url.strip()):
        return None
    canonical = canonical_url(url)
    if canonical is None:
        raise ArticleRefusedError(
            Wording(
                "Its url ({url}) is no usable http(s) address: correct it, or leave it out.",
                url=clean_line(url)[:80],
            )
        )
    return canonical


def _moment(value: object, now: datetime) -> datetime | None:
    """Without a zone it is UTC, without a time midnight."""
    if value is None or value == "":
        return None
    moment = _parsed(value)
    if moment is None:
        kind = _KINDS.get(type(value), Wording("something else"))
        shown = clean_line(value)[:40] if isinstance(value, str) else kind
        raise ArticleRefusedError(
            Wording("I can't read its date ({date}): write it like 2024-11-06.", date=shown)
        )
    day = f"{moment:%Y-%m-%d}"
    if moment > now + timedelta(days=1):
        raise ArticleRefusedError(
            Wording("Its date ({date}) is in the future: correct it, or leave it out.", date=day)
        )
    if moment < EARLIEST:
        raise ArticleRefusedError(
            Wording(
                "Its date ({date}) is before {year}: correct it, or leave it out.",
                date=day,
                year=str(EARLIEST.year),
            )
        )
    return moment


def _parsed(value: object) -> datetime | None:
    try:
        match value:
            case datetime():
                moment = value
            case date():
                moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
            case str():
                moment = datetime.fromisoformat(value.strip())
            case _:
                return None
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return zoned.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None
