"""What members say of answers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.client import Rumourmill
from bot.config import Config
from corpus.types import ArticleDraft, Verdict
from tests.bot.conftest import bot
from tests.discord_double import Channel, DiscordDouble, Guild, Member, Reply, click

DAY = datetime(2024, 11, 6, tzinfo=UTC)
DRAFTS = [
    ArticleDraft(f"{name} replaces Ancelotti", f"{name} replaces Ancelotti.", "BBC", None, DAY)
    for name in ("Xabi Alonso", "Raúl González", "Jürgen Klopp", "Zinedine Zidane", "Santiago Solari")
]


@pytest.fixture
async def client(double: DiscordDouble, config: Config, guild: Guild) -> AsyncIterator[Rumourmill]:
    async with bot(double, config) as client:
        await client.services.engine.add(DRAFTS, guild_id=guild.id)
        yield client


async def ask(member: Member, channel: Channel) -> Reply:
    return await member.slash(channel, "ask", question="who replaces Ancelotti?")


async def say(member: Member, answer: Reply, label: str) -> Reply:
    asked = await answer.click(member, "Was this right?")
    return await asked.click(member, label)


async def said(client: Rumourmill) -> list[tuple[int, bool]]:
    return [(verdict.member_id, verdict.right) for verdict in await client.services.store.verdicts.every()]


async def test_members_say_privately_whether_an_answer_was_right(
    client: Rumourmill, fan: Member, channel: Channel
) -> None:
    answer = await ask(fan, channel)
    asked = await answer.click(fan, "Was this right?")
    assert asked.ephemeral
    assert asked.buttons == ["Yes", "No"]
    assert "The question is not kept" in asked.text
    assert await said(client) == []
    await asked.click(fan, "Yes")
    assert "Noted: it was right." in asked.text
    [verdict] = await client.services.store.verdicts.every()
    assert (verdict.member_id, verdict.guild_id, verdict.right) == (fan.id, fan.guild.id, True)
    assert len(verdict.quotes) == 3


async def test_the_last_word_of_each_member_counts(
    client: Rumourmill, fan: Member, channel: Channel, guild: Guild
) -> None:
    answer, other = await ask(fan, channel), guild.add_member("other")
    await say(other, answer, "Yes")
    asked = await answer.click(fan, "Was this right?")
    await asked.click(fan, "Yes")
    await asked.click(fan, "No")
    assert "Noted: it was not right." in asked.text
    assert sorted(await said(client)) == sorted([(other.id, True), (fan.id, False)])


async def test_the_buttons_work_after_a_restart(
    double: DiscordDouble, config: Config, fan: Member, channel: Channel, guild: Guild
) -> None:
    async with bot(double, config) as client:
        await client.services.engine.add(DRAFTS, guild_id=guild.id)
        answer = await ask(fan, channel)
        asked = await answer.click(fan, "Was this right?")
    async with bot(double, config) as client:
        await click(fan, asked.message, "No")
        assert await said(client) == [(fan.id, False)]
        assert (await click(fan, answer.message, "Was this right?")).buttons == ["Yes", "No"]


async def test_a_forgotten_answer_and_one_of_another_server_take_no_verdict(
    client: Rumourmill, double: DiscordDouble, fan: Member, channel: Channel
) -> None:
    answer = await ask(fan, channel)
    asked = await answer.click(fan, "Was this right?")
    elsewhere = double.add_guild("Rivals")
    await client.services.engine.add(DRAFTS[:1], guild_id=elsewhere.id)
    stranger, lounge = elsewhere.add_member("stranger"), elsewhere.add_channel("lounge")
    there = await ask(stranger, lounge)
    for custom_id in ("right:1:3", "verdict:1:3:yes", "verdict:999999999999999999:0:no"):
        there.message.data["components"][0]["components"][0]["custom_id"] = custom_id
        told = await click(stranger, there.message, custom_id=custom_id)
        assert "Ask again" in told.text
    await client.services.store.answers.prune(datetime.max.replace(tzinfo=UTC))
    told = await asked.click(fan, "Yes")
    assert "Ask again" in told.text
    assert await said(client) == []


async def test_people_see_take_and_delete_their_verdicts(
    client: Rumourmill, fan: Member, channel: Channel
) -> None:
    await say(fan, await ask(fan, channel), "No")
    assert "Here you said so of 1 answer." in (await fan.slash(channel, "privacy show")).text
    export = await fan.slash(channel, "privacy export")
    assert b'"right": false' in export.files["rumourmill.json"]
    assert "1 answer" in (await fan.slash(channel, "privacy forget")).text
    assert await said(client) == []


async def test_old_verdicts_are_forgotten(
    double: DiscordDouble, config: Config, fan: Member, channel: Channel, guild: Guild
) -> None:
    async with bot(double, config) as client:
        await client.services.engine.add(DRAFTS, guild_id=guild.id)
        await say(fan, await ask(fan, channel), "No")
        [verdict] = await client.services.store.verdicts.every()
        old = Verdict(5, 99, 7, datetime.now(UTC) - timedelta(days=366), True, ())
        await client.services.store.verdicts.save(old)
    async with bot(double, config) as client:
        for _ in range(1000):
            kept = await client.services.store.verdicts.every()
            if kept == [verdict]:
                break
            await asyncio.sleep(0.01)
    assert kept == [verdict]
