"""Who may change what a server's questions are answered from, and who decides how the bot behaves there.

Discord's own permission of a command is a hint that an admin can change: so each use is checked.
"""

import discord

from bot.errors import NotAdministratorError, NotModeratorError
from bot.respond import Interaction

MODERATORS = discord.Permissions(manage_messages=True)
ADMINISTRATORS = discord.Permissions(manage_guild=True)


def is_moderator(interaction: Interaction) -> bool:
    role = _moderator_role(interaction)
    member = interaction.user
    has_role = role is not None and isinstance(member, discord.Member) and member.get_role(role) is not None
    return interaction.permissions.manage_messages or has_role


def require_moderator(interaction: Interaction) -> None:
    """Raises NotModeratorError, which tells people what they need."""
    if not is_moderator(interaction):
        raise NotModeratorError(_moderator_role(interaction))


def is_administrator(interaction: Interaction) -> bool:
    return interaction.permissions.manage_guild


def require_administrator(interaction: Interaction) -> None:
    """Raises NotAdministratorError, which tells people what they need."""
    if not is_administrator(interaction):
        raise NotAdministratorError


def _moderator_role(interaction: Interaction) -> int | None:
    role: int | None = interaction.client.settings.of(interaction.guild_id).moderator_role
    return role
