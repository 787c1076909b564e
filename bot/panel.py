"""The panel by which administrators choose how the bot behaves in their server. Survives a restart."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import discord

from bot.errors import RefusedError
from bot.moderators import require_administrator
from bot.render_admin import settings_changed_embed, settings_embed
from bot.respond import Interaction, acknowledge, reply, report
from bot.words import _, language_of, speak
from corpus.types import GuildSettings

if TYPE_CHECKING:
    from bot.client import Rumourmill

MOST_CHANNELS = 25
TEXT_CHANNELS = [discord.ChannelType.text, discord.ChannelType.news]
ASK_CHANNELS = [*TEXT_CHANNELS, discord.ChannelType.forum, discord.ChannelType.voice]

Change = Callable[[GuildSettings], GuildSettings]


async def change_settings(interaction: Interaction, change: Change) -> GuildSettings:
    """Keep what an administrator chose and tell the log channel. Raises a RefusedError or a StoreError."""
    require_administrator(interaction)
    guild_id = interaction.guild_id
    if guild_id is None:
        raise RefusedError(_("I answer in servers only, not in direct messages."))
    client: Rumourmill = interaction.client

    def checked(before: GuildSettings) -> GuildSettings:
        after = change(before)
        if after.log_channel != before.log_channel:
            require_writable(interaction, after.log_channel)
        return after

    before, after = await client.settings.change(guild_id, checked)
    if after != before:
        told = partial(settings_changed_embed, interaction.user.id, before, after)
        client.log_channel.tell(guild_id, told)
    return after


def require_writable(interaction: Interaction, channel_id: int | None) -> None:
    """Raises RefusedError where there is such a channel and the bot may not write in it."""
    channel = interaction.guild.get_channel(channel_id) if interaction.guild and channel_id else None
    if channel is None or interaction.guild is None:
        return
    mine = channel.permissions_for(interaction.guild.me)
    if not (mine.view_channel and mine.send_messages and mine.embed_links):
        told = _("In {channel} I need View Channel, Send Messages and Embed Links. Give me these first.")
        raise RefusedError(told.format(channel=channel.name))


class SettingsPanel(discord.ui.View):
    """Shows what is chosen; each choice counts at once."""

    def __init__(self, settings: GuildSettings) -> None:
        super().__init__(timeout=None)
        self.add_item(_roles(settings))
        self.add_item(_channels(settings))
        self.add_item(_log_channel(settings))
        self.add_item(_toggle("private", _("Private unless asked otherwise"), settings.private))
        self.add_item(_toggle("keep_questions", _("Keep questions for 30 days"), settings.keep_questions))


class _Roles(discord.ui.RoleSelect[Any]):
    async def callback(self, interaction: Interaction) -> None:
        role = self.values[0].id if self.values else None
        await _chosen(interaction, lambda settings: replace(settings, moderator_role=role))


class _AskChannels(discord.ui.ChannelSelect[Any]):
    async def callback(self, interaction: Interaction) -> None:
        channels = tuple(sorted(channel.id for channel in self.values))
        await _chosen(interaction, lambda settings: replace(settings, ask_channels=channels))


class _LogChannel(discord.ui.ChannelSelect[Any]):
    async def callback(self, interaction: Interaction) -> None:
        channel = self.values[0].id if self.values else None
        await _chosen(interaction, lambda settings: replace(settings, log_channel=channel))


class _Toggle(discord.ui.Button[Any]):
    def __init__(self, name: str, **look: Any) -> None:
        super().__init__(custom_id=f"setup:{name}", row=3, **look)
        self._name = name

    async def callback(self, interaction: Interaction) -> None:
        await _chosen(interaction, self._turned)

    def _turned(self, settings: GuildSettings) -> GuildSettings:
        turned: dict[str, Any] = {self._name: not getattr(settings, self._name)}
        return replace(settings, **turned)


def _roles(settings: GuildSettings) -> _Roles:
    return _Roles(
        custom_id="setup:role",
        placeholder=_("Who else moderates: a role"),
        min_values=0,
        default_values=_defaults(discord.SelectDefaultValueType.role, settings.moderator_role),
    )


def _channels(settings: GuildSettings) -> _AskChannels:
    return _AskChannels(
        custom_id="setup:channels",
        placeholder=_("Where I answer for all to see: channels"),
        channel_types=ASK_CHANNELS,
        min_values=0,
        max_values=MOST_CHANNELS,
        default_values=_defaults(discord.SelectDefaultValueType.channel, *settings.ask_channels),
    )


def _log_channel(settings: GuildSettings) -> _LogChannel:
    return _LogChannel(
        custom_id="setup:log",
        placeholder=_("Where I tell what moderators change: a channel"),
        channel_types=TEXT_CHANNELS,
        min_values=0,
        default_values=_defaults(discord.SelectDefaultValueType.channel, settings.log_channel),
    )


def _toggle(name: str, label: str, chosen: bool) -> _Toggle:
    style = discord.ButtonStyle.success if chosen else discord.ButtonStyle.secondary
    return _Toggle(name, label=f"{label}: {_('yes') if chosen else _('no')}", style=style)


def _defaults(kind: discord.SelectDefaultValueType, *ids: int | None) -> list[discord.SelectDefaultValue]:
    return [discord.SelectDefaultValue(id=id_, type=kind) for id_ in ids if id_]


async def _chosen(interaction: Interaction, change: Change) -> None:
    """The way of every choice: acknowledged first, then kept, then shown."""
    speak(language_of(interaction.locale.value))
    try:
        await acknowledge(interaction.response.defer)
        await show_panel(interaction, await change_settings(interaction, change))
    except Exception as error:
        await report(interaction, error)


async def show_panel(interaction: Interaction, settings: GuildSettings) -> None:
    """The panel in place of what stood there."""
    await reply(interaction, embed=settings_embed(settings), view=SettingsPanel(settings))
