"""Discord goes wrong while people use the bot: every one of them is answered or told, and the bot lives.

Many servers use the bot at once. In each use one thing goes wrong: a request of the bot, or the gateway.
"""

import asyncio
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.app import open_services
from bot.client import Rumourmill
from bot.config import Config, DataSection, LimitsSection
from corpus.store import Store
from corpus.types import Article
from drills.anywhere import CONTACT, open_anywhere
from drills.outcome import Outcome
from drills.patience import patience
from drills.place import Place, make_place
from drills.seen import Seen
from drills.uses import USES, Use, import_out_of_sight
from index import choose
from index.engine import Engine, EngineSettings, open_engine
from tests.candidates import scores
from tests.discord_double import DiscordDouble
from tests.discord_double.routing import UNKNOWN_WEBHOOK, Request
from tests.encoders import WordEncoder

LIMITS = LimitsSection(member_questions=1000, server_questions=1000, server_questions_a_day=1_000_000)
ANSWERING = EngineSettings(refuse_below=0.1)
"""What is asked of an article is quoted, however sure the answer is; other things are not."""
BASE_ARTICLES = 5
QUIET_S = 0.05
POLL_S = 0.02
WORD_S = 45.0
"""So long, and the long wait of a 429, anybody is kept waiting for a word at most."""

ANSWERED, TOLD = "answered", "told what went wrong"
LOST, NEVER_SENT = "given up by Discord, and counted by the bot", "never sent to the bot by Discord"
LATE, SILENT = "not acknowledged in time", "neither answered nor told"

BROKEN_RULES = ("the first answer came after", "was already acknowledged", "with this token was acknowledged")
"""What a bot can't help where Discord is late, its answer is lost on the line, or it says what isn't so."""
LOGGED = ("Incident", "Attempting a reconnect", "Ignoring exception in autocomplete", "_delay_ready")
"""The last is discord.py's own, where a second session begins before the first has told of all servers."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to go wrong: of a request, only to a `route` if there is one; or of the gateway.

    `gives_up`: Discord may not wait for the answer that long, or says itself that it doesn't.
    """

    name: str
    fault: dict[str, Any] = field(default_factory=dict)
    route: str | None = None
    gateway: str | None = None
    gives_up: bool = False


def kinds(wait_s: float) -> list[Kind]:
    return [
        Kind("late acknowledgement, 10062", {"status": 404, "code": 10062}, "callback", gives_up=True),
        Kind("second acknowledgement, 40060", {"status": 400, "code": 40060}, "callback", gives_up=True),
        Kind("429 with a long wait", {"status": 429, "retry_after_s": wait_s}),
        Kind("500", {"status": 500}),
        Kind("500 three times", {"status": 500, "times": 3}),
        Kind("connection reset", {"reset": True}),
        Kind("connection reset, but the request was served", {"reset": True, "after": True}),
        Kind("gateway lost and resumed", gateway="reset"),
        Kind("gateway asks to reconnect", gateway="reconnect"),
        Kind("session invalidated", gateway="invalidate"),
    ]


async def drill(
    directory: Path, servers: int, times: int, wait_s: float, seed: int, told: Callable[[int], None]
) -> Outcome:
    outcome = Outcome("faults of Discord")
    async with DiscordDouble(expect_violations=True, wait_s=wait_s + WORD_S) as double:
        config = Config(data=DataSection(directory=directory), limits=LIMITS, web=CONTACT)
        async with open_services(config, _load, open_anywhere) as services:
            await services.load()
            client = Rumourmill(services)
            places = [make_place(double, number, seed) for number in range(servers)]
            async with double.running(client), patience(double), _sure_by_reading():
                client.http.max_ratelimit_timeout = wait_s / 2
                await _Faults(double, client, places, wait_s, outcome).run(times, told)
        outcome.faults += [f"Discord was sent something wrong: {what}" for what in _grave(double)]
    return outcome


@asynccontextmanager
async def _sure_by_reading() -> AsyncIterator[None]:
    """How sure an answer is was fitted to the real model: here what is read decides."""
    with patch.multiple(choose, SURENESS=scores(relevance=1.0), SURENESS_OFFSET=0.0):
        yield


async def _load(config: Config, store: Store) -> Engine:
    return await open_engine(store, WordEncoder(), config.data.directory, ANSWERING)


def _grave(double: DiscordDouble) -> list[str]:
    broken = [what for what in double.violations if not any(known in what for known in BROKEN_RULES)]
    return broken + [what for what in double.errors if not any(known in what for known in LOGGED)]


