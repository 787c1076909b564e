"""Answers as messages: quotes, the buttons under them, and receipts by which they follow their articles."""

import asyncio
import logging
from datetime import UTC, datetime

import discord

from bot import render
from bot.app import Services
from bot.channels import may_answer_in
from bot.pace import Pace
from bot.receipts import Receipts
from bot.respond import Interaction, defer, reply
from bot.settings import Settings
from bot.views import answer_view, nothing_view
from corpus.errors import StoreError
from index.answer import reference
from index.meant import meant
from index.types import Answer

log = logging.getLogger(__name__)

NEAR = 3


class Answers:
    def __init__(self, services: Services, receipts: Receipts, settings: Settings) -> None:
        self._services = services
        self._receipts = receipts
        self._settings = settings
        self._pace = Pace(services.config.limits)

    async def defer(self, interaction: Interaction, *, private: bool | None) -> bool:
        """Take a question; returns whether its answer will be private, as was wished or as the server chose.

        Raises TooFastError before anybody else sees that it was asked.
        """
        settings = self._settings.of(interaction.guild_id)
        alone = settings.private if private is None else private
        alone = alone or not may_answer_in(interaction.channel, settings)
        if interaction.guild_id is not None:
            self._pace.take(interaction.guild_id, interaction.user.id, interaction.created_at)
        await defer(interaction, private=alone)
        return alone

    def take(self, message: discord.Message, guild_id: int) -> None:
        """Take a question that a message asks. Raises TooFastError."""
        self._pace.take(guild_id, message.author.id, message.created_at)

    async def show(self, interaction: Interaction, answer: Answer, *, private: bool) -> None:
        """The answer in place of "is thinking"."""
        embed, view, shown = await self.composed(answer, interaction.guild_id)
        message = await reply(interaction, embed=embed, view=view)
        if not private and interaction.guild_id is not None:
            await self.keep(message, interaction.guild_id, answer, shown)

    async def composed(
        self, answer: Answer, guild_id: int | None, nothing: str = render.NOTHING_FOUND
    ) -> tuple[discord.Embed, discord.ui.View | None, int]:
        """The answer as a message with so many quotes, and buttons for the rest where it could be saved.

        Where there is none, it says `nothing`.
        """
        if not answer.answered:
            names = await self._services.engine.names(guild_id)
            near = [name.written for name in meant(answer.question, names, NEAR)]
            embed, shown = render.answer_embed(answer, 0, near, nothing)
            return embed, nothing_view() if answer.articles else None, shown
        most = self._services.config.answers.quotes
        embed, shown = await asyncio.to_thread(render.answer_embed, answer, most)
        try:
            saved = await self._services.store.answers.save(
                guild_id=guild_id,
                asked_at=datetime.now(UTC),
                as_of=answer.as_of,
                articles=answer.articles,
                quotes=tuple(map(reference, answer.quotes)),
            )
        except StoreError as error:
            log.warning("An answer goes without buttons, for it can't be saved: %s", error)
            return embed, None, shown
        return embed, answer_view(saved, shown), shown

    async def keep(self, message: discord.Message, guild_id: int, answer: Answer, shown: int) -> None:
        """Remember a message that all can see, and that shows so many quotes of the answer."""
        if shown:
            await self._receipts.keep(message, guild_id, answer, shown)
