"""What /help tells: commands that one may use, and examples that are answered where they are shown."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from discord import AppCommandType, app_commands

from bot.app import open_services
from bot.client import Rumourmill
from bot.config import Config
from bot.words import ENGLISH, LANGUAGES, pgettext
from corpus.types import ArticleDraft
from index.types import Answer
from tests.bot.conftest import bot
from tests.discord_double import Channel, DiscordDouble, Guild, Member

DAY = datetime(2024, 11, 6, tzinfo=UTC)


def article(number: int, text: str) -> ArticleDraft:
    at = DAY + timedelta(days=number)
    return ArticleDraft(f"Number {number}", text, "BBC", published_at=at, external_id=str(number))


ARTICLES = [
    article(1, "They say that Zinedine Zidane will leave. So will Zinedine Zidane."),
    article(2, "They met Harry Kane. It rained on Harry Kane."),
    article(3, "They met Harry Kane again. And they say who will sign for Arsenal."),
    article(4, "They will leave Arsenal for Zinedine Zidane."),
]


@pytest.fixture
async def client(double: DiscordDouble, config: Config) -> AsyncIterator[Rumourmill]:
    async with bot(double, config) as client:
        yield client


def questions(text: str) -> list[str]:
    return [line.split("question:")[1].strip("`") for line in text.splitlines() if "question:" in line]


async def test_examples_are_about_a_servers_articles_and_are_answered(
    client: Rumourmill, fan: Member, channel: Channel, guild: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = client.services.engine
    ask = engine.ask

    async def knows_nothing_of_kane(question: str, **more: Any) -> Answer:
        answer = await ask(question, **more)
        return replace(answer, quotes=()) if "Kane" in question else answer

    monkeypatch.setattr(engine, "ask", knows_nothing_of_kane)
    await engine.add(ARTICLES, guild_id=guild.id)
    reply = await fan.slash(channel, "help")
    assert reply.ephemeral
    found = questions(reply.text)
    assert found == ["will Zinedine Zidane leave?", "who will Arsenal sign?"]
    for question in found:
        assert "BBC" in (await fan.slash(channel, "ask", question=question)).text


async def test_examples_follow_the_articles(
    client: Rumourmill, fan: Member, channel: Channel, guild: Guild
) -> None:
    report = await client.services.engine.add(ARTICLES, guild_id=guild.id)
    assert "Kane" in (await fan.slash(channel, "help")).text
    for number in report.added[1:3]:
        await client.services.engine.remove(number, guild_id=guild.id)
    assert "Kane" not in (await fan.slash(channel, "help")).text


async def test_another_servers_names_are_in_no_example(
    client: Rumourmill, fan: Member, channel: Channel, double: DiscordDouble
) -> None:
    await client.services.engine.add(ARTICLES, guild_id=double.add_guild("Rivals").id)
    assert questions((await fan.slash(channel, "help")).text) == []


async def test_without_articles_it_is_told_who_adds_some(
    client: Rumourmill, fan: Member, channel: Channel
) -> None:
    text = (await fan.slash(channel, "help")).text
    assert "no articles here yet" in text
    assert "`/article add`" in text


async def test_help_does_not_wait_for_examples_that_take_long(
    client: Rumourmill, fan: Member, channel: Channel, guild: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = client.services.engine
    await engine.add(ARTICLES, guild_id=guild.id)
    ask, free = engine.ask, asyncio.Event()

    async def slow(question: str, **more: Any) -> Answer:
        await free.wait()
        return await ask(question, **more)

    monkeypatch.setattr(engine, "ask", slow)
    monkeypatch.setattr("bot.examples.PATIENCE_S", 0.01)
    assert questions((await fan.slash(channel, "help")).text) == []
    free.set()
    monkeypatch.setattr("bot.examples.PATIENCE_S", 10)
    assert len(questions((await fan.slash(channel, "help")).text)) == 2


async def test_help_comes_at_once_while_the_model_loads(
    double: DiscordDouble, config: Config, fan: Member, channel: Channel, client: Rumourmill, guild: Guild
) -> None:
    await client.services.engine.add(ARTICLES, guild_id=guild.id)
    await client.close()
    async with open_services(config) as services, double.running(Rumourmill(services)):
        text = (await fan.slash(channel, "help")).text
    assert "`/ask`" in text
    assert questions(text) == []


@pytest.mark.parametrize("language", [ENGLISH, *LANGUAGES])
async def test_help_tells_an_administrator_every_command(
    client: Rumourmill, channel: Channel, guild: Guild, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.client.language_of", lambda _: language)
    await client.services.engine.add(ARTICLES, guild_id=guild.id)
    administrator = guild.add_member("owner", permissions=discord.Permissions.all().value)
    text = (await administrator.slash(channel, "help")).text
    for command in [*client.tree.get_commands(), *client.tree.get_commands(type=AppCommandType.message)]:
        assert pgettext("command", command.name, language) in text
        if isinstance(command, app_commands.Group):
            assert all(f"`{pgettext('command', one.name, language)}`" in text for one in command.commands)


async def test_fans_are_not_told_what_moderators_may_do(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel, guild: Guild
) -> None:
    await client.services.engine.add(ARTICLES, guild_id=guild.id)
    for text in ((await fan.slash(channel, "help")).text, (await fan.mention(channel, "")).text):
        assert "`/rumour`" in text
        assert "`/article`" not in text
        assert "Add as article" not in text
    assert "Add as article" in (await moderator.slash(channel, "help")).text
