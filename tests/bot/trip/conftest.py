"""The full trip: people in a Discord on loopback, the real client, engine, indexes and store."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import discord
import pytest

from bot.app import open_services
from bot.client import Rumourmill
from bot.config import Config
from bot.markup import unescape
from corpus.types import ArticleDraft
from tests.bot.conftest import bot, load_word_engine
from tests.discord_double import Channel, DiscordDouble, Member, Reply

DAY = datetime(2024, 11, 6, tzinfo=UTC)
SHARED = [
    ArticleDraft(title, text, publisher, None, DAY, f"https://example.org/{number}")
    for number, (title, text, publisher) in enumerate(
        [
            ("Alonso replaces Ancelotti", "Xabi Alonso replaces Ancelotti.", "TEAMtalk"),
            ("Raúl replaces Ancelotti", "Raúl González replaces Ancelotti.", "Marca"),
            ("Klopp replaces Ancelotti", "Jürgen Klopp replaces Ancelotti.", "Bild"),
            ("Zidane replaces Ancelotti", "Zinedine Zidane replaces Ancelotti.", "AS"),
            ("Solari replaces Ancelotti", "Santiago Solari replaces Ancelotti.", "Sport"),
        ]
    )
]
QUESTION = "who replaces Ancelotti?"
TITLE = "Odegaard to leave Arsenal for Valencia"
TEXT = "Martin Odegaard will leave Arsenal for Valencia, whose president confirmed the fee on Tuesday."
ABOUT_IT = "will Odegaard leave Arsenal for Valencia?"
FORM = {"title": TITLE, "publisher": "BBC", "date": "2024-11-05", "link": "https://bbc.co.uk/o", "text": TEXT}


@pytest.fixture
async def shared(config: Config) -> None:
    """Five articles of the host, shared by all servers."""
    async with open_services(config, load_word_engine) as services:
        engine = await services.load()
        await engine.add(SHARED, guild_id=None)


@pytest.fixture
async def client(double: DiscordDouble, config: Config, shared: None) -> AsyncIterator[Rumourmill]:
    async with bot(double, config) as client:
        yield client


@pytest.fixture
def rival(double: DiscordDouble) -> Member:
    """A moderator of another server."""
    return double.add_guild("Rivals").add_member("rival", permissions=discord.Permissions.all().value)


@pytest.fixture
def lounge(rival: Member) -> Channel:
    return rival.guild.add_channel("lounge")


async def add(member: Member, channel: Channel, **fields: str) -> Reply:
    """Fill in the form for an article, and accept the preview if there is one."""
    form = await member.slash(channel, "article add")
    return await accepted(member, await form.submit(member, fields or FORM))


async def accepted(member: Member, preview: Reply) -> Reply:
    return await preview.click(member, "Accept") if "Accept" in preview.buttons else preview


def quotes(reply: Reply, text: str) -> bool:
    """Whether a reply holds `text` word for word."""
    return text in unescape(reply.text.replace("**", ""))
