"""How the bot behaves in a server, how it is, and what is the server's: for its administrators."""

import asyncio
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Services
from bot.errors import RefusedError
from bot.export import archives
from bot.forms import Form
from bot.lag import Lag
from bot.moderators import ADMINISTRATORS, require_administrator
from bot.panel import change_settings, show_panel
from bot.receipts import Receipts
from bot.render_admin import Status, exported_embed, purged_embed, settings_embed, status_embed
from bot.respond import Interaction, ask_for, defer, reply
from bot.words import _
from corpus.types import GuildSettings

FILES = 10  # of a message
RESETS: dict[str, dict[str, Any]] = {
    "moderator role": {"moderator_role": None},
    "log channel": {"log_channel": None},
    "channels": {"ask_channels": ()},
    "everything": asdict(GuildSettings()),
}


@app_commands.default_permissions(ADMINISTRATORS)
@app_commands.guild_only()
class Admin(commands.GroupCog, group_name="admin", group_description="How I behave in this server"):
    config = app_commands.Group(name="config", description="Show and change single settings")

    def __init__(self, services: Services, receipts: Receipts) -> None:
        self._services = services
        self._receipts = receipts
        self._lag = Lag()
        self._exporting = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None
        self._started = datetime.now(UTC)

    async def cog_load(self) -> None:
        self._watching = asyncio.create_task(self._lag.watch())

    async def cog_unload(self) -> None:
        if self._watching:
            self._watching.cancel()

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        require_administrator(interaction)
        return True

    @app_commands.command()
    async def setup(self, interaction: Interaction) -> None:
        """Choose who moderates, where I answer, and what I keep"""
        await defer(interaction, private=True)
        settings = interaction.client.settings.of(interaction.guild_id)
        await show_panel(interaction, settings)

    @config.command()
    async def show(self, interaction: Interaction) -> None:
        """How I behave in this server"""
        await defer(interaction, private=True)
        settings = interaction.client.settings.of(interaction.guild_id)
        await reply(interaction, embed=settings_embed(settings))

    @config.command(name="set")
    @app_commands.describe(
        moderator_role="A role whose members moderate, besides those with Manage Messages",
        log_channel="Where I tell what moderators change",
        channel="The one channel where I answer for all to see; /admin setup lets you choose several",
        private="Whether commands answer whoever asks alone, unless they say otherwise",
        keep_questions="Whether I keep questions for 30 days",
    )
    async def set_config(
        self,
        interaction: Interaction,
        moderator_role: discord.Role | None = None,
        log_channel: discord.TextChannel | None = None,
        channel: discord.TextChannel | None = None,
        private: bool | None = None,
        keep_questions: bool | None = None,
    ) -> None:
        """Change single settings"""
        await defer(interaction, private=True)
        chosen = {
            "moderator_role": moderator_role and moderator_role.id,
            "log_channel": log_channel and log_channel.id,
            "ask_channels": channel and (channel.id,),
            "private": private,
            "keep_questions": keep_questions,
        }
        await self._change(interaction, {name: value for name, value in chosen.items() if value is not None})

    @config.command()
    @app_commands.describe(setting="What is to be as if you had never chosen it")
    @app_commands.choices(
        setting=[app_commands.Choice(name=app_commands.locale_str(name), value=name) for name in RESETS]
    )
    async def reset(self, interaction: Interaction, setting: str) -> None:
        """Take a choice back"""
        await defer(interaction, private=True)
        if setting not in RESETS:
            raise RefusedError(_("Choose one of the settings that are offered."))
        await self._change(interaction, RESETS[setting])

    async def _change(self, interaction: Interaction, chosen: dict[str, Any]) -> None:
        settings = await change_settings(interaction, lambda before: replace(before, **chosen))
        await reply(interaction, embed=settings_embed(settings))

    @app_commands.command()
    async def status(self, interaction: Interaction) -> None:
        """How many articles I have, whether they can be found, and what went wrong"""
        await defer(interaction, private=True)
        await reply(interaction, embed=status_embed(await self._status(interaction)))

    async def _status(self, interaction: Interaction) -> Status:
        guild_id, client = interaction.guild_id, interaction.client
        articles = self._services.store.articles
        newest = await articles.list(guild_id=guild_id, limit=1)
        every, shared = await articles.count(guild_id=guild_id), await articles.count(guild_id=None)
        return Status(
            own_articles=every - shared,
            shared_articles=shared,
            newest=newest[0].published_at if newest else None,
            index=await self._services.engine.state(guild_id) if self._services.ready else None,
            started=self._started,
            latency_s=client.latency,
            worst_lag_s=self._lag.worst_s,
            lost_interactions=client.lost_interactions,
            incidents=client.incidents.of(guild_id),
            version=version("rumourmill"),
        )

    @app_commands.command()
    async def export(self, interaction: Interaction) -> None:
        """All that is this server's, as files to take away"""
        await defer(interaction, private=True)
        guild_id = _guild_id(interaction)
        async with self._exporting:
            articles = await self._services.store.articles.own(guild_id)
            tables = await self._services.store.guilds.export(guild_id)
            made = await asyncio.to_thread(archives, articles, tables)
        files = [
            discord.File(BytesIO(archive), f"rumourmill-{part}.zip") for part, archive in enumerate(made, 1)
        ]
        embed = exported_embed(len(articles), len(files))
        await reply(interaction, embed=embed, attachments=files[:FILES])
        for start in range(FILES, len(files), FILES):
            await interaction.followup.send(files=files[start : start + FILES], ephemeral=True)

    @app_commands.command()
    async def purge(self, interaction: Interaction) -> None:
        """Delete all that is this server's, at once and for good"""
        name = interaction.guild.name if interaction.guild else ""
        form = PurgeForm(name, self._purge)
        await ask_for(interaction, form)

    async def _purge(self, interaction: Interaction) -> None:
        """The receipts stay: by them the answers that quoted the articles are changed."""
        require_administrator(interaction)
        guild_id = _guild_id(interaction)
        if interaction.client.imports.under_way(guild_id):
            raise RefusedError(_("An import is under way here. Delete everything when it is done."))
        articles = await self._services.store.guilds.empty(guild_id)
        interaction.client.settings.forget(guild_id)
        if self._services.ready:
            await self._services.engine.sync()
        await reply(interaction, embed=purged_embed(articles, 0))
        if swept := await self._receipts.sweep(guild_id):
            await reply(interaction, embed=purged_embed(articles, swept.changed))


class PurgeForm(Form):
    """Deletes nothing unless the server's name is typed in."""

    def __init__(self, name: str, confirmed: Any) -> None:
        super().__init__(_("Delete everything?"))
        self._name = name
        self._confirmed = confirmed
        self._typed = discord.ui.TextInput[Any](custom_id="name", placeholder=name[:100], max_length=100)
        self.add_item(
            discord.ui.Label(
                text=_("The name of this server"),
                description=_("Articles, settings and all else that is this server's can't be brought back."),
                component=self._typed,
            )
        )

    async def on_submit(self, interaction: Interaction, /) -> None:
        await defer(interaction, private=True)
        if self._typed.value.strip().casefold() != self._name.strip().casefold():
            raise RefusedError(_("That is not this server's name. Nothing was deleted."))
        await self._confirmed(interaction)


def _guild_id(interaction: Interaction) -> int:
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    return interaction.guild_id
