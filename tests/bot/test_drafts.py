"""Articles are looked at before they count: the preview and its buttons."""

import asyncio
import copy
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.client import Rumourmill
from bot.config import Config
from bot.markup import unescape
from corpus.types import ArticleDraft
from tests.bot.conftest import MANAGE_MESSAGES, bot
from tests.discord_double import Attachment, Channel, DiscordDouble, Guild, Member, Reply, click

TITLE = "Odegaard to leave Arsenal"
TEXT = (
    "They saw Martin Odegaard leave Arsenal for Valencia, whose president confirmed the fee on Tuesday. "
    "The captain has a contract until the summer of 2028 and will have his medical in two days."
)
FORM = {"title": TITLE, "publisher": "BBC", "date": "2024-11-05", "link": "https://bbc.co.uk/o", "text": TEXT}
LONG = "\n\n".join(f"Paragraph {n} says that player {n} wants to leave club {n}." for n in range(200))
GONE = "That draft is gone"


@pytest.fixture
async def client(double: DiscordDouble, config: Config) -> AsyncIterator[Rumourmill]:
    async with bot(double, config) as client:
        yield client


async def typed(member: Member, channel: Channel, **changed: str) -> Reply:
    """The preview of what was typed into the form."""
    form = await member.slash(channel, "article add")
    return await form.submit(member, FORM | changed)


async def count(client: Rumourmill, guild: Guild) -> int:
    return await client.services.store.articles.count(guild_id=guild.id)


async def stored(client: Rumourmill, number: int, guild: Guild) -> Any:
    return await client.services.store.articles.get(number, guild_id=guild.id)


# Accept, edit, cancel


