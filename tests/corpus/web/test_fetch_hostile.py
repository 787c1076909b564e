"""Whatever a server sends, a fetch ends in words, takes little memory, and holds nobody up.

Some examples run with every check; HOSTILE_EXAMPLES=10000 runs so many.
"""

import asyncio
import gzip
import json
import os
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import FetchError
from corpus.web.fetch import Fetcher, Limits
from corpus.web.guard import PUBLIC
from corpus.web.types import Fetched
from corpus.wording import Wording
from tests.hostile_web import BOMBS, HOSTILE
from tests.web_double import LOOPBACK, WebDouble, page

ROOT = Path(__file__).parents[3]
EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "0")) or 200
HELD_UP_S = 0.25
MOST_GROWTH_MB = 20.0
TRIES = 3
"""A machine that is busy with other things is late by itself."""

PARTS = (
    *(
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.0 200\r\n",
        b"HTTP/1.1 302 Found\r\n",
        b"HTTP/1.1 304 X\r\n",
        b"HTTP/9.9 ",
    ),
    *(
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 503 X\r\n",
        b"HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n",
        b"HTTP/",
    ),
    *(b"Content-Length: 5\r\n", b"Content-Length: -5\r\n", b"Content-Length: 9999999999999999999999\r\n"),
    *(b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"Content-Encoding: deflate\r\n"),
    *(b"Location: /page\r\n", b"Location: //\r\n", b"Location: https://xn--/\r\n", b"Location: \xff\xfe\r\n"),
    *(b"Location: http://[::1%25lo]/\r\n", b"Retry-After: 99999999999999\r\n", b"Retry-After: x\r\n"),
    *(b"Content-Type: text/html; charset=\xff\r\n", b"ETag: \x00\r\n", b"Cache-Control: max-age=x\r\n"),
    *(b"Set-Cookie: a=b; expires=never\r\n", b"Connection: keep-alive\r\n", b"X: " + b"y" * 9_000 + b"\r\n"),
    *(
        b"\r\n",
        b"\r\n\r\n",
        b"\n",
        b"\r",
        b":",
        b" ",
        b"\x00",
        b"5\r\nhello\r\n",
        b"0\r\n\r\n",
        b"ffffffffffffffff\r\n",
    ),
    *(
        gzip.compress(b"hello"),
        zlib.compress(b"hello"),
        gzip.compress(b"x" * 99_999)[:50],
        b"\x1f\x8b\x08\xff",
    ),
)
answers = st.one_of(
    st.binary(max_size=300),
    st.lists(st.one_of(st.sampled_from(PARTS), st.binary(max_size=20)), max_size=12).map(b"".join),
    st.lists(st.sampled_from(PARTS), max_size=12).map(lambda parts: PARTS[0] + b"".join(parts)),
)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(answer=answers, robots=st.none() | answers)
async def test_whatever_bytes_a_server_sends_a_fetch_ends_in_words_or_with_a_document(
    answer: bytes, robots: bytes | None
) -> None:
    async with (
        WebDouble() as web,
        Fetcher(agent="tests", policy=LOOPBACK, limits=Limits(total_s=5.0)) as fetcher,
    ):
        if robots is not None:
            web.on("/robots.txt", robots)
        try:
            assert isinstance(await fetcher.fetch(web.on("/page", answer)), Fetched)
        except FetchError as error:
            assert isinstance(error.reason, Wording)
            assert "takes longer" not in error.reason


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(
                [
                    "http",
                    "https",
                    ":",
                    "/",
                    "//",
                    "[",
                    "]",
                    "::1",
                    "%",
                    "@",
                    "xn--",
                    ".",
                    "１",
                    "ⓛ",
                    "\\",
                    "#",
                    "?",
                    "80",
                    "\ud800",
                    "\u2100",
                    "a",
                ]
            )
        ).map("".join),
        st.text().map("http://{}/".format),
    )
)
def test_whatever_is_typed_is_an_address_or_refused_in_words(typed: str) -> None:
    try:
        address = PUBLIC.address_of(typed)
    except FetchError as error:
        assert isinstance(error.reason, Wording)
    else:
        assert PUBLIC.address_of(str(address)) == address
        assert address.scheme in ("http", "https")


async def fetched_elsewhere(*urls: str, total_s: float = 5.0) -> dict[str, Any]:
    """What `tests.fetching` tells, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fetching", str(total_s), *urls),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    report: dict[str, Any] = json.loads(output)
    return report


measured = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for its size")


@measured
@pytest.mark.parametrize("name", BOMBS)
async def test_a_body_that_inflates_to_hundreds_of_megabytes_takes_few(web: WebDouble, name: str) -> None:
    report = await fetched_elsewhere(web.on("/bomb", BOMBS[name]))
    if name == "gzip within gzip":
        assert int(report["told"][0]) < 1_000_000
    else:
        assert "longer than 5.0 MB" in report["told"][0]
    assert report["grew_mb"] < MOST_GROWTH_MB


@measured
async def test_memory_that_is_taken_is_noticed(web: WebDouble) -> None:
    web.on("/page", page(os.urandom(5_000_000)))
    reports = [
        await fetched_elsewhere(*(web.url("/page", f"{number}.example") for number in range(count)))
        for count in (1, 8)
    ]
    assert reports[0]["grew_mb"] < MOST_GROWTH_MB < reports[1]["grew_mb"]


@measured
async def test_while_hostile_servers_are_fetched_from_nobody_is_held_up(web: WebDouble) -> None:
    busy = [answer for answer, _ in HOSTILE.values()]
    for number, answer in enumerate(busy):
        web.on(f"/{number}", answer)
    web.on("/robots.txt", page("User-agent: *\n" + "Disallow: /$a/index.html\n" * 2_000, kind="text/plain"))
    urls = [web.url(f"/{number}", f"{number}.example") for number in range(len(busy))]
    late_s = []
    for _ in range(TRIES):
        report = await fetched_elsewhere(*urls, total_s=1.0)
        assert len(report["told"]) == len(urls)
        late_s.append(report["late_s"])
        if min(late_s) < HELD_UP_S:
            break
    assert min(late_s) < HELD_UP_S
