"""Questions: by command, by mention, and as a reply to an earlier answer."""

import asyncio
import logging
import re
import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot import render
from bot.answers import Answers
from bot.app import Services
from bot.channels import may_answer_in, mentions
from bot.errors import RefusedError
from bot.guide import Guide
from bot.incidents import Incidents
from bot.markup import one_line
from bot.messages import said
from bot.named import known_name, name_choices
from bot.pace import TooFastError
from bot.questions import Questions
from bot.respond import ANSWER_S, Interaction, persist, reply, words_for
from bot.settings import Settings
from bot.words import N_, _, language_of, speak
from index.question import MAX_QUESTION_CHARS

log = logging.getLogger(__name__)

SINCE = {
    "24 hours": timedelta(hours=24),
    "7 days": timedelta(days=7),
    "30 days": timedelta(days=30),
    "1 year": timedelta(days=365),
}
_MENTION_OR_EMOJI = re.compile(r"<(?:@[!&]?|#|a?:\w+:)\d+>")
REMEMBERED = 4
"""So many questions of a conversation are read at most."""
ELSEWHERE = N_("Ask me in {channels}, or with /ask, which here answers you alone.")
PASSING_S = 15.0
"""For so long stands what only one person needs to read."""
NO_EMBEDS = N_("I need the permission Embed Links here to show you an answer.")


