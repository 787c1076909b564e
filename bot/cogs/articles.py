"""Articles of a server: what its moderators add, change, look at, remove and bring back."""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

import discord
from discord import app_commands
from discord.ext import commands, tasks

from bot.app import Services
from bot.attachments import MEBIBYTE, read_attachment
from bot.changes import show_change
from bot.drafts import Drafts
from bot.errors import RefusedError
from bot.imports import Imports
from bot.kept import REMOVED_KEPT
from bot.markup import CHOICES
from bot.messages import said
from bot.moderators import MODERATORS, is_moderator, require_moderator
from bot.receipts import Receipts
from bot.render_articles import (
    PAGE,
    REASON,
    article_embed,
    choice_name,
    listing_embed,
    removed_embed,
    restored_embed,
)
from bot.respond import Interaction, defer, reply
from bot.words import _, said_of
from corpus.errors import ArticleNotFoundError, StoreError
from corpus.ingest.draft import MAX_NAME_CHARS, MAX_TITLE_CHARS
from corpus.ingest.read import KINDS, make_draft, read_bytes
from corpus.text import MAX_URL_CHARS, canonical_url
from corpus.types import Article, ArticleDraft, Refusal

log = logging.getLogger(__name__)

MAX_FILE_BYTES = MEBIBYTE


