"""What becomes of the items of feeds."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from corpus.errors import FeedRefusedError, FetchError, StoreFullError, UnreadableError
from corpus.feeds.poll import Poller
from corpus.feeds.types import FollowedFeed, Health, NewFeed
from corpus.ingest.run import draft_of
from corpus.store import Store
from corpus.types import Article, Taken
from corpus.web.door import Door, page_draft
from corpus.web.types import Feed, FeedItem, Page
from tests.shelf import Shelf
from tests.takes import StoreTake

FEED = "https://post.example/feed"
QUARTER = timedelta(minutes=16)
DAY = timedelta(days=1)
TEXT = "They say that {0} leaves for Madrid. " * 3
OURS = 5


def page(number: int, text: str = TEXT) -> Page:
    return Page(f"https://post.example/{number}", f"Page {number}", text.format(f"player {number}"))


def entry(number: int, title: str = "Item {0}", text: str = "") -> FeedItem:
    return FeedItem(f"id-{number}", f"https://post.example/{number}", title.format(number), text)


@dataclass
class World:
    """A clock, a web and what people were told; `poller` is made anew for a restart."""

    store: Store
    now: datetime = datetime(2026, 8, 1, 12, tzinfo=UTC)
    shelf: Shelf = field(default_factory=lambda: Shelf({}))
    posted: list[str] = field(default_factory=list)
    told: list[tuple[int, Health]] = field(default_factory=list)
    shown: bool = True

    def __post_init__(self) -> None:
        self.take = StoreTake(self.store)
        self.documents: dict[str, Any] = {}
        self.shelf.documents = self.documents
        self.restart()

    def restart(self) -> None:
        async def post(feed: FollowedFeed, article: Article) -> bool:
            if self.shown:
                self.posted.append(article.title)
            return self.shown

        async def no_sleep(_: float) -> None:
            pass

        self.poller = Poller(
            self.store,
            Door(self.shelf, self.shelf),
            self.take,
            now=lambda: self.now,
            sleep=no_sleep,
            chance=lambda: 0.5,
            post=post,
            tell=lambda feed, health: self.told.append((feed.id, health)),
        )

    def publish(self, *items: FeedItem, url: str = FEED, title: str = "The Post") -> None:
        self.documents[url] = Feed(title, tuple(items))
        for one in items:
            if one.url:
                self.documents.setdefault(one.url, page(int(one.url.rpartition("/")[2])))

    async def follow(self, *words: str, guild_id: int | None = OURS, url: str = FEED) -> FollowedFeed:
        look = await self.poller.look(url)
        new = NewFeed(look.url, look.feed.title, guild_id, words, channel_id=50, added_by=7)
        return await self.poller.follow(look, new)

    async def later(self, delay: timedelta = QUARTER) -> None:
        self.now += delay
        await self.poller.poll_due()

    async def articles(self, guild_id: int | None = OURS) -> dict[str, str]:
        """Texts by their titles."""
        listed = await self.store.articles.list(guild_id=guild_id, limit=100)
        loaded = await self.store.articles.load([one.id for one in listed], guild_id=guild_id)
        return {article.title: article.text for article in loaded.values()}

    async def items(self, guild_id: int | None = OURS) -> dict[str, int]:
        [feed] = await self.store.feeds.of(guild_id)
        return dict(feed.items)


@pytest.fixture
async def world(store: Store) -> World:
    world = World(store)
    world.publish(entry(1))
    return world


async def test_what_a_new_feed_holds_is_taken_and_not_posted_and_what_is_new_later_is(world: World) -> None:
    await world.follow()
    await world.later(timedelta(seconds=30))
    assert set(await world.articles()) == {"Page 1"}
    world.publish(entry(2), entry(1))
    await world.later()
    assert set(await world.articles()) == {"Page 1", "Page 2"}
    assert world.posted == ["Page 2"]
    for _ in range(3):
        await world.later()
    assert world.posted == ["Page 2"]
    assert world.shelf.asked.count("https://post.example/1") == 1
    assert await world.articles(6) == {}


async def test_no_feed_is_asked_twice_within_a_quarter_of_an_hour_also_not_after_restarts(
    world: World,
) -> None:
    await world.follow()
    for _ in range(60):
        world.restart()
        await world.later(timedelta(minutes=1))
    assert 3 <= world.shelf.asked.count(FEED) <= 5


async def test_one_document_is_asked_for_once_whoever_follows_it(world: World) -> None:
    for guild_id in (OURS, 6, None):
        await world.follow(guild_id=guild_id)
    assert world.shelf.asked.count(FEED) == 1
    await world.later()
    await world.later()
    assert world.shelf.asked.count(FEED) == 3
    assert world.shelf.asked.count("https://post.example/1") == 1
    counts = [await world.store.articles.count(guild_id=guild_id) for guild_id in (OURS, 6, None)]
    assert counts == [2, 2, 1]


async def test_an_edited_item_changes_its_article_and_is_posted_once(world: World) -> None:
    await world.follow()
    world.publish(entry(2), entry(1))
    await world.later()
    world.documents["https://post.example/2"] = page(2, "They say that {0} stays after all.")
    world.publish(entry(2, "Item 2, corrected"), entry(1))
    await world.later()
    assert await world.articles() == {
        "Page 1": TEXT.format("player 1").strip(),
        "Page 2": "They say that player 2 stays after all.",
    }
    assert world.posted == ["Page 2"]


async def edit_by_hand(world: World, **changes: Any) -> None:
    [summary] = await world.store.articles.list(guild_id=OURS, limit=9)
    article = await world.store.articles.get(summary.id, guild_id=OURS)
    await world.take(replace(draft_of(article), **changes), guild_id=OURS, replaces=article.id)


async def test_what_a_moderator_edited_is_never_overwritten(world: World) -> None:
    await world.follow()
    await world.later()
    await edit_by_hand(world, text="A moderator knows better.")
    for number in range(3):
        world.publish(entry(1, f"Item 1, corrected {number} times"))
        await world.later()
    assert await world.articles() == {"Page 1": "A moderator knows better."}


async def test_what_a_moderator_edits_in_the_same_moment_is_not_overwritten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = world.take

    async def late(draft: Any, **more: Any) -> Taken:
        if draft.text != "By hand.":
            await edit_by_hand(world, text="By hand.")
        return await StoreTake.__call__(take, draft, **more)

    await world.follow()
    await world.later()
    monkeypatch.setattr(world.poller, "_take", late)
    world.documents["https://post.example/1"] = page(1, "They say that {0} stays after all.")
    world.publish(entry(1, "Item 1, corrected"))
    for _ in range(3):
        await world.later()
        assert await world.articles() == {"Page 1": "By hand."}
    assert await world.items() == {"taken": 1}


async def test_what_was_removed_does_not_come_back(world: World) -> None:
    await world.follow()
    await world.later()
    [summary] = await world.store.articles.list(guild_id=OURS, limit=9)
    await world.store.articles.remove(summary.id, guild_id=OURS)
    world.publish(entry(1, "Item 1, corrected"), replace(entry(1), key="the same under another id"))
    await world.later()
    assert await world.articles() == {}
    assert await world.items() == {"taken": 1, "refused": 1}


async def test_what_somebody_else_added_is_left_as_it_is(world: World) -> None:
    await world.take(page_draft(page(1, "By hand."), world.now), guild_id=OURS)
    await world.follow()
    await world.later()
    assert await world.articles() == {"Page 1": "By hand."}


async def test_a_copy_of_a_story_that_is_there_is_not_posted(world: World) -> None:
    await world.follow()
    await world.later()
    world.take.linked[TEXT.format("player 2").strip()] = 1
    world.publish(entry(2), entry(1))
    await world.later()
    assert set(await world.articles()) == {"Page 1"}
    assert world.posted == []
    world.publish(entry(2, "Item 2, corrected"), entry(1))
    await world.later()
    assert await world.articles() == {"Page 1": TEXT.format("player 1").strip()}


async def test_only_what_passes_the_filter_is_fetched(world: World) -> None:
    world.publish(entry(1, "Arsenal want player {0}"), entry(2, "Chelsea want player {0}"))
    await world.follow("gunners")
    await world.later()
    assert set(await world.articles()) == {"Page 1"}
    assert "https://post.example/2" not in world.shelf.asked
    assert await world.items() == {"taken": 1, "filtered": 1}


async def test_a_feed_that_says_enough_needs_no_page(world: World) -> None:
    world.publish(entry(1, text="Arsenal want a striker before the window closes. " * 20))
    await world.follow()
    await world.later()
    assert set(await world.articles()) == {"Item 1"}
    assert world.shelf.asked == [FEED, FEED]


@pytest.mark.parametrize(
    ("text", "outcome"), [("Arsenal want a striker this summer.", "taken"), ("More ...", "refused")]
)
async def test_where_a_page_can_not_be_had_the_summary_is_taken_if_it_is_one(
    world: World, text: str, outcome: str
) -> None:
    world.publish(entry(1, text=text), entry(2, text=text), entry(3, text=text))
    world.documents["https://post.example/1"] = FetchError("Its server says 503.")
    world.documents["https://post.example/2"] = UnreadableError("There is no article on it.")
    world.documents["https://post.example/3"] = FetchError("It is gone.", gone=True)
    await world.follow()
    await world.later(timedelta(seconds=30))
    assert await world.items() == {"pending": 1, outcome: 2}
    for _ in range(8):
        await world.later(timedelta(hours=2))
    assert await world.items() == {outcome: 3}
    asked = [world.shelf.asked.count(f"https://post.example/{n}") for n in (1, 2, 3)]
    assert asked == [3, 1, 1]


async def test_the_reason_of_a_refusal_is_kept(world: World, store: Store) -> None:
    world.documents["https://post.example/1"] = UnreadableError("There is no article on it.")
    await world.follow()
    await world.later()
    rows = await store._database.fetch("SELECT state, reason FROM feed_items")
    assert rows == [("refused", '"There is no article on it."')]


async def test_a_host_that_wants_to_be_left_alone_is_and_so_are_its_pages(world: World) -> None:
    await world.follow()
    world.documents["https://post.example/1"] = FetchError("Too many.", retry_after_s=7200)
    await world.later(timedelta(seconds=30))
    asked = len(world.shelf.asked)
    for _ in range(7):
        world.restart()
        await world.later()
    assert len(world.shelf.asked) == asked
    with pytest.raises(FetchError):
        await world.poller.look("https://post.example/other")
    await world.later()
    assert len(world.shelf.asked) > asked


async def test_a_feed_that_is_gone_is_never_asked_again(world: World) -> None:
    feed = await world.follow()
    world.documents[FEED] = FetchError("It is gone.", gone=True)
    await world.later()
    asked = world.shelf.asked.count(FEED)
    for _ in range(5):
        await world.later(DAY)
    assert world.shelf.asked.count(FEED) == asked
    [ended] = await world.store.feeds.of(OURS)
    assert (ended.ended, ended.last_error) == (True, "It is gone.")
    assert world.told == [(feed.id, "ended")]
    assert set(await world.articles()) == {"Page 1"}


async def test_that_a_feed_fails_is_told_once_after_a_day_and_again_when_it_works(world: World) -> None:
    feed = await world.follow()
    world.documents[FEED] = FetchError("Its server says 503.")
    for _ in range(30):
        await world.later(timedelta(hours=6))
        if world.now < datetime(2026, 8, 2, 12, tzinfo=UTC):
            assert world.told == []
    assert world.told == [(feed.id, "failing")]
    [failing] = await world.store.feeds.of(OURS)
    assert failing.last_error == "Its server says 503."
    world.publish(entry(1))
    await world.later(DAY * 2)
    assert world.told == [(feed.id, "failing"), (feed.id, "working")]
    [working] = await world.store.feeds.of(OURS)
    assert (working.failures, working.failing_since, working.last_error) == (0, None, None)


async def test_that_a_feed_fails_is_told_after_a_day_also_where_its_server_wants_to_be_left_alone(
    world: World,
) -> None:
    feed = await world.follow()
    world.documents[FEED] = FetchError("Its server says 503.", retry_after_s=5 * 86_400)
    await world.later()
    await world.later(DAY - QUARTER)
    assert world.told == []
    await world.later()
    await world.later()
    assert world.told == [(feed.id, "failing")]
    assert world.shelf.asked.count(FEED) == 2


async def test_polling_what_is_shared_leaves_the_health_of_a_servers_own_feed_to_the_bot(
    world: World,
) -> None:
    feed = await world.follow()
    await world.follow(guild_id=None)
    world.documents[FEED] = FetchError("Its server says 503.")
    await world.later()
    bot, world.now = world.poller, world.now + DAY
    program = Poller(world.store, Door(world.shelf, world.shelf), world.take, now=lambda: world.now)
    await program.poll_due(shared_only=True)
    assert world.shelf.asked.count(FEED) == 3
    assert world.told == []
    await bot.poll_due()
    assert world.shelf.asked.count(FEED) == 3
    assert world.told == [(feed.id, "failing")]


async def test_a_feed_that_can_not_be_read_fails(world: World) -> None:
    await world.follow()
    world.documents[FEED] = UnreadableError("It is no feed.")
    await world.later()
    [failing] = await world.store.feeds.of(OURS)
    assert (failing.failures, failing.last_error) == (1, "It is no feed.")


async def test_feeds_of_servers_that_were_left_are_not_asked(world: World) -> None:
    await world.follow()
    await world.store.guilds.reconcile([], world.now)
    await world.later(DAY)
    assert world.shelf.asked == [FEED]
    await world.store.guilds.reconcile([OURS], world.now)
    await world.later()
    assert set(await world.articles()) == {"Page 1"}


async def test_what_is_paused_is_not_asked_until_it_is_resumed(world: World) -> None:
    feed = await world.follow()
    await world.store.feeds.pause(feed.id, guild_id=OURS)
    await world.later(DAY)
    assert world.shelf.asked == [FEED]
    await world.store.feeds.resume(feed.id, guild_id=OURS)
    await world.later()
    assert world.shelf.asked == [FEED, FEED, "https://post.example/1"]


async def test_only_so_many_items_are_worked_off_at_a_time(world: World) -> None:
    world.publish(*[entry(n) for n in range(50)])
    await world.follow()
    counts = []
    for _ in range(3):
        await world.later()
        counts.append(len(await world.articles()))
    assert counts == [20, 40, 50]


async def test_nobody_asks_one_host_for_two_things_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way: dict[str, int] = {}
    most: list[int] = []
    fetch = world.shelf.fetch

    async def slow(url: str, *validators: Any) -> Any:
        host = url.split("/")[2]
        under_way[host] = under_way.get(host, 0) + 1
        most.append(under_way[host])
        await asyncio.sleep(0.01)
        under_way[host] -= 1
        return await fetch(url, *validators)

    for number in range(6):
        url = f"https://{'ab'[number % 2]}.example/{number}"
        world.publish(entry(number), url=url)
        await world.follow(url=url)
    monkeypatch.setattr(world.shelf, "fetch", slow)
    world.restart()
    await world.later()
    assert len(most) == 12
    assert max(most) == 1


async def test_what_can_not_be_posted_now_is_posted_later_for_a_day(world: World) -> None:
    await world.follow()
    await world.later()
    world.shown = False
    world.publish(entry(2), entry(1))
    await world.later()
    world.shown = True
    await world.later()
    assert world.posted == ["Page 2"]
    world.shown = False
    world.publish(entry(3), entry(2), entry(1))
    await world.later()
    world.shown = True
    await world.later(DAY + QUARTER)
    assert world.posted == ["Page 2"]


class Killed(BaseException):
    """The process ends here."""


def killing(wrapped: Callable[..., Any], before: bool) -> Callable[..., Any]:
    async def killed(*arguments: Any, **more: Any) -> Any:
        if not before:
            await wrapped(*arguments, **more)
        raise Killed

    return killed


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("feeds", "claim"),
        ("feeds", "note_reading"),
        ("feed_items", "claim"),
        ("feed_items", "intend"),
        ("", "take"),
        ("feed_items", "note_taken"),
        ("feed_items", "note_posted"),
    ],
)
async def test_killed_anywhere_it_loses_nothing_and_does_nothing_twice(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str, what: str, before: bool
) -> None:
    await world.follow()
    await world.later()
    world.publish(entry(2), entry(1))
    with monkeypatch.context() as patch:
        place: Any = getattr(world.store, where) if where else world.poller
        name = what if where else "_take"
        patch.setattr(place, name, killing(getattr(place, name), before))
        world.now += QUARTER
        with pytest.raises(BaseExceptionGroup):
            await world.poller.poll_due()
    world.restart()
    asked = world.shelf.asked.count(FEED)
    await world.later(timedelta(minutes=5))
    assert world.shelf.asked.count(FEED) <= asked + (before and what == "claim" and where == "feeds")
    for _ in range(3):
        await world.later()
    assert set(await world.articles()) == {"Page 1", "Page 2"}
    assert set(world.posted) == {"Page 2"}
    assert len(world.posted) == 1 + (what == "note_posted" and before)
    """Between posting and noting it, Discord's nonce is what keeps a second message away."""


