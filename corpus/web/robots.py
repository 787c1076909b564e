"""What a host's robots.txt asks of programs, as RFC 9309 has it."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from yarl import URL

from corpus.errors import FetchError
from corpus.wording import Wording

MAX_BYTES = 500 * 1024
"""What follows after so many is not read."""
KEPT_S = 24 * 3600.0
LEAST_KEPT_S = 600.0
MAX_HOSTS = 400
MAX_KEPT_BYTES = 8 * 1024**2
"""Of all hosts together."""
MAX_LINES = 5_000

_NAMES_PROGRAM = re.compile(r"\W*user\W*agent[\s:]*([^#]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """A robots.txt, empty where there is none, and for how long it may be remembered."""

    text: str
    fresh_s: float | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a program may ask for an address, and how long it is to wait before it asks that host again."""

    allowed: bool
    delay_s: float = 0.0


def ruling_of(text: str, address: URL, agent: str) -> Ruling:
    """Takes its time over a hostile text: not for the event loop. Raises FetchError where it is a maze."""
    from protego import Protego

    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        raise FetchError(Wording("Its robots.txt is too long to be followed: paste the text instead."))
    rules = Protego.parse("\n".join(_of_concern(line, agent) for line in lines))
    return Ruling(rules.can_fetch(str(address), agent), rules.crawl_delay(agent) or 0.0)


def _of_concern(line: str, agent: str) -> str:
    """The parser notes every rule for each of the programs it is for: all others go by one name here."""
    if not (named := _NAMES_PROGRAM.match(line)):
        return line
    name = named[1].strip().lower()
    return f"User-agent: {name if name in ('*', agent) else 'others'}"


class Robots:
    """Asks each host once a day at most, and remembers the hosts that were asked for last.

    `read` fetches a robots.txt; it raises FetchError where its host doesn't say what it wants.
    """

    def __init__(self, agent: str, clock: Callable[[], float]) -> None:
        self._agent = agent
        self._clock = clock
        self._kept: OrderedDict[URL, tuple[str, float]] = OrderedDict()

    async def ruling(self, address: URL, read: Callable[[URL], Awaitable[Rules]]) -> Ruling:
        """Raises FetchError where it can't be known."""
        text = await self._text(address.origin(), read)
        return await asyncio.to_thread(ruling_of, text, address, self._agent)

    async def _text(self, origin: URL, read: Callable[[URL], Awaitable[Rules]]) -> str:
        text, until = self._kept.get(origin, ("", 0.0))
        if origin not in self._kept or until <= self._clock():
            rules = await read(origin / "robots.txt")
            text, fresh_s = rules.text, rules.fresh_s
            until = self._clock() + max(LEAST_KEPT_S, min(KEPT_S, KEPT_S if fresh_s is None else fresh_s))
        self._kept[origin] = text, until
        self._kept.move_to_end(origin)
        self._forget_some()
        return text

    def _forget_some(self) -> None:
        while (
            len(self._kept) > MAX_HOSTS or sum(len(text) for text, _ in self._kept.values()) > MAX_KEPT_BYTES
        ):
            self._kept.popitem(last=False)
