"""Documents of the web, fetched as if every server were hostile. What is let in: docs/web.md.

A fetch ends with a document or with FetchError: nothing that a server does raises anything else.
"""

import asyncio
import socket
import time
from asyncio import timeout
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Self
from weakref import WeakValueDictionary

import aiohttp
from yarl import URL

from corpus.errors import FetchError
from corpus.web import headers, robots
from corpus.web.failures import failure, status_error, too_long
from corpus.web.guard import PUBLIC, Policy
from corpus.web.lookup import Getaddrinfo, Lookup
from corpus.web.robots import Robots, Rules, Ruling
from corpus.web.types import NOTHING_KNOWN, Fetched, Unchanged, Validators
from corpus.web.unpack import CODINGS, PIECE, TooMuchError, unpacker
from corpus.wording import Wording

PROGRAM = "rumourmill"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_DOCUMENTS = frozenset({200, 203})
_CHUNK = 32 * 1024
_LOOKUPS = 4
"""For each fetch: a lookup that was given up still takes its thread until the name server answers."""
_MAX_CONTACT = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may take: seconds on the line, of all redirects and robots.txt together, and bytes.

    Waiting for one's turn is not counted: a host is asked by one fetch at a time, all hosts by `at_once`.
    """

    total_s: float = 15.0
    body_bytes: int = 5 * 1024**2
    line_bytes: int = 16 * 1024
    headers: int = 128
    redirects: int = 5
    at_once: int = 4
    delay_s: float = 5.0
    """The longest that a robots.txt can have us wait between two fetches."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a server said. Only documents have a body."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class _Found:
    """The answer at the end of all redirects."""

    address: URL
    answer: _Answer
    moved: bool


@dataclass(slots=True)
class _Line:
    """What is sent along with each request of a fetch, and the seconds that it has left."""

    headers: Mapping[str, str]
    left_s: float


_Step = Callable[[URL], Awaitable[_Answer]]


def user_agent(contact: str = "") -> str:
    """Who asks, and how its people can be reached: an address or a web page."""
    shown = "".join(c for c in contact if " " <= c <= "~" and c not in "()\\").strip()[:_MAX_CONTACT]
    name = f"{PROGRAM}/{version(PROGRAM)}"
    return f"{name} (+{shown})" if shown else name


