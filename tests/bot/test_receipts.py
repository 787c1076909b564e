"""Answers that stand in a channel are changed when what they quote is withdrawn."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import discord
import pytest

from bot.app import open_services
from bot.client import Rumourmill
from bot.config import Config
from bot.markup import unescape
from corpus.types import ArticleDraft, Receipt
from tests.bot.conftest import bot, load_word_engine
from tests.discord_double import Attachment, Channel, DiscordDouble, Guild, Member, Reply

DAY = datetime(2024, 11, 6, tzinfo=UTC)
ALONSO = ArticleDraft("Alonso replaces Ancelotti", "Xabi Alonso replaces Ancelotti.", "TEAMtalk", None, DAY)
RAUL = ArticleDraft("Raúl replaces Ancelotti", "Raúl González replaces Ancelotti.", "Marca", None, DAY)
QUESTION = "who replaces Ancelotti?"
WITHDRAWN = "A source that stood here was withdrawn on <t:"


async def host_adds(config: Config, *drafts: ArticleDraft) -> None:
    async with open_services(config, load_word_engine) as services:
        await (await services.load()).add(drafts, guild_id=None)


async def host_removes(config: Config, article: int) -> None:
    async with open_services(config, load_word_engine) as services:
        await (await services.load()).remove(article, guild_id=None)


@pytest.fixture
async def client(double: DiscordDouble, config: Config) -> AsyncIterator[Rumourmill]:
    await host_adds(config, RAUL)
    async with bot(double, config) as client:
        yield client


@pytest.fixture
async def added(client: Rumourmill, moderator: Member, channel: Channel) -> str:
    """The number of the server's own article, which says that Alonso does."""
    file = Attachment("a.md", f"---\nid: alonso\ntitle: {ALONSO.title}\n---\n{ALONSO.text}\n".encode())
    preview = await moderator.slash(channel, "article add", file=file)
    assert (await preview.click(moderator, "Accept")).text == "Added 1 (article 2)"
    return "2"


def shows(reply: Reply, draft: ArticleDraft) -> bool:
    return draft.text in unescape(reply.text.replace("**", ""))


async def test_a_removed_article_is_taken_out_of_every_answer_that_quoted_it(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel, added: str
) -> None:
    answers = [await fan.slash(channel, "ask", question=QUESTION), await fan.mention(channel, QUESTION)]
    assert [shows(answer, ALONSO) for answer in answers] == [True, True]
    removed = await moderator.slash(channel, "article remove", id=added)
    assert "2 earlier answers changed with it" in (await removed.until(lambda r: "earlier" in r.text)).text
    for answer in answers:
        assert not shows(answer, ALONSO)
        assert shows(answer, RAUL)
        assert WITHDRAWN in answer.text
        assert answer.embeds[0]["title"] == QUESTION
        assert answer.buttons == ["Prove it", "Sources", "Was this right?", "Report"]


async def test_an_answer_is_changed_in_the_language_in_which_it_was_given(
    client: Rumourmill, guild: Guild, moderator: Member, channel: Channel, added: str
) -> None:
    german = guild.add_member("Fan", locale="de")
    answer = await german.slash(channel, "ask", question=QUESTION)
    removed = await moderator.slash(channel, "article remove", id=added)
    await removed.until(lambda r: "1 earlier answer changed with it" in r.text)
    assert "Eine Quelle, die hier stand, wurde am <t:" in answer.text
    assert "Stand: <t:" in answer.text
    assert shows(answer, RAUL)


