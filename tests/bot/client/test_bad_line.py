"""Acknowledgements and messages where the line to Discord is bad."""

from typing import Any

import pytest

from bot import respond
from bot.client import Rumourmill
from index.errors import QuestionRefusedError
from tests.bot.client.conftest import QUESTION
from tests.bot.conftest import CannedEngine
from tests.discord_double import Attachment, Channel, DiscordDouble, Member

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
