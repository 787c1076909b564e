"""The full trip: people in a Discord on loopback, the real client, engine, indexes and store."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from bot.app import open_services
from bot.client import Rumourmill
from bot.config import Config
from bot.render import unescape
from corpus.types import ArticleDraft
from tests.bot.conftest import bot, load_word_engine
from tests.discord_double import Attachment, Channel, DiscordDouble, Member, Reply, click, links

DAY = datetime(2024, 11, 6, tzinfo=UTC)
SHARED = [
    ArticleDraft(title, text, publisher, None, DAY, f"https://example.org/{number}")
    for number, (title, text, publisher) in enumerate(
        [
            ("Alonso replaces Ancelotti", "Xabi Alonso replaces Ancelotti.", "TEAMtalk"),
            ("Raúl replaces Ancelotti", "Raúl González replaces Ancelotti.", "Marca"),
            ("Klopp replaces Ancelotti", "Jürgen Klopp replaces Ancelotti.", "Bild"),
            ("Zidane replaces Ancelotti", "Zinedine Zidane replaces Ancelotti.", "AS"),
            ("Solari replaces Ancelotti", "Santiago Solari replaces Ancelotti.", "Sport"),
        ]
    )
]
QUESTION = "who replaces Ancelotti?"
TITLE = "Odegaard to leave Arsenal for Valencia"
TEXT = "Martin Odegaard will leave Arsenal for Valencia, whose president confirmed the fee on Tuesday."
ABOUT_IT = "will Odegaard leave Arsenal for Valencia?"
FORM = {"title": TITLE, "publisher": "BBC", "date": "2024-11-05", "link": "https://bbc.co.uk/o", "text": TEXT}
ROW = {"title": TITLE, "publisher": "BBC", "published_at": "2024-11-05", "text": TEXT}


@pytest.fixture
async def shared(config: Config) -> None:
    """Five articles of the host, shared by all servers."""
    async with open_services(config, load_word_engine) as services:
        engine = await services.load()
        await engine.add(SHARED, guild_id=None)


@pytest.fixture
async def client(double: DiscordDouble, config: Config, shared: None) -> AsyncIterator[Rumourmill]:
    async with bot(double, config) as client:
        yield client


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


@pytest.fixture
def rival(double: DiscordDouble) -> Member:
    """A moderator of another server."""
    return double.add_guild("Rivals").add_member("rival", permissions=discord.Permissions.all().value)


@pytest.fixture
def lounge(rival: Member) -> Channel:
    return rival.guild.add_channel("lounge")


async def add(member: Member, channel: Channel, **fields: str) -> Reply:
    """Fill in the form for an article, and accept the preview if there is one."""
    form = await member.slash(channel, "article add")
    return await accepted(member, await form.submit(member, fields or FORM))


async def accepted(member: Member, preview: Reply) -> Reply:
    return await preview.click(member, "Accept") if "Accept" in preview.buttons else preview


def quotes(reply: Reply, text: str) -> bool:
    """Whether a reply holds `text` word for word."""
    return text in unescape(reply.text.replace("**", ""))


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


# The newest reports


async def test_the_newest_articles_about_a_name_are_quoted_newest_first(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    for day, text in (("05", "They saw Martin Ødegaard."), ("07", "They saw Martin Odegaard leave Arsenal.")):
        await add(moderator, channel, title=f"On {day}", date=f"2024-11-{day}", text=f"{text} The end.")
    [choice] = await fan.autocomplete(channel, "rumour about", focused=("name", "øde"))
    reply = await fan.slash(channel, "rumour about", name=choice["value"])
    assert reply.embeds[0]["title"] == "Martin Odegaard"
    shown = unescape(reply.text)
    assert shown.index("They saw **Martin Odegaard** leave Arsenal.") < shown.index(
        "They saw **Martin Ødegaard**."
    )
    assert "The end." not in shown
    assert "2 articles looked at" in shown
    assert "They saw **Martin Odegaard**" in (await fan.slash(channel, "rumour about", name="odegaard")).text
    await moderator.slash(channel, "article remove", id="7")
    await reply.until(lambda r: "withdrawn" in r.text)
    assert "leave Arsenal" not in reply.text


async def test_names_are_offered_by_nickname_and_letters(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel, title=TITLE, text="They saw Martin Odegaard leave Arsenal.")
    offered = await fan.autocomplete(channel, "rumour about", focused=("name", "gunners"))
    assert offered == [{"name": "Arsenal", "value": "Arsenal"}]
    everything = await fan.autocomplete(channel, "rumour about", focused=("name", ""))
    assert {"Arsenal", "Martin Odegaard"} <= {choice["value"] for choice in everything}


async def test_another_servers_names_are_neither_offered_nor_told(
    client: Rumourmill, moderator: Member, channel: Channel, rival: Member, lounge: Channel
) -> None:
    await add(moderator, channel, title=TITLE, text="They saw Martin Odegaard leave Arsenal.")
    assert await rival.autocomplete(lounge, "rumour about", focused=("name", "odegaard")) == []
    reply = await rival.slash(lounge, "rumour about", name="Martin Odegaard")
    assert reply.text == "No article here mentions Martin Odegaard."
    assert TITLE not in (await rival.slash(lounge, "rumour latest")).text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody", "No article here mentions nobody."),
        ("!", "No article here mentions !."),
        ("Martin Odegard", "No article here mentions Martin Odegard. Did you mean Martin Odegaard?"),
        ("Martin", "Several names begin like that: Martin Keown, Martin Odegaard."),
    ],
)
async def test_a_name_that_is_not_clear_is_asked_for_again(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel, name: str, words: str
) -> None:
    await add(moderator, channel, title=TITLE, text="They saw Martin Odegaard and Martin Keown.")
    for reply in (
        await fan.slash(channel, "rumour about", name=name),
        await fan.slash(channel, "ask", question=QUESTION, club=name),
    ):
        assert words in unescape(reply.text)
        assert reply.ephemeral


async def test_only_what_mentions_the_chosen_club_answers(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel, title=TITLE, text="They saw Pep Lijnders replaces Ancelotti at Arsenal.")
    [choice] = await fan.autocomplete(channel, "ask", focused=("club", "gunners"))
    answer = await fan.slash(channel, "ask", question=QUESTION, club=choice["value"])
    assert answer.embeds[0]["title"] == f"{QUESTION} \\(Arsenal\\)"
    assert "Lijnders" in answer.text
    assert "Alonso" not in answer.text
    assert "1 article looked at" in answer.text


async def test_the_latest_articles_begin_the_list(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel, **{**FORM, "date": "2024-11-09", "text": "It begins here. It goes on."})
    reply = await fan.slash(channel, "rumour latest", private=True)
    assert reply.ephemeral
    assert "The latest articles\n> It begins here.\nBBC · <t:1731153600:D>" in reply.text
    assert "It goes on" not in reply.text
    assert "6 articles looked at" in reply.text
    assert reply.buttons == ["More", "Prove it", "Sources", "Was this right?", "Report"]


# Menus of a message


async def test_a_rumour_is_checked_for_whoever_asks_with_its_first_report(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel)
    earlier = {
        "title": "Earlier",
        "publisher": "Marca",
        "date": "2024-11-01",
        "link": "https://marca.com/o",
        "text": "Valencia say that Odegaard, who will leave Arsenal, is true to his word.",
    }
    await add(moderator, channel, **{**FORM, **earlier})
    message = fan.says(channel, "is it true that Odegaard will leave Arsenal for Valencia, lads")
    reply = await fan.use_on_message(channel, "Check this rumour", message)
    assert reply.ephemeral
    assert quotes(reply, TEXT)
    assert "First reported here\nMarca · <t:1730462400:D> · [Earlier]" in reply.text
    assert "Sources" in reply.buttons


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("superbowl nachos " * 90, "The articles say nothing about that."),
        ("", "There are no words in that message."),
        ("<@1> <:goal:123>", "There are no words in that message."),
        ("!!! ???", "There are no words in the question"),
    ],
)
async def test_a_message_without_any_rumour_is_told_so(
    client: Rumourmill, fan: Member, channel: Channel, text: str, words: str
) -> None:
    reply = await fan.use_on_message(channel, "Check this rumour", fan.says(channel, text))
    assert words in reply.text
    assert "First reported" not in reply.text
    assert reply.ephemeral


async def test_a_message_becomes_an_article_once_a_moderator_has_looked_it_over(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    message = fan.says(channel, f"{TITLE}\n{TEXT}")
    preview = await moderator.use_on_message(channel, "Add as article", message)
    assert preview.ephemeral
    form = await preview.click(moderator, "Edit")
    await form.submit(moderator, {"publisher": "BBC"})
    assert (await accepted(moderator, preview)).text == "Added 1 (article 6)"
    answer = await fan.slash(channel, "ask", question=ABOUT_IT)
    assert quotes(answer, TEXT)
    assert "BBC · <t:" in answer.text
    jump = f"https://discord.com/channels/{channel.guild and channel.guild.id}/{channel.id}/{message.id}"
    assert f"[{TITLE}]({jump})" in answer.text


async def test_a_post_that_a_link_shows_becomes_an_article_with_its_own_link(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    message = fan.says(channel, "")
    embed = {"type": "article", "title": TITLE, "description": TEXT, "url": "https://bbc.co.uk/o"}
    message.data["embeds"] = [embed | {"provider": {"name": "BBC Sport"}}]
    await accepted(moderator, await moderator.use_on_message(channel, "Add as article", message))
    answer = await fan.slash(channel, "ask", question=ABOUT_IT)
    assert "BBC Sport · <t:" in answer.text
    assert f"[{TITLE}](https://bbc.co.uk/o)" in answer.text


async def test_a_message_whose_first_line_is_too_long_for_a_title_is_kept_whole(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    text = f"{'word ' * 400}\nThe end."
    preview = await moderator.use_on_message(channel, "Add as article", fan.says(channel, text))
    assert (await accepted(moderator, preview)).text == "Added 1 (article 6)"
    stored = await client.services.store.articles.get(6, guild_id=moderator.guild.id)
    assert stored.text == f"{'word ' * 399}word\nThe end."


async def test_fan_is_refused_to_add_a_message(client: Rumourmill, fan: Member, channel: Channel) -> None:
    message = fan.says(channel, TEXT)
    reply = await fan.use_on_message(channel, "Add as article", message, validate=False)
    assert reply.text == "You need the permission Manage Messages for that."
    assert reply.modal is None


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


# Articles of a server


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


# Who may do what


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("article add", {}),
        ("article add", {"file": Attachment("a.md", TEXT.encode())}),
        ("article list", {}),
        ("article show", {"id": "1"}),
        ("article remove", {"id": "6"}),
        ("article edit", {"id": "6"}),
        ("article import", {"file": Attachment("a.md", TEXT.encode())}),
        ("article restore", {"id": "6"}),
        ("audit", {}),
    ],
)
async def test_fan_is_refused_every_command_for_articles(
    client: Rumourmill,
    fan: Member,
    moderator: Member,
    channel: Channel,
    command: str,
    options: dict[str, Any],
) -> None:
    await add(moderator, channel)
    reply = await fan.slash(channel, command, validate=False, **options)
    assert reply.text == "You need the permission Manage Messages for that."
    assert reply.ephemeral
    assert reply.modal is None
    assert quotes(await fan.slash(channel, "ask", question=ABOUT_IT), TEXT)


async def test_fan_is_offered_no_ids_even_where_an_admin_opened_the_command_to_everyone(
    client: Rumourmill, double: DiscordDouble, fan: Member, channel: Channel
) -> None:
    opened = [
        c.to_dict(client.tree) | {"default_member_permissions": None} for c in client.tree.get_commands()
    ]
    double.store_commands(None, opened)
    for command in ("article show", "article remove"):
        assert await fan.autocomplete(channel, command, focused=("id", "")) == []
        assert "Manage Messages" in (await fan.slash(channel, command, id="1")).text


async def test_form_filled_in_after_the_permission_was_taken_is_refused_and_given_back(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    form = await moderator.slash(channel, "article add")
    moderator.roles.clear()
    reply = await form.submit(moderator, FORM)
    assert "Manage Messages" in reply.text
    assert reply.ephemeral
    assert TEXT.encode() in reply.files["article.md"]
    assert not quotes(await fan.slash(channel, "ask", question=ABOUT_IT), TEXT)


async def test_another_server_never_sees_the_article(
    client: Rumourmill, moderator: Member, channel: Channel, rival: Member, lounge: Channel
) -> None:
    await add(moderator, channel)
    asked = await rival.slash(lounge, "ask", question=ABOUT_IT)
    mentioned = await rival.mention(lounge, ABOUT_IT)
    listed = await rival.slash(lounge, "article list", matching="Odegaard")
    shown = await rival.slash(lounge, "article show", id="6")
    removed = await rival.slash(lounge, "article remove", id="6")
    for reply in (asked, mentioned, listed, shown, removed):
        assert TITLE not in unescape(reply.text)
        assert not quotes(reply, TEXT)
    assert "There is no article 6 here" in shown.text
    assert "There is no article 6 here" in removed.text
    assert await rival.autocomplete(lounge, "article show", focused=("id", "Odegaard")) == []
    assert quotes(await moderator.slash(channel, "ask", question=ABOUT_IT), TEXT)


async def test_articles_of_two_servers_stand_side_by_side(
    client: Rumourmill, moderator: Member, channel: Channel, rival: Member, lounge: Channel
) -> None:
    assert (await add(moderator, channel)).text == "Added 1 (article 6)"
    assert (await add(rival, lounge)).text == "Added 1 (article 7)"
    await moderator.slash(channel, "article remove", id="6")
    assert quotes(await rival.slash(lounge, "ask", question=ABOUT_IT), TEXT)


# Sources


async def test_publishers_are_listed_with_how_many_articles_and_of_what_time(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel, **{**FORM, "publisher": "Marca"})
    reply = await fan.slash(channel, "source list")
    assert reply.ephemeral
    lines = reply.text.split("\n")
    assert lines[1:3] == [
        "**Marca**",
        "-# 2 articles · <t:1730808000:D> – <t:1730894400:D> · 1 of this server",
    ]
    assert lines[3:5] == ["**AS**", "-# 1 article · <t:1730894400:D>"]
    assert "Page 1 of 1" in reply.text


async def test_a_publisher_is_offered_and_shown_with_its_newest_articles(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel, **{**FORM, "publisher": "Marca"})
    assert await fan.autocomplete(channel, "source show", focused=("name", "mar")) == [
        {"name": "Marca", "value": "Marca"}
    ]
    for name in ("Marca", "MÁRCA", "mar"):
        reply = await fan.slash(channel, "source show", name=name)
        assert [link.url for link in links(reply.text)] == ["https://example.org/1", FORM["link"]]
        assert reply.text.index("Raúl") < reply.text.index(TITLE)
        assert f"({FORM['link']}) · of this server" in reply.text
    later = await fan.slash(channel, "source show", name="Marca", page=2)
    assert TITLE not in later.text


async def test_another_servers_publishers_are_neither_listed_nor_shown(
    client: Rumourmill, moderator: Member, channel: Channel, rival: Member, lounge: Channel
) -> None:
    await add(moderator, channel)
    assert "BBC" not in (await rival.slash(lounge, "source list")).text
    assert await rival.autocomplete(lounge, "source show", focused=("name", "BBC")) == []
    reply = await rival.slash(lounge, "source show", name="BBC")
    assert reply.text == "No article here is from BBC. /source list shows who published them."
    own = await rival.slash(lounge, "source show", name="Marca")
    assert TITLE not in own.text


# What is kept of people


async def test_people_are_told_what_is_kept_and_can_have_and_forget_it(
    client: Rumourmill, fan: Member, moderator: Member, channel: Channel
) -> None:
    await add(moderator, channel)
    assert "You added" not in (await fan.slash(channel, "privacy show")).text
    told = await moderator.slash(channel, "privacy show")
    assert told.ephemeral
    assert "You added 1 article to this server." in told.text
    export = await moderator.slash(channel, "privacy export")
    assert export.ephemeral
    kept = json.loads(export.files["rumourmill.json"])
    [row] = kept["added"]
    assert (row["article"], row["title"]) == (6, TITLE)
    assert [(act["action"], act["article"]) for act in kept["audit"]] == [("added", 6)]
    forgotten = await moderator.slash(channel, "privacy forget")
    assert "Your number stood on 1 article" in forgotten.text
    shown = await moderator.slash(channel, "article show", id="6")
    assert moderator.mention_text not in shown.text
    assert "You added 0 articles" in (await moderator.slash(channel, "privacy show")).text


async def test_an_export_of_one_server_holds_nothing_of_another(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel, lounge: Channel
) -> None:
    await add(moderator, channel)
    assert lounge.guild is not None
    there = lounge.guild.add_member("there", user=moderator.user)
    export = await there.slash(lounge, "privacy export")
    assert json.loads(export.files["rumourmill.json"])["added"] == []


# Bad input


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