class Fetcher:
    """The `Web` of corpus/web/types.py. Use it as a context; it keeps nothing but hosts' wishes."""

    def __init__(
        self,
        *,
        agent: str,
        policy: Policy = PUBLIC,
        limits: Limits = Limits(),
        obey_robots: bool = True,
        getaddrinfo: Getaddrinfo = socket.getaddrinfo,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._agent = agent
        self._policy = policy
        self._limits = limits
        self._robots = Robots(PROGRAM, clock) if obey_robots else None
        self._getaddrinfo = getaddrinfo
        self._sleep = sleep
        self._clock = clock
        self._now = now
        self._slots = asyncio.Semaphore(limits.at_once)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._free_at: dict[str, float] = {}

    async def __aenter__(self) -> Self:
        self._lookup = Lookup(self._getaddrinfo, _LOOKUPS * self._limits.at_once)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=self._lookup,
                use_dns_cache=False,
                force_close=True,
                socket_factory=self._policy.open_socket,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),
            read_bufsize=_CHUNK,
            max_line_size=self._limits.line_bytes,
            max_field_size=self._limits.line_bytes,
            max_headers=self._limits.headers,
            headers={"User-Agent": self._agent, "Accept-Encoding": CODINGS},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._lookup.close()

    async def fetch(self, url: str, validators: Validators = NOTHING_KNOWN) -> Fetched | Unchanged:
        """A document, unless it is still that of the validators. Raises FetchError."""
        asked = self._policy.address_of(url)
        line = _Line(headers.conditions(validators), self._limits.total_s)
        found = await self._follow(asked, lambda address: self._visit(address, line, waits=address == asked))
        answer = found.answer
        if answer.status == 304 and line.headers:
            return Unchanged(headers.fresh_s(answer.headers))
        if answer.status not in _DOCUMENTS:
            raise status_error(answer.status, answer.headers, self._now())
        return _document(found)

    async def _follow(self, asked: URL, step: _Step) -> _Found:
        """Redirects by hand, each looked at like the first address."""
        address, seen, moved = asked, {asked}, True
        for _ in range(self._limits.redirects + 1):
            answer = await step(address)
            if answer.status not in _REDIRECTS:
                return _Found(address, answer, moved and address != asked)
            following = self._next(address, answer)
            if following in seen:
                raise FetchError(Wording("It redirects in a circle: open it and paste its text instead."))
            moved = moved and answer.status in _PERMANENT and not _loses_tls(address, following)
            address = following
            seen.add(address)
        raise FetchError(
            Wording(
                "It redirects more than {most} times: open it and paste its text instead.",
                most=self._limits.redirects,
            )
        )

    def _next(self, address: URL, answer: _Answer) -> URL:
        try:
            location = answer.headers.get("Location")
            target = str(address.join(URL(location))) if location else ""
        except (ValueError, IndexError):
            target = ""
        try:
            return self._policy.address_of(target)
        except FetchError as error:
            raise FetchError(
                Wording("It redirects to where it can't be followed. {why}", why=error.reason)
            ) from None

    async def _visit(self, address: URL, line: _Line, *, waits: bool) -> _Answer:
        """One request, when it is its host's turn, and if its robots.txt lets us."""
        host = address.raw_host or ""
        async with self._turns.setdefault(host, asyncio.Lock()):
            ruling = await self._ruling(address, line)
            if not ruling.allowed:
                raise FetchError(
                    Wording("Its robots.txt asks programs to stay away: open it and paste its text instead.")
                )
            if waits:
                await self._sleep(max(0.0, self._free_at.get(host, 0.0) - self._clock()))
            try:
                return await self._ask(address, line)
            finally:
                self._rest(host, min(ruling.delay_s, self._limits.delay_s))

    def _rest(self, host: str, delay_s: float) -> None:
        now = self._clock()
        self._free_at = {other: until for other, until in self._free_at.items() if until > now}
        if delay_s:
            self._free_at[host] = now + delay_s

    async def _ruling(self, address: URL, line: _Line) -> Ruling:
        if self._robots is None:
            return Ruling(allowed=True)

        async def read(at: URL) -> Rules:
            plain = replace(line, headers={})
            try:
                found = await self._follow(at, lambda hop: self._ask(hop, plain, robots.MAX_BYTES))
            finally:
                line.left_s = plain.left_s
            return _rules(found.answer, self._now())

        return await self._robots.ruling(address, read)

    async def _ask(self, address: URL, line: _Line, in_part: int | None = None) -> _Answer:
        """One request and its answer, in the time that is left; of a long one so many bytes, if they do."""
        async with self._slots:
            began = time.monotonic()
            try:
                async with (
                    timeout(line.left_s),
                    self._session.get(address, headers=line.headers, allow_redirects=False) as response,
                ):
                    return await _read(response, self._limits.body_bytes, in_part)
            except FetchError:
                raise
            except Exception as error:  # whatever a library makes of what a server sent
                raise failure(error, address.raw_host or "", self._limits.total_s) from error
            finally:
                line.left_s -= time.monotonic() - began


def _loses_tls(address: URL, following: URL) -> bool:
    """Such a redirect is followed, but not for good: anybody on the way may have written it."""
    return address.scheme == "https" and following.scheme == "http"


async def _read(response: aiohttp.ClientResponse, most: int, in_part: int | None) -> _Answer:
    try:
        if response.status not in _DOCUMENTS:
            return _Answer(response.status, response.headers)
        unpacking = unpacker(", ".join(response.headers.getall("Content-Encoding", ())), in_part or most)
        try:
            async for data in response.content.iter_any():
                for start in range(0, len(data), PIECE):
                    unpacking.feed(data[start : start + PIECE])
                    await asyncio.sleep(0)
            unpacking.finish()
        except TooMuchError:
            if in_part is None:
                raise too_long(most) from None
        return _Answer(response.status, response.headers, unpacking.body())
    finally:
        response.close()


def _document(found: _Found) -> Fetched:
    url, said = str(found.address), found.answer.headers
    return Fetched(
        url=url,
        body=found.answer.body,
        media_type=headers.media_type(said),
        charset=headers.charset(said),
        validators=headers.validators(said),
        moved_to=url if found.moved else None,
        fresh_s=headers.fresh_s(said),
    )


def _rules(answer: _Answer, now: datetime) -> Rules:
    """Empty where there is no robots.txt. Raises FetchError where its host can't say what it wants."""
    if answer.status in _DOCUMENTS:
        text = answer.body.decode("utf-8-sig", "replace")
        return Rules(text, headers.fresh_s(answer.headers))
    if answer.status == 429 or not 400 <= answer.status < 500:
        why = status_error(answer.status, answer.headers, now)
        raise FetchError(
            Wording("What its robots.txt asks for can't be known now. {why}", why=why.reason),
            retry_after_s=why.retry_after_s,
        )
    return Rules("")