async def test_killed_when_a_second_feed_brings_a_story_it_still_follows_the_edits_of_the_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.follow()
    await world.later()
    other = "https://other.example/feed"
    world.publish(url=other)
    await world.follow(url=other)
    world.publish(entry(1), url=other, title="The Copier")
    with monkeypatch.context() as patch:
        patch.setattr(world.poller, "_take", killing(world.take, before=False))
        world.now += QUARTER
        with pytest.raises(BaseExceptionGroup):
            await world.poller.poll_due()
    world.restart()
    await world.later()
    world.documents["https://post.example/1"] = page(1, "They say that {0} stays after all.")
    world.publish(entry(1, "Item 1, corrected"))
    await world.later()
    assert await world.articles() == {"Page 1": "They say that player 1 stays after all."}
    assert world.posted == []


async def test_a_full_disk_costs_no_try(world: World, monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    async def full(*_: Any, **__: Any) -> Taken:
        raise StoreFullError("The disk is full.")

    await world.follow()
    with monkeypatch.context() as patch:
        patch.setattr(world.poller, "_take", full)
        for _ in range(5):
            await world.later()
            await world.later(timedelta(seconds=30))
    assert await world.items() == {"pending": 1}
    assert world.shelf.asked.count("https://post.example/1") == 5
    await world.later()
    assert set(await world.articles()) == {"Page 1"}


async def test_of_a_feed_that_is_removed_amid_a_page_nothing_more_is_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = world.shelf.fetch

    async def removed(url: str, *validators: Any) -> Any:
        if url != FEED:
            await world.store.guilds.purge(OURS)
        return await fetch(url, *validators)

    await world.follow()
    monkeypatch.setattr(world.shelf, "fetch", removed)
    await world.later()
    assert world.shelf.asked[-1] == "https://post.example/1"
    assert await world.articles() == {}


async def test_something_unforeseen_with_one_item_keeps_no_other_from_its_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = world.take

    async def choke(draft: Any, **more: Any) -> Taken:
        if draft.title == "Page 1":
            raise ZeroDivisionError
        return await StoreTake.__call__(take, draft, **more)

    world.publish(entry(2), entry(1))
    await world.follow()
    monkeypatch.setattr(world.poller, "_take", choke)
    for _ in range(20):
        await world.later()
    assert await world.items() == {"taken": 1, "refused": 1}
    assert set(await world.articles()) == {"Page 2"}


async def test_a_feed_that_moved_is_asked_for_where_it_is_now(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = await world.follow()
    there = "https://new.example/feed"
    fetch = world.shelf.fetch

    async def moved(url: str, *validators: Any) -> Any:
        found: Any = await fetch(there if url == FEED else url, *validators)
        return replace(found, moved_to=there) if url == FEED else found

    world.publish(entry(2), url=there)
    monkeypatch.setattr(world.shelf, "fetch", moved)
    world.restart()
    await world.later()
    [after] = await world.store.feeds.of(OURS)
    assert (after.id, after.url) == (feed.id, there)


async def test_that_a_feed_ended_which_moved_to_another_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = "https://new.example/feed"
    world.publish(entry(1), url=there)
    feed = await world.follow()
    await world.follow(url=there)
    fetch = world.shelf.fetch

    async def moved(url: str, *validators: Any) -> Any:
        found: Any = await fetch(url, *validators)
        return replace(found, moved_to=there)

    monkeypatch.setattr(world.shelf, "fetch", moved)
    await world.later()
    assert world.told == [(feed.id, "ended")]
    first, second = await world.store.feeds.of(OURS)
    assert (first.ended, first.last_error) == (True, f"It moved to {there}, which is followed here already.")
    assert not second.ended


async def test_a_feed_is_followed_once_and_a_server_follows_so_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.store.feeds.MOST", 2)
    await world.follow()
    with pytest.raises(FeedRefusedError, match="already"):
        await world.follow()
    for number in (1, 2):
        world.publish(entry(1), url=f"{FEED}/{number}")
    await world.follow(url=f"{FEED}/1")
    with pytest.raises(FeedRefusedError, match="2 feeds"):
        await world.follow(url=f"{FEED}/2")
    await world.follow(url=f"{FEED}/2", guild_id=None)


async def test_looking_again_soon_asks_nobody(world: World) -> None:
    for _ in range(3):
        await world.poller.look(FEED)
    assert world.shelf.asked == [FEED]
    world.now += QUARTER
    await world.poller.look(FEED)
    assert world.shelf.asked == [FEED, FEED]
    with pytest.raises(FeedRefusedError):
        await world.poller.look("file:///etc/passwd")


async def test_looking_and_polling_together_ask_once_within_a_quarter_of_an_hour(world: World) -> None:
    await world.follow()
    await world.later()
    await world.follow(guild_id=6)
    assert world.shelf.asked.count(FEED) == 2
    world.restart()
    await world.poller.look(FEED)
    assert world.shelf.asked.count(FEED) == 3
    for _ in range(14):
        await world.later(timedelta(minutes=1))
    assert world.shelf.asked.count(FEED) == 3
    await world.later()
    assert world.shelf.asked.count(FEED) == 4


async def test_a_feed_of_a_host_that_wants_to_be_left_alone_tells_when_it_is_asked_again(
    world: World,
) -> None:
    other = "https://post.example/other"
    world.publish(entry(2), url=other)
    await world.follow(url=other)
    await world.follow()
    world.documents["https://post.example/1"] = FetchError("Too many.", retry_after_s=7200)
    await world.later(timedelta(seconds=30))
    until = world.now + timedelta(seconds=7200)
    await world.later()
    assert [feed.next_at for feed in await world.store.feeds.of(OURS)] == [until, until]


async def test_being_stopped_amid_a_page_costs_no_try(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reached = asyncio.Event()

    async def hang(*_: Any) -> Any:
        reached.set()
        await asyncio.Event().wait()

    await world.follow()
    with monkeypatch.context() as patch:
        patch.setattr(world.shelf, "fetch", hang)
        for _ in range(5):
            reached.clear()
            polling = asyncio.create_task(world.poller.poll_due())
            await reached.wait()
            polling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await polling
    await world.poller.poll_due()
    assert set(await world.articles()) == {"Page 1"}