class _Faults:
    def __init__(
        self,
        double: DiscordDouble,
        client: Rumourmill,
        places: Sequence[Place],
        wait_s: float,
        outcome: Outcome,
    ) -> None:
        self._double = double
        self._client = client
        self._places = places
        self._outcome = outcome
        self._kinds = kinds(wait_s)
        self._patience_s = wait_s + WORD_S
        self._routes: dict[str, list[str]] = {}
        self._weather = _Weather(double)
        self._left = self._done = self._lost = 0

    async def run(self, times: int, told: Callable[[int], None]) -> None:
        self._left = times
        for place in self._places:
            await _furnish(place)
        for use in USES:
            await self._rehearse(use, self._places[0])
        tasks = _tasks()
        await asyncio.gather(*(self._use_in(place, told) for place in self._places))
        await self._inspect_tasks(tasks)
        for place in self._places:
            await self._inspect_articles(place)
        await self._withdraw_all()
        given_up = self._lost - _misled(self._double)
        if self._client.lost_interactions != given_up:
            self._fault(f"{given_up} were given up, and the bot counted {self._client.lost_interactions}")

    def _fault(self, what: str) -> None:
        self._outcome.faults.append(what)

    async def _rehearse(self, use: Use, place: Place) -> None:
        """Learn which requests a use makes where nothing goes wrong."""
        prepared = await use.prepare(place) if use.prepare else None
        await asyncio.sleep(QUIET_S)
        before = len(self._double.requests)
        seen = Seen(self._double, await use.begin(place, prepared))
        verdict = await self._settled(use, seen, None)
        self._routes[use.name] = [request.route for request in self._double.requests[before:]]
        if use.done:
            await use.done(place, prepared, seen.reply)
        if verdict != ANSWERED:
            self._fault(f"{use.name} where nothing goes wrong: {verdict}")

    async def _use_in(self, place: Place, told: Callable[[int], None]) -> None:
        while self._left > 0:
            self._left -= 1
            use, kind, number = self._chosen(place.chance)
            try:
                happened = await self._use(use, kind, number, place)
                await self._ask(place)
            except AssertionError as error:
                self._fault(f"{kind.name}, {use.name}: {str(error)[:300]}")
                happened = True
            if happened:
                self._done += 1
                told(self._done)
            else:
                self._left += 1

    def _chosen(self, chance: random.Random) -> tuple[Use, Kind, int]:
        """A use, what goes wrong, and with which of its requests."""
        use = chance.choice(USES)
        routes = self._routes[use.name]
        fitting = [
            (kind, [n for n, route in enumerate(routes) if kind.route in (None, route)])
            for kind in self._kinds
        ]
        kind, numbers = chance.choice([(kind, numbers) for kind, numbers in fitting if numbers])
        return use, kind, chance.choice(numbers)

    async def _use(self, use: Use, kind: Kind, number: int, place: Place) -> bool:
        """Whether it did go wrong."""
        async with self._weather.calm():
            prepared = await use.prepare(place) if use.prepare else None
        if kind.gateway:
            verdict, happened = await self._with_gateway(use, kind, kind.gateway, place, prepared), True
        else:
            verdict, happened = await self._with_request(use, kind, number, place, prepared)
        if happened:
            self._outcome.counts[kind.name] += 1
            self._outcome.counts[verdict] += 1
        return happened

    async def _with_request(
        self, use: Use, kind: Kind, number: int, place: Place, prepared: Any
    ) -> tuple[str, bool]:
        fault = self._double.faults.next("*", when=_Nth(self._double, place, number), **kind.fault)
        try:
            verdict = await self._end(use, kind, place, prepared)
        finally:
            self._double.faults.cancel(fault)
        return verdict, fault.hits > 0

    async def _with_gateway(self, use: Use, kind: Kind, how: str, place: Place, prepared: Any) -> str:
        """Before the use or while it lasts."""
        breaking = asyncio.create_task(self._weather.storm(how))
        await asyncio.sleep(place.chance.choice([0, 0.01, 0.03]))
        try:
            return await self._end(use, kind, place, prepared)
        finally:
            await breaking

    async def _end(self, use: Use, kind: Kind, place: Place, prepared: Any) -> str:
        """What becomes of a use, which is then taken to its end with nothing wrong."""
        seen = Seen(self._double, await use.begin(place, prepared))
        verdict = await self._settled(use, seen, kind)
        if verdict in (LATE, SILENT):
            self._fault(f"{kind.name}, {use.name}: {verdict}")
        if use.done and verdict in (ANSWERED, TOLD):
            async with self._weather.calm():
                await use.done(place, prepared, seen.reply)
        return verdict

    async def _ask(self, place: Place) -> None:
        """A question is answered as ever."""
        async with self._weather.calm():
            use = USES[1]
            verdict = await self._settled(use, Seen(self._double, await use.begin(place, None)), None)
        if verdict != ANSWERED:
            self._fault(f"Afterwards, with nothing wrong, a question is {verdict}")

    # --- judging

    async def _settled(self, use: Use, seen: Seen, kind: Kind | None) -> str:
        """What became of a use, once that is clear."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience_s
        while (verdict := self._verdict(use, seen, kind)) is None:
            if loop.time() > deadline:
                return SILENT
            await asyncio.sleep(POLL_S)
        await asyncio.sleep(QUIET_S)
        self._lost += verdict == LOST and not seen.completes
        return verdict

    def _verdict(self, use: Use, seen: Seen, kind: Kind | None) -> str | None:
        """None while it isn't clear."""
        if seen.answered and re.search(use.right, seen.text):
            return ANSWERED
        if seen.answered and seen.told:
            return TOLD
        if not seen.is_past:
            return None
        if not seen.delivered:
            return NEVER_SENT
        if not seen.unacknowledged:
            return None
        excused = seen.completes or (kind and kind.gives_up) or self._weather.changed_since(seen.started_s)
        return LOST if excused else LATE

    # --- what is left

    async def _inspect_tasks(self, before: Counter[str]) -> None:
        deadline = asyncio.get_running_loop().time() + self._patience_s
        while left := _tasks() - before:
            if asyncio.get_running_loop().time() > deadline:
                self._fault(f"Tasks were left hanging: {dict(left)}")
                return
            await asyncio.sleep(QUIET_S)

    async def _inspect_articles(self, place: Place) -> None:
        """What was confirmed is there and nothing else, whole and found."""
        there = {article.title: article for article in await self._articles(place)}
        for title, article in there.items():
            if place.texts.get(title) != article.text:
                self._fault(f"{title} is stored with another text")
            if title in place.removed:
                self._fault(f"{title} is there, though it was confirmed that it is not")
        for title in place.stored - there.keys():
            self._fault(f"{title} is not there, though it was confirmed that it was stored")
        for title in place.texts:
            answer = await self._client.services.engine.ask(title, guild_id=place.guild.id)
            if any(quote.source.title == title for quote in answer.quotes) != (title in there):
                self._fault(
                    f"{title} is {'stored' if title in there else 'gone'}, but questions find otherwise"
                )

    async def _withdraw_all(self) -> None:
        """Every article goes, and with it its quotes in every answer that stands in a channel."""
        for place in self._places:
            for article in await self._articles(place):
                await self._client.services.engine.remove(article.id, guild_id=place.guild.id)
        await self._client.receipts.sweep()
        for place in self._places:
            for message in place.channel.messages:
                shown = "\n".join(embed.get("description", "") for embed in message.embeds)
                if not message.ephemeral and place.secret in shown:
                    self._fault(f"A quote stands that was withdrawn: {shown[:200]}")

    async def _articles(self, place: Place) -> list[Article]:
        articles = self._client.services.store.articles
        listed = await articles.list(guild_id=place.guild.id, limit=10_000, offset=0)
        return list((await articles.load({a.id for a in listed}, guild_id=place.guild.id)).values())


