"""The newest reports, about a name or at all."""

import asyncio

from discord import app_commands
from discord.ext import commands

from bot.answers import Answers
from bot.app import Services
from bot.errors import RefusedError
from bot.render import CHOICE, CHOICES, one_line
from bot.respond import ANSWER_S, Interaction
from bot.words import N_, _
from corpus.names import fold
from index.namebook import NameBook
from index.offer import named, offered

LATEST = N_("The latest articles")
NEAR = 3


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
            engine = self._services.engine
            names = await engine.names(interaction.guild_id)
            found = named(name, names)
            if found is None:
                raise RefusedError(_unknown(name, names))
            answer = await engine.about(found, guild_id=interaction.guild_id)
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
        if not self._services.ready:
            return []
        names = await self._services.engine.names(interaction.guild_id)
        found = [one_line(name.written, CHOICE) for name in offered(typed, names, CHOICES)]
        return [app_commands.Choice(name=name, value=name) for name in dict.fromkeys(found)]


def _unknown(typed: str, names: NameBook) -> str:
    near = [name.written for name in offered(typed, names, NEAR)] if fold(typed) else []
    if near:
        told = _("Several names begin like that: {names}. Choose one of those offered while you type.")
        return told.format(names=", ".join(near))
    return _("No article here mentions {name}.").format(name=one_line(typed, CHOICE))