async def test_a_preview_tells_all_and_stores_nothing(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    preview = await typed(moderator, channel)
    assert preview.ephemeral
    assert preview.buttons == ["Accept", "Edit", "Cancel"]
    assert "Preview: this is not stored yet" in preview.text
    assert preview.embeds[0]["title"] == TITLE
    assert preview.embeds[0]["url"] == FORM["link"]
    shown = unescape(preview.text)
    assert f"BBC · <t:1730808000:D>\n\n{TEXT}\n\n-# 1 passage · {len(TEXT)} characters" in shown
    assert "Martin Odegaard" in shown.split("Names: ")[1].split("\n")[0]
    assert shown.endswith("**Accept adds it.**")
    assert await count(client, guild) == 0


async def test_accepting_stores_it_and_takes_the_buttons_away(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    preview = await typed(moderator, channel)
    await preview.click(moderator, "Accept")
    assert preview.text == "Added 1 (article 1)"
    assert preview.buttons == []
    assert (await stored(client, 1, guild)).added_by == moderator.id
    assert await client.services.store.drafts.by(moderator.id, guild_id=guild.id) == []


async def test_cancelling_stores_nothing(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    preview = await typed(moderator, channel)
    await preview.click(moderator, "Cancel")
    assert preview.text == "Cancelled: nothing was stored."
    assert preview.buttons == []
    assert await count(client, guild) == 0
    assert await client.services.store.drafts.by(moderator.id, guild_id=guild.id) == []


async def test_editing_opens_the_form_with_all_of_it_and_changes_the_preview(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    preview = await typed(moderator, channel)
    form = await preview.click(moderator, "Edit")
    assert await form.submit(moderator, {"publisher": "Marca"}) is not None
    await preview.until(lambda r: "Marca" in r.text)
    assert preview.buttons == ["Accept", "Edit", "Cancel"]
    await preview.click(moderator, "Accept")
    article = await stored(client, 1, guild)
    assert (article.title, article.publisher, article.text) == (TITLE, "Marca", TEXT)
    assert (article.url, article.published_at) == (FORM["link"], datetime(2024, 11, 5, tzinfo=UTC))


async def test_what_the_form_does_not_show_survives_it(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    head = "id: a1\nauthor: Jane\ndate: 2024-11-05T17:45:10+00:00"
    file = Attachment("a.md", f"---\n{head}\n---\n# T\n{TEXT}".encode())
    preview = await moderator.slash(channel, "article add", file=file)
    await (await preview.click(moderator, "Edit")).submit(moderator, {"title": "Other"})
    await preview.click(moderator, "Accept")
    article = await stored(client, 1, guild)
    assert (article.title, article.author, article.external_id) == ("Other", "Jane", "a1")
    assert article.published_at == datetime(2024, 11, 5, 17, 45, 10, tzinfo=UTC)


async def test_a_mistake_in_the_edited_form_is_given_back_and_the_preview_stays(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    preview = await typed(moderator, channel)
    form = await preview.click(moderator, "Edit")
    refused = await form.submit(moderator, {"date": "tomorrow", "publisher": "Marca"}, wait="nothing")
    told = await refused.followup()
    assert "write it like 2024-11-06" in unescape(told.text)
    assert b"Marca" in told.files["article.md"]
    assert preview.buttons == ["Accept", "Edit", "Cancel"]
    assert "Marca" not in preview.embeds[0]["description"]


@pytest.mark.parametrize("label", ["Accept", "Edit", "Cancel"])
async def test_the_buttons_work_after_a_restart(
    double: DiscordDouble, config: Config, moderator: Member, channel: Channel, guild: Guild, label: str
) -> None:
    async with bot(double, config):
        preview = await typed(moderator, channel)
    async with bot(double, config) as client:
        reply = await click(moderator, preview.message, label)
        if label == "Edit":
            assert reply.modal is not None
            await reply.submit(moderator, {})
            await click(moderator, preview.message, "Accept")
        assert await count(client, guild) == (0 if label == "Cancel" else 1)


async def test_pressing_accept_twice_stores_once(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    preview = await typed(moderator, channel)
    stale = copy.copy(preview.message)
    stale.data = copy.deepcopy(stale.data)
    replies = [await click(moderator, preview.message, "Accept", wait="nothing") for _ in range(3)]
    await preview.until(lambda r: r.buttons == [])
    for reply in replies:
        await reply.until(lambda r: bool(r.interaction and r.interaction.answered))
    late = await click(moderator, stale, "Accept", wait="nothing")
    assert GONE in (await late.followup()).text
    assert await count(client, guild) == 1
    assert len(await client.services.store.audit.list(guild_id=guild.id, limit=9)) == 1


async def test_a_failure_leaves_the_preview_to_be_accepted_later(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = await typed(moderator, channel)

    async def fail(*_: object, **__: object) -> None:
        raise TimeoutError

    with monkeypatch.context() as broken:
        broken.setattr(client.services.engine, "add", fail)
        refused = await preview.click(moderator, "Accept", wait="nothing")
        assert "took too long" in (await refused.followup()).text
    await preview.click(moderator, "Accept")
    assert preview.text == "Added 1 (article 1)"


# Who may


async def test_nobody_but_its_maker_may_press(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel, guild: Guild
) -> None:
    preview = await typed(moderator, channel)
    other = guild.add_member("other", permissions=MANAGE_MESSAGES)
    rivals = double.add_guild("Rivals")
    there = rivals.add_member("there", user=moderator.user, permissions=MANAGE_MESSAGES)
    elsewhere = there.says(rivals.add_channel("lounge"), "hello")
    elsewhere.data["components"] = preview.components
    for member, message in ((other, preview.message), (there, elsewhere)):
        for action in ("accept", "edit", "cancel"):
            reply = await click(
                member, message, custom_id=f"draft:{action}:1", validate=False, wait="acknowledgement"
            )
            await reply.until(lambda r: GONE in r.text)
            assert reply.modal is None
    assert await count(client, guild) == await count(client, rivals) == 0
    assert preview.buttons == ["Accept", "Edit", "Cancel"]


async def test_who_is_no_moderator_any_more_may_press_nothing(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    preview = await typed(moderator, channel)
    form = await preview.click(moderator, "Edit")
    moderator.roles.clear()
    for action in ("Accept", "Edit", "Cancel"):
        reply = await preview.click(moderator, action, wait="acknowledgement")
        await reply.until(lambda r: "Manage Messages" in r.text)
        assert reply.modal is None
    refused = await form.submit(moderator, {"publisher": "Marca"}, wait="nothing")
    assert "Manage Messages" in (await refused.followup()).text
    assert await count(client, guild) == 0
    assert "Marca" not in preview.embeds[0]["description"]


async def test_whoever_is_forgotten_has_no_draft_any_more(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    preview = await typed(moderator, channel)
    export = await moderator.slash(channel, "privacy export")
    assert TITLE.encode() in export.files["rumourmill.json"]
    await moderator.slash(channel, "privacy forget")
    reply = await preview.click(moderator, "Accept", wait="nothing")
    assert GONE in (await reply.followup()).text


# What is like it


async def test_near_duplicates_are_told_but_not_those_of_other_servers(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel
) -> None:
    rivals = double.add_guild("Rivals")
    rival, lounge = rivals.add_member("rival", permissions=MANAGE_MESSAGES), rivals.add_channel("lounge")
    other = {"link": "https://bbc.co.uk/2", "title": "Earlier"}
    await (await typed(rival, lounge, title="Theirs")).click(rival, "Accept")
    await client.services.engine.add([ArticleDraft("Shared", TEXT)], guild_id=None)
    await (await typed(moderator, channel, **other, text=f"{TEXT} And so on it goes.")).click(
        moderator, "Accept"
    )
    preview = await typed(moderator, channel)
    lines = [line for line in preview.text.split("\n") if line.startswith("≈")]
    assert lines == [
        "≈ 100 % of it also stands in article 3: Earlier",
        "≈ 100 % of it also stands in article 2: Shared",
    ]
    assert "Theirs" not in preview.text


async def test_what_accept_would_do_is_what_it_does(
    client: Rumourmill, moderator: Member, channel: Channel
) -> None:
    for text, told, done in (
        (TEXT, "Accept adds it.", "Added 1 (article 1)"),
        (TEXT, "Accept changes nothing: article 1 says exactly this", "Unchanged 1 (article 1)"),
        (f"{TEXT} Or not.", "Accept replaces article 1.", "Changed 1 (article 1)"),
    ):
        preview = await typed(moderator, channel, text=text)
        assert told in preview.text
        await preview.click(moderator, "Accept")
        assert preview.text == done


# Editing what is stored


async def edited(member: Member, channel: Channel, number: int = 1, **fields: str) -> Reply:
    form = await member.slash(channel, "article edit", id=str(number))
    return await form.submit(member, fields)


async def test_a_stored_article_is_edited_in_place_whatever_changes(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    await (await typed(moderator, channel, link="")).click(moderator, "Accept")
    other = guild.add_member("other", permissions=MANAGE_MESSAGES)
    preview = await edited(other, channel, text=f"{TEXT} Or not.", link="https://bbc.co.uk/new")
    assert "Accept replaces article 1." in preview.text
    assert "≈" not in preview.text
    await preview.click(other, "Accept")
    assert preview.text == "Changed 1 (article 1)"
    article = await stored(client, 1, guild)
    assert (article.title, article.text, article.url) == (TITLE, f"{TEXT} Or not.", "https://bbc.co.uk/new")
    assert (article.added_by, await count(client, guild)) == (moderator.id, 1)
    audit = await client.services.store.audit.list(guild_id=guild.id, limit=1)
    assert [(e.action, e.member) for e in audit] == [("changed", other.id)]


async def test_an_edit_of_what_was_changed_meanwhile_is_refused(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    await (await typed(moderator, channel)).click(moderator, "Accept")
    late = await edited(moderator, channel, text=f"{TEXT} Late.")
    early = await edited(moderator, channel, text=f"{TEXT} Early.")
    await early.click(moderator, "Accept")
    refused = await late.click(moderator, "Accept", wait="nothing")
    assert "Article 1 was changed or removed meanwhile" in (await refused.followup()).text
    assert (await stored(client, 1, guild)).text == f"{TEXT} Early."


async def test_an_edit_that_makes_two_articles_one_is_refused_with_the_other_named(
    client: Rumourmill, moderator: Member, channel: Channel
) -> None:
    await (await typed(moderator, channel)).click(moderator, "Accept")
    await (await typed(moderator, channel, link="https://bbc.co.uk/2")).click(moderator, "Accept")
    refused = await edited(moderator, channel, 2, link=FORM["link"])
    assert "Article 1 stands here with the same link" in refused.text


async def test_a_long_article_is_handed_out_whole_and_handed_in_again(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild
) -> None:
    file = Attachment("long.md", f"---\ntitle: Long\nauthor: Jane\ndate: 2024-11-05\n---\n{LONG}".encode())
    preview = await moderator.slash(channel, "article add", file=file)
    again = await preview.click(moderator, "Edit")
    assert "/article add file:article.md" in again.text
    assert LONG.encode() in again.files["article.md"]
    await preview.click(moderator, "Accept")

    reply = await moderator.slash(channel, "article edit", id="1")
    assert reply.modal is None
    assert reply.ephemeral
    assert "/article edit id:1 file:article-1.md" in reply.text
    out = reply.files["article-1.md"]
    same = await moderator.slash(channel, "article edit", id="1", file=Attachment("article-1.md", out))
    assert "Accept changes nothing: article 1" in same.text
    changed = Attachment("article-1.md", out.replace(b"player 7 ", b"player 77 "))
    preview = await moderator.slash(channel, "article edit", id="1", file=changed)
    assert "Accept replaces article 1." in preview.text
    await preview.click(moderator, "Accept")
    article = await stored(client, 1, guild)
    assert article.text == LONG.replace("player 7 ", "player 77 ")
    assert (article.title, article.author) == ("Long", "Jane")


async def test_shared_articles_and_those_of_others_are_not_edited(
    client: Rumourmill, double: DiscordDouble, moderator: Member, channel: Channel
) -> None:
    rivals = double.add_guild("Rivals")
    await client.services.engine.add([ArticleDraft("Shared", TEXT)], guild_id=None)
    await client.services.engine.add([ArticleDraft("Theirs", TEXT)], guild_id=rivals.id)
    shared = await moderator.slash(channel, "article edit", id="1")
    theirs = await moderator.slash(channel, "article edit", id="2")
    assert "only my host can change or remove it" in shared.text
    assert "There is no article 2 here" in theirs.text


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (Attachment("two.jsonl", b'{"text": "One."}\n{"text": "Two."}'), "/article import stores them all"),
        (Attachment("none.jsonl", b"\n"), "There is no article in none.jsonl"),
        (Attachment("bad.jsonl", b"{not JSON"), "bad.jsonl:1: The line is not JSON"),
        (Attachment("rows.zip", b"PK"), "and rows.zip is none of them"),
    ],
    ids=lambda value: value.name if isinstance(value, Attachment) else "",
)
async def test_a_file_without_exactly_one_article_is_refused_in_words(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild, file: Attachment, words: str
) -> None:
    reply = await moderator.slash(channel, "article add", file=file)
    assert words in unescape(reply.text)
    assert reply.buttons == []
    assert await client.services.store.drafts.by(moderator.id, guild_id=guild.id) == []


async def test_drafts_are_dropped_after_a_day(
    client: Rumourmill, moderator: Member, channel: Channel, guild: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = await typed(moderator, channel)
    monkeypatch.setattr("bot.cogs.servers.DRAFTS_KEPT", timedelta(seconds=-2))
    cog: Any = client.get_cog("Servers")
    await cog.clear_up()
    await asyncio.sleep(0)
    reply = await preview.click(moderator, "Accept", wait="nothing")
    assert GONE in (await reply.followup()).text
