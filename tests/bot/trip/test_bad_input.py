"""Questions, forms and files that are none, or hold markup."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.client import Rumourmill
from bot.markup import unescape
from tests.bot.trip.conftest import ABOUT_IT, FORM, QUESTION, TEXT, TITLE, accepted, add, quotes
from tests.discord_double import Attachment, Channel, DiscordDouble, Member, links


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "The question is empty"),
        (" \n ", "The question is empty"),
        ("x" * 6000, "6,000 characters"),
        ("🏆🏆🏆", "There are no words in the question"),
        ("\ud800\x00\u202e", "The question is empty"),
    ],
    ids=["empty", "blank", "6,000 characters", "emoji", "nothing to see"],
)
async def test_question_that_is_none_is_refused_in_words(
    client: Rumourmill, fan: Member, channel: Channel, question: str, words: str, double: DiscordDouble
) -> None:
    reply = await fan.slash(channel, "ask", question=question, validate=False)
    assert words in reply.text
    assert reply.ephemeral
    assert double.errors == []


@pytest.mark.parametrize("noise", ["\ud800", "\x00", "\u202e", "\u200b" * 50], ids=ascii)
async def test_question_with_noise_is_answered_as_if_it_had_none(
    client: Rumourmill, fan: Member, channel: Channel, noise: str
) -> None:
    reply = await fan.slash(channel, "ask", question=f"who {noise}replaces Ancelotti?", validate=False)
    assert reply.embeds[0]["title"] == QUESTION
    assert "Ancelotti" in reply.text


MARKUP = "**bold** @everyone <@1> <t:1:R> [click](https://evil.example) ](https://evil.example) `code` ||s||"


async def test_markup_in_an_article_is_shown_as_it_was_written(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    text = f"Odegaard will leave Arsenal for Valencia {MARKUP}\n# 1. heading\n- item\n> quoted"
    await add(
        moderator,
        channel,
        title=f"Valencia {MARKUP}",
        text=text,
        publisher=f"BBC {MARKUP[:80]}",
        link=FORM["link"],
    )
    answer = await fan.slash(channel, "ask", question=f"{ABOUT_IT} {MARKUP}")
    sources = await answer.click(fan, "Sources")
    listed = await moderator.slash(channel, "article list", matching="Valencia")
    shown = await moderator.slash(channel, "article show", id="6")
    assert unescape(answer.embeds[0]["title"]) == f"{ABOUT_IT} {MARKUP}".replace("<@1> ", "")
    for reply in (answer, sources, shown):
        assert FORM["link"] in [link.url for link in links(reply.text)]
    for reply in (answer, sources, listed, shown):
        assert "https://evil.example" not in [link.url for link in links(reply.text)]
        assert "@everyone" not in reply.text.replace("\\@everyone", "")
        assert f"Valencia {MARKUP}"[:60] in unescape(reply.text)


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("text", "🏆", "It has no text"),
        ("date", "tomorrow", "write it like 2024-11-06"),
        ("date", (datetime.now(UTC) + timedelta(days=9)).date().isoformat(), "is in the future"),
        ("link", "javascript:alert(1)", "is no usable http"),
    ],
)
async def test_form_with_a_mistake_is_given_back_and_can_be_handed_in_corrected(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel, field: str, text: str, reason: str
) -> None:
    refused = await add(moderator, channel, **{**FORM, field: text})
    assert reason in unescape(refused.text)
    assert refused.ephemeral
    file = refused.files["article.md"].decode()
    for value in {**FORM, field: text}.values():
        assert value in file
    corrected = Attachment("article.md", file.replace(text, FORM[field]).encode())
    added = await accepted(moderator, await moderator.slash(channel, "article add", file=corrected))
    assert added.text == "Added 1 (article 6)"
    assert quotes(await fan.slash(channel, "ask", question=ABOUT_IT), TEXT)


async def test_form_needs_nothing_but_title_and_text(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel, title=TITLE, text=TEXT)
    answer = await fan.slash(channel, "ask", question=ABOUT_IT)
    assert f"\nundated · {TITLE}\n" in answer.text


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (Attachment("big.txt", b"x", size=20_000_000), "19.1 MiB, and I read up to 1 MiB"),
        (Attachment("rumour.pdf", b"%PDF"), "and rumour.pdf is none of them"),
        (Attachment("@everyone.exe", b"MZ"), "and @everyone.exe is none of them"),
        (Attachment("noname", b"text"), "and noname is none of them"),
    ],
    ids=lambda value: value.name if isinstance(value, Attachment) else "",
)
async def test_file_that_is_not_read_is_refused_by_its_name_and_size(
    client: Rumourmill, moderator: Member, channel: Channel, file: Attachment, reason: str
) -> None:
    reply = await moderator.slash(channel, "article add", file=file)
    assert reason in unescape(reply.text)
    assert reply.ephemeral


@pytest.mark.parametrize(
    ("file", "outcome"),
    [
        (Attachment("empty.txt", b""), "Refused 1"),
        (Attachment("latin.txt", "Ancelotti könnte gehen.".encode("latin-1")), "It is not in UTF-8"),
        (Attachment("zeros.md", b"\x00" * 1000), "Refused 1"),
        (Attachment("deep.jsonl", b"[" * 100_000), "Refused 1"),
        (Attachment("head.md", b"---\n: : :\n- x\n---\nText."), "Refused 1"),
        (Attachment("surrogate.jsonl", b'{"title": "\\ud800", "text": "Half a \\ud800 sign."}'), "Added 1"),
        (Attachment("nonsense.zip", b"PK\x05\x06"), "is damaged, or is none"),
        (Attachment("blank.jsonl", b"\n\n"), "There was no article in it"),
    ],
    ids=lambda value: value.name if isinstance(value, Attachment) else "",
)
async def test_damaged_file_is_treated_in_words(
    client: Rumourmill,
    moderator: Member,
    channel: Channel,
    file: Attachment,
    outcome: str,
    double: DiscordDouble,
) -> None:
    reply = await moderator.slash(channel, "article import", file=file)
    await reply.until(lambda r: outcome in r.text)
    assert outcome in reply.text
    assert "\ufffd" not in reply.text
    assert double.errors == []


async def test_file_that_discord_does_not_hand_over_is_told(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel
) -> None:
    double.faults.next("file", status=404)
    reply = await moderator.slash(channel, "article add", file=Attachment("a.md", TEXT.encode()))
    assert "did not hand me a.md" in unescape(reply.text)
    assert double.errors == []
