"""What a server owns waits for a while when the bot has left it, and is deleted then."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import open_services
from bot.client import Rumourmill
from bot.cogs.servers import Servers
from bot.config import Config
from bot.kept import LEFT_SERVERS_KEPT
from corpus.types import ArticleDraft
from tests.bot.conftest import bot, load_word_engine
from tests.discord_double import Channel, DiscordDouble, Guild, Member

DRAFT = ArticleDraft("Alonso replaces Ancelotti", "Xabi Alonso replaces Ancelotti.", "TEAMtalk", None, None)
QUESTION = "who replaces Ancelotti?"


@pytest.fixture
async def client(double: DiscordDouble, config: Config, guild: Guild) -> AsyncIterator[Rumourmill]:
    async with open_services(config, load_word_engine) as services:
        await (await services.load()).add([DRAFT], guild_id=guild.id)
    async with bot(double, config) as client:
        yield client


async def gone(client: Rumourmill) -> list[int]:
    return await client.services.store.guilds.gone(datetime.now(UTC) + timedelta(days=1))


async def until_gone(client: Rumourmill, *guilds: Guild) -> None:
    for _ in range(500):
        if await gone(client) == [guild.id for guild in guilds]:
            return
        await asyncio.sleep(0.01)
    pytest.fail("It was never noted.")


async def clear_up_after(client: Rumourmill, days: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if so many days had gone by."""
    monkeypatch.setattr("bot.cogs.servers.LEFT_SERVERS_KEPT", LEFT_SERVERS_KEPT - timedelta(days=days))
    cog = client.get_cog("Servers")
    assert isinstance(cog, Servers)
    await cog.clear_up()


async def test_a_server_that_throws_the_bot_out_loses_its_articles_after_thirty_days(
    client: Rumourmill, double: DiscordDouble, guild: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    double.remove_guild(guild)
    await until_gone(client, guild)
    await clear_up_after(client, 29.9, monkeypatch)
    assert await client.services.store.articles.count(guild_id=guild.id) == 1
    await clear_up_after(client, 30.1, monkeypatch)
    assert await client.services.store.articles.count(guild_id=guild.id) == 0
    assert await gone(client) == []


async def test_a_server_that_invites_the_bot_again_finds_its_articles(
    client: Rumourmill,
    double: DiscordDouble,
    guild: Guild,
    fan: Member,
    channel: Channel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    double.remove_guild(guild)
    await until_gone(client, guild)
    double.guilds[guild.id] = guild
    double.gateway.dispatch("GUILD_CREATE", guild.payload())
    await until_gone(client)
    await clear_up_after(client, 31, monkeypatch)
    assert "TEAMtalk" in (await fan.slash(channel, "ask", question=QUESTION)).text


async def test_a_server_that_is_down_loses_nothing(
    client: Rumourmill, double: DiscordDouble, guild: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    double.begin_outage(guild)
    await double.until(lambda: client.guilds[0].unavailable, "the outage begins")
    await clear_up_after(client, 31, monkeypatch)
    double.end_outage(guild)
    await double.until(lambda: not client.guilds[0].unavailable, "the outage ends")
    assert await gone(client) == []
    assert await client.services.store.articles.count(guild_id=guild.id) == 1


async def test_a_server_that_left_while_the_bot_was_away_is_noted_when_it_is_back(
    double: DiscordDouble, config: Config, guild: Guild, client: Rumourmill
) -> None:
    await client.close()
    del double.guilds[guild.id]
    async with bot(double, config) as back:
        await until_gone(back, guild)


async def test_a_client_that_is_closed_as_it_becomes_ready_clears_up_no_more(
    double: DiscordDouble, config: Config
) -> None:
    async with bot(double, config) as client:
        cog = client.get_cog("Servers")
        assert isinstance(cog, Servers)
    if under_way := cog.clear_up.get_task():
        await asyncio.wait([under_way])
    await cog.look_around()
    assert not cog.clear_up.is_running()
