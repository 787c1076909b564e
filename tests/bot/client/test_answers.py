"""Answers to the command, and what becomes of them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Services
from bot.client import Rumourmill
from corpus.errors import StoreFullError
from index.types import Answer
from tests.bot.client.conftest import NOW, QUESTION, failing
from tests.bot.conftest import CannedEngine
from tests.discord_double import Channel, DiscordDouble, Guild, Member


async def test_answer_is_deferred_before_the_engine_is_asked(
    client: Rumourmill, engine: CannedEngine, fan: Member, channel: Channel
) -> None:
    engine.open.clear()
    reply = await fan.slash(channel, "ask", question=QUESTION, wait="acknowledgement")
    assert reply.deferred
    engine.open.set()
    await reply.wait()
    assert reply.embeds[0]["title"] == QUESTION
    assert not reply.ephemeral


async def test_private_answer_is_seen_by_nobody_else(
    client: Rumourmill, fan: Member, channel: Channel
) -> None:
    assert (await fan.slash(channel, "ask", question=QUESTION, private=True)).ephemeral


async def test_since_limits_the_time_and_the_guild_limits_the_articles(
    client: Rumourmill, engine: CannedEngine, fan: Member, channel: Channel, guild: Guild
) -> None:
    await fan.slash(channel, "ask", question=QUESTION, since="7 days")
    [asked] = engine.asked
    assert asked["guild_id"] == guild.id
    assert timedelta(0) <= datetime.now(UTC) - timedelta(days=7) - asked["since"] < timedelta(minutes=1)


async def test_nothing_found_can_only_be_sent_to_moderators_and_is_not_saved(
    client: Rumourmill, engine: CannedEngine, services: Services, fan: Member, channel: Channel, guild: Guild
) -> None:
    engine.answer = Answer("", NOW, 412)
    reply = await fan.slash(channel, "ask", question="who won the super bowl")
    assert "Nothing in the articles answers that." in reply.text
    assert reply.buttons == ["Send to moderators"]
    assert await services.store.answers.get(1, guild_id=guild.id) is None


async def test_answer_that_cannot_be_saved_is_shown_without_buttons(
    client: Rumourmill, services: Services, fan: Member, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.store.answers, "save", failing(StoreFullError("full")))
    reply = await fan.slash(channel, "ask", question=QUESTION)
    assert "Alonso" in reply.text
    assert reply.buttons == []


async def test_nobody_is_pinged(
    client: Rumourmill, double: DiscordDouble, fan: Member, channel: Channel
) -> None:
    await fan.slash(channel, "ask", question=f"@everyone {fan.mention_text}")
    await fan.mention(channel, "@everyone")
    for request in double.requests_to("original") + double.requests_to("message"):
        assert request.body["allowed_mentions"]["parse"] == []


async def test_answers_older_than_configured_are_forgotten(double: DiscordDouble, services: Services) -> None:
    old = datetime.now(UTC) - timedelta(days=services.config.answers.keep_days, hours=1)
    saved = [
        await services.store.answers.save(guild_id=5, asked_at=time, as_of=NOW, articles=1, quotes=())
        for time in (old, datetime.now(UTC))
    ]
    async with double.running(Rumourmill(services)):
        for _ in range(1000):
            kept = [await services.store.answers.get(answer.id, guild_id=5) for answer in saved]
            if kept[0] is None:
                break
            await asyncio.sleep(0.01)
    assert kept == [None, saved[1]]
