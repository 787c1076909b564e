"""Who changed which article, and when."""

from discord import app_commands
from discord.ext import commands

from bot.app import Services
from bot.moderators import MODERATORS, require_moderator
from bot.render_articles import PAGE, audit_embed
from bot.respond import Interaction, defer, reply


class Audit(commands.Cog):
    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command()
    @app_commands.default_permissions(MODERATORS)
    @app_commands.guild_only()
    @app_commands.describe(page="The first page shows what happened last")
    async def audit(self, interaction: Interaction, page: app_commands.Range[int, 1, 10_000] = 1) -> None:
        """Who added, changed, removed and restored which articles, and when"""
        require_moderator(interaction)
        await defer(interaction, private=True)
        found = await self._services.store.audit.list(
            guild_id=interaction.guild_id or 0, limit=PAGE + 1, offset=(page - 1) * PAGE
        )
        embed = audit_embed(found[:PAGE], page, more=len(found) > PAGE)
        await reply(interaction, embed=embed)
