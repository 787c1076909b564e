"""What is kept of people, handed out and forgotten on request."""

import json
from collections.abc import Sequence
from io import BytesIO

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Services
from bot.questions import KEPT as KEPT_QUESTIONS
from bot.questions import Questions
from bot.respond import Interaction, defer
from bot.words import N_, _, ngettext
from corpus.types import Article, KeptQuestion

KEPT = N_(
    """\
Of an answer I keep for {days} days which quotes it showed, so that its buttons work; and where one stands \
that all can see, as long as its articles are there, so that what is withdrawn can be taken out of it.
**Of moderators, I keep who added which article.** You added {articles} to this server.
`/privacy export` hands you what I keep of you, `/privacy forget` deletes what you asked, and takes your \
number off all articles."""
)
NOTHING_KEPT = N_("**Of whoever asks, I keep nothing**: no question, no name, no number.")
QUESTIONS_KEPT = N_(
    "**Of whoever asks, I keep the questions for {days} days**, because administrators of this server turned"
    " that on: {questions} of yours."
)
FORGOTTEN = N_(
    "Done. What you asked is deleted. Your number stood on {articles}, and is nowhere any more."
    " The articles stay."
)
EXPORTED = N_("You added {articles} to this server, and I keep {questions} of yours.")


@app_commands.guild_only()
class Privacy(commands.GroupCog, group_name="privacy", group_description="What I keep of you"):
    def __init__(self, services: Services, questions: Questions) -> None:
        self._services = services
        self._questions = questions

    @app_commands.command()
    async def show(self, interaction: Interaction) -> None:
        """What I keep of you, and for how long"""
        await defer(interaction, private=True)
        days = self._services.config.answers.keep_days
        kept = _(KEPT).format(days=days, articles=_articles(len(await self._added(interaction))))
        asked = _(NOTHING_KEPT)
        if self._questions.kept(interaction.guild_id):
            count = _questions(len(await self._asked(interaction)))
            asked = _(QUESTIONS_KEPT).format(days=KEPT_QUESTIONS.days, questions=count)
        await interaction.edit_original_response(content=f"{asked} {kept}")

    @app_commands.command()
    async def export(self, interaction: Interaction) -> None:
        """A file with all that I keep of you in this server"""
        await defer(interaction, private=True)
        added, asked = await self._added(interaction), await self._asked(interaction)
        file = discord.File(BytesIO(_exported(interaction.user.id, added, asked)), "rumourmill.json")
        told = _(EXPORTED).format(articles=_articles(len(added)), questions=_questions(len(asked)))
        await interaction.edit_original_response(content=told, attachments=[file])

    @app_commands.command()
    async def forget(self, interaction: Interaction) -> None:
        """Delete what you asked, and take your number off every article that you added, on every server"""
        await defer(interaction, private=True)
        count = await self._services.store.people.forget(interaction.user.id)
        await interaction.edit_original_response(content=_(FORGOTTEN).format(articles=_articles(count)))

    async def _added(self, interaction: Interaction) -> list[Article]:
        return await self._services.store.people.added(interaction.user.id, guild_id=interaction.guild_id)

    async def _asked(self, interaction: Interaction) -> list[KeptQuestion]:
        return await self._questions.of_member(interaction.user.id, interaction.guild_id)


def _articles(count: int) -> str:
    return ngettext("{number} article", "{number} articles", count)


def _questions(count: int) -> str:
    return ngettext("{number} question", "{number} questions", count)


def _exported(user_id: int, added: Sequence[Article], asked: Sequence[KeptQuestion]) -> bytes:
    rows = [{"article": a.id, "title": a.title, "added_at": a.added_at.isoformat()} for a in added]
    questions = [
        {"asked_at": q.asked_at.isoformat(), "question": q.text, "club": q.club, "answered": q.answered}
        for q in asked
    ]
    exported = {"user": str(user_id), "added": rows, "asked": questions}
    return json.dumps(exported, ensure_ascii=False, indent=1).encode()
