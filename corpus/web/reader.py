"""Documents of the web -> pages and feeds, read in a child process that a hostile one can only break."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Self

from corpus.errors import UnreadableError
from corpus.web import reasons, wire
from corpus.web.types import Feed, Fetched, Page

LIMIT_S = 10.0
START_S = 30.0
IDLE_S = 60.0
MOST_DOCUMENTS = 500
"""After so many a new child is started: what the libraries have hoarded is gone."""

COMMAND = (sys.executable, "-B", "-m", "corpus.web.child")
_END_S = 5.0
_ROOT = Path(__file__).parents[2]


class PageReader:
    """Reads one document at a time. The child is started at the first one, and again after it broke.

    `limit_s` is for a document, `idle_s` for a child without work; `command` is what is started.
    """

    def __init__(
        self,
        *,
        limit_s: float = LIMIT_S,
        idle_s: float = IDLE_S,
        most_documents: int = MOST_DOCUMENTS,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._limit_s, self._idle_s, self._most_documents, self._command = (
            limit_s,
            idle_s,
            most_documents,
            command,
        )
        self._turn = asyncio.Lock()
        self._child: Process | None = None
        self._documents = 0
        self._closed = False
        self._ending: set[asyncio.Task[None]] = set()
        self._idle: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Whatever is being read, or waits for it, is given up."""
        self._closed = True
        self._drop()
        async with self._turn:  # those who wait for it fail at once, and one may just start a child
            await asyncio.gather(*self._ending)

    async def page(self, fetched: Fetched, *, now: datetime) -> Page:
        """Raises UnreadableError."""
        document = await self._read("page", fetched, now)
        assert isinstance(document, Page)  # noqa: S101
        return document

    async def feed(self, fetched: Fetched, *, now: datetime) -> Feed:
        """Raises UnreadableError."""
        document = await self._read("feed", fetched, now)
        assert isinstance(document, Feed)  # noqa: S101
        return document

    async def _read(self, kind: str, fetched: Fetched, now: datetime) -> wire.Document:
        async with self._turn:
            self._stay()
            try:
                said = await self._answer(wire.request(kind, fetched, now))
                document = await asyncio.to_thread(wire.understood, said, kind, fetched, now)
            except UnreadableError:
                self._rest()
                raise
            except TimeoutError:
                self._drop()
                raise UnreadableError(reasons.FEED_TOO_LONG if kind == "feed" else reasons.TOO_LONG) from None
            except (OSError, EOFError, ValueError):
                self._drop()
                raise UnreadableError(reasons.DAMAGED_FEED if kind == "feed" else reasons.BROKE) from None
            except BaseException:
                self._drop()
                raise
            self._rest()
            return document

    async def _answer(self, request: bytes) -> bytes:
        child = await self._running()
        if self._closed:
            raise EOFError
        self._documents += 1
        async with asyncio.timeout(self._limit_s):
            assert child.stdin is not None  # noqa: S101
            child.stdin.write(request)
            await child.stdin.drain()
            return await _reply(child)

    async def _running(self) -> Process:
        if self._closed:
            raise EOFError
        if (
            self._child is None
            or self._child.returncode is not None
            or self._documents >= self._most_documents
        ):
            self._drop()
            async with asyncio.timeout(START_S):
                self._child = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=PIPE,
                    stdout=PIPE,
                    stderr=DEVNULL,
                    env=_environment(),
                    cwd=_ROOT,
                    start_new_session=True,  # Ctrl-C in a terminal is for the bot alone
                )
                if self._closed:
                    raise EOFError
                await _reply(self._child)
        return self._child

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _rest(self) -> None:
        self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._drop)

    def _drop(self) -> None:
        """End the child, wherever it is; the next document gets a new one."""
        self._stay()
        child, self._child, self._documents = self._child, None, 0
        if child is not None:
            with suppress(ProcessLookupError):
                child.kill()
            ending = asyncio.get_running_loop().create_task(_ended(child))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)


async def _reply(child: Process) -> bytes:
    assert child.stdout is not None  # noqa: S101
    (size,) = wire.LENGTH.unpack(await child.stdout.readexactly(wire.LENGTH.size))
    if size > wire.MAX_REPLY_BYTES:
        raise ValueError("more than any reply")
    return await child.stdout.readexactly(size)


async def _ended(child: Process) -> None:
    """What it still said is read to the end, lest its pipe stay open."""
    assert child.stdout is not None  # noqa: S101
    with suppress(TimeoutError, RuntimeError):  # somebody else may be reading just now
        async with asyncio.timeout(_END_S):
            while await child.stdout.read(wire.MAX_REPLY_BYTES):
                pass
    with suppress(TimeoutError):
        await asyncio.wait_for(child.wait(), _END_S)


def _environment() -> dict[str, str]:
    """No token, no proxy, no path: Windows alone can't start a program without where it lives itself."""
    return {"SYSTEMROOT": os.path.expandvars("%SYSTEMROOT%")} if sys.platform == "win32" else {}
