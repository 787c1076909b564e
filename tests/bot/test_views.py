"""The buttons under an answer, clicked in a Discord on loopback."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.app import Services
from bot.client import Rumourmill
from bot.config import Config
from corpus.types import Article, ArticleDraft
from index.engine import Engine
from index.types import Answer, Quote, Source
from tests.bot.conftest import CannedEngine, load_word_engine
from tests.discord_double import Channel, DiscordDouble, Guild, Member, Reply, click, links

NOW = datetime(2024, 11, 6, 12, tzinfo=UTC)


@pytest.fixture
async def keeper(config: Config, services: Services) -> AsyncIterator[Engine]:
    """Puts articles into the store and takes them out again."""
    engine = await load_word_engine(config, services.store)
    yield engine
    await engine.close()


@pytest.fixture
async def articles(services: Services, keeper: Engine, guild: Guild) -> list[Article]:
    drafts = [
        ArticleDraft(
            f"Title {number}", f"Sentence number {number}.", "BBC", None, NOW, f"https://bbc.co.uk/{number}"
        )
        for number in range(10)
    ]
    report = await keeper.add(drafts, guild_id=guild.id)
    found = await services.store.articles.load(report.added, guild_id=guild.id)
    return [found[article_id] for article_id in report.added]


@pytest.fixture
async def client(double: DiscordDouble, services: Services) -> AsyncIterator[Rumourmill]:
    client = Rumourmill(services)
    async with double.running(client):
        yield client


def quote(article: Article) -> Quote:
    source = Source(
        article.id, article.external_id, article.title, article.publisher, article.published_at, article.url
    )
    return Quote(source, article.text, 0)


async def ask(engine: CannedEngine, member: Member, channel: Channel, articles: list[Article]) -> Reply:
    engine.answer = Answer("", NOW, len(articles), tuple(map(quote, articles)))
    return await member.slash(channel, "ask", question="what about it?")


def numbers(reply: Reply) -> list[int]:
    """Which of the articles a reply quotes."""
    return [n for n in range(10) if f"Sentence number {n}." in reply.text]


async def test_more_shows_the_quotes_that_were_left_out_to_whoever_clicks(
    client: Rumourmill,
    engine: CannedEngine,
    articles: list[Article],
    fan: Member,
    channel: Channel,
    guild: Guild,
) -> None:
    answer = await ask(engine, fan, channel, articles)
    assert numbers(answer) == [0, 1, 2]
    more = await answer.click(guild.add_member("other"), "More")
    assert numbers(more) == [3, 4, 5, 6, 7, 8, 9]
    assert more.ephemeral
    assert more.buttons == []
    assert numbers(answer) == [0, 1, 2]


async def test_there_is_no_more_where_all_quotes_are_shown(
    client: Rumourmill, engine: CannedEngine, articles: list[Article], fan: Member, channel: Channel
) -> None:
    assert (await ask(engine, fan, channel, articles[:3])).buttons == [
        "Prove it",
        "Sources",
        "Was this right?",
        "Report",
    ]


async def test_what_is_proved_is_what_the_answer_shows_and_what_was_removed_is_said_to_be(
    client: Rumourmill,
    engine: CannedEngine,
    keeper: Engine,
    articles: list[Article],
    fan: Member,
    channel: Channel,
    guild: Guild,
) -> None:
    answer = await ask(engine, fan, channel, articles)
    assert numbers(await answer.click(fan, "Prove it")) == [0, 1, 2]
    await keeper.remove(articles[1].id, guild_id=guild.id)
    proof = await answer.click(fan, "Prove it")
    assert numbers(proof) == [0, 2]
    assert "1 source has been removed." in proof.text


async def test_more_goes_on_where_one_message_is_not_enough(
    client: Rumourmill, engine: CannedEngine, keeper: Engine, fan: Member, channel: Channel, guild: Guild
) -> None:
    drafts = [
        ArticleDraft(f"T{n}", f"Sentence number {n}. " + "*" * 470, None, None, NOW, None) for n in range(10)
    ]
    report = await keeper.add(drafts, guild_id=guild.id)
    stored = await client.services.store.articles.load(report.added, guild_id=guild.id)
    reply = await ask(engine, fan, channel, [stored[article_id] for article_id in report.added])
    seen = numbers(reply)
    while "More" in reply.buttons:
        reply = await reply.click(fan, "More")
        assert numbers(reply)
        seen += numbers(reply)
    assert seen == list(range(10))


async def test_sources_lists_every_article_once(
    client: Rumourmill, engine: CannedEngine, articles: list[Article], fan: Member, channel: Channel
) -> None:
    answer = await ask(engine, fan, channel, [*articles, articles[0]])
    sources = await answer.click(fan, "Sources")
    assert sources.ephemeral
    found = links(sources.text)
    assert [link.url for link in found] == [f"https://bbc.co.uk/{n}" for n in range(10)]
    assert [link.label for link in found] == [f"Title {n}" for n in range(10)]


async def test_sources_and_article_show_tell_where_else_a_story_is_told(
    client: Rumourmill,
    services: Services,
    engine: CannedEngine,
    articles: list[Article],
    fan: Member,
    moderator: Member,
    channel: Channel,
    guild: Guild,
) -> None:
    for number, paper in enumerate(["The Copier", "Another Copier"]):
        await services.store.links.add(
            articles[number].id,
            guild_id=guild.id,
            url=f"https://copy.example/{number}",
            title="A copy",
            publisher=paper,
            published_at=None,
            now=NOW,
        )
    sources = await (await ask(engine, fan, channel, articles)).click(fan, "Sources")
    assert "also: [The Copier](https://copy.example/0)" in sources.text
    assert [link.url for link in links(sources.text)][1::2][:2] == [
        "https://copy.example/0",
        "https://copy.example/1",
    ]
    shown = await moderator.slash(channel, "article show", id=str(articles[0].id))
    assert "also: [The Copier](https://copy.example/0)" in shown.text
    assert "Another Copier" not in shown.text


async def test_removed_article_is_gone_from_more_and_sources(
    client: Rumourmill,
    engine: CannedEngine,
    keeper: Engine,
    articles: list[Article],
    fan: Member,
    channel: Channel,
    guild: Guild,
) -> None:
    answer = await ask(engine, fan, channel, articles)
    await keeper.remove(articles[4].id, guild_id=guild.id)
    more = await answer.click(fan, "More")
    assert numbers(more) == [3, 5, 6, 7, 8, 9]
    assert "1 source has been removed." in more.text
    sources = await answer.click(fan, "Sources")
    assert "Title 4" not in sources.text
    assert "1 source has been removed." in sources.text


async def test_changed_article_is_gone_from_more_where_it_no_longer_says_so(
    client: Rumourmill,
    engine: CannedEngine,
    keeper: Engine,
    articles: list[Article],
    fan: Member,
    channel: Channel,
    guild: Guild,
) -> None:
    answer = await ask(engine, fan, channel, articles)
    await keeper.add([ArticleDraft("T", "Another text.", url="https://bbc.co.uk/3")], guild_id=guild.id)
    assert numbers(await answer.click(fan, "More")) == [4, 5, 6, 7, 8, 9]


async def test_nothing_is_left_but_the_words_that_it_has_been_removed(
    client: Rumourmill,
    engine: CannedEngine,
    keeper: Engine,
    articles: list[Article],
    fan: Member,
    channel: Channel,
    guild: Guild,
) -> None:
    answer = await ask(engine, fan, channel, articles[:4])
    for article in articles[:4]:
        await keeper.remove(article.id, guild_id=guild.id)
    assert (await answer.click(fan, "More")).text == "-# 1 source has been removed."
    assert (await answer.click(fan, "Sources")).text == "Sources\n-# 4 sources have been removed."


async def test_forgotten_answer_asks_to_ask_again(
    client: Rumourmill, engine: CannedEngine, articles: list[Article], fan: Member, channel: Channel
) -> None:
    answer = await ask(engine, fan, channel, articles)
    await client.services.store.answers.prune(datetime.max.replace(tzinfo=UTC))
    for label in ("More", "Sources"):
        reply = await answer.click(fan, label)
        assert "Ask again" in reply.text
        assert reply.ephemeral


async def test_button_of_another_server_shows_nothing(
    client: Rumourmill,
    engine: CannedEngine,
    articles: list[Article],
    fan: Member,
    channel: Channel,
    double: DiscordDouble,
) -> None:
    answer = await ask(engine, fan, channel, articles)
    elsewhere = double.add_guild("Rivals")
    stranger, lounge = elsewhere.add_member("stranger"), elsewhere.add_channel("lounge")
    theirs = await ask(engine, stranger, lounge, articles)
    assert theirs.message.components != answer.message.components
    theirs.message.data["components"] = answer.message.components
    for label in ("More", "Sources"):
        reply = await theirs.click(stranger, label)
        assert not numbers(reply)
        assert not links(reply.text)
        assert "Ask again" in reply.text


@pytest.mark.parametrize(
    "custom_id", ["more:1:999", "more:999999999999999999:0", "sources:999999999999999999"]
)
async def test_made_up_button_does_no_harm(
    client: Rumourmill,
    engine: CannedEngine,
    articles: list[Article],
    fan: Member,
    channel: Channel,
    double: DiscordDouble,
    custom_id: str,
) -> None:
    answer = await ask(engine, fan, channel, articles)
    answer.message.data["components"][0]["components"][0]["custom_id"] = custom_id
    reply = await click(fan, answer.message, custom_id=custom_id)
    assert "Ask again" in reply.text or "That was all." in reply.text
    assert double.errors == []
