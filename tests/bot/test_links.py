"""Articles by their links: /article add url."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.client import Rumourmill
from bot.config import Config
from bot.markup import unescape
from corpus.errors import FetchError, UnreadableError
from corpus.web.types import Page
from corpus.wording import Wording
from tests.bot.conftest import bot
from tests.bot.test_drafts import TEXT, TITLE, count, stored
from tests.discord_double import Attachment, Channel, DiscordDouble, Guild, Member, Reply, click
from tests.shelf import Known, Shelf

URL = "https://news.example/odegaard"
PAGE = Page(
    url=URL,
    title=TITLE,
    text=TEXT,
    author="Jane",
    publisher="News",
    published_at=datetime(2024, 11, 5, 17, 45, tzinfo=UTC),
)
AWAY = Wording("Its server says {status}: paste its text instead.", status=503)

Visit = Callable[[Known], Awaitable[Reply]]


@pytest.fixture
async def shelf() -> Shelf:
    return Shelf({})


@pytest.fixture
async def client(double: DiscordDouble, config: Config, shelf: Shelf) -> AsyncIterator[Rumourmill]:
    async with bot(double, config, shelf) as client:
        yield client


@pytest.fixture
def visit(client: Rumourmill, shelf: Shelf, moderator: Member, channel: Channel) -> Visit:
    async def visit(known: Known) -> Reply:
        shelf.documents = {URL: known}
        return await moderator.slash(channel, "article add", url=URL)

    return visit


async def test_a_link_is_shown_as_the_article_it_leads_to_before_it_counts(
    visit: Visit, client: Rumourmill, moderator: Member, guild: Guild
) -> None:
    preview = await visit(PAGE)
    assert preview.ephemeral
    assert preview.embeds[0]["title"] == TITLE
    assert preview.embeds[0]["url"] == URL
    assert f"News · <t:1730828700:D>\n\n{TEXT}" in unescape(preview.text)
    assert await count(client, guild) == 0
    await preview.click(moderator, "Accept")
    article = await stored(client, 1, guild)
    assert (article.title, article.text, article.author) == (TITLE, TEXT, "Jane")
    assert (article.url, article.publisher, article.published_at) == (URL, "News", PAGE.published_at)


async def test_tracking_is_no_part_of_what_is_fetched(
    client: Rumourmill, shelf: Shelf, moderator: Member, channel: Channel
) -> None:
    await moderator.slash(channel, "article add", url=f" {URL}?utm_source=x#top ")
    assert shelf.asked == [URL]


async def test_what_may_not_be_the_whole_article_is_said_to_be_so(visit: Visit) -> None:
    told = "This may not be the whole article"
    assert told in (await visit(replace(PAGE, complete=False))).text
    assert told not in (await visit(PAGE)).text


@pytest.mark.parametrize(
    ("known", "told", "title"),
    [
        (FetchError(AWAY), "Its server says 503: paste its text instead.", "No article found there"),
        (UnreadableError("That is a picture."), "That is a picture.", "No article found there"),
        (replace(PAGE, text="", title="A video"), "It has no text.", "A video"),
    ],
)
async def test_the_text_of_a_page_that_can_not_be_had_is_pasted_instead(
    known: Known,
    told: str,
    title: str,
    visit: Visit,
    client: Rumourmill,
    moderator: Member,
    guild: Guild,
) -> None:
    preview = await visit(known)
    assert preview.buttons == ["Edit", "Cancel"]
    assert preview.embeds[0]["title"] == title
    assert f"{told}\n\n**Press Edit to paste the text yourself.**" in unescape(preview.text)
    form = await preview.click(moderator, "Edit")
    await form.submit(moderator, {"title": TITLE, "text": TEXT})
    await preview.until(lambda reply: "Accept" in reply.buttons)
    await preview.click(moderator, "Accept")
    article = await stored(client, 1, guild)
    assert (article.title, article.text, article.url) == (TITLE, TEXT, URL)


async def test_nobody_can_accept_what_has_no_text(
    visit: Visit, client: Rumourmill, moderator: Member, guild: Guild
) -> None:
    preview = await visit(FetchError("away"))
    assert preview.message is not None
    preview.message.components[0]["components"][0]["custom_id"] = "draft:accept:1"
    forged = await click(moderator, preview.message, "Edit", wait="nothing")
    assert "There is no text yet" in (await forged.followup()).text
    assert await count(client, guild) == 0


# One story, several links

LONG = " ".join(
    f"{name} told the reporters on {day} that talks over the fee begin, and his agent flies in {hour} hours."
    for day in ("Monday", "Tuesday", "Wednesday")
    for hour, name in enumerate(("Odegaard", "Arteta", "Saka", "Rice", "Havertz", "Saliba"), 2)
)
ELSEWHERE = "https://other.example/odegaard"


async def test_a_story_that_is_told_already_can_be_kept_once_with_both_links(
    client: Rumourmill, shelf: Shelf, moderator: Member, channel: Channel, guild: Guild
) -> None:
    told = replace(PAGE, text=LONG)
    shelf.documents = {URL: told, ELSEWHERE: replace(told, url=ELSEWHERE, publisher="Other")}
    await (await moderator.slash(channel, "article add", url=URL)).click(moderator, "Accept")
    preview = await moderator.slash(channel, "article add", url=ELSEWHERE)
    assert "It tells the same story as article 1." in preview.text
    assert preview.buttons == ["Accept", "Keep once", "Edit", "Cancel"]
    await preview.click(moderator, "Keep once")
    assert preview.text == "Added 1 link (to article 1)"
    assert await count(client, guild) == 1
    links = await client.services.store.links.of([1], guild_id=guild.id)
    assert [link.url for link in links[1]] == [ELSEWHERE]


async def test_a_moderator_may_store_it_beside_the_other_all_the_same(
    client: Rumourmill, shelf: Shelf, moderator: Member, channel: Channel, guild: Guild
) -> None:
    told = replace(PAGE, text=LONG)
    shelf.documents = {URL: told, ELSEWHERE: replace(told, url=ELSEWHERE)}
    await (await moderator.slash(channel, "article add", url=URL)).click(moderator, "Accept")
    await (await moderator.slash(channel, "article add", url=ELSEWHERE)).click(moderator, "Accept")
    assert await count(client, guild) == 2


async def test_a_story_that_was_removed_meanwhile_is_stored_after_all(
    client: Rumourmill, shelf: Shelf, moderator: Member, channel: Channel, guild: Guild
) -> None:
    told = replace(PAGE, text=LONG)
    shelf.documents = {URL: told, ELSEWHERE: replace(told, url=ELSEWHERE)}
    await (await moderator.slash(channel, "article add", url=URL)).click(moderator, "Accept")
    preview = await moderator.slash(channel, "article add", url=ELSEWHERE)
    await client.services.engine.remove(1, guild_id=guild.id)
    await preview.click(moderator, "Keep once")
    assert preview.text == "Added 1 (article 2)"


# Who and what not


@pytest.mark.parametrize("url", ["odegaard", "ftp://news.example/a", "https://", "https://a@b.example/"])
async def test_what_is_no_link_is_refused_and_nothing_is_fetched(
    url: str, client: Rumourmill, shelf: Shelf, moderator: Member, channel: Channel
) -> None:
    reply = await moderator.slash(channel, "article add", url=url)
    assert "That is no link to a web page" in reply.text
    assert shelf.asked == []


async def test_a_link_and_a_file_are_not_taken_together(
    client: Rumourmill, shelf: Shelf, moderator: Member, channel: Channel
) -> None:
    reply = await moderator.slash(channel, "article add", url=URL, file=Attachment("a.txt", b"Text."))
    assert "a link or a file, not both" in reply.text
    assert shelf.asked == []


async def test_a_fan_fetches_nothing(client: Rumourmill, shelf: Shelf, fan: Member, channel: Channel) -> None:
    reply = await fan.slash(channel, "article add", url=URL, validate=False)
    assert "Manage Messages" in reply.text
    assert shelf.asked == []