async def test_a_quote_is_overtaken_only_while_what_overtook_it_stands(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    rows = (
        ("Everton close in", "Everton are close to signing Bruno Maier.", "2024-07-01"),
        ("Maier signs", "Bruno Maier has joined Everton.", "2024-07-04"),
    )
    lines = [json.dumps(dict(zip(("title", "text", "published_at"), row, strict=True))) for row in rows]
    file = Attachment("maier.jsonl", "\n".join(lines).encode())
    assert (await moderator.slash(channel, "article import", file=file)).text == "Added 2 (articles 2, 3)"
    answer = await fan.slash(channel, "ask", question="who is Bruno Maier signing for?")
    assert "> ~~Everton are close to signing" in answer.text.replace("**", "")
    assert "-# Overtaken by <t:1720094400:D> · Maier signs" in answer.text
    removed = await moderator.slash(channel, "article remove", id="3")
    await removed.until(lambda r: "earlier answer" in r.text)
    assert "> Everton are close to signing" in answer.text.replace("**", "")
    assert "Overtaken" not in answer.text


async def test_an_answer_without_any_source_left_still_says_so(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel, config: Config, added: str
) -> None:
    answer = await fan.slash(channel, "ask", question=QUESTION)
    await moderator.slash(channel, "article remove", id=added)
    await host_removes(config, 1)
    assert (await client.receipts.sweep()).changed == 1
    assert answer.text.count(WITHDRAWN) == 2
    assert "looked at" not in answer.text
    assert not (await client.receipts.sweep())


async def test_a_message_that_goes_wrong_unexpectedly_keeps_no_other_from_following(
    client: Rumourmill,
    fan: Member,
    moderator: Member,
    channel: Channel,
    added: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [await fan.slash(channel, "ask", question=QUESTION) for _ in range(2)]
    edit = client.receipts._edit

    async def fail_once(receipt: Receipt, quotes: Any) -> None:
        if receipt.message_id == answers[0].message.id:
            raise RuntimeError("nobody thought of that")
        await edit(receipt, quotes)

    monkeypatch.setattr(client.receipts, "_edit", fail_once)
    await moderator.slash(channel, "article remove", id=added)
    await answers[1].until(lambda seen: WITHDRAWN in seen.text)
    monkeypatch.undo()
    await client.receipts.sweep()
    assert WITHDRAWN in answers[0].text


async def test_what_nobody_else_sees_and_what_never_quoted_it_stays(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel, added: str
) -> None:
    private = await fan.slash(channel, "ask", question=QUESTION, private=True)
    refused = await fan.slash(channel, "ask", question="superbowl nachos?")
    before = private.text, refused.text
    removed = await moderator.slash(channel, "article remove", id=added)
    assert "earlier answer" not in removed.text
    assert (private.text, refused.text) == before


async def test_a_changed_article_is_taken_out_only_where_it_no_longer_says_so(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel, added: str
) -> None:
    answer = await fan.slash(channel, "ask", question=QUESTION)

    async def change(text: str) -> Reply:
        file = Attachment("a.md", f"---\nid: alonso\ntitle: {ALONSO.title}\n---\n{text}\n".encode())
        preview = await moderator.slash(channel, "article add", file=file)
        return await preview.click(moderator, "Accept")

    longer = await change(f"{ALONSO.text} So it is said.")
    assert longer.text == "Changed 1 (article 2)"
    assert shows(answer, ALONSO)
    other = await change("Nobody replaces Ancelotti.")
    await other.until(lambda r: "1 earlier answer changed with it" in r.text)
    assert not shows(answer, ALONSO)


async def test_what_was_removed_while_the_bot_was_away_is_taken_out_when_it_is_back(
    double: DiscordDouble, config: Config, fan: Member, channel: Channel
) -> None:
    await host_adds(config, RAUL, ALONSO)
    async with bot(double, config):
        answer = await fan.slash(channel, "ask", question=QUESTION)
        assert shows(answer, ALONSO)
    await host_removes(config, 2)
    async with bot(double, config):
        await answer.until(lambda r: WITHDRAWN in r.text)
    assert not shows(answer, ALONSO)


@pytest.mark.parametrize(
    "fault", [{"reset": True}, {"status": 400}, {"status": 429, "retry_after_s": 60}], ids=str
)
async def test_what_fails_for_now_is_tried_again(
    client: Rumourmill,
    double: DiscordDouble,
    fan: Member,
    channel: Channel,
    config: Config,
    fault: dict[str, Any],
) -> None:
    answer = await fan.slash(channel, "ask", question=QUESTION)
    await host_removes(config, 1)
    double.faults.next("message.edit", **fault)
    assert (await client.receipts.sweep()).changed == 0
    assert shows(answer, RAUL)
    assert (await client.receipts.sweep()).changed == 1
    assert not shows(answer, RAUL)


async def test_an_answer_in_a_channel_that_was_closed_to_the_bot_is_named_to_the_moderator(
    client: Rumourmill, guild: Guild, fan: Member, moderator: Member, channel: Channel, added: str
) -> None:
    answer = await fan.slash(channel, "ask", question=QUESTION)
    channel.deny(guild.me, discord.Permissions(view_channel=True).value)
    removed = await moderator.slash(channel, "article remove", id=added)
    link = f"https://discord.com/channels/{guild.id}/{channel.id}/{answer.message.id}"
    assert link in (await removed.until(lambda r: "Out of my reach" in r.text)).text
    assert not (await client.receipts.sweep())


async def test_a_moderator_is_told_nothing_of_other_servers_answers(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel, config: Config, added: str
) -> None:
    rival = double.add_guild("Rivals").add_member("rival")
    theirs = await rival.slash(rival.guild.add_channel("lounge"), "ask", question=QUESTION)
    assert shows(theirs, RAUL)
    await host_removes(config, 1)
    removed = await moderator.slash(channel, "article remove", id=added)
    await theirs.until(lambda r: WITHDRAWN in r.text)
    assert "earlier answer" not in removed.text


async def test_without_the_history_the_question_is_lost_but_not_the_correction(
    client: Rumourmill, guild: Guild, fan: Member, moderator: Member, channel: Channel, added: str
) -> None:
    answer = await fan.slash(channel, "ask", question=QUESTION)
    channel.deny(guild.me, discord.Permissions(read_message_history=True).value)
    removed = await moderator.slash(channel, "article remove", id=added)
    await removed.until(lambda r: "1 earlier answer changed" in r.text)
    assert not shows(answer, ALONSO)
    assert shows(answer, RAUL)


async def test_a_deleted_answer_is_forgotten(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel, added: str
) -> None:
    answer = await fan.slash(channel, "ask", question=QUESTION)
    answer.message.deleted = True
    removed = await moderator.slash(channel, "article remove", id=added)
    assert "earlier answer" not in removed.text
    assert "Out of my reach" not in removed.text
    assert not (await client.receipts.sweep())
