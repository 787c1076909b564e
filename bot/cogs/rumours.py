"""The newest reports, about a name or at all."""

import asyncio

from discord import app_commands
from discord.ext import commands

from bot import render
from bot.answers import Answers
from bot.app import Services
from bot.errors import RefusedError
from bot.named import known_name, name_choices
from bot.questions import Questions, distinct
from bot.respond import ANSWER_S, Interaction, reply
from bot.words import N_, _
from corpus.types import KeptQuestion
from index.offer import named
from index.types import Quote

LATEST = N_("The latest articles")
NOT_KEPT = N_(
    "This server does not keep what you ask, so I can't tell what is new about it."
    " An administrator can turn that on: /admin config set"
)
NOTHING_ASKED = N_("You have asked nothing here lately. First ask something: /ask")
LATEST_QUESTIONS = 5


@app_commands.guild_only()
class Rumours(commands.GroupCog, group_name="rumour", group_description="The newest reports"):
    def __init__(self, services: Services, answers: Answers, questions: Questions) -> None:
        self._services = services
        self._answers = answers
        self._questions = questions

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

    @app_commands.command()
    async def changes(self, interaction: Interaction) -> None:
        """What is new about what you asked before"""
        await self._answers.defer(interaction, private=True)
        async with asyncio.timeout(ANSWER_S):
            if not self._questions.kept(interaction.guild_id):
                raise RefusedError(_(NOT_KEPT))
            asked = await self._questions.of_member(interaction.user.id, interaction.guild_id)
            latest = distinct([question for question in asked if not question.follows])[:LATEST_QUESTIONS]
            if not latest:
                raise RefusedError(_(NOTHING_ASKED))
            found = [(question, await self._news(question)) for question in latest]
            await reply(interaction, embed=render.changes_embed(found))

    async def _news(self, question: KeptQuestion) -> tuple[Quote, ...]:
        """What articles say that were added since it was asked."""
        engine, guild_id = self._services.engine, question.guild_id
        about = named(question.club, await engine.names(guild_id)) if question.club else None
        if question.club and about is None:
            return ()
        answer = await engine.ask(
            question.text, guild_id=guild_id, about=about, added_after=question.asked_at
        )
        return answer.quotes

    @about.autocomplete("name")
    async def complete(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await name_choices(self._services, interaction, typed)
