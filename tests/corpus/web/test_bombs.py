"""Documents that are made to break their reader: each ends in time and with words, while questions go on."""

import asyncio
import time
from collections.abc import Callable

import pytest

from corpus.errors import UnreadableError
from corpus.web.reader import PageReader
from corpus.web.types import Feed, Fetched, Page
from corpus.wording import Wording
from tests.pages import NOW

URL = "https://www.terrace.example/football/ruiz"
LIMIT_S, MOST_S, MOST_LAG_S = 2.0, 15.0, 1.0
MB = 1024 * 1024


def page(inside: bytes) -> bytes:
    return b"<!DOCTYPE html><html><head><title>Bomb</title></head><body>" + inside + b"</body></html>"


def laughs(between: bytes) -> bytes:
    levels = (b"%s<!ENTITY l%d '%s'>" % (between, n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return b"<!DOCTYPE x [" + between + b"<!ENTITY l0 'lol'>" + b"".join(levels) + between + b"]>"


def quadratic(between: bytes) -> bytes:
    return b"<!DOCTYPE x [" + between + b"<!ENTITY a '" + b"a" * 15_000 + b"'>" + between + b"]>"


def rss(doctype: bytes, inside: bytes) -> bytes:
    head = b"<?xml version='1.0'?>" + doctype + b"<rss version='2.0'><channel><title>T</title>"
    return head + b"<item><guid>1</guid><title>" + inside + b"</title></item></channel></rss>"


PAGES: dict[str, Callable[[], bytes]] = {
    "840 KB of spans": lambda: page(b"<p>" + b"<span>a</span>" * 60_000 + b"</p>"),
    "spans in spans": lambda: page(b"<span>" * 60_000 + b"a" + b"</span>" * 60_000),
    "100,000 deep": lambda: page(b"<div>" * 100_000 + b"a" + b"</div>" * 100_000),
    "lists in lists": lambda: page(b"<ul><li>" * 100_000),
    "tables in tables": lambda: page(b"<table><tr><td>" * 100_000),
    "one line of 5 MB": lambda: page(b"<p>" + b"word " * MB + b"</p>"),
    "one word of 5 MB": lambda: page(b"<p>" + b"w" * (5 * MB) + b"</p>"),
    "a million attributes": lambda: page(
        b"<p " + b" ".join(b"a%d" % n for n in range(10**6))[: 5 * MB] + b">a</p>"
    ),
    "5 MB of <": lambda: b"<" * (5 * MB),
    "5 MB of comments": lambda: page(b"<!--" * MB),
    "5 MB of entities": lambda: page(b"<p>" + b"&amp;" * MB + b"</p>"),
    "deep JSON-LD": lambda: page(
        b"<script type='application/ld+json'>" + b"[" * 900_000 + b"</script><p>a</p>"
    ),
    "a title of parts": lambda: page(b"<h1>" + b"a | " * MB + b"</h1><p>a</p>"),
    "datelines": lambda: page(b"<h1>a</h1><p>" + b"published 1 " * 400_000 + b"</p>"),
    "an archive": lambda: b"PK\x03\x04" + bytes(range(256)) * 4_000,
    "compressed": lambda: b"\x1f\x8b\x08" + bytes(MB),
    "all bytes": lambda: bytes(range(256)) * 20_000,
    "nothing": lambda: b"",
    "entities of its own": lambda: laughs(b"\n") + page(b"<p>&l9;</p>"),
    "a local file": lambda: (
        b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + page(b"<p>so &a; it is</p>")
    ),
}
FEEDS: dict[str, Callable[[], bytes]] = {
    "a billion laughs": lambda: rss(laughs(b""), b"&l9;"),
    "a billion laughs in lines": lambda: rss(laughs(b"\n"), b"&l9;"),
    "a billion laughs in UTF-16": lambda: rss(laughs(b"\n"), b"&l9;").decode().encode("utf-16"),
    "a quadratic entity": lambda: rss(quadratic(b""), b"&a;" * 50_000),
    "a quadratic entity in lines": lambda: rss(quadratic(b"\n"), b"&a;" * 50_000),
    "a quadratic entity in a broken feed": lambda: rss(quadratic(b"\n"), b"<b>" + b"&a;" * 50_000),
    "a local file": lambda: rss(b"<!DOCTYPE x [\n<!ENTITY a SYSTEM 'file:///etc/passwd'>\n]>", b"&a;"),
    "a local file as DTD": lambda: rss(b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'>", b"a"),
    "elements in elements": lambda: rss(b"", b"<a>" * 200_000),
    "100,000 entries": lambda: rss(b"", b"</title></item><item><title>a" * 100_000),
    "5 MB of one title": lambda: rss(b"", b"word " * MB),
    "5 MB of marked-up title": lambda: rss(b"", b"&lt;b&gt;" * 500_000),
    "an encoding that it has not": lambda: (
        b"<?xml version='1.0' encoding='utf-32'?><rss><channel>" + b"\xff" * MB
    ),
    "deep JSON": lambda: b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * MB,
    "a million JSON items": lambda: (
        b'{"version": "https://jsonfeed.org/version/1", "items": [' + b"{}," * MB + b"{}]}"
    ),
    "a number of a million digits": lambda: (
        b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": ' + b"9" * MB + b"}]}"
    ),
    "a web page": lambda: page(b"<p>a</p>" * 10_000),
    "nothing": lambda: b"",
}


async def worst_lag(until: asyncio.Event) -> float:
    """How late at most something came that was to be every 10 ms."""
    worst = 0.0
    while not until.is_set():
        began = time.monotonic()
        await asyncio.sleep(0.01)
        worst = max(worst, time.monotonic() - began - 0.01)
    return worst


async def read(
    reader: PageReader, kind: str, body: bytes
) -> tuple[Page | Feed | UnreadableError, float, float]:
    """What became of it, the seconds it took, and the worst lag meanwhile."""
    done = asyncio.Event()
    lag = asyncio.create_task(worst_lag(done))
    began = time.monotonic()
    fetched = Fetched(URL, body, "text/html")
    became: Page | Feed | UnreadableError
    try:
        became = await (reader.page if kind == "page" else reader.feed)(fetched, now=NOW)
    except UnreadableError as refused:
        became = refused
    took_s = time.monotonic() - began
    done.set()
    return became, took_s, await lag


@pytest.mark.parametrize(("kind", "bombs"), [("page", PAGES), ("feed", FEEDS)], ids=["pages", "feeds"])
async def test_every_bomb_ends_in_time_with_words_while_questions_go_on(
    kind: str, bombs: dict[str, Callable[[], bytes]]
) -> None:
    async with PageReader(limit_s=LIMIT_S) as reader:
        for name, body in bombs.items():
            became, took_s, lag_s = await read(reader, kind, body())
            assert took_s < MOST_S, name
            assert lag_s < MOST_LAG_S, name
            assert not isinstance(became, UnreadableError) or isinstance(became.reason, Wording), name
            assert "root:" not in repr(became), name
            assert len(repr(became)) < 4 * MB, name
