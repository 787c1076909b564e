"""Servers that come and go, and what becomes of what is theirs."""

import logging
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import discord
from discord.ext import commands, tasks

from bot.app import Services
from bot.drafts import KEPT as DRAFTS_KEPT
from bot.render_articles import KEPT as REMOVED_KEPT
from bot.settings import Settings
from corpus.errors import StoreError

log = logging.getLogger(__name__)

KEPT = timedelta(days=30)
"""For so long what is a server's waits for the bot to be invited again."""

AUDIT_KEPT = timedelta(days=365)
AUDIT_MOST = 10_000
"""Lines of a server's audit."""


class Servers(commands.Cog):
    """Counts as left only what Discord no longer lists: a server that is down is still listed."""

    def __init__(self, client: discord.Client, services: Services, settings: Settings) -> None:
        self._client = client
        self._services = services
        self._settings = settings

    @commands.Cog.listener("on_ready")
    async def look_around(self) -> None:
        await self._reconcile()
        if not (self.clear_up.is_running() or self._client.is_closed()):
            self.clear_up.start()

    @commands.Cog.listener("on_guild_join")
    async def come(self, _: discord.Guild) -> None:
        await self._reconcile()

    @commands.Cog.listener("on_guild_remove")
    async def go(self, guild: discord.Guild) -> None:
        await self._reconcile(without=(guild.id,))

    async def cog_unload(self) -> None:
        self.clear_up.cancel()

    @tasks.loop(hours=24)
    async def clear_up(self) -> None:
        """Delete what servers owned that were left long ago, and what is kept for a while only."""
        store = self._services.store
        try:
            for guild_id in await store.guilds.gone(datetime.now(UTC) - KEPT):
                articles = await store.guilds.purge(guild_id)
                self._settings.forget(guild_id)
                log.info(
                    "Server %d left over %d days ago: %d articles deleted.", guild_id, KEPT.days, articles
                )
            now = datetime.now(UTC)
            await store.drafts.prune(now - DRAFTS_KEPT)
            await store.removed.prune(now - REMOVED_KEPT)
            await store.audit.prune(now - AUDIT_KEPT, AUDIT_MOST)
        except StoreError as error:
            log.warning("What left servers owned, and what is too old could not be deleted: %s", error)

    async def _reconcile(self, without: Collection[int] = ()) -> None:
        present = {guild.id for guild in self._client.guilds}.difference(without)
        try:
            await self._services.store.guilds.reconcile(present, datetime.now(UTC))
        except StoreError as error:
            log.warning("Which servers were left could not be noted: %s", error)
