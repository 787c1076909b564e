"""A Discord on loopback that discord.py connects to, and people in it who use the bot.

async with DiscordDouble() as discord_double:
    guild = discord_double.add_guild()
    channel, fan = guild.add_channel("rumours"), guild.add_member("fan")
    async with discord_double.running(client):
        reply = await fan.slash(channel, "ask", question="who replaces Ancelotti?")
        assert reply.embeds
"""

from tests.discord_double.commands import InputRefusedError
from tests.discord_double.interactions import Reply, click, pick
from tests.discord_double.markdown import Link, links
from tests.discord_double.messages import Attachment, Message
from tests.discord_double.people import Channel, Guild, Member, Role, User
from tests.discord_double.server import DiscordDouble
from tests.discord_double.specification import find_specification

__all__ = [
    "Attachment",
    "Channel",
    "DiscordDouble",
    "Guild",
    "InputRefusedError",
    "Link",
    "Member",
    "Message",
    "Reply",
    "Role",
    "User",
    "click",
    "find_specification",
    "links",
    "pick",
]
