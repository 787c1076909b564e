"""What is kept of people, handed out and forgotten on request."""

import asyncio
import json
from collections.abc import Sequence
from io import BytesIO

import discord
from discord import app_commands
from discord.ext import commands

from bot import feedback
from bot.app import Services
from bot.respond import Interaction, defer
from bot.words import N_, _, ngettext
from corpus.types import Article, Note, Verdict

KEPT = N_(
    """\
**Of whoever asks, I keep nothing**: no question, no name, no number. Of an answer I keep for {days} days \
which quotes it showed, so that its buttons work; and where one stands that all can see, as long as its \
articles are there, so that what is withdrawn can be taken out of it.
**Of whoever says whether an answer was right, I keep that** for {verdict_days} days, with the quotes, for \
whoever runs me. Here you said so of {verdicts}.
**Of what members send to the moderators, I keep the words and who sent them**, until the moderators are \
done with it. {notes} of yours wait here.
**Of moderators, I keep who added which article.** You added {articles} to this server.
`/privacy export` hands you what I keep of you, `/privacy forget` deletes it and takes your number off all \
articles."""
)
FORGOTTEN = N_(
    "Done. Your number stood on {articles}, and is nowhere any more. The articles stay. What you said of "
    "{verdicts} and sent to moderators is deleted."
)
HELD = N_("Here is what I keep of you in this server.")


@app_commands.guild_only()
class Privacy(commands.GroupCog, group_name="privacy", group_description="What I keep of you"):
    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command()
    async def show(self, interaction: Interaction) -> None:
        """What I keep of you, and for how long"""
        await defer(interaction, private=True)
        added, notes, verdicts = await self._kept(interaction)
        text = _(KEPT).format(
            days=self._services.config.answers.keep_days,
            verdict_days=feedback.KEPT.days,
            articles=_articles(len(added)),
            verdicts=_answers(len(verdicts)),
            notes=len(notes),
        )
        await interaction.edit_original_response(content=text)

    @app_commands.command()
    async def export(self, interaction: Interaction) -> None:
        """A file with all that I keep of you in this server"""
        await defer(interaction, private=True)
        kept = await self._kept(interaction)
        file = discord.File(BytesIO(_exported(interaction.user.id, *kept)), "rumourmill.json")
        await interaction.edit_original_response(content=_(HELD), attachments=[file])

    @app_commands.command()
    async def forget(self, interaction: Interaction) -> None:
        """Delete what I keep of you, on every server; articles that you added stay"""
        await defer(interaction, private=True)
        gone = await self._services.store.people.forget(interaction.user.id)
        told = _(FORGOTTEN).format(articles=_articles(gone.articles), verdicts=_answers(gone.verdicts))
        await interaction.edit_original_response(content=told)

    async def _kept(self, interaction: Interaction) -> tuple[list[Article], list[Note], list[Verdict]]:
        people, user_id, guild_id = self._services.store.people, interaction.user.id, interaction.guild_id
        return await asyncio.gather(
            people.added(user_id, guild_id=guild_id),
            people.notes(user_id, guild_id=guild_id),
            people.verdicts(user_id, guild_id=guild_id),
        )


def _articles(count: int) -> str:
    return ngettext("{number} article", "{number} articles", count)


def _answers(count: int) -> str:
    return ngettext("{number} answer", "{number} answers", count)


def _exported(
    user_id: int, added: Sequence[Article], notes: Sequence[Note], verdicts: Sequence[Verdict]
) -> bytes:
    kept = {
        "user": str(user_id),
        "added": [{"article": a.id, "title": a.title, "added_at": a.added_at.isoformat()} for a in added],
        "sent": [
            {"kind": n.kind.value, "question": n.question, "words": n.words, "at": n.at.isoformat()}
            for n in notes
        ],
        "verdicts": [{"answer": v.answer_id, "right": v.right, "at": v.at.isoformat()} for v in verdicts],
    }
    return json.dumps(kept, ensure_ascii=False, indent=1).encode()
