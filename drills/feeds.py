"""A week of feeds within minutes: nothing is asked for too often, taken or posted twice, or lost.

The clock, the web and Discord are made up; the store is real. Servers of the web publish, edit and drop
items, move, fail, ask to be left alone and end; moderators edit and remove articles; and the poller is killed
or stopped at random moments, and begins anew from the store.
"""

# ruff: noqa: ARG002 - the clock of the world is the one that counts

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from corpus.errors import FetchError, UnreadableError
from corpus.feeds.plan import key_of
from corpus.feeds.poll import Poller
from corpus.feeds.types import FollowedFeed, Health, NewFeed
from corpus.ingest.run import draft_of
from corpus.store import Store, open_store
from corpus.types import Article, ArticleDraft, Taken
from corpus.web.door import Door
from corpus.web.types import NOTHING_KNOWN, Feed, FeedItem, Fetched, Page, Unchanged, Validators
from drills.outcome import Outcome
from tests.takes import StoreTake

START = datetime(2026, 8, 1, tzinfo=UTC)
TICK = timedelta(minutes=1)
LEAST = timedelta(minutes=15)
REMEMBERED = timedelta(minutes=5)
"""For so long Discord takes no second message with the same nonce."""
IN_FEED = timedelta(days=3)
GUILDS = 20
CALLS = 300
"""Of the store, the web and Discord, until a process is killed, on average."""
STOPPED = 0.2
"""So many are not killed, but stopped."""
MODERATED = 0.02
"""So likely a moderator edits or removes an article within a minute."""
SETTLING = timedelta(hours=30)

ASKED, ITEMS, RESTARTS = "requests for feeds", "items that were in a feed", "times killed or stopped"


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Story:
    """A page, and how it is at which time."""

    marker: str
    url: str
    published: datetime
    kind: str
    club: str
    edited: datetime | None = None
    copy_of: str | None = None
    rekeyed: bool = False
    """Whether its feed takes an edited one for another one."""

    def version(self, now: datetime) -> int:
        return 1 + (self.edited is not None and self.edited <= now)

    def text(self, now: datetime) -> str:
        told = f"{self.club} want {self.marker} before the window closes. "
        copied = f"COPY OF {self.copy_of} " if self.copy_of else ""
        return f"{copied}{told * 4}This is version {self.version(now)}."

    def item(self, now: datetime) -> FeedItem:
        title = f"{self.club} and {self.marker}, version {self.version(now)}"
        text = {"whole": self.text(now) * 4, "short": "More ..."}.get(self.kind, self.text(now)[:200])
        key = f"id {self.marker} {self.version(now) if self.rekeyed else 1}"
        return FeedItem(key, self.url, title, text, None, self.published)


@dataclass
class Site:
    """A feed of the web; `down` and `busy` are when it fails, and when it wants to be left alone."""

    number: int
    url: str
    stories: list[Story]
    ttl_s: float | None
    fresh_s: float | None
    validating: bool
    moves: datetime | None
    ends: datetime | None
    down: list[tuple[datetime, datetime]]
    busy: list[tuple[datetime, datetime]]
    last_asked: datetime | None = None
    gone_told: bool = False

    @property
    def host(self) -> str:
        return self.url.split("/")[2]

    def items(self, now: datetime) -> tuple[FeedItem, ...]:
        present = [s for s in self.stories if s.published <= now < s.published + IN_FEED]
        return tuple(story.item(now) for story in reversed(present))


