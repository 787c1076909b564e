"""The newest reports, about a name or at all."""

import asyncio

from discord import app_commands
from discord.ext import commands

from bot.answers import Answers
from bot.app import Services
from bot.named import known_name, name_choices
from bot.respond import ANSWER_S, Interaction
from bot.words import N_, _

LATEST = N_("The latest articles")


@app_commands.guild_only()
class Rumours(commands.GroupCog, group_name="rumour", group_description="The newest reports"):
    def __init__(self, services: Services, answers: Answers) -> None:
        self._services = services
        self._answers = answers

    @app_commands.command()
    @app_commands.describe(name="A player, a manager or a club", private="Show it to nobody but me")
    async def about(
        self, interaction: Interaction, name: app_commands.Range[str, 1, 100], private: bool | None = None
    ) -> None:
        """What the newest articles say about a player, a manager or a club"""
        alone = await self._answers.defer(interaction, private=private)
        async with asyncio.timeout(ANSWER_S):
            found = await known_name(self._services, interaction, name)
            answer = await self._services.engine.about(found, guild_id=interaction.guild_id)
            await self._answers.show(interaction, answer, private=alone)

    @app_commands.command()
    @app_commands.describe(private="Show it to nobody but me")
    async def latest(self, interaction: Interaction, private: bool | None = None) -> None:
        """How the newest articles begin"""
        alone = await self._answers.defer(interaction, private=private)
        async with asyncio.timeout(ANSWER_S):
            answer = await self._services.engine.latest(_(LATEST), guild_id=interaction.guild_id)
            await self._answers.show(interaction, answer, private=alone)

    @about.autocomplete("name")
    async def complete(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await name_choices(self._services, interaction, typed)
