"""What moderators did is told, and what they removed can be brought back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.client import Rumourmill
from bot.config import Config
from bot.markup import unescape
from corpus.types import ArticleDraft, GuildSettings
from tests.bot.conftest import MANAGE_MESSAGES, bot
from tests.discord_double import Channel, DiscordDouble, Guild, Member, Reply

DRAFTS = [
    ArticleDraft("Alonso replaces Ancelotti", "Xabi Alonso replaces Ancelotti.", url="https://bbc.co.uk/1"),
    ArticleDraft("Raúl replaces Ancelotti", "Raúl González replaces Ancelotti.", url="https://bbc.co.uk/2"),
]
QUESTION = "who replaces Ancelotti?"


@pytest.fixture
async def client(
    double: DiscordDouble, config: Config, guild: Guild, moderator: Member
) -> AsyncIterator[Rumourmill]:
    async with bot(double, config) as client:
        await client.services.engine.add(DRAFTS, guild_id=guild.id, added_by=moderator.id)
        yield client


@pytest.fixture
def rival(double: DiscordDouble) -> Member:
    return double.add_guild("Rivals").add_member("rival", permissions=MANAGE_MESSAGES)


async def remove(member: Member, channel: Channel, number: int = 1, **more: Any) -> Reply:
    return await member.slash(channel, "article remove", id=str(number), **more)


async def clear_up(client: Rumourmill) -> None:
    cog: Any = client.get_cog("Servers")
    await cog.clear_up()


async def test_a_removed_article_says_how_to_bring_it_back_and_is_in_no_answer(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    reply = await remove(moderator, channel)
    assert "/article restore id:1 brings it back, for 30 days." in reply.text
    answer = await fan.slash(channel, "ask", question=QUESTION)
    assert "Alonso" not in answer.text
    for command in ("article show", "article edit", "article remove"):
        offered = await moderator.autocomplete(channel, command, focused=("id", ""))
        assert [choice["value"] for choice in offered] == ["2"]
    assert "There is no article 1" in (await moderator.slash(channel, "article show", id="1")).text


async def test_a_restored_article_answers_again_under_its_number(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    before = (await moderator.slash(channel, "article show", id="1")).text
    await remove(moderator, channel)
    [choice] = await moderator.autocomplete(channel, "article restore", focused=("id", "alonso"))
    assert choice == {"name": "1 · Alonso replaces Ancelotti", "value": "1"}
    reply = await moderator.slash(channel, "article restore", id=choice["value"])
    assert "Restored article 1" in reply.text
    assert (await moderator.slash(channel, "article show", id="1")).text == before
    answer = await fan.slash(channel, "ask", question=QUESTION)
    assert DRAFTS[0].text in unescape(answer.text.replace("**", ""))
    assert await moderator.autocomplete(channel, "article restore", focused=("id", "")) == []
    assert "was not removed here" in (await moderator.slash(channel, "article restore", id="1")).text


async def test_an_article_whose_place_is_taken_is_not_restored(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    await remove(moderator, channel)
    await client.services.engine.add([ArticleDraft("New", "New.", url=DRAFTS[0].url)], guild_id=guild.id)
    reply = await moderator.slash(channel, "article restore", id="1")
    assert "Article 3 stands here with the same link" in reply.text


async def test_what_was_removed_is_gone_after_thirty_days(
    client: Rumourmill, moderator: Member, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await remove(moderator, channel)
    await clear_up(client)
    assert await moderator.autocomplete(channel, "article restore", focused=("id", "")) != []
    monkeypatch.setattr("bot.cogs.servers.REMOVED_KEPT", timedelta(seconds=-2))
    await clear_up(client)
    assert await moderator.autocomplete(channel, "article restore", focused=("id", "")) == []
    assert "was not removed here" in (await moderator.slash(channel, "article restore", id="1")).text


async def test_the_audit_tells_who_did_what_the_newest_first(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    other = guild.add_member("other", permissions=MANAGE_MESSAGES)
    await remove(other, channel, reason="a *hoax*")
    await moderator.slash(channel, "article restore", id="1")
    reply = await moderator.slash(channel, "audit")
    assert reply.ephemeral
    lines = [line.partition(" · ")[2] or line for line in reply.text.split("\n")]
    assert lines == [
        "What happened to articles",
        f"{moderator.mention_text} restored article 1: Alonso replaces Ancelotti",
        f"{other.mention_text} removed article 1: Alonso replaces Ancelotti",
        "-# Reason: a \\*hoax\\*",
        f"{moderator.mention_text} added article 2: Raúl replaces Ancelotti",
        f"{moderator.mention_text} added article 1: Alonso replaces Ancelotti",
        "Page 1",
    ]


async def test_the_audit_is_told_in_pages(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    more = [ArticleDraft(f"Title {n}", f"Text {n}.") for n in range(10)]
    await client.services.engine.add(more, guild_id=guild.id, added_by=moderator.id)
    first = await moderator.slash(channel, "audit")
    second = await moderator.slash(channel, "audit", page=2)
    assert "Page 1 · /audit page:2 shows more" in first.text
    assert (first.text.count("added article"), second.text.count("added article")) == (10, 2)
    assert "Nothing happened here." in (await moderator.slash(channel, "audit", page=3)).text


async def test_whoever_is_forgotten_is_somebody_in_the_audit(
    client: Rumourmill, moderator: Member, channel: Channel
) -> None:
    await remove(moderator, channel, reason="a hoax")
    assert "Its audit names you 3 times." in (await moderator.slash(channel, "privacy show")).text
    await moderator.slash(channel, "privacy forget")
    told = (await moderator.slash(channel, "audit")).text
    assert moderator.mention_text not in told
    assert "somebody removed article 1" in told
    assert "Its audit names you 0 times." in (await moderator.slash(channel, "privacy show")).text


async def test_nothing_removed_and_nothing_done_is_told_elsewhere(
    client: Rumourmill, moderator: Member, channel: Channel, rival: Member
) -> None:
    lounge = rival.guild.add_channel("lounge")
    await remove(moderator, channel)
    assert await rival.autocomplete(lounge, "article restore", focused=("id", "")) == []
    assert "was not removed here" in (await rival.slash(lounge, "article restore", id="1")).text
    assert "Alonso" not in (await rival.slash(lounge, "audit")).text
    assert await moderator.autocomplete(channel, "article restore", focused=("id", "")) != []


async def test_the_log_channel_is_told_what_was_changed_and_by_whom(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel, guild: Guild
) -> None:
    log = guild.add_channel("log")
    await client.settings.change(guild.id, lambda _: GuildSettings(log_channel=log.id))
    await remove(moderator, channel)
    await moderator.slash(channel, "article restore", id="1")
    await double.until(lambda: len(log.messages) == 2)
    for message, words in zip(log.messages, ("Removed article 1", "Restored article 1"), strict=True):
        assert words in message.text
        assert f"By {moderator.mention_text}" in message.text
        assert message.data["mentions"] == []


async def test_the_host_leaves_nothing_in_the_audit_and_keeps_nothing_aside(
    client: Rumourmill, moderator: Member, channel: Channel
) -> None:
    await client.services.engine.add([ArticleDraft("Shared", "Shared text.")], guild_id=None)
    await client.services.engine.remove(3, guild_id=None)
    assert "Shared" not in (await moderator.slash(channel, "audit")).text
    assert await moderator.autocomplete(channel, "article restore", focused=("id", "")) == []
