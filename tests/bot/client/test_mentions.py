"""Questions that mention the bot."""

from typing import Any

import discord
import pytest

from bot.client import Rumourmill
from tests.bot.client.conftest import QUESTION
from tests.bot.conftest import CannedEngine
from tests.discord_double import Channel, DiscordDouble, Guild, Member, Message, User


async def test_mention_is_answered_by_a_reply_with_buttons(
    client: Rumourmill, engine: CannedEngine, fan: Member, channel: Channel
) -> None:
    reply = await fan.mention(channel, QUESTION)
    assert engine.asked[0]["question"] == QUESTION
    assert reply.embeds[0]["title"] == QUESTION
    assert reply.buttons == ["Prove it", "Sources", "Was this right?", "Report"]


async def test_reply_to_an_answer_brings_the_earlier_question(
    client: Rumourmill, engine: CannedEngine, fan: Member, channel: Channel
) -> None:
    answer = await fan.slash(channel, "ask", question="who replaces *Ancelotti*?")
    await fan.reply_to(answer, "and who for now?")
    assert engine.asked[1]["question"] == "and who for now?"
    assert engine.asked[1]["history"] == ("who replaces *Ancelotti*?",)


async def test_reply_to_somebody_else_brings_no_earlier_question(
    client: Rumourmill, engine: CannedEngine, fan: Member, channel: Channel
) -> None:
    other = fan.says(channel, "good morning")
    await fan.mention(channel, QUESTION, answering=other)
    assert engine.asked[0]["history"] == ()


async def test_mentions_and_emoji_of_the_server_are_no_part_of_the_question(
    client: Rumourmill, engine: CannedEngine, fan: Member, moderator: Member, channel: Channel
) -> None:
    noise = f"{moderator.mention_text} <@&5> <#{channel.id}> <:goal:77> <a:goal_2:78>"
    for reply in (
        await fan.mention(channel, f"{noise} {QUESTION} {noise}"),
        await fan.slash(channel, "ask", question=f"{noise} {QUESTION} {noise}"),
    ):
        assert reply.embeds[0]["title"] == QUESTION
    assert [asked["question"] for asked in engine.asked] == [QUESTION] * 2
    assert "`/ask`" in (await fan.mention(channel, noise)).text


async def test_empty_mention_is_answered_with_help(
    client: Rumourmill, engine: CannedEngine, fan: Member, channel: Channel
) -> None:
    assert "`/ask`" in (await fan.mention(channel, "")).text
    assert engine.asked == []


async def test_bots_and_those_who_do_not_mention_the_bot_are_not_answered(
    client: Rumourmill,
    engine: CannedEngine,
    fan: Member,
    channel: Channel,
    guild: Guild,
    double: DiscordDouble,
) -> None:
    robot = guild.add_member("robot", user=User(double.snowflakes.next(), "robot", bot=True))
    robot.says(channel, f"{double.bot.mention} hello")
    fan.says(channel, "@everyone hello")
    fan.says(channel, f"<@&{guild.me.roles[0].id}> hello")
    await fan.mention(channel, QUESTION)
    assert [asked["question"] for asked in engine.asked] == [QUESTION]


@pytest.mark.parametrize("permission", ["send_messages", "view_channel"])
async def test_bot_says_nothing_where_it_may_not_speak(
    client: Rumourmill,
    engine: CannedEngine,
    fan: Member,
    channel: Channel,
    guild: Guild,
    double: DiscordDouble,
    permission: str,
) -> None:
    silent = guild.add_channel("silent")
    silent.deny(guild.me, discord.Permissions(**{permission: True}).value)
    fan.says(silent, f"{double.bot.mention} {QUESTION}")
    await fan.mention(channel, "elsewhere")
    assert [asked["question"] for asked in engine.asked] == ["elsewhere"]
    assert len(double.requests_to("message")) == 1


async def test_bot_says_that_it_needs_embeds(
    client: Rumourmill, fan: Member, channel: Channel, guild: Guild
) -> None:
    channel.deny(guild.me, discord.Permissions(embed_links=True).value)
    assert "Embed Links" in (await fan.mention(channel, QUESTION)).text


async def test_without_the_history_an_answer_is_no_reply(
    client: Rumourmill, fan: Member, channel: Channel, guild: Guild, double: DiscordDouble
) -> None:
    channel.deny(guild.me, discord.Permissions(read_message_history=True).value)
    fan.says(channel, f"{double.bot.mention} {QUESTION}")
    await double.until(lambda: len(channel.messages) == 2)
    assert channel.messages[1].embeds[0]["title"] == QUESTION


async def test_earlier_question_is_fetched_where_discord_left_it_out(
    client: Rumourmill,
    engine: CannedEngine,
    fan: Member,
    channel: Channel,
    double: DiscordDouble,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readable = double.readable

    def leave_out(message: Message, **more: Any) -> dict[str, Any]:
        return {k: v for k, v in readable(message, **more).items() if k != "referenced_message"}

    answer = await fan.slash(channel, "ask", question=QUESTION)
    monkeypatch.setattr(double, "readable", leave_out)
    await fan.reply_to(answer, "and then?")
    assert engine.asked[1]["history"] == (QUESTION,)
    assert len(double.requests_to("message.get")) == 1
