"""What the client asks of Discord, and what it offers."""

import discord

from bot.client import Rumourmill
from tests.discord_double import DiscordDouble


async def test_client_needs_no_privileged_intent(client: Rumourmill, double: DiscordDouble) -> None:
    assert double.identified_intents == discord.Intents(guilds=True, guild_messages=True).value


async def test_starting_registers_no_commands(client: Rumourmill, double: DiscordDouble) -> None:
    assert double.requests_to("commands") == double.requests_to("command") == []


async def test_every_command_is_for_servers_only(client: Rumourmill) -> None:
    for command in client.tree.get_commands():
        assert command.to_dict(client.tree)["contexts"] == [0]


async def test_commands_for_articles_are_offered_to_moderators_only(client: Rumourmill) -> None:
    offered = {
        c.name: c.to_dict(client.tree)["default_member_permissions"] for c in client.tree.get_commands()
    }
    moderators = discord.Permissions(manage_messages=True).value
    assert offered == {
        "ask": None,
        "rumour": None,
        "source": None,
        "privacy": None,
        "help": None,
        "article": moderators,
        "admin": discord.Permissions(manage_guild=True).value,
        "queue": moderators,
        "alias": moderators,
        "feed": moderators,
        "Check this rumour": None,
        "audit": moderators,
        "Add as article": moderators,
    }