@app_commands.default_permissions(MODERATORS)
@app_commands.guild_only()
class Articles(commands.GroupCog, group_name="article", group_description="Add, change and remove articles"):
    def __init__(self, services: Services, receipts: Receipts, drafts: Drafts, imports: Imports) -> None:
        self._services = services
        self._receipts = receipts
        self._drafts = drafts
        self._imports = imports
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
    @app_commands.describe(
        url="The link to an article on the web; without link and file, you get a form",
        file="A .txt, .md or .jsonl file of at most 1 MiB",
    )
    async def add(
        self,
        interaction: Interaction,
        url: app_commands.Range[str, 1, MAX_URL_CHARS] | None = None,
        file: discord.Attachment | None = None,
    ) -> None:
        """Add an article to this server, by link, file or form"""
        if url is None and file is None:
            await self._drafts.write(interaction)
            return
        await defer(interaction, private=True)
        if file is None:
            await self._drafts.visit(interaction, url or "")
        elif url is None:
            await self._drafts.begin(interaction, await _read_one(file))
        else:
            raise RefusedError(_("Give me a link or a file, not both."))

    async def add_message(self, interaction: Interaction, message: discord.Message) -> None:
        """The preview of what a message says, to be looked over before it is stored."""
        await defer(interaction, private=True)
        require_moderator(interaction)
        await self._drafts.begin(interaction, make_draft(_fields(message), datetime.now(UTC)))

    @app_commands.command(name="import")
    @app_commands.describe(file="A .jsonl, .md, .txt or .zip file of at most 25 MiB")
    async def import_file(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Add all articles of a file to this server, without a preview"""
        await defer(interaction, private=True)
        await self._imports.run(interaction, file)

    @app_commands.command()
    @app_commands.rename(article="id")
    @app_commands.describe(
        article="Type words of its title, or its number",
        file="What it shall say, as a .txt, .md or .jsonl file; without one, you get a form",
    )
    async def edit(
        self,
        interaction: Interaction,
        article: app_commands.Range[str, 1, 100],
        file: discord.Attachment | None = None,
    ) -> None:
        """Change an article of this server"""
        if file is None:
            await self._drafts.rewrite(interaction, await self._own(interaction, article))
            return
        await defer(interaction, private=True)
        found = await self._own(interaction, article)
        draft = await _read_one(file)
        same = replace(draft, external_id=found.external_id, author=draft.author or found.author)
        await self._drafts.begin(interaction, same, found)

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
            limit=PAGE + 1,
            offset=(page - 1) * PAGE,
            matching=matching,
        )
        embed = listing_embed(found[:PAGE], page, more=len(found) > PAGE)
        await reply(interaction, embed=embed)

    @app_commands.command()
    @app_commands.rename(article="id")
    @app_commands.describe(article="Type words of its title, or its number")
    async def show(self, interaction: Interaction, article: app_commands.Range[str, 1, 100]) -> None:
        """Show an article"""
        await defer(interaction, private=True)
        store, guild_id = self._services.store, interaction.guild_id
        found = await store.articles.get(_number(article), guild_id=guild_id)
        links = await store.links.of([found.id], guild_id=guild_id)
        await reply(interaction, embed=article_embed(found, links.get(found.id, ())))

    @app_commands.command()
    @app_commands.rename(article="id")
    @app_commands.describe(article="Type words of its title, or its number", reason="For the audit")
    async def remove(
        self,
        interaction: Interaction,
        article: app_commands.Range[str, 1, 100],
        reason: app_commands.Range[str, 1, REASON] | None = None,
    ) -> None:
        """Remove an article of this server, at once"""
        await defer(interaction, private=True)
        found = await self._own(interaction, article)
        removal = self._services.engine.remove(
            found.id, guild_id=interaction.guild_id, removed_by=interaction.user.id, reason=reason
        )
        await show_change(interaction, self._receipts, removal, removed_embed)

    @app_commands.command()
    @app_commands.rename(article="id")
    @app_commands.describe(article="Type words of its title, or its number")
    async def restore(self, interaction: Interaction, article: app_commands.Range[str, 1, 100]) -> None:
        """Bring back an article that was removed from this server"""
        await defer(interaction, private=True)
        number = _number(article)
        restored = self._services.engine.restore(
            number, guild_id=interaction.guild_id or 0, restored_by=interaction.user.id
        )
        try:
            await show_change(interaction, self._receipts, restored, restored_embed)
        except ArticleNotFoundError as error:
            told = _("Article {number} was not removed here, or more than {days} days ago.")
            raise RefusedError(told.format(number=number, days=REMOVED_KEPT.days)) from error

    async def _own(self, interaction: Interaction, article: str) -> Article:
        """An article that this server may change."""
        number = _number(article)
        found = await self._services.store.articles.get(number, guild_id=interaction.guild_id)
        if found.guild_id is None:
            told = _("Article {number} is shared by all servers: only my host can change or remove it.")
            raise RefusedError(told.format(number=number))
        return found

    @show.autocomplete("article")
    async def complete_any(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await self._choices(interaction, typed, own_only=False)

    @edit.autocomplete("article")
    @remove.autocomplete("article")
    async def complete_own(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await self._choices(interaction, typed, own_only=True)

    @restore.autocomplete("article")
    async def complete_removed(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Removed articles by title."""
        if not is_moderator(interaction):
            return []
        found = await self._services.store.removed.list(
            guild_id=interaction.guild_id, limit=CHOICES, matching=typed.strip() or None
        )
        return [_choice(number, title) for number, title in found]

    async def _choices(
        self, interaction: Interaction, typed: str, *, own_only: bool
    ) -> list[app_commands.Choice[str]]:
        """Articles by title. Discord asks for these without checking the permission of the command."""
        if not is_moderator(interaction):
            return []
        found = await self._services.store.articles.list(
            guild_id=interaction.guild_id,
            limit=CHOICES,
            offset=0,
            matching=typed.strip() or None,
            own_only=own_only,
        )
        return [_choice(item.id, item.title) for item in found]


def _choice(number: int, title: str) -> app_commands.Choice[str]:
    return app_commands.Choice(name=choice_name(number, title), value=str(number))


def _number(text: str) -> int:
    digits = text.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise RefusedError(_("Choose an article from those offered while you type, or give its number."))
    return int(digits)


async def _read_one(file: discord.Attachment) -> ArticleDraft:
    """The one article of a file; refuses a file that holds several, or none."""
    name, data = await read_attachment(file, KINDS, MAX_FILE_BYTES)
    items = await asyncio.to_thread(lambda: list(islice(read_bytes(name, data, now=datetime.now(UTC)), 2)))
    if not items:
        raise RefusedError(_("There is no article in {file}.").format(file=name))
    if len(items) > 1:
        told = _("{file} holds several articles: /article import stores them all.")
        raise RefusedError(told.format(file=name))
    if isinstance(items[0], Refusal):
        raise RefusedError(f"{items[0].where}: {said_of(items[0].reason)}")
    return items[0]


def _fields(message: discord.Message) -> dict[str, str]:
    """What a message says, as an article: its first line is the title where it can be one."""
    text = said(message).strip()
    first, _, rest = text.partition("\n")
    shown = message.embeds[0] if message.embeds else discord.Embed()
    titled = len(first) <= MAX_TITLE_CHARS
    return {
        "title": first if titled else "",
        "publisher": (shown.provider.name or "")[:MAX_NAME_CHARS],
        "published_at": f"{message.created_at:%Y-%m-%d}",
        "url": canonical_url(shown.url or "") or message.jump_url,
        "text": (titled and rest.strip()) or text,
    }
