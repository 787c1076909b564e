"""Articles of a server, by form and by file."""

import json

import pytest

from bot.client import Rumourmill
from bot.markup import unescape
from tests.bot.trip.conftest import ABOUT_IT, FORM, QUESTION, SHARED, TEXT, TITLE, accepted, add, quotes
from tests.discord_double import Attachment, Channel, Member

ROW = {"title": TITLE, "publisher": "BBC", "published_at": "2024-11-05", "text": TEXT}


async def test_typed_article_answers_questions_until_it_is_removed(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    assert not quotes(await fan.slash(channel, "ask", question=ABOUT_IT), TEXT)
    added = await add(moderator, channel)
    assert added.ephemeral
    assert added.text == "Added 1 (article 6)"

    answer = await fan.slash(channel, "ask", question=ABOUT_IT)
    assert quotes(answer, TEXT)
    assert (
        "BBC · <t:1730808000:D> · [Odegaard to leave Arsenal for Valencia](https://bbc.co.uk/o)"
        in answer.text
    )
    assert TITLE in (await answer.click(fan, "Sources")).text

    removed = await moderator.slash(channel, "article remove", id="6")
    assert removed.ephemeral
    assert "Removed article 6" in removed.text
    assert TITLE in removed.text
    assert not quotes(await fan.slash(channel, "ask", question=ABOUT_IT), TEXT)
    sources = await answer.click(fan, "Sources")
    assert TITLE not in sources.text
    assert "has been removed" in sources.text


@pytest.mark.parametrize(
    "file",
    [
        Attachment("odegaard.txt", f"Title: {TITLE}\n\n{TEXT}\n".encode()),
        Attachment("odegaard.md", f"---\ntitle: {TITLE}\ndate: 2024-11-05\n---\n{TEXT}\n".encode()),
        Attachment("ODEGAARD.JSONL", json.dumps(ROW).encode()),
    ],
    ids=lambda file: file.name,
)
async def test_article_from_a_file_answers_questions_until_it_is_removed(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel, file: Attachment
) -> None:
    added = await accepted(moderator, await moderator.slash(channel, "article add", file=file))
    assert added.text == "Added 1 (article 6)"
    assert quotes(await fan.mention(channel, ABOUT_IT), TEXT)
    await moderator.slash(channel, "article remove", id="6")
    assert not quotes(await fan.mention(channel, ABOUT_IT), TEXT)


async def test_bad_rows_are_reported_and_the_good_ones_stored(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    rows = [json.dumps(ROW), "{not JSON", json.dumps({"title": "No text", "text": " "})]
    added = await moderator.slash(
        channel, "article import", file=Attachment("rows.jsonl", "\n".join(rows).encode())
    )
    text = unescape(added.text)
    assert "Added 1 (article 6)\nRefused 2\n" in text
    assert "> rows.jsonl:2: " in text
    assert "> rows.jsonl:3: It has no text." in text
    assert quotes(await fan.slash(channel, "ask", question=ABOUT_IT), TEXT)


async def test_the_same_article_again_changes_nothing_and_a_corrected_one_replaces_it(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel)
    assert (await add(moderator, channel)).text == "Unchanged 1 (article 6)"
    corrected = TEXT.replace("Tuesday", "Wednesday")
    assert (await add(moderator, channel, **{**FORM, "text": corrected})).text == "Changed 1 (article 6)"
    answer = await fan.slash(channel, "ask", question=ABOUT_IT)
    assert not quotes(answer, TEXT)
    assert "Wednesday" in answer.text


async def test_article_remembers_who_added_it(
    client: Rumourmill, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel)
    shown = await moderator.slash(channel, "article show", id="6")
    assert f"by {moderator.mention_text}" in shown.text
    assert TEXT in unescape(shown.text)
    assert shown.ephemeral


async def test_articles_are_listed_in_pages_newest_first(
    client: Rumourmill, moderator: Member, channel: Channel
) -> None:
    rows = [
        ROW | {"title": f"Title {n}", "text": f"Text {n}.", "published_at": f"2024-10-{n}"}
        for n in range(10, 20)
    ]
    file = Attachment("rows.jsonl", "\n".join(map(json.dumps, rows)).encode())
    await moderator.slash(channel, "article import", file=file)
    first = await moderator.slash(channel, "article list")
    second = await moderator.slash(channel, "article list", page=2)
    titles = [line.split("` ")[1] for line in (first.text + second.text).splitlines() if line.startswith("`")]
    assert titles == [d.title for d in reversed(SHARED)] + [f"Title {n}" for n in range(19, 9, -1)]
    assert "Page 1 · /article list page:2 shows more" in first.text
    assert second.text.endswith("Page 2")
    assert "No articles" in (await moderator.slash(channel, "article list", page=99)).text


async def test_articles_are_listed_by_words_of_their_title(
    client: Rumourmill, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel)
    found = await moderator.slash(channel, "article list", matching="ODEGAARD")
    assert found.text == f"Articles\n`6` {TITLE}\n-# BBC · <t:1730808000:D>\nPage 1"


async def test_shared_articles_are_marked_and_only_the_host_can_remove_them(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    assert "· shared" in (await moderator.slash(channel, "article list")).text
    refused = await moderator.slash(channel, "article remove", id="1")
    assert "only my host can change or remove it" in refused.text
    assert "5 articles looked at" in (await fan.slash(channel, "ask", question=QUESTION)).text


async def test_ids_are_offered_by_title(client: Rumourmill, moderator: Member, channel: Channel) -> None:
    await add(moderator, channel)
    offered = await moderator.autocomplete(channel, "article show", focused=("id", "odeg"))
    assert offered == [{"name": f"6 · {TITLE}", "value": "6"}]
    everything = await moderator.autocomplete(channel, "article show", focused=("id", ""))
    assert len(everything) == 6
    removable = await moderator.autocomplete(channel, "article remove", focused=("id", ""))
    assert [choice["value"] for choice in removable] == ["6"]


@pytest.mark.parametrize("number", ["99", "0", "9" * 18, "#99"])
async def test_unknown_article_is_said_to_be_unknown(
    client: Rumourmill, moderator: Member, channel: Channel, number: str
) -> None:
    for command in ("article show", "article remove"):
        reply = await moderator.slash(channel, command, id=number)
        assert "There is no article" in reply.text
        assert reply.ephemeral


@pytest.mark.parametrize("number", ["Odegaard", "-1", "1.5", "9" * 40, "١٥", "15; DROP TABLE articles"])
async def test_what_is_no_number_is_refused_with_advice(
    client: Rumourmill, moderator: Member, channel: Channel, number: str
) -> None:
    reply = await moderator.slash(channel, "article show", id=number)
    assert "Choose an article from those offered" in reply.text
