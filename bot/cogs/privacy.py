"""What is kept of people, handed out and forgotten on request."""

import json
from collections.abc import Sequence
from io import BytesIO

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Services
from bot.respond import Interaction, defer
from bot.words import N_, _, ngettext
from corpus.types import Article

KEPT = N_(
    """\
**Of whoever asks, I keep nothing**: no question, no name, no number. Of an answer I keep for {days} days \
which quotes it showed, so that its buttons work; and where one stands that all can see, as long as its \
articles are there, so that what is withdrawn can be taken out of it.
**Of moderators, I keep who added which article.** You added {articles} to this server.
`/privacy export` hands you what I keep of you, `/privacy forget` takes your number off all articles."""
)
FORGOTTEN = N_("Done. Your number stood on {articles}, and is nowhere any more. The articles stay.")
ADDED = N_("You added {articles} to this server.")


@app_commands.guild_only()
class Privacy(commands.GroupCog, group_name="privacy", group_description="What I keep of you"):
    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command()
    async def show(self, interaction: Interaction) -> None:
        """What I keep of you, and for how long"""
        await defer(interaction, private=True)
        days = self._services.config.answers.keep_days
        text = _(KEPT).format(days=days, articles=_articles(len(await self._added(interaction))))
        await interaction.edit_original_response(content=text)

    @app_commands.command()
    async def export(self, interaction: Interaction) -> None:
        """A file with all that I keep of you in this server"""
        await defer(interaction, private=True)
        added = await self._added(interaction)
        file = discord.File(BytesIO(_exported(interaction.user.id, added)), "rumourmill.json")
        await interaction.edit_original_response(
            content=_(ADDED).format(articles=_articles(len(added))), attachments=[file]
        )

    @app_commands.command()
    async def forget(self, interaction: Interaction) -> None:
        """Take your number off every article that you added, on every server"""
        await defer(interaction, private=True)
        gone = await self._services.store.people.forget(interaction.user.id)
        await interaction.edit_original_response(
            content=_(FORGOTTEN).format(articles=_articles(gone.articles))
        )

    async def _added(self, interaction: Interaction) -> list[Article]:
        return await self._services.store.people.added(interaction.user.id, guild_id=interaction.guild_id)


def _articles(count: int) -> str:
    return ngettext("{number} article", "{number} articles", count)


def _exported(user_id: int, added: Sequence[Article]) -> bytes:
    rows = [{"article": a.id, "title": a.title, "added_at": a.added_at.isoformat()} for a in added]
    return json.dumps({"user": str(user_id), "added": rows}, ensure_ascii=False, indent=1).encode()
