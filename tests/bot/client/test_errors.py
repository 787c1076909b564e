"""What people are told when something goes wrong."""

import logging
import re
from typing import Any

import pytest

from bot.app import Services, open_services
from bot.client import Rumourmill
from bot.cogs import ask
from bot.config import Config
from corpus.store import Store
from index.engine import Engine
from index.errors import ModelError, QuestionRefusedError
from index.types import Answer
from tests.bot.client.conftest import NOW, QUESTION, QUOTE, failing
from tests.bot.conftest import CannedEngine
from tests.discord_double import Attachment, Channel, DiscordDouble, Member, Reply


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
