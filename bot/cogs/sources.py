"""Who published the articles that answer a server's questions."""

from discord import app_commands
from discord.ext import commands

from bot import markup, render_articles
from bot.app import Services
from bot.errors import RefusedError
from bot.respond import Interaction, defer, reply
from bot.words import _
from corpus.names import fold
from corpus.types import Publisher

Page = app_commands.Range[int, 1, 10_000]


@app_commands.guild_only()
class Sources(commands.GroupCog, group_name="source", group_description="Who published the articles"):
    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command(name="list")
    @app_commands.describe(page="The first page shows those of most articles")
    async def list_publishers(self, interaction: Interaction, page: Page = 1) -> None:
        """List the publishers whose articles answer this server's questions"""
        await defer(interaction, private=True)
        publishers = await self._publishers(interaction)
        await reply(interaction, embed=render_articles.publishers_embed(publishers, page))

    @app_commands.command()
    @app_commands.describe(name="A publisher", page="The first page shows the newest articles")
    async def show(
        self, interaction: Interaction, name: app_commands.Range[str, 1, 100], page: Page = 1
    ) -> None:
        """List the articles of a publisher"""
        await defer(interaction, private=True)
        publisher = _meant(name, await self._publishers(interaction))
        articles = await self._services.store.sources.articles(
            publisher.name,
            guild_id=interaction.guild_id,
            limit=render_articles.PAGE,
            offset=(page - 1) * render_articles.PAGE,
        )
        await reply(interaction, embed=render_articles.publisher_embed(publisher, articles, page))

    @show.autocomplete("name")
    async def complete(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        found = _begun(typed, await self._publishers(interaction))[: markup.CHOICES]
        return [app_commands.Choice(name=name, value=name) for name in dict.fromkeys(map(_shown, found))]

    async def _publishers(self, interaction: Interaction) -> list[Publisher]:
        return await self._services.store.sources.publishers(guild_id=interaction.guild_id)


def _begun(typed: str, publishers: list[Publisher]) -> list[Publisher]:
    """Those with a word that the typed letters begin."""
    key = fold(typed)
    return [publisher for publisher in publishers if f" {key}" in f" {fold(publisher.name)}"]


def _meant(typed: str, publishers: list[Publisher]) -> Publisher:
    """The publisher of that name, as it was offered or folded; else the only one that begins like it."""
    offered = [publisher for publisher in publishers if _shown(publisher) == typed]
    folded = [publisher for publisher in publishers if fold(publisher.name) == fold(typed)]
    begun = _begun(typed, publishers)
    if found := offered or folded or (begun if len(begun) == 1 else []):
        return found[0]
    told = _("No article here is from {name}. /source list shows who published them.")
    raise RefusedError(told.format(name=markup.one_line(typed, markup.CHOICE)))


def _shown(publisher: Publisher) -> str:
    return markup.one_line(publisher.name, markup.CHOICE)
