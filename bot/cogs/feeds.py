"""Feeds that a server follows."""

import asyncio
import logging
from contextlib import suppress

import discord
from discord import app_commands
from discord.ext import commands, tasks

from bot import render_feeds
from bot.app import Services
from bot.changes import tell_log
from bot.errors import RefusedError
from bot.feeds import Feeds as Following
from bot.markup import CHOICES
from bot.moderators import MODERATORS, is_moderator, require_moderator
from bot.panel import require_writable
from bot.polling import require_contact
from bot.respond import Interaction, defer, reply
from bot.words import N_, _
from corpus.errors import FeedRefusedError
from corpus.feeds.plan import parsed_words
from corpus.feeds.types import FollowedFeed, NewFeed
from corpus.names import fold

log = logging.getLogger(__name__)

EVERY_S = 30.0
FINISH_S = 1.0

Number = app_commands.Range[str, 1, 100]


@app_commands.default_permissions(MODERATORS)
@app_commands.guild_only()
class Feeds(
    commands.GroupCog, group_name="feed", group_description="Feeds whose articles come in by themselves"
):
    def __init__(self, client: discord.Client, services: Services, following: Following) -> None:
        self._client = client
        self._services = services
        self._following = following

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        require_moderator(interaction)
        return True

    @app_commands.command()
    @app_commands.describe(
        url="The address of an RSS, Atom or JSON feed",
        words="Only what mentions one of these words or names, parted by commas",
        channel="Where new articles are posted",
    )
    async def add(
        self,
        interaction: Interaction,
        url: app_commands.Range[str, 1, 2000],
        words: app_commands.Range[str, 1, 1000] = "",
        channel: discord.TextChannel | None = None,
    ) -> None:
        """Follow a feed: what it brings is added to this server"""
        await defer(interaction, private=True)
        require_writable(interaction, channel.id if channel else None)
        wanted = parsed_words(words)
        poller = await self._following.poller()
        look = await poller.look(url)
        new = NewFeed(
            look.url,
            look.feed.title,
            interaction.guild_id,
            wanted,
            channel.id if channel else None,
            interaction.user.id,
        )
        feed = await poller.follow(look, new)
        tell_log(interaction, lambda: render_feeds.feed_embed(feed, _("Feed added")))
        title = _("Feed {number} added").format(number=feed.id)
        await reply(interaction, embed=render_feeds.look_embed(look, wanted, title, new.channel_id))

    @app_commands.command()
    @app_commands.describe(
        url="The address of an RSS, Atom or JSON feed",
        words="Only what mentions one of these words or names, parted by commas",
    )
    async def test(
        self,
        interaction: Interaction,
        url: app_commands.Range[str, 1, 2000],
        words: app_commands.Range[str, 1, 1000] = "",
    ) -> None:
        """Show what a feed holds and what would be taken, without following it"""
        await defer(interaction, private=True)
        wanted = parsed_words(words)
        look = await (await self._following.poller()).look(url)
        await reply(interaction, embed=render_feeds.look_embed(look, wanted, _("What this feed holds")))

    @app_commands.command(name="list")
    @app_commands.describe(page="Five on each")
    async def list_feeds(
        self, interaction: Interaction, page: app_commands.Range[int, 1, 10_000] = 1
    ) -> None:
        """Show this server's feeds, and how they are"""
        await defer(interaction, private=True)
        feeds = await self._services.store.feeds.of(interaction.guild_id)
        await reply(interaction, embed=render_feeds.feeds_embed(feeds, page))

    @app_commands.command()
    @app_commands.describe(feed="Type words of its title, or its number")
    async def pause(self, interaction: Interaction, feed: Number) -> None:
        """Stop following a feed for a while"""
        await defer(interaction, private=True)
        found = await self._services.store.feeds.pause(_number(feed), guild_id=interaction.guild_id)
        await _changed(interaction, found, N_("Feed paused"))

    @app_commands.command()
    @app_commands.describe(feed="Type words of its title, or its number")
    async def resume(self, interaction: Interaction, feed: Number) -> None:
        """Follow a feed again that was paused, or ended"""
        await defer(interaction, private=True)
        require_contact(self._services.config)
        found = await self._services.store.feeds.resume(_number(feed), guild_id=interaction.guild_id)
        await _changed(interaction, found, N_("Feed resumed"))

    @app_commands.command()
    @app_commands.describe(feed="Type words of its title, or its number")
    async def remove(self, interaction: Interaction, feed: Number) -> None:
        """Follow a feed no longer; its articles stay"""
        await defer(interaction, private=True)
        found = await self._services.store.feeds.remove(_number(feed), guild_id=interaction.guild_id)
        await _changed(interaction, found, N_("Feed removed"))

    @pause.autocomplete("feed")
    @resume.autocomplete("feed")
    @remove.autocomplete("feed")
    async def complete(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        if not is_moderator(interaction):
            return []
        feeds = await self._services.store.feeds.of(interaction.guild_id)
        found = [feed for feed in feeds if fold(typed) in fold(f"{feed.id} {feed.title} {feed.url}")]
        return [
            app_commands.Choice(name=render_feeds.feed_choice(feed), value=str(feed.id))
            for feed in found[:CHOICES]
        ]

    @commands.Cog.listener("on_ready")
    async def begin(self) -> None:
        if not (self.poll.is_running() or self._client.is_closed()):
            self.poll.start()

    async def cog_unload(self) -> None:
        """What is under way is told to stop, and has a moment to put down what it holds."""
        task = self.poll.get_task()
        self.poll.cancel()
        if task is not None:
            await asyncio.wait([task], timeout=FINISH_S)

    @tasks.loop(seconds=EVERY_S)
    async def poll(self) -> None:
        """One after the other, however long one takes."""
        try:
            with suppress(FeedRefusedError):
                await self._following.poll()
        except Exception:
            log.exception("Feeds could not be polled.")


async def _changed(interaction: Interaction, feed: FollowedFeed | None, title: str) -> None:
    """Tell whoever did it, and the log channel."""
    if feed is None:
        raise RefusedError(_("There is no such feed here. /feed list shows them all."))
    tell_log(interaction, lambda: render_feeds.feed_embed(feed, _(title)))
    await reply(interaction, embed=render_feeds.feed_embed(feed, _(title)))


def _number(typed: str) -> int:
    digits = typed.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise RefusedError(_("Choose a feed from those offered while you type, or give its number."))
    return int(digits)
