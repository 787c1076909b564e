"""Feeds that a server follows."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.client import Rumourmill
from bot.cogs.feeds import Feeds
from bot.config import Config, WebSection
from corpus.errors import FetchError, UnreadableError
from corpus.feeds.types import NewFeed
from corpus.types import GuildSettings
from corpus.web.types import Feed, FeedItem, Page
from tests.bot.conftest import MANAGE_MESSAGES, bot
from tests.discord_double import Channel, DiscordDouble, Guild, Member, Reply
from tests.shelf import Shelf

FEED = "https://news.example/feed"
TEXTS = {
    "id-1": "Bukayo Saka has signed a new contract with Arsenal until 2031.",
    "id-2": "Chelsea ask Benfica how much their goalkeeper would cost in winter.",
    "id-3": "Harry Kane will miss three weeks with a sore ankle, says his doctor.",
}


def entry(number: int, title: str = "Item *{0}*") -> FeedItem:
    return FeedItem(f"id-{number}", f"https://news.example/{number}", title.format(number), "")


def publish(shelf: Shelf, *items: FeedItem, url: str = FEED) -> None:
    pages = {one.url: Page(one.url, f"Page {one.key}", TEXTS[one.key]) for one in items if one.url}
    shelf.documents = {**pages, **shelf.documents, url: Feed("The <b>News</b>", items)}


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """No test waits for a host to have time to breathe."""
    monkeypatch.setattr("corpus.feeds.poll.PAUSE_S", 0.0)
    shelf = Shelf({})
    publish(shelf, entry(1, "Arsenal want {0}"), entry(2, "Chelsea want {0}"))
    return shelf


@pytest.fixture
def with_contact(config: Config) -> Config:
    return config.model_copy(update={"web": WebSection(contact="ann@example.com")})


@pytest.fixture
async def client(double: DiscordDouble, with_contact: Config, shelf: Shelf) -> AsyncIterator[Rumourmill]:
    async with bot(double, with_contact, shelf) as client:
        yield client


async def add(member: Member, at: Channel, /, **options: Any) -> Reply:
    reply = await member.slash(at, "feed add", **{"url": FEED, **options})
    assert reply.ephemeral
    return reply


async def later(client: Rumourmill, minutes: int = 20) -> None:
    """As if so much time had passed: what was noted was noted earlier."""
    seconds = minutes * 60
    async with client.services.store._database.transaction() as transaction:
        for column in ("checked_at", "next_at"):
            await transaction.fetch(f"UPDATE feeds SET {column} = {column} - {seconds}")  # noqa: S608
        await transaction.fetch(f"UPDATE feed_items SET due_at = due_at - {seconds}")  # noqa: S608
    await client.feeds.poll()


async def titles(client: Rumourmill, guild: Guild) -> set[str]:
    return {a.title for a in await client.services.store.articles.list(guild_id=guild.id, limit=99)}


async def test_a_feed_is_shown_when_it_is_added_and_what_it_holds_is_taken(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild, shelf: Shelf
) -> None:
    reply = await add(moderator, channel, words="gunners")
    assert "Feed 1 added" in reply.text
    assert "2 entries · 1 passes the filter gunners" in reply.text
    assert "Arsenal want 1" in reply.text
    assert "Chelsea" not in reply.text
    await later(client, 0)
    assert await titles(client, guild) == {"Page id-1"}
    assert shelf.contact == "ann@example.com"
    assert shelf.asked == [FEED, "https://news.example/1"]


async def test_what_is_new_is_posted_once_where_it_should_be(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild, shelf: Shelf
) -> None:
    news = guild.add_channel("news")
    await add(moderator, channel, channel=news)
    await later(client, 0)
    assert news.messages == []
    publish(shelf, entry(3), entry(1, "Arsenal want {0}"))
    for _ in range(3):
        await later(client)
    [message] = news.messages
    assert "[Page id-3](https://news.example/3)" in message.text


async def test_what_a_shared_feed_brought_too_is_posted_once_in_each_server(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel, guild: Guild, shelf: Shelf
) -> None:
    poller = await client.feeds.poller()
    await poller.follow(await poller.look(FEED), NewFeed(FEED, "Shared"))
    elsewhere = double.add_guild("Rivals")
    rival, lounge = elsewhere.add_member("r", permissions=MANAGE_MESSAGES), elsewhere.add_channel("lounge")
    news = guild.add_channel("news")
    await add(moderator, channel, channel=news)
    await add(rival, lounge, channel=lounge)
    await later(client)
    publish(shelf, entry(3), entry(1, "Arsenal want {0}"))
    for _ in range(3):
        await later(client)
    assert "Page id-3" in {a.title for a in await client.services.store.articles.list(guild_id=None, limit=9)}
    for shown in (news, lounge):
        posts = [message.text for message in shown.messages if "https://news.example/3" in message.text]
        assert len(posts) == 1
        assert "Page id-3" in posts[0]


async def test_that_a_channel_is_closed_to_the_bot_is_told_once_in_the_log_channel(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel, guild: Guild, shelf: Shelf
) -> None:
    news, log = guild.add_channel("news"), guild.add_channel("log")
    await add(moderator, channel, channel=news)
    await client.settings.change(guild.id, lambda _: GuildSettings(log_channel=log.id))
    news.deny(guild.me, 1 << 11)
    for number in (1, 2, 3):
        publish(shelf, *[entry(n) for n in range(1, number + 1)])
        await later(client)
    await double.until(lambda: len(log.messages) > 0)
    [told] = log.messages
    assert f"I can't post in <#{news.id}> what this feed brings" in told.text
    assert "Page id-3" in await titles(client, guild)


async def test_what_was_posted_before_a_crash_is_not_posted_again(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild, shelf: Shelf
) -> None:
    news = guild.add_channel("news")
    await add(moderator, channel, channel=news)
    await later(client, 0)
    publish(shelf, entry(3))
    await later(client)
    async with client.services.store._database.transaction() as transaction:
        await transaction.fetch("UPDATE feed_items SET posted_at = NULL WHERE posted_at IS NOT NULL")
    await later(client, 0)
    assert len(news.messages) == 1


@pytest.mark.parametrize("error", [FetchError("Its server says *503*."), UnreadableError("It is *no* feed.")])
@pytest.mark.parametrize("command", ["feed add", "feed test"])
async def test_why_a_feed_can_not_be_followed_is_said(
    client: Rumourmill,
    moderator: Member,
    channel: Channel,
    shelf: Shelf,
    command: str,
    error: FetchError | UnreadableError,
) -> None:
    shelf.documents = {FEED: error}
    reply = await moderator.slash(channel, command, url=FEED)
    assert reply.ephemeral
    assert reply.text == error.reason.replace("*", "\\*")
    assert "No feeds here." in (await moderator.slash(channel, "feed list")).text


async def test_a_test_stores_nothing(
    client: Rumourmill, moderator: Member, channel: Channel, shelf: Shelf
) -> None:
    reply = await moderator.slash(channel, "feed test", url=FEED, words="Arsenal, Chelsea")
    assert "2 pass the filter Arsenal, Chelsea" in reply.text
    assert "No feeds here." in (await moderator.slash(channel, "feed list")).text


async def test_the_list_tells_how_each_feed_is(
    client: Rumourmill, moderator: Member, channel: Channel, shelf: Shelf
) -> None:
    await add(moderator, channel, words="arsenal")
    await later(client, 0)
    shelf.documents = {FEED: FetchError("Its server says 503.")}
    await later(client)
    text = (await moderator.slash(channel, "feed list")).text
    for told in (
        "1 taken · only arsenal · 1 left out",
        "checked <t:",
        "next <t:",
        "Failing since <t:",
        "503",
    ):
        assert told in text
    await moderator.slash(channel, "feed pause", feed="1")
    text = (await moderator.slash(channel, "feed list")).text
    assert "Paused" in text
    assert "next <t:" not in text


async def test_feeds_are_offered_by_title_and_address_paused_resumed_and_removed(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel, guild: Guild, shelf: Shelf
) -> None:
    log = guild.add_channel("log")
    await client.settings.change(guild.id, lambda _: GuildSettings(log_channel=log.id))
    await add(moderator, channel)
    for name, title in (("pause", "Feed paused"), ("resume", "Feed resumed"), ("remove", "Feed removed")):
        for typed in ("news", "example/fe", "1"):
            offered = await moderator.autocomplete(channel, f"feed {name}", focused=("feed", typed))
            assert [choice["value"] for choice in offered] == ["1"]
        assert await moderator.autocomplete(channel, f"feed {name}", focused=("feed", "xyz")) == []
        assert title in (await moderator.slash(channel, f"feed {name}", feed="1")).text
    await double.until(lambda: len(log.messages) == 4)
    assert all(f"<@{moderator.id}>" in message.text for message in log.messages)
    gone = await moderator.slash(channel, "feed pause", feed="1")
    assert gone.text.startswith("There is no such feed here.")


async def test_another_server_can_neither_see_nor_change_it(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel)
    elsewhere = double.add_guild("Rivals")
    rival, lounge = elsewhere.add_member("r", permissions=MANAGE_MESSAGES), elsewhere.add_channel("lounge")
    assert "No feeds here." in (await rival.slash(lounge, "feed list")).text
    assert await rival.autocomplete(lounge, "feed remove", focused=("feed", "")) == []
    for name in ("pause", "resume", "remove"):
        assert "There is no such feed here." in (await rival.slash(lounge, f"feed {name}", feed="1")).text


async def test_that_a_feed_fails_and_works_again_is_told_in_the_log_channel(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel, guild: Guild, shelf: Shelf
) -> None:
    log = guild.add_channel("log")
    await client.settings.change(guild.id, lambda _: GuildSettings(log_channel=log.id))
    await add(moderator, channel)
    working = dict(shelf.documents)
    shelf.documents = {FEED: FetchError("Its server says 503.")}
    await later(client)
    async with client.services.store._database.transaction() as transaction:
        await transaction.fetch("UPDATE feeds SET failing_since = failing_since - 86400")
    for _ in range(3):
        await later(client, 600)
    shelf.documents = working
    for _ in range(2):
        await later(client, 3000)
    await double.until(lambda: len(log.messages) == 3)
    _, failing, again = log.messages
    assert "has failed for a day" in failing.text
    assert "Its server says 503." in failing.text
    assert "works again" in again.text


async def test_whoever_added_a_feed_is_told_and_forgotten(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    await add(moderator, channel)
    assert "Here you added 1 feed." in (await moderator.slash(channel, "privacy show")).text
    export = await moderator.slash(channel, "privacy export")
    assert FEED.encode() in export.files["rumourmill.json"]
    await moderator.slash(channel, "privacy forget")
    [feed] = await client.services.store.feeds.of(guild.id)
    assert feed.added_by is None
    assert "Here you added 0 feeds." in (await moderator.slash(channel, "privacy show")).text


async def test_a_channel_where_the_bot_may_not_write_is_refused(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild, shelf: Shelf
) -> None:
    closed = guild.add_channel("closed")
    closed.deny(guild.me, 1 << 11)
    reply = await add(moderator, channel, channel=closed)
    assert "I need View Channel, Send Messages and Embed Links" in reply.text
    assert shelf.asked == []


async def test_without_a_contact_nobody_is_asked(
    double: DiscordDouble, config: Config, shelf: Shelf, moderator: Member, channel: Channel
) -> None:
    async with bot(double, config, shelf) as client:
        for name in ("feed add", "feed test"):
            assert "has to name a contact" in (await moderator.slash(channel, name, url=FEED)).text
        await client.feeds.poll()
    assert shelf.asked == []


async def test_the_running_bot_polls_by_itself_and_survives_what_goes_wrong(
    double: DiscordDouble,
    with_contact: Config,
    shelf: Shelf,
    moderator: Member,
    channel: Channel,
    guild: Guild,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken() -> None:
        polls.append("broken")
        raise ZeroDivisionError

    polls: list[str] = []
    async with bot(double, with_contact, shelf) as client:
        cog = client.get_cog("Feeds")
        assert isinstance(cog, Feeds)
        await double.until(cog.poll.is_running)
        with monkeypatch.context() as patch:
            patch.setattr(client.feeds, "poll", broken)
            cog.poll.change_interval(seconds=0.05)
            cog.poll.restart()
            await double.until(lambda: len(polls) > 2)
        await add(moderator, channel)
        await double.until(lambda: len(shelf.asked) == 3)
        await double.until(lambda: cog.poll.current_loop > 3)
        for _ in range(100):
            if len(await titles(client, guild)) == 2:
                break
            await asyncio.sleep(0.05)
        assert await titles(client, guild) == {"Page id-1", "Page id-2"}
    assert not cog.poll.is_running()