async def _furnish(place: Place) -> None:
    for _ in range(BASE_ARTICLES - 1):
        await place.add()
    fields = place.article()
    told = await import_out_of_sight(place.moderator, place.channel, place.file(fields))
    place.confirm(told, fields["title"])
    await place.fan.slash(place.channel, "ask", question=place.question)


def _misled(double: DiscordDouble) -> int:
    """How many interactions the bot went on with: its second attempt was told that the first was served."""
    refused = [request for request in double.requests if request.code == UNKNOWN_WEBHOOK]
    return len({request.parameters.get("webhook_token") for request in refused})


def _tasks() -> Counter[str]:
    """The running tasks by what they do, without those of the double and of forms not handed in."""
    running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    names = [getattr(task.get_coro(), "__qualname__", "") for task in running]
    return Counter(
        name for name in names if not name.startswith(("RequestHandler", "Connection", "BaseView"))
    )


class _Weather:
    """Storms of the gateway come one at a time, and never while somebody needs calm."""

    def __init__(self, double: DiscordDouble) -> None:
        self._double = double
        self._condition = asyncio.Condition()
        self._calm = 0
        self._storm = False
        self._ended_s = 0.0

    def changed_since(self, time_s: float) -> bool:
        return self._storm or self._ended_s > time_s

    @asynccontextmanager
    async def calm(self) -> AsyncIterator[None]:
        async with self._condition:
            await self._condition.wait_for(lambda: not self._storm)
            self._calm += 1
        try:
            yield
        finally:
            async with self._condition:
                self._calm -= 1
                self._condition.notify_all()

    async def storm(self, how: str) -> None:
        """Let the gateway go wrong, and wait until the bot is back."""
        async with self._condition:
            await self._condition.wait_for(lambda: not self._storm)
            self._storm = True
            await self._condition.wait_for(lambda: not self._calm)
        try:
            await getattr(self._double.gateway, how)()
        finally:
            async with self._condition:
                self._storm = False
                self._ended_s = self._double.clock.monotonic()
                self._condition.notify_all()


class _Nth:
    """True from a place's `number`th request on."""

    def __init__(self, double: DiscordDouble, place: Place, number: int) -> None:
        self._double = double
        self._place = place
        self._left = number

    def __call__(self, request: Request) -> bool:
        self._left -= self._is_of_the_place(request)
        return self._left < 0

    def _is_of_the_place(self, request: Request) -> bool:
        token = request.parameters.get("interaction_token") or request.parameters.get("webhook_token")
        if token is not None:
            interaction = self._double.interactions.get(token)
            return interaction is not None and interaction.channel is self._place.channel
        return str(self._place.channel.id) in request.path or f"/of-{self._place.number}-" in request.path
