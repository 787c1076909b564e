"""Servers that come and go, and what becomes of what is theirs."""

import logging
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import discord
from discord.ext import commands, tasks

from bot.app import Services
from bot.kept import (
    AUDIT_KEPT,
    AUDIT_LINES_KEPT,
    DRAFTS_KEPT,
    LEFT_SERVERS_KEPT,
    QUESTIONS_KEPT,
    REMOVED_KEPT,
    VERDICTS_KEPT,
)
from bot.settings import Settings
from corpus.errors import StoreError

log = logging.getLogger(__name__)


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
        for clear in (self._purge_left_servers, self._prune):
            try:
                await clear(datetime.now(UTC))
            except StoreError as error:
                log.warning("What left servers owned, or what is too old could not be deleted: %s", error)

    async def _purge_left_servers(self, now: datetime) -> None:
        for guild_id in await self._services.store.guilds.gone(now - LEFT_SERVERS_KEPT):
            articles = await self._services.store.guilds.purge(guild_id)
            self._settings.forget(guild_id)
            days = LEFT_SERVERS_KEPT.days
            log.info("Server %d left over %d days ago: %d articles deleted.", guild_id, days, articles)

    async def _prune(self, now: datetime) -> None:
        store = self._services.store
        await store.answers.prune(now - timedelta(days=self._services.config.answers.keep_days))
        await store.questions.prune(now - QUESTIONS_KEPT)
        await store.verdicts.prune(now - VERDICTS_KEPT)
        await store.drafts.prune(now - DRAFTS_KEPT)
        await store.removed.prune(now - REMOVED_KEPT)
        await store.audit.prune(now - AUDIT_KEPT, AUDIT_LINES_KEPT)

    async def _reconcile(self, without: Collection[int] = ()) -> None:
        present = {guild.id for guild in self._client.guilds}.difference(without)
        try:
            await self._services.store.guilds.reconcile(present, datetime.now(UTC))
        except StoreError as error:
            log.warning("Which servers were left could not be noted: %s", error)