class Ask(commands.Cog):
    def __init__(
        self,
        services: Services,
        answers: Answers,
        questions: Questions,
        guide: Guide,
        settings: Settings,
        incidents: Incidents,
    ) -> None:
        self._services = services
        self._answers = answers
        self._questions = questions
        self._guide = guide
        self._settings = settings
        self._incidents = incidents
        self.check_menu = app_commands.ContextMenu(name="Check this rumour", callback=self.check)

    @app_commands.command()
    @app_commands.describe(
        question="For example: who replaces Ancelotti?",
        club="Only what mentions this club, player or manager",
        since="Only articles of this time",
        private="Show the answer to nobody but me",
    )
    @app_commands.choices(
        since=[app_commands.Choice(name=app_commands.locale_str(name), value=name) for name in SINCE]
    )
    async def ask(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 3, 300],
        club: app_commands.Range[str, 1, 100] | None = None,
        since: str | None = None,
        private: bool | None = None,
    ) -> None:
        """Ask what the articles report, and get it word for word"""
        alone = await self._answers.defer(interaction, private=private)
        async with asyncio.timeout(ANSWER_S):
            earliest = datetime.now(UTC) - _period(since) if since else None
            about = await known_name(self._services, interaction, club) if club else None
            answer = await self._services.engine.ask(
                _words(question), guild_id=interaction.guild_id, since=earliest, about=about
            )
            name = about.written if about else None
            await self._questions.keep(answer, interaction.guild_id, interaction.user.id, club=name)
            if name:
                answer = replace(answer, question=f"{answer.question} ({name})")
            await self._answers.show(interaction, answer, private=alone)

    @ask.autocomplete("club")
    async def complete(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await name_choices(self._services, interaction, typed)

    async def check(self, interaction: Interaction, message: discord.Message) -> None:
        """What the articles say about a message, told to whoever asks, and who reported it first."""
        await self._answers.defer(interaction, private=True)
        claim = one_line(_words(said(message)), MAX_QUESTION_CHARS)
        if not claim:
            raise RefusedError(_("There are no words in that message."))
        async with asyncio.timeout(ANSWER_S):
            answer = await self._services.engine.ask(claim, guild_id=interaction.guild_id)
            composed = await self._answers.composed(answer, interaction.guild_id, render.NOTHING_SAID)
            embed, view = composed[:2]
            if first := render.first_report(answer):
                embed.add_field(name=_("First reported here"), value=first, inline=False)
            await reply(interaction, embed=embed, view=view)

    @commands.Cog.listener("on_message")
    async def hear(self, message: discord.Message) -> None:
        """Answer a message that mentions the bot, where the bot may speak."""
        me = _addressed(message)
        if me is None or not _may_speak(message, me):
            return
        speak(language_of(me.guild.preferred_locale.value))
        try:
            await self._answer_message(message, me)
        except discord.DiscordException as error:
            log.warning("An answer could not be sent: %s", error)
        except TooFastError as error:
            words = words_for(error, "mention", self._incidents, me.guild.id)
            with suppress(discord.DiscordException, aiohttp.ClientError, OSError):
                await _reply_to(message, me, content=words, delete_after=PASSING_S)
        except Exception as error:
            with suppress(discord.DiscordException, aiohttp.ClientError, OSError):
                words = words_for(error, "mention", self._incidents, me.guild.id)
                await _reply_to(message, me, content=words)

    async def _answer_message(self, message: discord.Message, me: discord.Member) -> None:
        question = _words(message.content)
        settings = self._settings.of(me.guild.id)
        if not may_answer_in(message.channel, settings):
            told = _(ELSEWHERE).format(channels=mentions(settings.ask_channels))
            await _reply_to(message, me, content=told, delete_after=PASSING_S)
        elif not message.channel.permissions_for(me).embed_links:
            await _reply_to(message, me, content=_(NO_EMBEDS))
        elif not question:
            await _reply_to(message, me, content=await self._guide.for_all(me.guild.id))
        else:
            self._answers.take(message, me.guild.id)
            async with asyncio.timeout(ANSWER_S):
                history = await _history(message, me)
                answer = await self._services.engine.ask(question, guild_id=me.guild.id, history=history)
                await self._questions.keep(answer, me.guild.id, message.author.id, follows=bool(history))
                embed, view, shown = await self._answers.composed(answer, me.guild.id)
            sent = await _reply_to(message, me, embed=embed, view=view)
            await self._answers.keep(sent, me.guild.id, answer, shown)


def _period(since: str) -> timedelta:
    if since not in SINCE:
        raise RefusedError(_("Choose one of the times that are offered."))
    return SINCE[since]


def _words(text: str) -> str:
    """Without mentions and without a server's own emoji, which to everybody else are numbers."""
    return _MENTION_OR_EMOJI.sub(" ", text).strip()


def _addressed(message: discord.Message) -> discord.Member | None:
    """The bot itself, where a person of a server mentions it: not a role of it, not everyone."""
    if message.guild is None or message.author.bot or message.webhook_id is not None:
        return None
    spoken = message.type in (discord.MessageType.default, discord.MessageType.reply)
    return message.guild.me if spoken and message.guild.me in message.mentions else None


def _may_speak(message: discord.Message, me: discord.Member) -> bool:
    permissions = message.channel.permissions_for(me)
    if isinstance(message.channel, discord.Thread):
        return permissions.view_channel and permissions.send_messages_in_threads
    return permissions.view_channel and permissions.send_messages


async def _history(message: discord.Message, me: discord.Member) -> tuple[str, ...]:
    """The questions whose answers this message replies to, back along the replies, the oldest first."""
    questions: list[str] = []
    answer = await _replied_to(message, me)
    while answer is not None and answer.author.id == me.id and answer.embeds and len(questions) < REMEMBERED:
        if question := render.asked_question(answer.embeds[0]):
            questions.insert(0, question)
        asked = await _replied_to(answer, me)
        answer = await _replied_to(asked, me) if asked else None
    return tuple(questions)


async def _replied_to(message: discord.Message, me: discord.Member) -> discord.Message | None:
    reference = message.reference
    if message.type is not discord.MessageType.reply or reference is None or reference.message_id is None:
        return None
    earlier = reference.resolved
    if earlier is None and message.channel.permissions_for(me).read_message_history:
        with suppress(discord.DiscordException, aiohttp.ClientError, OSError):
            earlier = await message.channel.fetch_message(reference.message_id)
    return earlier if isinstance(earlier, discord.Message) else None


async def _reply_to(message: discord.Message, me: discord.Member, **content: Any) -> discord.Message:
    """Send `content` as a reply that pings nobody; as a plain message where replies aren't allowed.

    Discord takes attempts with the same nonce for one message.
    """
    if message.channel.permissions_for(me).read_message_history:
        content["reference"] = message.to_reference(fail_if_not_exists=False)
    nonce = secrets.token_hex(8)
    return await persist(partial(message.channel.send, mention_author=False, nonce=nonce, **content))
