"""What members send to the moderators, and what moderators make of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.client import Rumourmill
from bot.config import Config
from bot.markup import unescape
from corpus.types import ArticleDraft, GuildSettings
from tests.bot.conftest import MANAGE_MESSAGES, bot
from tests.discord_double import Channel, DiscordDouble, Guild, Member, Reply, click

DAY = datetime(2024, 11, 6, tzinfo=UTC)
DRAFT = ArticleDraft("Alonso to Madrid", "They saw Xabi Alonso replaces Ancelotti.", "BBC", None, DAY)
ANSWERED = "who replaces Ancelotti?"
UNANSWERED = "what is the colour of *xylophone* shirts?"


@pytest.fixture
async def client(double: DiscordDouble, config: Config, guild: Guild) -> AsyncIterator[Rumourmill]:
    async with bot(double, config) as client:
        await client.services.engine.add([DRAFT], guild_id=guild.id)
        yield client


async def ask(member: Member, channel: Channel, question: str, private: bool = False) -> Reply:
    return await member.slash(channel, "ask", question=question, private=private)


async def report(member: Member, answer: Reply, words: str = "") -> Reply:
    form = await answer.click(member, "Report")
    return await form.submit(member, words=words)


async def waiting(moderator: Member, channel: Channel, page: int = 1) -> str:
    reply = await moderator.slash(channel, "queue list", page=page)
    assert reply.ephemeral
    return reply.text


def link(answer: Reply) -> str:
    channel = answer.message.channel
    assert channel.guild is not None
    return f"https://discord.com/channels/{channel.guild.id}/{channel.id}/{answer.message.id}"


async def test_a_question_without_an_answer_reaches_the_moderators_once(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel, guild: Guild
) -> None:
    assert "Nothing waits here." in await waiting(moderator, channel)
    answer = await ask(fan, channel, UNANSWERED)
    assert "Nothing waits here." in await waiting(moderator, channel)
    sent = await answer.click(fan, "Send to moderators")
    assert sent.ephemeral
    assert sent.text == "The moderators have your question now."
    again = await answer.click(fan, "Send to moderators")
    assert again.text == "The moderators have that question already."
    others = await (await ask(fan, channel, "and of *zither* shirts?")).click(
        guild.add_member("other"), "Send to moderators"
    )
    assert others.text == "Only who asked can send a question to the moderators. Ask it yourself."
    text = await waiting(moderator, channel)
    assert text.count(UNANSWERED) == 0
    assert unescape(text).count(UNANSWERED) == 1
    assert fan.mention_text in text
    assert link(answer) in text


async def test_the_log_channel_tells_that_something_waits_but_not_what(
    client: Rumourmill, double: DiscordDouble, fan: Member, guild: Guild, channel: Channel
) -> None:
    log = guild.add_channel("log")
    await client.settings.change(guild.id, lambda _: GuildSettings(log_channel=log.id))
    unanswered = await ask(fan, channel, UNANSWERED)
    for _ in range(2):
        await unanswered.click(fan, "Send to moderators")
    await report(fan, await ask(fan, channel, ANSWERED), "He did not.")
    await double.until(lambda: len(log.messages) == 2)
    assert [message.text for message in log.messages] == [
        "A question without an answer waits: /queue list",
        "A report of an answer waits: /queue list",
    ]


async def test_a_private_question_is_sent_without_a_link_that_nobody_could_follow(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    answer = await ask(fan, channel, UNANSWERED, private=True)
    await answer.click(fan, "Send to moderators")
    text = await waiting(moderator, channel)
    assert UNANSWERED in unescape(text)
    assert "a private answer" in text
    assert "https://" not in text


async def test_a_report_reaches_the_moderators_with_its_words_and_the_answer(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel, guild: Guild
) -> None:
    answer = await ask(fan, channel, ANSWERED)
    told = await report(fan, answer, "That was *another* Alonso.")
    assert told.ephemeral
    assert told.text == "The moderators have your report now."
    assert "already" in (await report(fan, answer, "It is old, too.")).text
    await report(guild.add_member("other"), answer)
    text = await waiting(moderator, channel)
    assert text.count("**Reported**") == text.count(link(answer)) == 2
    assert "It is old, too." in text
    assert "another" not in text
    assert ANSWERED not in text


async def test_the_moderators_see_what_a_reported_private_answer_was_about(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await report(fan, await ask(fan, channel, ANSWERED, private=True), "No.")
    text = await waiting(moderator, channel)
    assert ANSWERED in unescape(text)
    assert "> No." in text
    assert "https://" not in text


async def test_a_member_who_reports_everything_is_stopped(
    client: Rumourmill, fan: Member, channel: Channel
) -> None:
    told = [(await report(fan, await ask(fan, channel, ANSWERED))).text for _ in range(6)]
    assert all("now" in text for text in told[:5])
    assert "Too much of yours" in told[5]


async def test_what_is_done_is_off_the_queue(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    for question in (UNANSWERED, "xylophone colours?"):
        await (await ask(fan, channel, question)).click(fan, "Send to moderators")
    [choice] = await moderator.autocomplete(channel, "queue done", focused=("id", "SHIRTS"))
    assert UNANSWERED in choice["name"]
    done = await moderator.slash(channel, "queue done", id=choice["value"])
    assert done.ephemeral
    assert UNANSWERED in unescape(done.text)
    text = await waiting(moderator, channel)
    assert "xylophone colours?" in text
    assert UNANSWERED not in unescape(text)
    again = await moderator.slash(channel, "queue done", id=choice["value"])
    assert "There is no entry 1 here" in again.text


@pytest.mark.parametrize("typed", ["shirts", "½", "-1", "9" * 30])
async def test_what_is_no_number_is_refused_with_advice(
    client: Rumourmill, moderator: Member, channel: Channel, typed: str
) -> None:
    assert "Choose an entry" in (await moderator.slash(channel, "queue done", id=typed)).text


async def test_the_queue_has_pages_newest_first_that_always_fit(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel, guild: Guild
) -> None:
    for number in range(6):
        member = guild.add_member(f"fan {number}")
        answer = await ask(member, channel, f"{ANSWERED} {'*' * 270}", private=True)
        await report(member, answer, f"w{number} {'_' * 296}")
    first, second = await waiting(moderator, channel), await waiting(moderator, channel, 2)
    assert [f"w{n} " in first for n in range(6)] == [False, True, True, True, True, True]
    assert first.index("w5 ") < first.index("w1 ")
    assert "/queue list page:2 shows more" in first
    assert "w0 " in second
    assert "shows more" not in second
    assert double.errors == []


async def test_another_server_neither_sees_nor_ends_what_waits(
    client: Rumourmill, double: DiscordDouble, fan: Member, channel: Channel, moderator: Member
) -> None:
    await (await ask(fan, channel, UNANSWERED)).click(fan, "Send to moderators")
    elsewhere = double.add_guild("Rivals")
    rival, lounge = elsewhere.add_member("r", permissions=MANAGE_MESSAGES), elsewhere.add_channel("lounge")
    assert "Nothing waits here." in await waiting(rival, lounge)
    assert await rival.autocomplete(lounge, "queue done", focused=("id", "")) == []
    assert "There is no entry 1" in (await rival.slash(lounge, "queue done", id="1")).text
    assert UNANSWERED in unescape(await waiting(moderator, channel))


async def test_the_buttons_work_after_a_restart(
    double: DiscordDouble, config: Config, fan: Member, moderator: Member, channel: Channel, guild: Guild
) -> None:
    async with bot(double, config) as client:
        await client.services.engine.add([DRAFT], guild_id=guild.id)
        unanswered = (await ask(fan, channel, UNANSWERED)).message
        answered = (await ask(fan, channel, ANSWERED)).message
    async with bot(double, config):
        await click(fan, unanswered, "Send to moderators")
        form = await click(fan, answered, "Report")
        await form.submit(fan, words="It is old.")
        text = await waiting(moderator, channel)
    assert UNANSWERED in unescape(text)
    assert "It is old." in text


async def test_people_see_take_and_delete_what_they_sent(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await (await ask(fan, channel, UNANSWERED)).click(fan, "Send to moderators")
    assert "Of yours, 1 waits here." in (await fan.slash(channel, "privacy show")).text
    export = await fan.slash(channel, "privacy export")
    assert UNANSWERED in export.files["rumourmill.json"].decode()
    await fan.slash(channel, "privacy forget")
    assert "Nothing waits here." in await waiting(moderator, channel)
    assert UNANSWERED not in (await fan.slash(channel, "privacy export")).files["rumourmill.json"].decode()


async def test_the_names_that_a_question_without_an_answer_may_mean_are_offered(
    client: Rumourmill, fan: Member, channel: Channel
) -> None:
    answer = await ask(fan, channel, "what colour are the xylophones of xabi alonzo?")
    assert "**Xabi Alonso**: `/rumour about`" in answer.text
