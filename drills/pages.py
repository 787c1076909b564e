"""Damaged pages and feeds, read by the real child: a page, a feed or words come of each, and nothing else."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import UnreadableError
from corpus.ingest.draft import MAX_NAME_CHARS, MAX_TEXT_CHARS, MAX_TITLE_CHARS
from corpus.text import canonical_url, clean, clean_line
from corpus.web.dates import EARLIEST, TOLERANCE
from corpus.web.feed import MAX_ITEM_CHARS, MAX_ITEMS, MAX_KEY_CHARS
from corpus.web.reader import PageReader
from corpus.web.site import site_of
from corpus.web.types import Feed, Fetched, Page
from corpus.wording import Wording
from drills.outcome import Outcome

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
URL = "https://www.terrace.example/football/ruiz"
SAVED = Path(__file__).parents[1] / "tests" / "corpus" / "web" / "pages"
FEEDS = (
    b"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
    <title>Terrace</title><ttl>30</ttl><item><title>Ruiz &amp; the price</title>
    <link>/ruiz</link><guid>1</guid>
    <pubDate>Sat, 06 Jul 2024 10:32:00 BST</pubDate><dc:creator>Tamsin Coe</dc:creator>
    <description>&lt;p&gt;Castellar want 60m.&lt;/p&gt;&lt;p&gt;He stays.&lt;/p&gt;</description></item>
    <item><title>Next</title><guid>2</guid><description><![CDATA[<b>Two</b>]]></description></item></channel></rss>""",
    b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://www.terrace.example/x/"><title>Terrace</title>
    <entry><id>tag:1</id><title type="html">One &lt;b&gt;two</title><link href="one"/>
    <updated>2024-11-06T10:00:00Z</updated>
    <published>2024-11-06T09:00:00+01:00</published><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
    <p>Text</p></div></content></entry></feed>""",
    b"""{"version": "https://jsonfeed.org/version/1.1", "title": "Terrace", "items": [{"id": "7", "url": "/7",
    "title": "Ruiz", "content_html": "<p>He stays.</p>", "date_published": "2024-11-06T10:00:00-05:00",
    "authors": [{"name": "Tamsin Coe"}]}, {"id": 8, "content_text": "Text"}]}""",
)
CHARSETS = (
    None,
    "utf-8",
    "utf-16",
    "utf-32",
    "windows-1252",
    "shift_jis",
    "gb18030",
    "koi8-r",
    "utf-7",
    "idna",
    "no such",
)
KINDS = ("text/html", "", "application/xhtml+xml", "text/plain", "application/xml", "image/png")
PIECES = (
    *(b"<div>" * 300, b"</div>" * 300, b"<table><tr><td>" * 50, b"<article>" * 20, b"{" * 200, b"[" * 200),
    *(b"<p", b"<!--", b"]]>", b"<title>", b"<![CDATA[", b"<svg><math>", b"<template><noscript><iframe>"),
    *(b"&#0;", b"&#xD800;", b"&#99999999;", b"&a;" * 50, b"<!DOCTYPE x [<!ENTITY a 'b'>]>"),
    *(b"<script type='application/ld+json'>{", b'"datePublished": 9', b"<time datetime='", b"1e999"),
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\xed\xa0\x80"),
    *(b"<?xml version='1.0' encoding='utf-16'?>", b"9999-99-99T99:99:99+99:99", b"31 February 2024"),
    b"<link rel=canonical href='https://www.bbc.co.uk/1'>",
)


async def drill(_place: Path, count: int, seed: int, told: Callable[[int], None]) -> Outcome:
    outcome = Outcome("Damaged pages and feeds")
    chance = random.Random(seed)  # noqa: S311
    pages = tuple(path.read_bytes() for path in sorted(SAVED.glob("*.html")))
    async with PageReader() as reader:
        for number in range(count):
            seeds = FEEDS if number % 2 else pages
            fetched = Fetched(
                URL,
                damaged(chance, seeds),
                chance.choice(KINDS[: chance.choice((1, 6))]),
                chance.choice(CHARSETS),
            )
            await _read(reader, fetched, number, outcome)
            told(number + 1)
    return outcome


def damaged(chance: random.Random, seeds: tuple[bytes, ...]) -> bytes:
    """One of the seeds, damaged in one to six ways."""
    body = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(body) + 1)
        match chance.randrange(8):
            case 0:
                for _ in range(chance.choice((1, 10, 100))):
                    if body:
                        body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
            case 1:
                del body[place:]
            case 2:
                del body[place : place + chance.choice((1, 20, 500))]
            case 3:
                body[place:place] = chance.choice(PIECES)
            case 4:
                other = chance.choice(seeds)
                body[place:] = other[chance.randrange(len(other)) :]
            case 5:
                body[place:place] = chance.randbytes(chance.choice((1, 50, 2_000)))
            case 6:
                body[place:place] = bytes(body[place : place + 400]) * chance.choice((2, 20))
            case _:
                start = body.find(b"<", place)
                body[start:start] = b"" if start < 0 else chance.choice(PIECES)
    return bytes(body)


async def _read(reader: PageReader, fetched: Fetched, number: int, outcome: Outcome) -> None:
    kind = "feed" if number % 2 else "page"
    try:
        read = await (reader.feed if kind == "feed" else reader.page)(fetched, now=NOW)
    except UnreadableError as refused:
        outcome.counts[f"{kind}s refused: {refused.reason.split(':')[0].split('.')[0]}"] += 1
        wrong = [] if isinstance(refused.reason, Wording) else ["a refusal that can't be translated"]
    except Exception as error:
        wrong = [f"{type(error).__name__}: {error}"]
    else:
        outcome.counts[f"{kind}s read"] += 1
        wrong = _wrong_page(read) if isinstance(read, Page) else _wrong_feed(read)
    outcome.faults += [f"document {number}: {what}" for what in wrong]


def _wrong_page(read: Page) -> list[str]:
    lines = (read.title, read.author, read.publisher, read.language)
    held = {
        "its text": 0 < len(read.text) <= MAX_TEXT_CHARS and clean(read.text) == read.text,
        "its title": len(read.title) <= MAX_TITLE_CHARS,
        "its names": all(len(line or "") <= MAX_NAME_CHARS for line in lines[1:]),
        "its lines": all(line is None or clean_line(line) == line for line in lines),
        "its address": site_of(read.url) == site_of(URL) and canonical_url(read.url) == read.url,
        "its time": _is_possible(read.published_at),
    }
    return [f"{what} is out of bounds" for what, right in held.items() if not right]


def _wrong_feed(read: Feed) -> list[str]:
    held = {
        "number": len(read.items) <= MAX_ITEMS,
        "keys": len({item.key for item in read.items}) == len(read.items),
        "key": all(0 < len(item.key) <= MAX_KEY_CHARS for item in read.items),
        "text": all(len(i.text) <= MAX_ITEM_CHARS and clean(i.text) == i.text for i in read.items),
        "title": all(len(i.title) <= MAX_TITLE_CHARS and clean_line(i.title) == i.title for i in read.items),
        "address": all(item.url is None or canonical_url(item.url) == item.url for item in read.items),
        "time": all(_is_possible(item.published_at) for item in read.items),
    }
    return [f"the {what} of its entries is out of bounds" for what, right in held.items() if not right]


def _is_possible(moment: datetime | None) -> bool:
    return moment is None or EARLIEST <= moment <= NOW + TOLERANCE
