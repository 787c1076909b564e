"""The channel in which a server's moderators read what was changed, and by whom."""

import asyncio
import logging
from collections.abc import Callable

import aiohttp
import discord

from bot.settings import Settings
from bot.words import language_of, speaking

log = logging.getLogger(__name__)


class LogChannel:
    def __init__(self, client: discord.Client, settings: Settings) -> None:
        self._client = client
        self._settings = settings
        self._under_way: set[asyncio.Task[None]] = set()

    def tell(self, guild_id: int, embed: Callable[[], discord.Embed]) -> None:
        """Say something in the server's language, where it has such a channel; nobody waits for that."""
        task = asyncio.create_task(self._tell(guild_id, embed))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _tell(self, guild_id: int, embed: Callable[[], discord.Embed]) -> None:
        channel = self._settings.of(guild_id).log_channel
        guild = self._client.get_guild(guild_id)
        if channel is None or guild is None:
            return
        with speaking(language_of(guild.preferred_locale.value)):
            made = embed()
        try:
            await self._client.get_partial_messageable(channel, guild_id=guild_id).send(embed=made)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.warning("Server %d's log channel can't be written to: %s", guild_id, error)
