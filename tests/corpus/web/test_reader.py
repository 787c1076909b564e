"""The child process: what breaks it, and that the next document is read all the same."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import UnreadableError
from corpus.web import reasons, wire
from corpus.web.reader import PageReader
from corpus.web.types import Fetched, Page
from tests.pages import NOW, PAGES

PAGE = next(path for path in PAGES if path.stem == "json_ld_article").read_bytes()
URL = "https://www.touchline-daily.example/football/aldwick-harbour-city"
FETCHED = Fetched(URL, PAGE, "text/html", "utf-8")
SLOW = Fetched(URL, b"<html><body><p>" + b"<span>a</span>" * 60_000 + b"</p></body></html>", "text/html")
RSS = Fetched(
    URL, b"<rss version='2.0'><channel><title>T</title><item><title>a</title></item></channel></rss>"
)

READY = "import sys, struct, json, os, time\nframe = lambda b: struct.pack('>I', len(b)) + b\n"
READY += "out = sys.stdout.buffer\nout.write(frame(b'{}')); out.flush()\nsys.stdin.buffer.read(50)\n"


def fake(program: str) -> Sequence[str]:
    """A child that says that it is ready, takes a request, and then runs the program."""
    return (sys.executable, "-c", READY + program)


@pytest.fixture
async def reader() -> AsyncIterator[PageReader]:
    async with PageReader() as opened:
        yield opened


def child_of(reader: PageReader) -> asyncio.subprocess.Process:
    assert reader._child is not None
    return reader._child


async def test_pages_and_feeds_are_read_by_one_child(reader: PageReader) -> None:
    page = await reader.page(FETCHED, now=NOW)
    child = child_of(reader).pid
    feed = await reader.feed(RSS, now=NOW)
    assert (page.title, page.publisher) == (
        "Harbour City agree £38m fee for Saltmarsh midfielder Aldwick",
        "Touchline Daily",
    )
    assert page.published_at == datetime(2024, 11, 6, 10, 32, tzinfo=UTC)
    assert [item.title for item in feed.items] == ["a"]
    assert child_of(reader).pid == child


async def test_a_refusal_says_why_and_ends_no_child(reader: PageReader) -> None:
    with pytest.raises(UnreadableError) as refused:
        await reader.page(Fetched(URL, b"", "text/html"), now=NOW)
    assert refused.value.reason is reasons.EMPTY
    child = child_of(reader).pid
    html = b"<html><head><link rel=alternate type=application/rss+xml href=/rss></head></html>"
    with pytest.raises(UnreadableError) as refused:
        await reader.feed(Fetched(URL, html), now=NOW)
    assert refused.value.reason == reasons.page_with_feed("https://www.touchline-daily.example/rss")
    assert child_of(reader).pid == child


async def test_documents_asked_for_at_once_are_read_one_after_the_other(reader: PageReader) -> None:
    pages = await asyncio.gather(*(reader.page(FETCHED, now=NOW) for _ in range(5)))
    assert len({page.text for page in pages}) == 1


async def test_a_child_killed_in_the_middle_of_a_document_is_replaced(reader: PageReader) -> None:
    await reader.page(FETCHED, now=NOW)
    reading = asyncio.create_task(reader.page(SLOW, now=NOW))
    await asyncio.sleep(0.2)
    child_of(reader).kill()
    with pytest.raises(UnreadableError) as refused:
        await reading
    assert refused.value.reason is reasons.BROKE
    assert (await reader.page(FETCHED, now=NOW)).title


async def test_a_child_that_died_between_two_documents_is_replaced(reader: PageReader) -> None:
    await reader.page(FETCHED, now=NOW)
    child_of(reader).kill()
    await child_of(reader).wait()
    assert (await reader.page(FETCHED, now=NOW)).title


GREEDY = """
import atexit, time
from corpus.web import child
atexit.register(time.sleep, 1)
read = child.read_page
def greedy(body, **others):
    if body == b"greedy":
        raise MemoryError
    return read(body, **others)
