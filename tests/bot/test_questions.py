"""What members ask is kept only where administrators turned that on, and tells what is new about it."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.client import Rumourmill
from bot.cogs.servers import Servers
from bot.config import Config
from bot.markup import unescape
from corpus.types import ArticleDraft, GuildSettings, KeptQuestion
from tests.bot.conftest import bot
from tests.discord_double import Channel, DiscordDouble, Guild, Member

QUESTION = "who replaces Ancelotti?"
ALONSO = ArticleDraft("Alonso", "They saw Xabi Alonso replaces Ancelotti.", "TEAMtalk", external_id="a")
RAUL = ArticleDraft("Raúl", "They saw Raúl González replaces Ancelotti.", "Marca", external_id="b")
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
async def client(double: DiscordDouble, config: Config, guild: Guild) -> AsyncIterator[Rumourmill]:
    async with bot(double, config) as client:
        await client.services.engine.add([ALONSO], guild_id=guild.id)
        yield client


@pytest.fixture
async def keeping(client: Rumourmill, guild: Guild) -> Rumourmill:
    await client.settings.change(guild.id, lambda _: GuildSettings(keep_questions=True))
    return client


async def kept(client: Rumourmill, member: Member) -> list[KeptQuestion]:
    return await client.services.store.questions.of_member(member.id, guild_id=member.guild.id)


async def asked_yesterday(client: Rumourmill, member: Member, text: str, club: str | None = None) -> None:
    question = KeptQuestion(member.guild.id, member.id, YESTERDAY, text, club, answered=True, follows=False)
    await client.services.store.questions.save(question)


async def test_nothing_is_kept_unless_the_server_turned_it_on(
    client: Rumourmill, fan: Member, channel: Channel
) -> None:
    await fan.slash(channel, "ask", question=QUESTION)
    await fan.mention(channel, QUESTION)
    assert await kept(client, fan) == []
    assert "I keep nothing" in (await fan.slash(channel, "privacy show")).text


async def test_questions_are_kept_where_it_is_on_but_not_what_is_checked(
    keeping: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await fan.slash(channel, "ask", question=QUESTION, club="Xabi Alonso", private=True)
    answer = await fan.mention(channel, "will Ancelotti win the super bowl?")
    await fan.reply_to(answer, "and who replaces him?")
    message = moderator.says(channel, "Xabi Alonso replaces Ancelotti")
    await fan.use_on_message(channel, "Check this rumour", message)
    found = [(q.text, q.club, q.follows) for q in reversed(await kept(keeping, fan))]
    assert found == [
        (QUESTION, "Xabi Alonso", False),
        ("will Ancelotti win the super bowl?", None, False),
        ("and who replaces him?", None, True),
    ]


async def test_people_are_shown_what_they_asked_and_can_have_and_forget_it(
    keeping: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await fan.slash(channel, "ask", question=QUESTION)
    await moderator.slash(channel, "ask", question="who is Raul?")
    shown = await fan.slash(channel, "privacy show")
    assert "I keep the questions for 30 days" in shown.text
    assert "1 question of yours" in shown.text
    export = await fan.slash(channel, "privacy export")
    [row] = json.loads(export.files["rumourmill.json"])["asked"]
    assert (row["question"], row["answered"]) == (QUESTION, True)
    await fan.slash(channel, "privacy forget")
    assert await kept(keeping, fan) == []
    assert len(await kept(keeping, moderator)) == 1


async def test_turning_it_off_deletes_what_was_kept(keeping: Rumourmill, fan: Member, guild: Guild) -> None:
    await asked_yesterday(keeping, fan, QUESTION)
    await keeping.settings.change(guild.id, lambda _: GuildSettings(keep_questions=True, private=True))
    assert len(await kept(keeping, fan)) == 1
    await keeping.settings.change(guild.id, lambda _: GuildSettings())
    assert await kept(keeping, fan) == []


async def test_questions_go_after_thirty_days(keeping: Rumourmill, fan: Member) -> None:
    for days in (29, 31):
        at = datetime.now(UTC) - timedelta(days=days)
        question = KeptQuestion(fan.guild.id, fan.id, at, f"{days}", None, answered=True, follows=False)
        await keeping.services.store.questions.save(question)
    cog = keeping.get_cog("Servers")
    assert isinstance(cog, Servers)
    await cog.clear_up()
    assert [question.text for question in await kept(keeping, fan)] == ["29"]


async def test_what_was_added_since_a_question_is_told_to_whoever_asked_it(
    keeping: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    for question in ("WHO replaces Ancelotti", QUESTION, "when does the bakery open?"):
        await asked_yesterday(keeping, fan, question)
    reply = await fan.slash(channel, "rumour changes")
    assert reply.ephemeral
    assert "Xabi Alonso" in reply.text
    assert reply.text.lower().count("who replaces ancelotti") == 1
    assert "bakery" in reply.text.partition("Nothing new about:")[2]
    refused = await moderator.slash(channel, "rumour changes")
    assert "You have asked nothing here lately" in refused.text


async def test_what_was_there_when_it_was_asked_is_not_new(
    keeping: Rumourmill, fan: Member, channel: Channel, guild: Guild
) -> None:
    later = datetime.now(UTC) + timedelta(seconds=2)
    question = KeptQuestion(guild.id, fan.id, later, QUESTION, None, answered=True, follows=False)
    await keeping.services.store.questions.save(question)
    assert "Alonso" not in (await fan.slash(channel, "rumour changes")).text
    await keeping.services.store.questions.prune(later + timedelta(seconds=1))
    await keeping.services.store.questions.save(replace(question, asked_at=YESTERDAY))
    assert "Alonso" in (await fan.slash(channel, "rumour changes")).text


async def test_what_is_new_mentions_the_club_that_was_asked_about(
    keeping: Rumourmill, fan: Member, channel: Channel, guild: Guild
) -> None:
    await keeping.services.engine.add([RAUL], guild_id=guild.id)
    await asked_yesterday(keeping, fan, QUESTION, "Raúl González")
    await asked_yesterday(keeping, fan, QUESTION, "Nobody At All")
    reply = unescape((await fan.slash(channel, "rumour changes")).text)
    assert "They saw" in reply
    assert "Alonso" not in reply
    assert f"**{QUESTION} (Nobody At All)**" in reply.partition("Nothing new about:")[2]


async def test_where_questions_are_not_kept_it_is_told_how_to_turn_that_on(
    client: Rumourmill, fan: Member, channel: Channel
) -> None:
    reply = await fan.slash(channel, "rumour changes")
    assert "/admin config set" in unescape(reply.text)
    assert reply.ephemeral
