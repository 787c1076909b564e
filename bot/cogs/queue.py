"""What waits for a server's moderators: questions without an answer, and reports."""

from discord import app_commands
from discord.ext import commands

from bot import render_moderation
from bot.app import Services
from bot.errors import RefusedError
from bot.markup import CHOICES
from bot.moderators import MODERATORS, is_moderator, require_moderator
from bot.respond import Interaction, defer, reply
from bot.words import _


@app_commands.default_permissions(MODERATORS)
@app_commands.guild_only()
class Queue(commands.GroupCog, group_name="queue", group_description="What members sent to the moderators"):
    def __init__(self, services: Services) -> None:
        self._services = services

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        require_moderator(interaction)
        return True

    @app_commands.command(name="list")
    @app_commands.describe(page="The first page shows the newest")
    async def list_entries(
        self, interaction: Interaction, page: app_commands.Range[int, 1, 10_000] = 1
    ) -> None:
        """Questions without an answer, and reports of answers"""
        await defer(interaction, private=True)
        size = render_moderation.QUEUE_PAGE
        found = await self._services.store.queue.list(
            guild_id=interaction.guild_id, limit=size + 1, offset=(page - 1) * size
        )
        embed = render_moderation.queue_embed(found[:size], page, more=len(found) > size)
        await reply(interaction, embed=embed)

    @app_commands.command()
    @app_commands.rename(entry="id")
    @app_commands.describe(entry="Type words of it, or its number")
    async def done(self, interaction: Interaction, entry: app_commands.Range[str, 1, 100]) -> None:
        """Take an entry off the queue"""
        await defer(interaction, private=True)
        number = _number(entry)
        found = await self._services.store.queue.done(number, guild_id=interaction.guild_id)
        if found is None:
            told = _("There is no entry {number} here. /queue list shows them all.")
            raise RefusedError(told.format(number=number))
        await reply(interaction, embed=render_moderation.done_embed(found))

    @done.autocomplete("entry")
    async def complete(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        if not is_moderator(interaction):
            return []
        found = await self._services.store.queue.list(
            guild_id=interaction.guild_id, limit=CHOICES, matching=typed.strip()
        )
        return [app_commands.Choice(name=render_moderation.entry_choice(e), value=str(e.id)) for e in found]


def _number(text: str) -> int:
    digits = text.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise RefusedError(_("Choose an entry from those offered while you type, or give its number."))
    return int(digits)
