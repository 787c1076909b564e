"""What the bot can do."""

from discord import app_commands
from discord.ext import commands

from bot.guide import Guide
from bot.respond import Interaction, defer, reply


class Help(commands.Cog):
    def __init__(self, guide: Guide) -> None:
        self._guide = guide

    @app_commands.command()
    async def help(self, interaction: Interaction) -> None:
        """What I can do, with examples"""
        await defer(interaction, private=True)
        await reply(interaction, content=await self._guide.for_member(interaction))
