"""Feeds in the running bot: what asks them, where what is new is posted, and what is told of their health."""

import asyncio
import logging

import aiohttp
import discord

from bot import render_feeds
from bot.app import Services
from bot.log_channel import LogChannel
from bot.polling import open_poller
from bot.words import language_of, speaking
from corpus.feeds.poll import Poller
from corpus.feeds.types import FollowedFeed, Health
from corpus.types import Article

log = logging.getLogger(__name__)


class Feeds:
    """The one poller of the running bot."""

    def __init__(self, client: discord.Client, services: Services, log_channel: LogChannel) -> None:
        self._client = client
        self._services = services
        self._log_channel = log_channel
        self._opening = asyncio.Lock()
        self._poller: Poller | None = None
        self._closed: set[int] = set()

    async def poller(self) -> Poller:
        """Raises FeedRefusedError."""
        async with self._opening:
            if self._poller is None:
                self._poller = await open_poller(self._services, post=self._post, tell=self._tell)
            return self._poller

    async def poll(self) -> None:
        """Ask what is due; nothing, while the model loads or nobody named a contact."""
        if self._services.ready and self._services.config.web.contact.strip():
            await (await self.poller()).poll_due()

    async def _post(self, feed: FollowedFeed, article: Article) -> bool:
        """Discord shows it once, however often it is sent within some minutes."""
        guild = self._client.get_guild(feed.guild_id or 0)
        if guild is None or feed.channel_id is None:
            return False
        with speaking(language_of(guild.preferred_locale.value)):
            embed = render_feeds.new_article_embed(article)
        channel = self._client.get_partial_messageable(feed.channel_id, guild_id=guild.id)
        try:
            await channel.send(embed=embed, nonce=f"feed-{feed.id}-{article.id}")
        except (discord.Forbidden, discord.NotFound) as error:
            log.warning("Feed %d can't be posted where it should be: %s", feed.id, error)
            self._tell_closed(feed)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.warning("Article %d could not be posted, and will be later: %s", article.id, error)
            return False
        else:
            self._closed.discard(feed.id)
        return True

    def _tell_closed(self, feed: FollowedFeed) -> None:
        """Once, until it can be posted again: its articles come in all the same."""
        if feed.guild_id is not None and feed.id not in self._closed:
            self._closed.add(feed.id)
            self._log_channel.tell(feed.guild_id, lambda: render_feeds.closed_embed(feed))

    def _tell(self, feed: FollowedFeed, health: Health) -> None:
        if feed.guild_id is not None:
            self._log_channel.tell(feed.guild_id, lambda: render_feeds.health_embed(feed, health))
