"""A server's own nicknames."""

from collections.abc import AsyncIterator

import pytest

from bot.client import Rumourmill
from bot.config import Config
from corpus.store import aliases as store
from corpus.types import ArticleDraft
from tests.bot.conftest import MANAGE_MESSAGES, bot
from tests.discord_double import Channel, DiscordDouble, Guild, Member

DRAFTS = [
    ArticleDraft("Wenger", "They saw Arsène Wenger replaces Ancelotti.", "BBC"),
    ArticleDraft("Klopp", "They saw Jürgen Klopp leave Liverpool.", "BBC"),
]
QUESTION = "does the professor replace ancelotti?"


@pytest.fixture
async def client(double: DiscordDouble, config: Config) -> AsyncIterator[Rumourmill]:
    async with bot(double, config) as client:
        await client.services.engine.add(DRAFTS, guild_id=None)
        yield client


async def add(member: Member, channel: Channel, alias: str = "the Professor", name: str = "wenger") -> str:
    reply = await member.slash(channel, "alias add", alias=alias, name=name)
    assert reply.ephemeral
    return reply.text


async def asked_about(client: Rumourmill, guild: Guild) -> str:
    explanation = await client.services.engine.explain(QUESTION, guild_id=guild.id)
    return explanation.question.query


async def test_a_nickname_is_understood_at_once_until_it_is_removed(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel, guild: Guild
) -> None:
    assert await asked_about(client, guild) == QUESTION
    assert "the Professor → Arsène Wenger" in await add(moderator, channel)
    assert await asked_about(client, guild) == "does Arsène Wenger replace ancelotti?"
    [choice] = await fan.autocomplete(channel, "rumour about", focused=("name", "profes"))
    assert choice["name"] == "Arsène Wenger"
    assert "replaces Ancelotti" in (await fan.slash(channel, "rumour about", name="the professor")).text
    await moderator.slash(channel, "alias remove", alias="THE PROFESSOR")
    assert await asked_about(client, guild) == QUESTION
    assert await fan.autocomplete(channel, "rumour about", focused=("name", "profes")) == []


async def test_another_server_knows_nothing_of_it(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel)
    elsewhere = double.add_guild("Rivals")
    rival, lounge = elsewhere.add_member("r", permissions=MANAGE_MESSAGES), elsewhere.add_channel("lounge")
    assert await asked_about(client, elsewhere) == QUESTION
    assert "No nicknames here." in (await rival.slash(lounge, "alias list")).text
    assert await rival.autocomplete(lounge, "rumour about", focused=("name", "profes")) == []
    assert await rival.autocomplete(lounge, "alias remove", focused=("alias", "")) == []
    told = await rival.slash(lounge, "alias remove", alias="the Professor")
    assert "There is no such nickname here." in told.text


async def test_names_and_nicknames_are_offered(
    client: Rumourmill, moderator: Member, channel: Channel
) -> None:
    [choice] = await moderator.autocomplete(channel, "alias add", focused=("name", "weng"))
    assert choice["value"] == "Arsène Wenger"
    await add(moderator, channel)
    await add(moderator, channel, "kloppo", "klopp")
    for typed, offered in (("PROF", "the Professor"), ("arsene", "the Professor"), ("klo", "kloppo")):
        [choice] = await moderator.autocomplete(channel, "alias remove", focused=("alias", typed))
        assert choice["value"] == offered


async def test_a_name_that_no_article_holds_is_taken_as_it_is_written(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    assert "→ Zed \\*Zz" in await add(moderator, channel, name="Zed *Zz")
    assert await asked_about(client, guild) == "does Zed *Zz replace ancelotti?"


@pytest.mark.parametrize(
    ("alias", "why"),
    [
        ("x", "2 to 50"),
        ("!?🏆", "2 to 50"),
        ("x" * 51, "2 to 50"),
        ("the", "everyday"),
        ("Who is", "everyday"),
        ("jurgen KLOPP", "a name itself"),
        ("Arsenal", "a name itself"),
    ],
)
async def test_a_nickname_that_would_make_questions_worse_is_refused(
    client: Rumourmill, moderator: Member, channel: Channel, alias: str, why: str
) -> None:
    assert why in await add(moderator, channel, alias)
    assert "No nicknames here." in (await moderator.slash(channel, "alias list")).text


async def test_a_full_list_takes_no_more(
    client: Rumourmill, moderator: Member, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST", 0)
    assert "no room for more" in await add(moderator, channel)


async def test_the_list_has_pages(client: Rumourmill, moderator: Member, channel: Channel) -> None:
    for number in range(11):
        await add(moderator, channel, f"nick {number:02} *", "Zed " + "*" * 90)
    first = (await moderator.slash(channel, "alias list")).text
    second = (await moderator.slash(channel, "alias list", page=2)).text
    assert [f"nick {n:02}" in first for n in range(11)] == [True] * 10 + [False]
    assert "nick 10" in second
    assert "page:2 shows more" in first
