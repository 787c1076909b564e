"""Questions by command, by mention and as replies, before and after a restart."""

from typing import Any

import pytest

from bot.client import Rumourmill
from bot.config import Config
from bot.markup import unescape
from tests.bot.conftest import bot
from tests.bot.trip.conftest import ABOUT_IT, FORM, QUESTION, SHARED, TEXT, add, quotes
from tests.discord_double import Channel, DiscordDouble, Member, click, links


@pytest.fixture
def engine_asked(client: Rumourmill, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The history that came with each question."""
    histories: list[tuple[str, ...]] = []
    ask = client.services.engine.ask

    async def noted(question: str, **more: Any) -> Any:
        histories.append(tuple(more.get("history", ())))
        return await ask(question, **more)

    monkeypatch.setattr(client.services.engine, "ask", noted)
    return histories


# Questions


async def test_question_is_answered_with_quotes_their_publisher_day_and_link(
    client: Rumourmill, fan: Member, channel: Channel
) -> None:
    reply = await fan.slash(channel, "ask", question=QUESTION)
    [embed] = reply.embeds
    assert embed["title"] == QUESTION
    assert "5 articles looked at" in embed["description"]
    assert reply.buttons == ["More", "Prove it", "Sources", "Was this right?", "Report"]
    shown = [draft for draft in SHARED if quotes(reply, draft.text)]
    assert len(shown) == 3
    for draft in shown:
        assert f"{draft.publisher} · <t:1730894400:D> · [{draft.title}]({draft.url})" in embed["description"]


async def test_the_further_quotes_are_word_for_word_too(
    client: Rumourmill, fan: Member, channel: Channel
) -> None:
    answer = await fan.slash(channel, "ask", question=QUESTION)
    more = await answer.click(fan, "More")
    assert [quotes(answer, draft.text) + quotes(more, draft.text) for draft in SHARED] == [True] * 5


async def test_the_quotes_are_proved_by_what_stands_around_them(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    around = f"It rained in Valencia.\n\n{TEXT} More to follow.\n\nIt was windy in London."
    await add(moderator, channel, **{**FORM, "text": f"First of all.\n\n{around}\n\nAnd finally."})
    answer = await fan.slash(channel, "ask", question=ABOUT_IT)
    proof = await answer.click(fan, "Prove it")
    assert proof.ephemeral
    assert "\n".join(f"> {line}" for line in around.split("\n")) in unescape(proof.text.replace("**", ""))
    assert f"**{TEXT}**" in unescape(proof.text)
    assert "First of all" not in proof.text
    assert links(proof.text) == links(answer.text)


async def test_question_that_no_article_answers_is_refused(
    client: Rumourmill, fan: Member, channel: Channel
) -> None:
    reply = await fan.slash(channel, "ask", question="superbowl nachos?")
    assert "Nothing in the articles answers that." in reply.text
    assert "5 articles looked at" in reply.text
    assert reply.buttons == ["Send to moderators"]


async def test_mention_is_answered_like_the_command(
    client: Rumourmill, fan: Member, channel: Channel
) -> None:
    by_command = await fan.slash(channel, "ask", question=QUESTION)
    by_mention = await fan.mention(channel, QUESTION)
    assert by_mention.embeds[0]["title"] == QUESTION
    assert [link.url for link in links(by_mention.text)] == [link.url for link in links(by_command.text)]
    assert by_mention.buttons == ["More", "Prove it", "Sources", "Was this right?", "Report"]


async def test_reply_to_an_answer_is_understood_with_the_earlier_question(
    client: Rumourmill, fan: Member, channel: Channel
) -> None:
    followup = "and then?"
    assert "Nothing in the articles" in (await fan.mention(channel, followup)).text
    answer = await fan.slash(channel, "ask", question=QUESTION)
    reply = await fan.reply_to(answer, followup)
    assert reply.embeds[0]["title"] == followup
    assert "Ancelotti" in reply.text
    further = await fan.reply_to(await fan.mention(channel, QUESTION), followup)
    assert "Ancelotti" in further.text


async def test_a_conversation_is_understood_back_along_its_replies(
    client: Rumourmill, engine_asked: list[tuple[str, ...]], fan: Member, channel: Channel
) -> None:
    answer = await fan.mention(channel, QUESTION)
    asked = ["and then?", "and after that?", "and when?", "and why?", "and where?"]
    for followup in asked:
        answer = await fan.reply_to(answer, followup)
    assert engine_asked[1:3] == [(QUESTION,), (QUESTION, "and then?")]
    assert engine_asked[-1] == ("and then?", "and after that?", "and when?", "and why?")


async def test_since_leaves_older_articles_out(client: Rumourmill, fan: Member, channel: Channel) -> None:
    reply = await fan.slash(channel, "ask", question=QUESTION, since="24 hours")
    assert "Nothing in the articles" in reply.text
    assert "0 articles looked at" in reply.text


# A restart


async def test_buttons_work_after_a_restart(
    double: DiscordDouble, config: Config, shared: None, fan: Member, channel: Channel
) -> None:
    async with bot(double, config):
        answer = await fan.slash(channel, "ask", question=QUESTION)
        before = {label: (await answer.click(fan, label)).text for label in ("More", "Prove it", "Sources")}
    async with bot(double, config):
        for label, text in before.items():
            assert links(text)
            assert (await click(fan, answer.message, label)).text == text


async def test_reply_to_an_answer_from_before_a_restart_is_understood(
    double: DiscordDouble, config: Config, shared: None, fan: Member, channel: Channel
) -> None:
    async with bot(double, config):
        answer = await fan.slash(channel, "ask", question=QUESTION)
    async with bot(double, config):
        assert "Ancelotti" in (await fan.reply_to(answer, "and then?")).text