@dataclass
class World:
    chance: random.Random
    sites: list[Site]
    outcome: Outcome
    now: datetime = START
    polling: asyncio.Task[None] | None = None
    calls_left: int | None = None
    quiet: dict[str, datetime] = field(default_factory=dict)
    under_way: Counter[str] = field(default_factory=Counter)
    followed: dict[int, tuple[Site, NewFeed]] = field(default_factory=dict)
    offered: dict[tuple[int, str], tuple[Story, int]] = field(default_factory=dict)
    posts: dict[tuple[int | None, int], list[datetime]] = field(default_factory=lambda: defaultdict(list))
    hand: dict[int, str] = field(default_factory=dict)
    removed: set[tuple[int | None, str]] = field(default_factory=set)
    added: set[tuple[int | None, int]] = field(default_factory=set)
    told: list[tuple[int, Health]] = field(default_factory=list)

    def fault(self, words: str) -> None:
        self.outcome.faults.append(f"{self.now - START}: {words}")

    def begin(self, *, killed: bool) -> None:
        """A new process, which ends after so many calls."""
        self.calls_left = self.chance.randint(1, 2 * CALLS) if killed else None

    def strike(self) -> None:
        """Here the process may end: killed, so that nothing more happens; or stopped, and it may clear up."""
        if self.calls_left is None:
            return
        self.calls_left -= 1
        if self.calls_left == 0 and self.polling and self.chance.random() < STOPPED:
            self.calls_left = None
            self.polling.cancel()
        elif self.calls_left <= 0:
            raise Killed

    def __post_init__(self) -> None:
        self.stories = {story.url: story for site in self.sites for story in site.stories}
        self.by_url = {site.url: site for site in self.sites}
        self.documents: dict[str, Feed | Page | None] = {}


