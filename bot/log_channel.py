"""The channel in which a server's moderators read what was changed, and by whom."""

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

    async def tell(self, guild_id: int, embed: Callable[[], discord.Embed]) -> None:
        """Say something in the server's language, where the server has such a channel. Never raises."""
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
