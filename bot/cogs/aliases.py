"""A server's own nicknames for players, managers and clubs."""

from collections.abc import Iterable

from discord import app_commands
from discord.ext import commands

from bot import render_moderation
from bot.app import Services
from bot.errors import RefusedError
from bot.markup import CHOICE, CHOICES, one_line
from bot.moderators import MODERATORS, is_moderator, require_moderator
from bot.respond import Interaction, defer, reply
from bot.words import _
from corpus.aliases import club_called
from corpus.names import fold
from corpus.store.aliases import MOST
from corpus.types import ServerAlias
from index.namebook import NameBook
from index.nicknames import is_common
from index.offer import named, offered

SHORTEST, LONGEST = 2, 50


@app_commands.default_permissions(MODERATORS)
@app_commands.guild_only()
class Aliases(commands.GroupCog, group_name="alias", group_description="This server's own nicknames"):
    def __init__(self, services: Services) -> None:
        self._services = services

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        require_moderator(interaction)
        return True

    @app_commands.command()
    @app_commands.describe(
        alias="For example: the professor", name="The player, manager or club, as articles write it"
    )
    async def add(
        self,
        interaction: Interaction,
        alias: app_commands.Range[str, 1, 100],
        name: app_commands.Range[str, 1, 100],
    ) -> None:
        """Have a nickname understood in this server, from now on"""
        await defer(interaction, private=True)
        names = await self._services.engine.names(interaction.guild_id)
        meant = ServerAlias(_checked(alias, names), _meant(name, names))
        if not await self._services.store.aliases.save(meant, guild_id=interaction.guild_id or 0):
            told = _("This server has {number} nicknames, and there is no room for more. Remove one.")
            raise RefusedError(told.format(number=MOST))
        await reply(interaction, embed=render_moderation.alias_embed(meant, _("Nickname added")))

    @app_commands.command()
    @app_commands.describe(alias="One of this server's nicknames")
    async def remove(self, interaction: Interaction, alias: app_commands.Range[str, 1, 100]) -> None:
        """Take a nickname back"""
        await defer(interaction, private=True)
        found = await self._services.store.aliases.remove(alias, guild_id=interaction.guild_id)
        if found is None:
            raise RefusedError(_("There is no such nickname here. /alias list shows them all."))
        await reply(interaction, embed=render_moderation.alias_embed(found, _("Nickname removed")))

    @app_commands.command(name="list")
    @app_commands.describe(page="Ten on each")
    async def list_aliases(
        self, interaction: Interaction, page: app_commands.Range[int, 1, 10_000] = 1
    ) -> None:
        """Show this server's own nicknames"""
        await defer(interaction, private=True)
        found = await self._services.store.aliases.list(guild_id=interaction.guild_id)
        await reply(interaction, embed=render_moderation.aliases_embed(found, page))

    @add.autocomplete("name")
    async def complete_name(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        if not is_moderator(interaction) or not self._services.ready:
            return []
        names = await self._services.engine.names(interaction.guild_id)
        return _choices(one_line(name.written, CHOICE) for name in offered(typed, names, CHOICES))

    @remove.autocomplete("alias")
    async def complete_alias(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        if not is_moderator(interaction):
            return []
        found = await self._services.store.aliases.list(guild_id=interaction.guild_id)
        return _choices(one.alias for one in found if fold(typed) in fold(f"{one.alias} {one.name}"))


def _choices(names: Iterable[str]) -> list[app_commands.Choice[str]]:
    different = list(dict.fromkeys(names))[:CHOICES]
    return [app_commands.Choice(name=name, value=name) for name in different]


def _checked(alias: str, names: NameBook) -> str:
    """The nickname on one line. Raises RefusedError where it would make questions worse."""
    key = fold(alias)
    if not SHORTEST <= len(key) <= LONGEST:
        told = _("A nickname has {shortest} to {longest} letters and digits.")
        raise RefusedError(told.format(shortest=SHORTEST, longest=LONGEST))
    if is_common(key, names):
        raise RefusedError(_("That is an everyday word: choose a nickname that means nobody else."))
    if any(name.key == key for name in names.known) or fold(club_called(key) or "") == key:
        raise RefusedError(_("That is a name itself: articles use it for somebody already."))
    return one_line(alias, CHOICE)


def _meant(name: str, names: NameBook) -> str:
    """The name that articles hold; where that is not clear, as it was typed."""
    found = named(name, names)
    meant = found.written if found else one_line(name, CHOICE)
    if not fold(meant):
        raise RefusedError(_("Name a player, a manager or a club."))
    return meant
