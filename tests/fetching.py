"""`python -m tests.fetching SECONDS URL...` fetches all at once, and tells what that took.

Every name leads to this machine. What is told is a line of JSON: `grew_mb`, the growth of the process's
largest size; `late_s`, the event loop's worst delay; `took_s`, the slowest fetch; `told`, what came of each:
the number of bytes, or the words.
"""

import asyncio
import json
import re
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from corpus.errors import FetchError
from corpus.web.fetch import Fetcher, Limits
from corpus.web.types import Fetched, Unchanged
from tests.web_double import LOOPBACK

EVERY_S = 0.01


async def main(urls: list[str], total_s: float) -> None:
    late: list[float] = []
    limits = Limits(total_s=total_s)
    async with Fetcher(agent="tests", policy=LOOPBACK, limits=limits, getaddrinfo=_here) as fetcher:
        with suppress(FetchError):
            await fetcher.fetch(urls[0].rpartition("/")[0] + "/warm")
        before = _largest_mb()
        watch = asyncio.create_task(_watch(late))
        ends = await asyncio.gather(*(_fetch(fetcher, url) for url in urls))
        watch.cancel()
    report = {
        "grew_mb": _largest_mb() - before,
        "late_s": max(late, default=0.0),
        "took_s": max(took_s for took_s, _ in ends),
        "told": [_told(end) for _, end in ends],
    }
    print(json.dumps(report))


async def _fetch(fetcher: Fetcher, url: str) -> tuple[float, Fetched | Unchanged | FetchError]:
    began = time.monotonic()
    end: Fetched | Unchanged | FetchError
    try:
        end = await fetcher.fetch(url)
    except FetchError as error:
        end = error
    return time.monotonic() - began, end


def _told(end: Fetched | Unchanged | FetchError) -> str:
    return str(len(end.body)) if isinstance(end, Fetched) else str(end)


async def _watch(late: list[float]) -> None:
    while True:
        began = time.monotonic()
        await asyncio.sleep(EVERY_S)
        late.append(time.monotonic() - began - EVERY_S)


def _here(host: str, port: int, *_: Any) -> list[tuple[Any, ...]]:
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port))]


def _largest_mb() -> float:
    """The other places that tell this begin with the size of the process that started this one."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    asyncio.run(main(sys.argv[2:], float(sys.argv[1])))