class MadeUpWeb:
    """Serves the sites as they are now, and finds fault with requests that should not have come."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def fetch(self, url: str, validators: Validators = NOTHING_KNOWN) -> Fetched | Unchanged:
        world, host = self._world, url.split("/")[2]
        world.strike()
        if world.under_way[host]:
            world.fault(f"{host} was asked for two things at once")
        if world.now < world.quiet.get(host, START):
            world.fault(f"{host} was asked although it wanted to be left alone")
        world.under_way[host] += 1
        try:
            await asyncio.sleep(0)
            answer = self._page(url) if url in world.stories else self._feed(url, validators)
        finally:
            world.under_way[host] -= 1
        world.strike()
        return answer

    def _feed(self, url: str, validators: Validators) -> Fetched | Unchanged:
        world, now = self._world, self._world.now
        site = world.by_url[url.removesuffix("/moved")]
        world.outcome.counts[ASKED] += 1
        if site.last_asked and now - site.last_asked < LEAST:
            world.fault(f"{url} was asked again after {now - site.last_asked}")
        if site.gone_told:
            world.fault(f"{url} was asked although it is gone")
        site.last_asked = now
        if site.ends and now >= site.ends:
            site.gone_told = True
            raise FetchError("It is gone.", gone=True)
        for _, end in (span for span in site.busy if span[0] <= now < span[1]):
            world.outcome.counts["times a site wanted to be left alone"] += 1
            raise FetchError("Too many requests.", retry_after_s=(end - now).total_seconds())
        if any(begin <= now < end for begin, end in site.down):
            raise FetchError("Its server says 503.")
        moved = f"{site.url}/moved" if site.moves and now >= site.moves else None
        items = site.items(now)
        etag = str(hash(items)) if site.validating else None
        if etag and validators.etag == etag:
            world.outcome.counts["requests answered with 304"] += 1
            return Unchanged(site.fresh_s)
        body = f"{site.number} {now.timestamp()}"
        world.documents[body] = Feed(f"Site {site.number}", items, site.ttl_s)
        return Fetched(
            moved or url, body.encode(), validators=Validators(etag), moved_to=moved, fresh_s=site.fresh_s
        )

    def _page(self, url: str) -> Fetched:
        world, now = self._world, self._world.now
        story = world.stories[url]
        world.outcome.counts["requests for pages"] += 1
        if story.kind == "gone":
            raise FetchError("It is gone.", gone=True)
        if story.kind == "flaky" and world.chance.random() < 0.6:
            raise FetchError("Its server says 502.")
        world.documents[url] = (
            None
            if story.kind in ("short", "unreadable")
            else Page(url, f"Page of {story.marker}", story.text(now), publisher=None)
        )
        return Fetched(url, url.encode())

    async def page(self, fetched: Fetched, *, now: datetime) -> Page:
        self._world.strike()
        page = self._world.documents.pop(fetched.body.decode())
        if not isinstance(page, Page):
            raise UnreadableError("There is no article on it.")
        return page

    async def feed(self, fetched: Fetched, *, now: datetime) -> Feed:
        self._world.strike()
        feed = self._world.documents.pop(fetched.body.decode())
        assert isinstance(feed, Feed)  # noqa: S101 - for the type checker
        site = int(fetched.body.split()[0])
        for item in feed.items:
            story = self._world.stories[item.url or ""]
            self._world.offered[site, key_of(item)] = (story, story.version(self._world.now))
        return feed


class MadeUpTake(StoreTake):
    """As the engine: a copy of a story that is there is linked to it."""

    def __init__(self, store: Store, world: World) -> None:
        super().__init__(store)
        self._world = world

    async def __call__(self, draft: ArticleDraft, *, guild_id: int | None, **more: Any) -> Taken:
        self._world.strike()
        copied = None if more.get("replaces") else await self._linked(draft, guild_id)
        taken = copied or await super().__call__(draft, guild_id=guild_id, **more)
        if taken.outcome == "added":
            self._world.added.add((guild_id, taken.article_id))
        self._world.outcome.counts[f"articles {taken.outcome}"] += 1
        self._world.strike()
        return taken

    async def _linked(self, draft: ArticleDraft, guild_id: int | None) -> Taken | None:
        if not draft.text.startswith("COPY OF "):
            return None
        marker = draft.text.split()[2]
        found = await self.store._database.fetch(
            "SELECT id FROM articles WHERE COALESCE(guild_id, 0) = ? AND text LIKE ?"
            " AND text NOT LIKE 'COPY OF%'",
            [guild_id or 0, f"%{marker} %"],
        )
        return Taken("linked", found[0][0]) if found else None


class Striking:
    """A part of the store in whose every call the process may end, before or after it is done."""

    def __init__(self, part: Any, world: World) -> None:
        self._part = part
        self._world = world

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._part, name)
        if name in ("due", "waiting"):
            return call

        async def struck(*arguments: Any, **more: Any) -> Any:
            self._world.strike()
            result = await call(*arguments, **more)
            if name == "keep_quiet":
                self._world.quiet[arguments[0]] = arguments[1]
            if more.get("ended"):
                self._world.followed[arguments[0]][0].gone_told = True
            self._world.strike()
            return result

        return struck


async def drill(directory: Path, feeds: int, hours: int, seed: int, told: Callable[[int], None]) -> Outcome:
    outcome = Outcome("feeds for a while")
    chance = random.Random(seed)  # noqa: S311
    end = START + timedelta(hours=hours)
    world = World(chance, _sites(chance, max(1, feeds * 4 // 5), end), outcome)
    file = directory / "rumourmill.db"
    async with await open_store(file) as store:
        await _follow_all(store, world, feeds)
    await _run(file, world, end, told)
    async with await open_store(file) as store:
        await _inspect(store, world)
    outcome.counts[ITEMS] = len(world.offered)
    outcome.counts["posts"] = len(world.posts)
    return outcome


async def _run(file: Path, world: World, end: datetime, told: Callable[[int], None]) -> None:
    """Minute by minute; in the end without kills, until nothing waits any more."""
    while world.now < end + SETTLING:
        async with await open_store(file) as store:
            poller = _poller(store, world)
            world.begin(killed=world.now < end)
            while world.now < end + SETTLING:
                world.now += TICK
                if await _ended(poller, world):
                    break
                if world.now >= end:
                    world.begin(killed=False)
                if world.chance.random() < MODERATED:
                    await _moderate(store, world)
                told(
                    min(
                        int((world.now - START) / timedelta(hours=1)), int((end - START) / timedelta(hours=1))
                    )
                )


async def _ended(poller: Poller, world: World) -> bool:
    """Poll once; True where the process ended meanwhile."""
    world.polling = asyncio.create_task(poller.poll_due())
    try:
        await world.polling
    except (asyncio.CancelledError, Killed):
        pass
    except BaseExceptionGroup as error:
        if error.split(Killed)[1]:
            raise
    else:
        return False
    world.outcome.counts[RESTARTS] += 1
    return True


def _poller(store: Store, world: World) -> Poller:
    async def post(feed: FollowedFeed, article: Article) -> bool:
        world.strike()
        if world.chance.random() < 0.05:
            return False
        times = world.posts[feed.guild_id, article.id]
        if times and world.now - times[-1] > REMEMBERED:
            world.fault(f"article {article.id} was posted again after {world.now - times[-1]}")
        times.append(world.now)
        world.strike()
        return True

    async def no_sleep(_: float) -> None:
        await asyncio.sleep(0)

    store.feeds = Striking(store.feeds, world)  # type: ignore[assignment]
    store.feed_items = Striking(store.feed_items, world)  # type: ignore[assignment]
    web = MadeUpWeb(world)
    return Poller(
        store,
        Door(web, web),
        MadeUpTake(store, world),
        now=lambda: world.now,
        sleep=no_sleep,
        chance=world.chance.random,
        post=post,
        tell=lambda feed, health: world.told.append((feed.id, health)),
    )


async def _moderate(store: Store, world: World) -> None:
    """A moderator edits or removes one of the latest articles."""
    rows = await store._database.fetch(
        "SELECT id, guild_id FROM articles WHERE guild_id IS NOT NULL ORDER BY id DESC LIMIT 20"
    )
    if not rows:
        return
    article_id, guild_id = world.chance.choice(rows)
    article = await store.articles.get(article_id, guild_id=guild_id)
    if world.chance.random() < 0.5:
        await store.articles.remove(article_id, guild_id=guild_id)
        world.removed.add((guild_id, article.url or ""))
        world.hand.pop(article_id, None)
        world.outcome.counts["articles removed by hand"] += 1
    else:
        text = f"By hand: {article.text}"
        await StoreTake(store)(replace(draft_of(article), text=text), guild_id=guild_id, replaces=article_id)
        world.hand[article_id] = text
        world.outcome.counts["articles edited by hand"] += 1


# What there is


def _sites(chance: random.Random, number: int, end: datetime) -> list[Site]:
    stories: list[Story] = []
    sites = []
    for site in range(number):
        own = [_story(chance, site, n, end, stories) for n in range(chance.randint(5, 40))]
        shared = chance.sample(stories, min(len(stories), 2))
        stories += own
        sites.append(_site(chance, site, sorted([*own, *shared], key=lambda story: story.published), end))
    return sites


def _story(chance: random.Random, site: int, number: int, end: datetime, others: list[Story]) -> Story:
    marker = f"Player{site}x{number}y"
    published = START + (end - START) * chance.uniform(-0.3, 1)
    kind = chance.choices(["fine", "whole", "flaky", "unreadable", "gone", "short"], [60, 15, 10, 5, 5, 5])[0]
    club = chance.choice(["Arsenal", "The Gunners", "Chelsea", "Getafe"])
    later = min(published + timedelta(hours=chance.uniform(1, 24)), end)
    edited = later if chance.random() < 0.4 else None
    copied = chance.choice(others).marker if others and chance.random() < 0.1 else None
    url = f"https://site{site // 2}.example/story/{marker}"
    return Story(marker, url, published, kind, club, edited, copied, rekeyed=chance.random() < 0.2)


def _site(chance: random.Random, number: int, stories: list[Story], end: datetime) -> Site:
    """Two feeds live on a host."""

    def some(likely: float) -> datetime | None:
        return START + (end - START) * chance.random() if chance.random() < likely else None

    def spans(likely: float, hours: float) -> list[tuple[datetime, datetime]]:
        begin = some(likely)
        return [(begin, min(begin + timedelta(hours=chance.uniform(0.5, hours)), end))] if begin else []

    return Site(
        number,
        f"https://site{number // 2}.example/feed/{number}",
        stories,
        ttl_s=chance.choice([None, None, 3600.0, 7200.0]),
        fresh_s=chance.choice([None, 60.0, 1800.0]),
        validating=chance.random() < 0.8,
        moves=some(0.1),
        ends=some(0.05),
        down=spans(0.3, 30) + spans(0.3, 4),
        busy=spans(0.3, 5) + spans(0.3, 5),
    )


async def _follow_all(store: Store, world: World, feeds: int) -> None:
    """Every site is followed by a server or by the host, and some by two."""
    poller = _poller(store, world)
    for number in sorted(range(feeds), key=lambda number: number % len(world.sites)):
        site = world.sites[number % len(world.sites)]
        guild_id = sum(divmod(number, len(world.sites))) % (GUILDS + 1) or None
        words = ("Arsenal",) if number % 4 == 0 else ()
        look = await poller.look(site.url)
        new = NewFeed(look.url, look.feed.title, guild_id, words, channel_id=50 if guild_id else None)
        world.followed[(await poller.follow(look, new)).id] = (site, new)


# What is right


async def _inspect(store: Store, world: World) -> None:
    rows = await store._database.fetch(
        "SELECT feed_id, key, state, reason, article_id, content_hash FROM feed_items"
    )
    items = {(feed_id, key): row for feed_id, key, *row in rows}
    texts: dict[int, str] = dict(await store._database.fetch("SELECT id, text FROM articles"))
    offered_to = [
        (feed_id, key, story, version)
        for feed_id, (site, _) in world.followed.items()
        for (number, key), (story, version) in world.offered.items()
        if number == site.number
    ]
    ended = {feed_id for (feed_id,) in await store._database.fetch("SELECT id FROM feeds WHERE ended")}
    for feed_id, key, story, version in offered_to:
        _, new = world.followed[feed_id]
        found = items.get((feed_id, key))
        if found is None:
            world.fault(f"feed {feed_id} lost {story.marker}")
            continue
        state, reason, article_id, content_hash = found
        world.outcome.counts[f"items {state}"] += 1
        if state == "pending":
            world.fault(f"{story.marker} of feed {feed_id} still waits: {reason}")
        if state == "refused" and not reason:
            world.fault(f"{story.marker} of feed {feed_id} was refused without a reason")
        wanted = not new.words or story.club in ("Arsenal", "The Gunners")
        if (state == "filtered") == wanted:
            world.fault(f"{story.marker} of feed {feed_id} is {state}, but wanted is {wanted}")
        text = texts.get(article_id) if content_hash and article_id not in world.hand else None
        if text and story.kind in ("fine", "whole") and f"version {version}" not in text:
            later = version < story.version(world.now) and f"version {version + 1}" in text
            if not later:
                world.fault(f"an edit of {story.marker} did not reach feed {feed_id}'s article")
    await _inspect_articles(store, world)
    await _inspect_posts(store, world)
    if ended - {feed_id for feed_id, (site, _) in world.followed.items() if site.gone_told}:
        world.fault("a feed ended that is not gone")


async def _inspect_articles(store: Store, world: World) -> None:
    rows = await store._database.fetch("SELECT id, guild_id, url, text FROM articles")
    articles = {(guild_id, url): (id_, text) for id_, guild_id, url, text in rows}
    if len(articles) < len(rows):
        world.fault("an article stands there twice")
    for guild_id, url in world.removed & articles.keys():
        world.fault(f"{url} was removed in {guild_id} and came back")
    texts = {id_: text for id_, _, _, text in rows}
    for article_id, text in world.hand.items():
        if article_id in texts and texts[article_id] != text:
            world.fault(f"article {article_id} was edited by hand and overwritten")


async def _inspect_posts(store: Store, world: World) -> None:
    """Every new article of a feed is posted, unless another feed or the first reading brought it too."""
    rows = await store._database.fetch(
        "SELECT guild_id, article_id, MIN(quiet), MAX(quiet), COUNT(*) FROM feed_items"
        " WHERE article_id IN (SELECT id FROM articles) AND content_hash IS NOT NULL"
        " AND guild_id IS NOT NULL GROUP BY guild_id, article_id"
    )
    for guild_id, article_id, all_quiet, any_quiet, number in rows:
        posted = (guild_id, article_id) in world.posts
        if all_quiet and posted:
            world.fault(f"article {article_id} of server {guild_id} was there from the beginning, but posted")
        brought = (guild_id, article_id) in world.added and number == 1 and not any_quiet
        if brought and not posted:
            world.fault(f"article {article_id} of server {guild_id} was never posted")
