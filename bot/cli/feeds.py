"""Feeds whose articles every server sees: `feeds add|list|pause|resume|remove|test|poll`."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import click

from bot.cli.options import Group, Options
from bot.cli.progress import progress_bar, spinner

if TYPE_CHECKING:
    from bot.config import Config
    from corpus.feeds.types import FollowedFeed, Look
    from corpus.store.feeds import Feeds

WORDS = click.option(
    "--words", default="", metavar="A,B", help="Only what mentions one of these words or names."
)
ID = click.argument("feed_id", type=int, metavar="ID")


@click.group(cls=Group)
def feeds() -> None:
    """Feeds whose articles every server sees. What a server follows itself is managed in Discord.

    A running bot asks them by itself, at most every quarter of an hour; `feeds poll` does it once.
    """


@feeds.command()
@click.argument("url")
@WORDS
@click.pass_obj
def add(options: Options, url: str, words: str) -> None:
    """Follow an RSS, Atom or JSON feed.

    --words arsenal,"xabi alonso" takes only what mentions one of them in its title or summary; what fans call
    a club counts as its name.
    """
    feed = asyncio.run(_add(_with_contact(options), url, words))
    click.echo(f"Feed {feed.id} is followed: a running bot takes its articles in, and so does `feeds poll`.")


@feeds.command("list")
@click.pass_obj
def list_(options: Options) -> None:
    """List the feeds, and how they are."""
    from bot.terminal import open_console, render_feeds

    found = asyncio.run(_list(options.load()))
    if not found:
        click.echo("There are no feeds. Follow one: rumourmill feeds add URL")
        return
    open_console().print(render_feeds(found))


@feeds.command()
@ID
@click.pass_obj
def pause(options: Options, feed_id: int) -> None:
    """Stop following a feed for a while."""
    _change(options, feed_id, "paused", lambda feeds: feeds.pause(feed_id, guild_id=None))


@feeds.command()
@ID
@click.pass_obj
def resume(options: Options, feed_id: int) -> None:
    """Follow a feed again that was paused, or ended."""
    _change(options, feed_id, "followed again", lambda feeds: feeds.resume(feed_id, guild_id=None))


@feeds.command()
@ID
@click.pass_obj
def remove(options: Options, feed_id: int) -> None:
    """Follow a feed no longer. Its articles stay."""
    _change(options, feed_id, "removed", lambda feeds: feeds.remove(feed_id, guild_id=None))


@feeds.command()
@click.argument("url")
@WORDS
@click.pass_obj
def test(options: Options, url: str, words: str) -> None:
    """Show what a feed holds and what would be taken; nothing is stored."""
    from bot.terminal import open_console, render_look
    from corpus.feeds.plan import parsed_words

    wanted = parsed_words(words)
    look = asyncio.run(_look(_with_contact(options), url))
    open_console().print(render_look(look, wanted))


@feeds.command()
@click.pass_obj
def poll(options: Options) -> None:
    """Ask the feeds that are due, and take in what waits; up to twenty articles of each."""
    before, after = asyncio.run(_poll(_with_contact(options)))
    click.echo(f"{after['taken'] - before['taken']:,} taken, {after['pending']:,} still wait.")


def _with_contact(options: Options) -> "Config":
    from bot.polling import require_contact

    config = options.load()
    require_contact(config)
    return config


def _change(
    options: Options,
    feed_id: int,
    told: str,
    change: "Callable[[Feeds], Awaitable[FollowedFeed | None]]",
) -> None:
    from bot.terminal import safe
    from corpus.store import open_store

    config = options.load()

    async def changed() -> "FollowedFeed | None":
        async with await open_store(config.database) as store:
            return await change(store.feeds)

    feed = asyncio.run(changed())
    if feed is None:
        raise click.ClickException(
            f"There is no feed {feed_id}. `rumourmill feeds list` shows which there are."
        )
    click.echo(f"Feed {feed.id} is {told}: {safe(feed.title or feed.url)}")


async def _add(config: "Config", url: str, words: str) -> "FollowedFeed":
    from bot.app import open_services
    from bot.polling import open_poller
    from corpus.feeds.plan import parsed_words
    from corpus.feeds.types import NewFeed

    wanted = parsed_words(words)
    async with open_services(config) as services:
        poller = await open_poller(services)
        with spinner("Reading the feed ..."):
            look = await poller.look(url)
        return await poller.follow(look, NewFeed(look.url, look.feed.title, words=wanted))


async def _list(config: "Config") -> "list[FollowedFeed]":
    from corpus.store import open_store

    async with await open_store(config.database) as store:
        return await store.feeds.of(None)


async def _look(config: "Config", url: str) -> "Look":
    from bot.app import open_services
    from bot.polling import open_poller

    async with open_services(config) as services:
        poller = await open_poller(services)
        with spinner("Reading the feed ..."):
            return await poller.look(url)


async def _poll(config: "Config") -> tuple[dict[str, int], dict[str, int]]:
    """How many items were in which state before and afterwards."""
    from bot.app import open_services
    from bot.polling import open_poller

    async with open_services(config) as services:
        with spinner("Loading the model ..."):
            await services.load()
        poller = await open_poller(services)
        before = await _counts(services.store.feeds)
        with progress_bar("Feeds") as on_progress:
            await poller.poll_due(shared_only=True, on_progress=on_progress)
        return before, await _counts(services.store.feeds)


async def _counts(feeds: "Feeds") -> dict[str, int]:
    every = await feeds.of(None)
    return {state: sum(feed.items.get(state, 0) for feed in every) for state in ("taken", "pending")}