child.read_page = greedy
child.main()
"""


async def test_a_document_that_takes_all_memory_breaks_none_but_itself() -> None:
    async with PageReader(command=(sys.executable, "-c", GREEDY)) as reader:
        greedy, page = await asyncio.gather(
            reader.page(Fetched(URL, b"greedy", "text/html"), now=NOW),
            reader.page(FETCHED, now=NOW),
            return_exceptions=True,
        )
    assert isinstance(greedy, UnreadableError)
    assert greedy.reason is reasons.BROKE
    assert isinstance(page, Page)


async def test_a_document_that_takes_too_long_is_given_up(reader: PageReader) -> None:
    await reader.page(FETCHED, now=NOW)
    slow = child_of(reader)
    reader._limit_s = 0.3
    with pytest.raises(UnreadableError) as refused:
        await reader.page(SLOW, now=NOW)
    assert refused.value.reason is reasons.TOO_LONG
    assert await asyncio.wait_for(slow.wait(), 10) != 0
    reader._limit_s = 10
    assert (await reader.page(FETCHED, now=NOW)).title


async def test_reading_that_is_cancelled_ends_the_child_and_the_next_document_is_read(
    reader: PageReader,
) -> None:
    await reader.page(FETCHED, now=NOW)
    slow = child_of(reader)
    reading = asyncio.create_task(reader.page(SLOW, now=NOW))
    await asyncio.sleep(0.2)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert await asyncio.wait_for(slow.wait(), 10) != 0
    assert (await reader.page(FETCHED, now=NOW)).title


async def test_closing_ends_the_child_and_what_it_reads() -> None:
    async with PageReader() as reader:
        await reader.page(FETCHED, now=NOW)
        child = child_of(reader)
        reading = [asyncio.create_task(reader.page(SLOW, now=NOW)) for _ in range(3)]
        await asyncio.sleep(0.2)
    for one in reading:
        with pytest.raises(UnreadableError):
            await asyncio.wait_for(one, 10)
    assert child.returncode is not None
    assert reader._child is None


@pytest.mark.parametrize("after_s", [0, 0.003, 0.05])
async def test_closing_ends_a_child_that_is_just_starting(after_s: float) -> None:
    async with PageReader() as reader:
        reading = asyncio.create_task(reader.page(FETCHED, now=NOW))
        await asyncio.sleep(after_s)
    if after_s:
        assert not reader._turn.locked()
        assert not reader._ending
    with pytest.raises(UnreadableError):
        await asyncio.wait_for(reading, 10)
    assert reader._child is None


async def test_a_child_without_work_ends() -> None:
    async with PageReader(idle_s=0.05) as reader:
        await reader.page(FETCHED, now=NOW)
        child = child_of(reader)
        assert await asyncio.wait_for(child.wait(), 10) is not None
        assert reader._child is None
        assert (await reader.page(FETCHED, now=NOW)).title


async def test_a_child_reads_only_so_many_documents() -> None:
    async with PageReader(most_documents=2) as reader:
        children = []
        for _ in range(4):
            await reader.page(FETCHED, now=NOW)
            children.append(child_of(reader).pid)
    assert children[0] == children[1] != children[2] == children[3]


@pytest.mark.parametrize(
    "program",
    {
        "nothing, and ends": "",
        "garbage": "out.write(b'garbage' * 1000); out.flush(); time.sleep(60)",
        "no JSON": "out.write(frame(b'hello')); out.flush(); time.sleep(60)",
        "a deep object": "out.write(frame(b'[' * 10**6)); out.flush(); time.sleep(60)",
        "no object": "out.write(frame(b'[1]')); out.flush(); time.sleep(60)",
        "too much": "out.write(struct.pack('>I', 2**31) + b'x' * 10**7); out.flush(); time.sleep(60)",
        "half an answer": "out.write(struct.pack('>I', 500) + b'{'); out.flush()",
        "a traceback": "raise SystemError",
        "an unknown reason": 'out.write(frame(b\'{"unreadable": "{a.__class__}"}\')); out.flush()',
    }.items(),
    ids=lambda said: said[0],
)
async def test_a_child_that_speaks_nonsense_makes_a_document_unreadable(program: tuple[str, str]) -> None:
    async with PageReader(command=fake(program[1])) as reader:
        for _ in range(2):
            with pytest.raises(UnreadableError) as refused:
                await reader.page(FETCHED, now=NOW)
            assert refused.value.reason is reasons.BROKE


async def test_a_child_that_says_nothing_is_given_up() -> None:
    async with PageReader(command=fake("time.sleep(60)"), limit_s=0.3) as reader:
        with pytest.raises(UnreadableError) as refused:
            await reader.page(FETCHED, now=NOW)
        assert refused.value.reason is reasons.TOO_LONG


async def test_a_child_that_can_not_be_started_makes_a_document_unreadable(tmp_path: Path) -> None:
    async with PageReader(command=(str(tmp_path / "no such program"),)) as reader:
        with pytest.raises(UnreadableError) as refused:
            await reader.page(FETCHED, now=NOW)
        assert refused.value.reason is reasons.BROKE


async def test_a_child_knows_no_secret_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    said = "page = {'text': ' '.join(os.environ) or 'none', 'complete': True}\n"
    said += "out.write(frame(json.dumps({'page': page}).encode()))"
    async with PageReader(command=fake(said)) as reader:
        text = (await reader.page(FETCHED, now=NOW)).text
    assert "TOKEN" not in text
    assert "PROXY" not in text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
async def test_a_child_can_write_no_file_and_takes_no_endless_memory(tmp_path: Path) -> None:
    program = (
        "from corpus.web import child; child.limit_resources()\n"
        "import pathlib, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"target = pathlib.Path({str(tmp_path / 'file')!r})\n"
        "for harm in (lambda: target.write_text('x'), lambda: bytearray(2 * 1024**3)):\n"
        "    try: harm()\n    except (OSError, MemoryError) as stopped: print(type(stopped).__name__)\n"
    )
    done = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3]
    )
    said, _ = await asyncio.wait_for(done.communicate(), 60)
    assert said.split() == [b"OSError", b"MemoryError"]


def understood(fields: Any, kind: str = "page") -> object:
    return wire.understood(json.dumps({kind: fields}).encode(), kind, FETCHED, NOW)


WHOLE = {"url": URL, "title": "t", "text": "x", "complete": True}


@pytest.mark.parametrize(
    "fields",
    [
        None,
        [],
        {},
        {**WHOLE, "text": 5},
        {**WHOLE, "text": ""},
        {**WHOLE, "text": "x" * 200_001},
        {**WHOLE, "complete": 1},
        {**WHOLE, "title": ["t"]},
        {**WHOLE, "title": "t" * 501},
        {**WHOLE, "author": {"a": 1}},
        {**WHOLE, "language": "x" * 4},
        {**WHOLE, "published_at": 5},
        {**WHOLE, "published_at": "soon"},
        {**WHOLE, "published_at": "2024-11-06T10:00:00"},
        {**WHOLE, "published_at": "2031-11-06T10:00:00+00:00"},
        {**WHOLE, "published_at": "0001-01-01T00:00:00+23:59"},
    ],
)
def test_a_page_out_of_bounds_is_not_believed(fields: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        understood(fields)


def test_a_page_is_cleaned_and_its_address_checked_again() -> None:
    said = {**WHOLE, "url": "https://www.bbc.co.uk/1", "text": "a\u202e\x00 b\ud800", "title": "t\nu"}
    page: Any = understood(said)
    assert (page.url, page.text, page.title) == (URL, "a b", "t u")


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "t"},
        {"title": "t", "items": {}},
        {"title": "t", "items": [5]},
        {"title": "t", "items": [{"key": ""}]},
        {"title": "t", "items": [{"key": "k", "title": "t", "text": "x"}] * 2},
        {"title": "t", "items": [{"key": str(n), "title": "t", "text": "x"} for n in range(501)]},
        {"title": "t", "items": [], "ttl_s": True},
        {"title": "t", "items": [], "ttl_s": -1},
        {"title": "t", "items": [], "ttl_s": float("nan")},
    ],
)
def test_a_feed_out_of_bounds_is_not_believed(fields: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        understood(fields, "feed")


def test_a_link_of_a_feed_is_checked_again() -> None:
    item = {"key": "k", "title": "t", "text": "x", "url": "javascript:alert(1)"}
    feed: Any = understood({"title": "t", "items": [item]}, "feed")
    assert feed.items[0].url is None
