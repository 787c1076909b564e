"""Articles of a server: what its moderators add, look at and remove."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TypeVar

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands, tasks

from bot import render
from bot.app import Services
from bot.errors import RefusedError
from bot.messages import said
from bot.moderators import MODERATORS, is_moderator, require_moderator
from bot.receipts import Receipts
from bot.respond import ANSWER_S, Interaction, ask_for, defer, persist, show
from bot.views import ArticleForm
from bot.words import _, decimal
from corpus.errors import ArticleRefusedError, StoreError
from corpus.ingest.draft import make_draft
from corpus.ingest.read import read_bytes
from corpus.types import ArticleDraft, IngestReport, Refusal

log = logging.getLogger(__name__)

T = TypeVar("T")

MAX_FILE_BYTES = 1024 * 1024
SUFFIXES = (".txt", ".md", ".jsonl")


@app_commands.default_permissions(MODERATORS)
@app_commands.guild_only()
class Articles(commands.GroupCog, group_name="article", group_description="Add, look at and remove articles"):
    def __init__(self, services: Services, receipts: Receipts) -> None:
        self._services = services
        self._receipts = receipts
        self.add_menu = app_commands.ContextMenu(name="Add as article", callback=self.add_message)
        self.add_menu.default_permissions = MODERATORS

    @commands.Cog.listener("on_ready")
    async def begin_to_follow(self) -> None:
        if not self.follow.is_running():
            self.follow.start()

    async def cog_unload(self) -> None:
        self.follow.cancel()

    @tasks.loop(minutes=1)
    async def follow(self) -> None:
        """Change earlier answers where articles were changed from elsewhere, or while the bot was away."""
        try:
            await self._receipts.sweep()
        except StoreError as error:
            log.warning("Earlier answers could not be looked through: %s", error)

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        require_moderator(interaction)
        return True

    @app_commands.command()
    @app_commands.describe(file="A .txt, .md or .jsonl file of at most 1 MiB; without one, you get a form")
    async def add(self, interaction: Interaction, file: discord.Attachment | None = None) -> None:
        """Add an article to this server, by form or by file"""
        if file is None:
            await ask_for(interaction, ArticleForm(self._add_typed))
            return
        await defer(interaction, private=True)
        name, data = await _read_file(file)
        drafts = await asyncio.to_thread(read_bytes, name, data, now=datetime.now(UTC))
        await self._change(interaction, self._added(interaction, drafts), render.report_embed)

    async def add_message(self, interaction: Interaction, message: discord.Message) -> None:
        """The form with what a message says, to be looked over before it is stored."""
        require_moderator(interaction)
        text = said(message).strip()
        first, _, rest = text.partition("\n")
        shown = message.embeds[0] if message.embeds else discord.Embed()
        known = {
            "title": first,
            "publisher": shown.provider.name or "",
            "published_at": f"{message.created_at:%Y-%m-%d}",
            "url": shown.url or message.jump_url,
            "text": rest.strip() or text,
        }
        await ask_for(interaction, ArticleForm(self._add_typed, known))

    async def _add_typed(self, interaction: Interaction, fields: dict[str, str]) -> None:
        require_moderator(interaction)
        draft = make_draft(fields, datetime.now(UTC))

        async def add() -> IngestReport:
            report = await self._added(interaction, [draft])
            if report.refused:
                raise ArticleRefusedError(report.refused[0].reason)
            return report

        await self._change(interaction, add(), render.report_embed)

    async def _added(self, interaction: Interaction, items: Iterable[ArticleDraft | Refusal]) -> IngestReport:
        return await self._services.engine.add(
            items, guild_id=interaction.guild_id, added_by=interaction.user.id
        )

    async def _change(
        self,
        interaction: Interaction,
        change: Awaitable[T],
        embed: Callable[[T, int, Sequence[str]], discord.Embed],
    ) -> None:
        """Change articles and show that; then how many earlier answers changed with them, if any did."""
        done = await change
        await show(interaction, embed=embed(done, 0, ()))
        if swept := await self._receipts.sweep(interaction.guild_id):
            await show(interaction, embed=embed(done, swept.changed, swept.unreached))

    @app_commands.command(name="list")
    @app_commands.describe(matching="Words of the title", page="The first page shows the newest articles")
    async def list_articles(
        self,
        interaction: Interaction,
        matching: app_commands.Range[str, 1, 100] | None = None,
        page: app_commands.Range[int, 1, 10_000] = 1,
    ) -> None:
        """List the articles that answer this server's questions"""
        await defer(interaction, private=True)
        found = await self._services.store.articles.list(
            guild_id=interaction.guild_id,
            limit=render.PAGE + 1,
            offset=(page - 1) * render.PAGE,
            matching=matching,
        )
        embed = render.listing_embed(found[: render.PAGE], page, more=len(found) > render.PAGE)
        await show(interaction, embed=embed)

    @app_commands.command()
    @app_commands.rename(article="id")
    @app_commands.describe(article="Type words of its title, or its number")
    async def show(self, interaction: Interaction, article: app_commands.Range[str, 1, 100]) -> None:
        """Show an article"""
        await defer(interaction, private=True)
        found = await self._services.store.articles.get(_number(article), guild_id=interaction.guild_id)
        await show(interaction, embed=render.article_embed(found))

    @app_commands.command()
    @app_commands.rename(article="id")
    @app_commands.describe(article="Type words of its title, or its number")
    async def remove(self, interaction: Interaction, article: app_commands.Range[str, 1, 100]) -> None:
        """Remove an article of this server, at once and for good"""
        await defer(interaction, private=True)
        number = _number(article)
        found = await self._services.store.articles.get(number, guild_id=interaction.guild_id)
        if found.guild_id is None:
            told = _("Article {number} is shared by all servers: only my host can remove it.")
            raise RefusedError(told.format(number=number))
        removal = self._services.engine.remove(number, guild_id=interaction.guild_id)
        await self._change(interaction, removal, render.removed_embed)

    @show.autocomplete("article")
    async def complete_any(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await self._choices(interaction, typed, own_only=False)

    @remove.autocomplete("article")
    async def complete_own(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await self._choices(interaction, typed, own_only=True)

    async def _choices(
        self, interaction: Interaction, typed: str, *, own_only: bool
    ) -> list[app_commands.Choice[str]]:
        """Articles by title. Discord asks for these without checking the permission of the command."""
        if not is_moderator(interaction):
            return []
        found = await self._services.store.articles.list(
            guild_id=interaction.guild_id,
            limit=render.CHOICES,
            offset=0,
            matching=typed.strip() or None,
            own_only=own_only,
        )
        return [app_commands.Choice(name=render.choice_name(item), value=str(item.id)) for item in found]


def _number(text: str) -> int:
    digits = text.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise RefusedError(_("Choose an article from those offered while you type, or give its number."))
    return int(digits)


async def _read_file(file: discord.Attachment) -> tuple[str, bytes]:
    """Name and content of a file, which is refused by its name and size before it is read."""
    if PurePath(file.filename).suffix.lower() not in SUFFIXES:
        told = _("I read {suffixes} files only, and {file} is none of them.")
        raise RefusedError(told.format(suffixes=", ".join(SUFFIXES), file=file.filename))
    if file.size > MAX_FILE_BYTES:
        told = _("{file} has {size} MiB, and I read up to 1 MiB. Split it.")
        raise RefusedError(
            told.format(file=file.filename, size=decimal(round(file.size / MAX_FILE_BYTES, 1)))
        )
    try:
        async with asyncio.timeout(ANSWER_S):
            return file.filename, await persist(file.read)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        told = _("Discord did not hand me {file}. Try again in a minute.")
        raise RefusedError(told.format(file=file.filename)) from error
