"""Asks feeds for what is new, and takes it in.

Nothing is lost and nothing done twice, whenever the process ends: that a feed is asked is noted before, the
items that it names are noted together with its answer, and what is about to be stored is noted before that.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from corpus.errors import (
    ArticleChangedError,
    ArticleNotFoundError,
    ArticleRefusedError,
    ArticleTakenError,
    FeedRefusedError,
    FetchError,
    StoreError,
    UnreadableError,
)
from corpus.feeds import plan
from corpus.feeds.types import FollowedFeed, Health, Look, NewFeed, Reading, Take, WaitingItem
from corpus.store import Store
from corpus.text import article_key, canonical_url, clean_line, content_hash
from corpus.types import Article, ArticleDraft
from corpus.web.door import Door
from corpus.web.types import NOTHING_KNOWN, Fetched, Page, Unchanged, Validators
from corpus.wording import Wording

log = logging.getLogger(__name__)

T = TypeVar("T")
Post = Callable[[FollowedFeed, Article], Awaitable[bool]]
"""Shows a new article to people; showing it again within some minutes changes nothing.

False where it is to be tried again later.
"""
Tell = Callable[[FollowedFeed, Health], None]

AT_ONCE = 4
PAGES = 20
"""Items of a feed are worked off at a time; the others a quarter of an hour later."""
PAUSE_S = 1.0
"""Before a page, so that a host has time to breathe."""
PAGES_KEPT = 100
"""While one poll lasts, so that several servers need not ask for the same page."""
FAILING = timedelta(days=1)
"""After so long it is told that a feed fails."""
POSTED_WITHIN = timedelta(days=1)
LOOKS = 50
TITLE_CHARS = 200
UNEXPECTED = Wording("Something unexpected went wrong with it.")


class Poller:
    """`post` and `tell` are for the servers whose feeds they are; without them nobody is told anything."""

    def __init__(
        self,
        store: Store,
        door: Door,
        take: Take,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: plan.Chance = random.random,
        post: Post | None = None,
        tell: Tell | None = None,
    ) -> None:
        self._store = store
        self._door = door
        self._take = take
        self._now = now
        self._sleep = sleep
        self._chance = chance
        self._post = post
        self._tell = tell
        self._hosts: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._looks: dict[str, Look] = {}
        self._pages: dict[str, Page] = {}

    # Beginning

    async def look(self, url: str) -> Look:
        """A feed as it is now, or was within the last quarter of an hour; nothing is stored.

        Raises FeedRefusedError, FetchError and UnreadableError.
        """
        address = canonical_url(url)
        if address is None:
            raise FeedRefusedError(Wording("This is no usable http(s) address."))
        async with self._host(address):
            now = self._now()
            look = self._looks.get(address)
            if look is None or now - look.at >= timedelta(seconds=plan.LEAST_S):
                look = await self._looked(address, now)
                self._remember(address, look)
            return look

    async def follow(self, look: Look, new: NewFeed) -> FollowedFeed:
        """Follow a feed from now on: what it holds already is taken, but not posted.

        Raises FeedRefusedError.
        """
        return await self._store.feeds.follow(
            new,
            look,
            plan.planned(look.feed.items, {}, new.words),
            next_at=plan.next_at(look.at, look.feed.ttl_s, look.fresh_s, self._chance),
            now=self._now(),
        )

    async def _looked(self, address: str, now: datetime) -> Look:
        if until := await self._quiet_until(address, now):
            wait_s = (until - now).total_seconds()
            raise FetchError(Wording("The site wants to be left alone for a while."), retry_after_s=wait_s)
        await self._store.feeds.note_asked(address, now)
        try:
            fetched = await self._door.web.fetch(address)
        except FetchError as error:
            await self._obey(address, error)
            raise
        if isinstance(fetched, Unchanged):
            raise UnreadableError(Wording("Its server sent no feed: try again later."))
        feed = await self._door.reader.feed(fetched, now=now)
        return Look(_address(fetched, address), feed, fetched.validators, fetched.fresh_s, now)

    def _remember(self, address: str, look: Look) -> None:
        """The last few: whoever wants to see one within a quarter of an hour need not ask for it."""
        self._looks.pop(address, None)
        self._looks = dict([*self._looks.items(), (address, look)][-LOOKS:])

    # Polling

    async def poll_due(
        self, *, shared_only: bool = False, on_progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Ask the feeds that are due, and work off what waits; some at once, but one of a host at a time.

        What goes wrong with one feed keeps no other from its turn. `on_progress` takes how many are done, of
        how many.
        """
        now = self._now()
        self._pages.clear()
        urls = await self._store.feeds.due(now, shared_only=shared_only)
        progress = _Progress(on_progress, len(urls))
        await _each(urls, partial(self.poll, shared_only=shared_only), progress)
        await self._tell_failing(shared_only)
        waiting = await self._store.feeds.waiting(self._now(), shared_only=shared_only)
        progress.total += len(waiting)
        await _each(waiting, self._work_off, progress)

    async def poll(self, url: str, *, shared_only: bool = False) -> None:
        """Ask for a feed that is due, once for all who follow it. Its items wait to be worked off."""
        async with self._host(url):
            now = self._now()
            if until := await self._quiet_until(url, now):
                await self._store.feeds.put_off(url, until)
                return
            feeds = await self._store.feeds.claim(url, now, shared_only=shared_only)
            if not feeds:
                return
            try:
                fetched = await self._door.web.fetch(url, _common_validators(feeds))
                if isinstance(fetched, Unchanged):
                    await self._note_unchanged(feeds, fetched)
                else:
                    await self._note_reading(feeds, fetched)
            except FetchError as error:
                await self._obey(url, error)
                await self._note_failure(feeds, error.reason, error.retry_after_s, ended=error.gone)
            except UnreadableError as error:
                await self._note_failure(feeds, error.reason)
            except StoreError:
                raise
            except Exception:
                await self._note_failure(feeds, UNEXPECTED)
                raise

    async def _note_unchanged(self, feeds: Sequence[FollowedFeed], answer: Unchanged) -> None:
        next_at = plan.next_at(self._now(), None, answer.fresh_s, self._chance)
        for feed in feeds:
            await self._store.feeds.note_unchanged(feed.id, next_at)
        self._tell_working(feeds)

    async def _note_reading(self, feeds: Sequence[FollowedFeed], fetched: Fetched) -> None:
        now, asked = self._now(), feeds[0].url
        read = await self._door.reader.feed(fetched, now=now)
        self._remember(asked, Look(_address(fetched, asked), read, fetched.validators, fetched.fresh_s, now))
        next_at = plan.next_at(now, read.ttl_s, fetched.fresh_s, self._chance)
        for feed in feeds:
            known = await self._store.feed_items.known(feed.id)
            reading = Reading(
                url=_address(fetched, feed.url),
                title=clean_line(read.title)[:TITLE_CHARS],
                validators=fetched.validators,
                next_at=next_at,
                seen=[plan.key_of(item) for item in read.items[: plan.MOST_ITEMS]],
                items=plan.planned(read.items, known, feed.words),
            )
            noted = await self._store.feeds.note_reading(feed.id, reading, now=now)
            if noted and noted.ended:
                self._told(noted, "ended")
            else:
                self._tell_working([feed])

    async def _note_failure(
        self,
        feeds: Sequence[FollowedFeed],
        reason: str,
        retry_after_s: float | None = None,
        *,
        ended: bool = False,
    ) -> None:
        now = self._now()
        for feed in feeds:
            next_at = plan.next_after_failure(now, feed.failures + 1, retry_after_s, self._chance)
            failed = await self._store.feeds.note_failure(
                feed.id, reason, next_at=next_at, now=now, ended=ended
            )
            if failed and ended:
                self._told(failed, "ended")

    async def _tell_failing(self, shared_only: bool) -> None:
        """Also where the next question is far away: a server may want to be left alone for long."""
        now = self._now()
        for feed in await self._store.feeds.failing(now - FAILING, shared_only=shared_only):
            await self._store.feeds.note_told(feed.id, now)
            self._told(feed, "failing")

    def _tell_working(self, feeds: Iterable[FollowedFeed]) -> None:
        for feed in feeds:
            if feed.told_failing_at:
                self._told(feed, "working")

    def _told(self, feed: FollowedFeed, health: Health) -> None:
        log.info("Feed %d (%s) is %s: %s", feed.id, feed.url, health, feed.last_error)
        if self._tell:
            self._tell(feed, health)

    # Working off

    async def _work_off(self, feed: FollowedFeed) -> None:
        for _ in range(PAGES):
            waiting = await self._store.feed_items.next(feed.id, self._now())
            if waiting is None:
                break
            try:
                await self._work(feed, waiting)
            except StoreError:
                await self._put_off(feed)
                raise
        else:
            await self._put_off(feed)
        await self._post_new(feed)

    async def _put_off(self, feed: FollowedFeed) -> None:
        """Until a quarter of an hour later."""
        now = self._now()
        await self._store.feed_items.put_off_all(feed.id, now, plan.after(now, plan.LEAST_S))

    async def _work(self, feed: FollowedFeed, waiting: WaitingItem) -> None:
        items = self._store.feed_items
        if waiting.intended_hash and (stored := await items.stored(waiting.id)):
            await self._note_taken(feed, waiting, *stored, waiting.intended_hash, new=True)
            return
        try:
            draft = await self._draft(feed, waiting)
            if draft is not None:
                await self._take_in(feed, waiting, draft)
        except ArticleRefusedError as error:
            await items.refuse(waiting.id, error.reason)
        except FetchError as error:
            await items.note_failure(waiting.id, error.reason)
        except (ArticleChangedError, ArticleNotFoundError, ArticleTakenError) as error:
            await self._try_again(waiting, str(error))
        except (StoreError, asyncio.CancelledError):
            await items.release(waiting.id, self._now())
            raise
        except Exception:
            await self._try_again(waiting, UNEXPECTED)
            raise

    async def _try_again(self, waiting: WaitingItem, reason: str) -> None:
        items = self._store.feed_items
        last = waiting.tries + 1 >= plan.MOST_TRIES
        await (items.refuse if last else items.note_failure)(waiting.id, reason)

    async def _draft(self, feed: FollowedFeed, waiting: WaitingItem) -> ArticleDraft | None:
        """What becomes an article; None where it is not this item's turn.

        Raises FetchError where it may be had another time, and ArticleRefusedError.
        """
        item = waiting.item
        if item.url is None or plan.is_whole(item):
            claimed = await self._claim(waiting)
            return plan.draft_of_item(item, feed.title, self._now()) if claimed else None
        async with self._host(item.url):
            if until := await self._quiet_until(item.url, self._now()):
                await self._store.feed_items.put_off(waiting.id, until)
                return None
            if item.url not in self._pages:
                await self._sleep(PAUSE_S)
            claimed = await self._claim(waiting)
            if not claimed:
                return None
            try:
                return await self._read(item.url, feed, claimed)
            except FetchError as error:
                await self._obey(item.url, error)
                if not error.gone and claimed.tries < plan.MOST_TRIES:
                    if error.retry_after_s:
                        until = plan.after(self._now(), plan.bounded_wait_s(error.retry_after_s))
                        await self._store.feed_items.put_off(waiting.id, until)
                    raise
                return self._summary(feed, claimed, error.reason)
            except UnreadableError as error:
                return self._summary(feed, claimed, error.reason)

    async def _claim(self, waiting: WaitingItem) -> WaitingItem | None:
        now = self._now()
        until = plan.next_try(now, waiting.tries + 1, self._chance)
        return await self._store.feed_items.claim(waiting.id, now, until)

    async def _read(self, url: str, feed: FollowedFeed, waiting: WaitingItem) -> ArticleDraft:
        if url not in self._pages:
            if len(self._pages) >= PAGES_KEPT:
                self._pages.clear()
            self._pages[url] = await self._door.visit(url, now=self._now())
        return plan.draft_of_page(self._pages[url], waiting.item, feed.title, self._now())

    def _summary(self, feed: FollowedFeed, waiting: WaitingItem, reason: str) -> ArticleDraft:
        """What the feed itself says, where the page can't be had."""
        if not plan.is_summary(waiting.item):
            raise ArticleRefusedError(reason)
        return plan.draft_of_item(waiting.item, feed.title, self._now())

    async def _take_in(self, feed: FollowedFeed, waiting: WaitingItem, draft: ArticleDraft) -> None:
        """Store it, unless somebody changed or removed what it would replace."""
        items = self._store.feed_items
        its = await self._its_article(feed, waiting)
        if waiting.article_id is not None and its is None:
            await self._leave(waiting, waiting.article_id)
            return
        stored = its if waiting.content_hash else None
        there = stored or await self._same_address(feed, draft)
        if there and not await items.is_ours(there.id, there.content_hash):
            await self._leave(waiting, there.id)
            return
        if there is None and await items.was_removed(article_key(draft), feed.guild_id):
            raise ArticleRefusedError(Wording("It was removed here."))
        if await items.intend(waiting.id, content_hash(draft), there.id if there else None):
            await self._replace(feed, waiting, draft, there)

    async def _replace(
        self, feed: FollowedFeed, waiting: WaitingItem, draft: ArticleDraft, there: Article | None
    ) -> None:
        """Store it in place of what is there, if anything is."""
        taken = await self._take(
            draft,
            guild_id=feed.guild_id,
            replaces=there.id if there else None,
            expected_hash=there.content_hash if there else None,
        )
        article = await self._seen(taken.article_id, feed.guild_id)
        new_hash = content_hash(draft)
        holds = article and (article.guild_id, article.content_hash) == (feed.guild_id, new_hash)
        shared = article and article.guild_id is None
        await self._note_taken(
            feed,
            waiting,
            taken.article_id,
            article_key(draft),
            new_hash if holds else None,
            new=taken.outcome == "added" or bool(shared),
        )

    async def _its_article(self, feed: FollowedFeed, waiting: WaitingItem) -> Article | None:
        """The article that an edited item became, or whose story it tells; None where there is none now."""
        return await self._seen(waiting.article_id, feed.guild_id) if waiting.article_id else None

    async def _same_address(self, feed: FollowedFeed, draft: ArticleDraft) -> Article | None:
        """The article of exactly this scope that stands at the draft's address."""
        found = await self._store.articles.at(draft.url, guild_id=feed.guild_id) if draft.url else []
        return next((article for article in found if article.guild_id == feed.guild_id), None)

    async def _seen(self, article_id: int, guild_id: int | None) -> Article | None:
        """An article that a server sees: its own or a shared one."""
        return (await self._store.articles.load([article_id], guild_id=guild_id)).get(article_id)

    async def _leave(self, waiting: WaitingItem, article_id: int) -> None:
        """It is somebody else's article, or nobody's any more."""
        await self._store.feed_items.note_taken(waiting.id, article_id, None, waiting.content_hash, None)

    async def _note_taken(
        self,
        feed: FollowedFeed,
        waiting: WaitingItem,
        article_id: int,
        key: str,
        stored_hash: str | None,
        *,
        new: bool,
    ) -> None:
        posted = new and not waiting.quiet and feed.channel_id is not None and waiting.article_id is None
        await self._store.feed_items.note_taken(
            waiting.id, article_id, key, stored_hash, self._now() if posted else None
        )

    async def _post_new(self, feed: FollowedFeed) -> None:
        """Those that can't be shown now are shown later, for a day."""
        if self._post is None:
            return
        for item_id, article_id, since in await self._store.feed_items.unposted(feed.id):
            articles = await self._store.articles.load([article_id], guild_id=feed.guild_id)
            fresh = article_id in articles and self._now() - since < POSTED_WITHIN
            if fresh and not await self._post(feed, articles[article_id]):
                return
            await self._store.feed_items.note_posted(item_id, self._now())

    # Hosts

    def _host(self, url: str) -> asyncio.Lock:
        return self._hosts.setdefault(_host_of(url), asyncio.Lock())

    async def _quiet_until(self, url: str, now: datetime) -> datetime | None:
        until = await self._store.feeds.quiet_until(_host_of(url))
        return until if until and until > now else None

    async def _obey(self, url: str, error: FetchError) -> None:
        """Leave a host alone for as long as it wants."""
        if error.retry_after_s:
            now = self._now()
            until = plan.after(now, plan.bounded_wait_s(error.retry_after_s))
            await self._store.feeds.keep_quiet(_host_of(url), until, now=now)


class _Progress:
    def __init__(self, told: Callable[[int, int], None] | None, total: int) -> None:
        self._told = told
        self._done = 0
        self.total = total

    def step(self) -> None:
        self._done += 1
        if self._told:
            self._told(self._done, self.total)


async def _each(many: Iterable[T], work: Callable[[T], Awaitable[None]], progress: _Progress) -> None:
    """Some at once; what goes wrong with one is logged."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(which: T) -> None:
        async with gate:
            try:
                await work(which)
            except StoreError as error:
                log.warning("A feed could not be polled: %s", error)
            except Exception:
                log.exception("A feed could not be polled.")
        progress.step()

    async with asyncio.TaskGroup() as group:
        for which in many:
            group.create_task(one(which))


def _host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def _address(fetched: Fetched, asked: str) -> str:
    """Where a document is to be asked for from now on."""
    return (canonical_url(fetched.moved_to) if fetched.moved_to else None) or asked


def _common_validators(feeds: Sequence[FollowedFeed]) -> Validators:
    """None where those who follow it last saw different versions."""
    [first, *others] = [feed.validators for feed in feeds]
    return first if all(one == first for one in others) else NOTHING_KNOWN
