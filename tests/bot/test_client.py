"""The client against a Discord on loopback: what it asks for, and what it does when things go wrong."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from bot import respond
from bot.app import Services, open_services
from bot.client import Rumourmill
from bot.cogs import ask
from bot.config import Config
from corpus.errors import StoreFullError
from corpus.store import Store
from index.engine import Engine
from index.errors import ModelError, QuestionRefusedError
from index.types import Answer, Quote, Source
from tests.bot.conftest import CannedEngine
from tests.discord_double import Attachment, Channel, DiscordDouble, Guild, Member, Message, Reply, User

NOW = datetime(2024, 11, 6, 12, tzinfo=UTC)
QUOTE = Quote(Source(1, None, "Alonso", "BBC", NOW, "https://bbc.co.uk/a"), "Alonso is close.", 0, ((0, 6),))
ANSWER = Answer("", NOW, 412, (QUOTE,))
QUESTION = "who replaces Ancelotti?"


@pytest.fixture
async def client(
    double: DiscordDouble, services: Services, engine: CannedEngine
) -> AsyncIterator[Rumourmill]:
    engine.answer = ANSWER
    client = Rumourmill(services)
    async with double.running(client):
        yield client


# What it asks for


async def test_client_needs_no_privileged_intent(client: Rumourmill, double: DiscordDouble) -> None:
    assert double.identified_intents == discord.Intents(guilds=True, guild_messages=True).value


async def test_starting_registers_no_commands(client: Rumourmill, double: DiscordDouble) -> None:
    assert double.requests_to("commands") == double.requests_to("command") == []


async def test_every_command_is_for_servers_only(client: Rumourmill) -> None:
    for command in client.tree.get_commands():
        assert command.to_dict(client.tree)["contexts"] == [0]


async def test_commands_for_articles_are_offered_to_moderators_only(client: Rumourmill) -> None:
    offered = {
        c.name: c.to_dict(client.tree)["default_member_permissions"] for c in client.tree.get_commands()
    }
    moderators = discord.Permissions(manage_messages=True).value
    assert offered == {
        "ask": None,
        "rumour": None,
        "source": None,
        "privacy": None,
        "help": None,
        "article": moderators,
        "admin": discord.Permissions(manage_guild=True).value,
        "queue": moderators,
        "alias": moderators,
        "Check this rumour": None,
        "audit": moderators,
        "Add as article": moderators,
    }


# Answers


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


# Mentions


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


# Acknowledgements


@pytest.mark.parametrize(
    "fault",
    [
        {"reset": True},
        {"status": 502, "times": 2},
        {"status": 429, "via": False},
        {"reset": True, "times": 5},
    ],
    ids=["reset", "bad gateway twice", "rate limited", "reset again and again"],
)
async def test_acknowledgement_survives_a_bad_line(
    client: Rumourmill, double: DiscordDouble, fan: Member, channel: Channel, fault: dict[str, Any]
) -> None:
    double.faults.next("callback", **fault)
    reply = await fan.slash(channel, "ask", question=QUESTION)
    assert "Alonso" in reply.text
    assert client.lost_interactions == 0


async def test_acknowledgement_that_arrived_counts_though_its_answer_was_lost(
    client: Rumourmill, double: DiscordDouble, fan: Member, channel: Channel
) -> None:
    double.expect_violations = True
    double.faults.next("callback", reset=True, after=True)
    assert "Alonso" in (await fan.slash(channel, "ask", question=QUESTION)).text


async def test_acknowledgement_that_hangs_is_sent_again(
    client: Rumourmill, double: DiscordDouble, fan: Member, channel: Channel
) -> None:
    double.expect_violations = True  # where the first attempt arrives after all, beside the second
    double.faults.next("callback", delay_s=30)
    assert "Alonso" in (await fan.slash(channel, "ask", question=QUESTION)).text


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060)], ids=["too late", "taken"])
async def test_lost_interaction_is_counted_and_dropped(
    client: Rumourmill,
    engine: CannedEngine,
    double: DiscordDouble,
    fan: Member,
    channel: Channel,
    status: int,
    code: int,
) -> None:
    double.faults.next("callback", status=status, code=code)
    await fan.slash(channel, "ask", question=QUESTION, wait="nothing")
    await double.until(lambda: client.lost_interactions == 1)
    assert engine.asked == []
    assert double.errors == []
    assert "Alonso" in (await fan.slash(channel, "ask", question=QUESTION)).text


async def test_interaction_is_given_up_when_discord_is_out_of_reach(
    client: Rumourmill,
    double: DiscordDouble,
    fan: Member,
    channel: Channel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(respond, "ACKNOWLEDGE_S", 0.2)
    double.faults.next("callback", reset=True, times=1000)
    await fan.slash(channel, "ask", question=QUESTION, wait="nothing")
    await double.until(lambda: client.lost_interactions == 1)


async def test_form_survives_a_bad_line(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel
) -> None:
    double.faults.next("callback", reset=True)
    form = await moderator.slash(channel, "article add")
    preview = await form.submit(moderator, title="A", text="B.")
    assert "Added 1" in (await preview.click(moderator, "Accept")).text


async def test_form_that_came_up_is_taken_though_discords_word_of_it_was_lost(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel
) -> None:
    double.faults.next("callback", reset=True, after=True)
    form = await moderator.slash(channel, "article add")
    await double.until(lambda: len(double.requests_to("callback")) == 2)
    assert "Accept adds it." in (await form.submit(moderator, title="A", text="B.")).text


# Messages on a bad line


@pytest.fixture
def impatient(client: Rumourmill, monkeypatch: pytest.MonkeyPatch) -> None:
    """What else would take seconds takes an instant, and every rate limit is a long one."""
    monkeypatch.setattr(respond, "PAUSES_S", (0.01, 0.01))
    client.http.max_ratelimit_timeout = 0.01


@pytest.mark.parametrize(
    "fault",
    [{"reset": True}, {"reset": True, "after": True}, {"status": 429, "retry_after_s": 0.1}, {"status": 503}],
    ids=["reset", "answer lost", "rate limited", "unavailable"],
)
async def test_mention_is_answered_once_though_the_line_is_bad(
    client: Rumourmill,
    double: DiscordDouble,
    fan: Member,
    channel: Channel,
    impatient: None,
    fault: dict[str, Any],
) -> None:
    double.faults.next("message", **fault)
    assert "Alonso" in (await fan.mention(channel, QUESTION)).text
    await double.until(lambda: len(double.requests_to("message")) == 2)
    await fan.mention(channel, QUESTION)
    assert len(channel.messages) == 4
    assert double.errors == []


@pytest.mark.parametrize("after", [False, True])
async def test_what_was_done_is_told_though_the_line_is_bad(
    client: Rumourmill,
    double: DiscordDouble,
    moderator: Member,
    channel: Channel,
    impatient: None,
    after: bool,
) -> None:
    double.faults.next("original", reset=True, after=after)
    assert "Alonso" in (await moderator.slash(channel, "ask", question=QUESTION)).text
    preview = await moderator.slash(channel, "article add", file=Attachment("a.md", b"Text."))
    double.faults.next("original", reset=True, after=after)
    await preview.click(moderator, "Accept")
    await preview.until(lambda seen: "Added 1" in seen.text)
    assert double.errors == []


async def test_mention_is_given_up_where_discord_says_to_wait_too_long(
    client: Rumourmill,
    double: DiscordDouble,
    fan: Member,
    channel: Channel,
    impatient: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    double.faults.next("message", status=429, retry_after_s=respond.LONGEST_WAIT_S + 1)
    fan.says(channel, f"{double.bot.mention} {QUESTION}")
    await double.until(lambda: "could not be sent" in caplog.text)
    assert "Alonso" in (await fan.mention(channel, QUESTION)).text


@pytest.mark.parametrize("fault", [{"reset": True, "times": 2}, {"status": 429, "retry_after_s": 60}])
async def test_reply_is_answered_though_the_earlier_question_cannot_be_fetched(
    client: Rumourmill,
    double: DiscordDouble,
    engine: CannedEngine,
    fan: Member,
    channel: Channel,
    impatient: None,
    fault: dict[str, Any],
) -> None:
    answer = await fan.reply_to(await fan.mention(channel, QUESTION), "and then?")
    double.faults.next("message.get", **fault)
    assert "Alonso" in (await fan.reply_to(answer, "and when?")).text
    assert engine.asked[-1]["history"] == ("and then?",)


@pytest.mark.parametrize("route", ["followup", "callback"])
async def test_error_is_told_with_all_that_was_typed_though_the_line_is_bad(
    client: Rumourmill,
    engine: CannedEngine,
    double: DiscordDouble,
    moderator: Member,
    channel: Channel,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
    route: str,
) -> None:
    engine.error = QuestionRefusedError("The question holds no words.")
    form = await moderator.slash(channel, "article add")
    if route == "callback":  # as if nothing had been said yet

        async def unsaid(interaction: object, *, private: bool) -> None:
            pass

        monkeypatch.setattr("bot.forms.defer", unsaid)
    double.faults.next(route, status=503, times=1)
    reply = await form.submit(moderator, title="A title", text="All that I typed.")
    assert "no words" in reply.text
    assert b"All that I typed." in reply.files["article.md"]


# Errors


async def test_question_takes_too_long(
    client: Rumourmill, engine: CannedEngine, fan: Member, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask, "ANSWER_S", 0.05)
    engine.open.clear()
    reply = await fan.slash(channel, "ask", question=QUESTION)
    await reply.until(lambda reply: "took too long" in reply.text)
    assert reply.ephemeral
    assert "took too long" in (await fan.mention(channel, QUESTION)).text


async def test_refused_question_is_answered_privately_with_the_reason(
    client: Rumourmill, engine: CannedEngine, fan: Member, channel: Channel, double: DiscordDouble
) -> None:
    engine.error = QuestionRefusedError("The question holds no words.")
    reply = await fan.slash(channel, "ask", question="🏆🏆🏆")
    assert reply.content == "The question holds no words."
    assert reply.ephemeral
    assert [message.ephemeral for message in channel.messages] == [True]
    assert double.errors == []


async def test_direct_messages_are_refused(client: Rumourmill, engine: CannedEngine, fan: Member) -> None:
    reply = await fan.slash(fan.direct, "ask", question=QUESTION, validate=False)
    assert "in servers only" in reply.text
    assert engine.asked == []


async def test_bot_says_that_it_is_warming_up(
    double: DiscordDouble, config: Config, fan: Member, moderator: Member, channel: Channel
) -> None:
    async with open_services(config) as services, double.running(Rumourmill(services)):
        reply = await fan.slash(channel, "ask", question=QUESTION)
        assert "warming up" in reply.text
        assert reply.ephemeral
        assert "warming up" in (await fan.mention(channel, QUESTION)).text
        form = await moderator.slash(channel, "article add")
        refused = await form.submit(moderator, title="A", text="All that I typed.")
        assert "warming up" in refused.text
        assert b"All that I typed." in refused.files["article.md"]


async def test_model_that_does_not_load_is_an_incident(
    double: DiscordDouble, config: Config, fan: Member, channel: Channel
) -> None:
    async def load(_: Config, __: Store) -> Engine:
        raise ModelError("/srv/model is missing")

    async with open_services(config, load) as services, double.running(Rumourmill(services)):
        with pytest.raises(ModelError):
            await services.load()
        reply = await fan.slash(channel, "ask", question=QUESTION)
        assert "my language model doesn't load" in reply.text
        assert "/srv/model" not in reply.text


class InsidesError(Exception):
    def __str__(self) -> str:
        return "insides"


def failing(error: Exception) -> Any:
    async def fail(*_: object, **__: object) -> Any:
        raise error

    return fail


def is_incident(reply: Reply, caplog: pytest.LogCaptureFixture) -> bool:
    """Whether the reply tells the number under which the insides of the error are logged, and only that."""
    number = re.search(r"Incident ([0-9a-f]{8})", reply.text)
    assert number
    assert "insides" not in reply.text
    [record] = [r for r in caplog.records if r.levelno >= logging.ERROR]
    return number[1] in record.message and "insides" in caplog.text


@pytest.mark.parametrize(
    ("command", "options", "service"),
    [
        ("ask", {"question": QUESTION}, None),
        ("article add", {"file": Attachment("a.md", b"Text.")}, None),
        ("article import", {"file": Attachment("a.md", b"Text.")}, None),
        ("article edit", {"id": "1"}, "get"),
        ("article list", {}, "list"),
        ("article show", {"id": "1"}, "get"),
        ("article remove", {"id": "1"}, "get"),
    ],
)
async def test_command_that_fails_tells_an_incident_number(
    client: Rumourmill,
    services: Services,
    engine: CannedEngine,
    moderator: Member,
    channel: Channel,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    options: dict[str, Any],
    service: str | None,
) -> None:
    engine.error = InsidesError()
    if service:
        monkeypatch.setattr(services.store.articles, service, failing(InsidesError()))
    reply = await moderator.slash(channel, command, **options)
    assert is_incident(reply, caplog)
    assert reply.ephemeral


async def test_mention_that_fails_tells_an_incident_number(
    client: Rumourmill, engine: CannedEngine, fan: Member, channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    engine.error = InsidesError()
    assert is_incident(await fan.mention(channel, QUESTION), caplog)


async def test_form_that_fails_tells_an_incident_number_and_gives_the_text_back(
    client: Rumourmill,
    engine: CannedEngine,
    moderator: Member,
    channel: Channel,
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine.error = InsidesError()
    form = await moderator.slash(channel, "article add")
    reply = await form.submit(moderator, title="A title", text="All that I typed.")
    assert is_incident(reply, caplog)
    assert reply.ephemeral
    assert b"All that I typed." in reply.files["article.md"]


@pytest.mark.parametrize("label", ["More", "Prove it", "Sources"])
async def test_button_that_fails_tells_an_incident_number(
    client: Rumourmill,
    services: Services,
    engine: CannedEngine,
    fan: Member,
    channel: Channel,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    label: str,
) -> None:
    engine.answer = Answer("", NOW, 412, (QUOTE,) * 5)
    answer = await fan.slash(channel, "ask", question=QUESTION)
    monkeypatch.setattr(services.store.articles, "load", failing(InsidesError()))
    reply = await answer.click(fan, label)
    assert is_incident(reply, caplog)
    assert reply.ephemeral
    assert "Alonso" in answer.text


async def test_error_is_told_though_is_thinking_cannot_be_taken_away(
    client: Rumourmill, engine: CannedEngine, double: DiscordDouble, fan: Member, channel: Channel
) -> None:
    double.expect_violations = True  # then the words are as public as the deferral was
    engine.error = QuestionRefusedError("The question holds no words.")
    double.faults.next("original.delete", status=404, code=10008)
    assert "no words" in (await fan.slash(channel, "ask", question="🏆🏆🏆")).text


async def test_bot_lives_on_when_an_error_cannot_be_told(
    client: Rumourmill, engine: CannedEngine, double: DiscordDouble, fan: Member, channel: Channel
) -> None:
    engine.error = QuestionRefusedError("The question holds no words.")
    double.faults.next("followup", status=404, code=10015)
    await fan.slash(channel, "ask", question="🏆🏆🏆", wait="acknowledgement")
    await double.until(lambda: len(double.requests_to("followup")) == 1)
    engine.error = None
    assert "Alonso" in (await fan.slash(channel, "ask", question=QUESTION)).text
