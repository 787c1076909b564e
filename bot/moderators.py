"""Who may change what a server's questions are answered from.

Discord's own permission of a command is a hint that an admin can change: so each use is checked.
"""

import discord
from discord import app_commands

from bot.respond import Interaction

MODERATORS = discord.Permissions(manage_messages=True)


def is_moderator(interaction: Interaction) -> bool:
    return interaction.permissions.manage_messages


def require_moderator(interaction: Interaction) -> None:
    """Raises MissingPermissions, which tells people what they need."""
    if not is_moderator(interaction):
        raise app_commands.MissingPermissions(["manage_messages"])
