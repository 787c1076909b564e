"""The whole way of a link: Discord, the guarded fetch, the child process that reads, the preview."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import open_services
from bot.client import Rumourmill
from bot.config import Config
from bot.markup import unescape
from corpus.web.door import Door, open_door
from corpus.web.fetch import Fetcher, user_agent
from corpus.web.reader import PageReader
from tests.bot.conftest import load_word_engine
from tests.discord_double import Channel, DiscordDouble, Guild, Member
from tests.hostile_web import bomb, made
from tests.web_double import LOOPBACK, WebDouble, page

PAGES = Path(__file__).parents[1] / "corpus/web/pages"
FEE = "Harbour City have agreed a fee of £38m with Saltmarsh United for the midfielder Joren Aldwick."


@asynccontextmanager
async def open_loopback(contact: str) -> AsyncIterator[Door]:
    async with Fetcher(agent=user_agent(contact), policy=LOOPBACK) as web, PageReader() as reader:
        yield Door(web, reader)


@pytest.fixture
async def web() -> AsyncIterator[WebDouble]:
    async with WebDouble() as web:
        yield web


@pytest.fixture
async def client(double: DiscordDouble, config: Config) -> AsyncIterator[Rumourmill]:
    async with open_services(config, load_word_engine, open_loopback) as services:
        await services.load()
        client = Rumourmill(services)
        async with double.running(client):
            yield client


async def test_a_link_is_fetched_read_shown_stored_and_quoted(
    client: Rumourmill, web: WebDouble, moderator: Member, fan: Member, channel: Channel
) -> None:
    url = web.on("/aldwick", page((PAGES / "json_ld_article.html").read_bytes()))
    preview = await moderator.slash(channel, "article add", url=url)
    shown = unescape(preview.text)
    assert preview.embeds[0]["title"] == "Harbour City agree £38m fee for Saltmarsh midfielder Aldwick"
    assert "Touchline Daily · <t:1730889120:D>" in shown
    assert FEE in shown
    await preview.click(moderator, "Accept")
    answer = await fan.slash(channel, "ask", question="what fee did Harbour City agree for Aldwick?")
    assert "£38m" in unescape(answer.text)
    assert [request.path for request in web.requests] == ["/robots.txt", "/aldwick"]


async def test_what_a_bomb_leaves_of_a_page_is_the_way_to_paste_it(
    client: Rumourmill, web: WebDouble, moderator: Member, channel: Channel
) -> None:
    url = web.on("/bomb", made(lambda: bomb(31), "gzip"))
    preview = await moderator.slash(channel, "article add", url=url)
    assert "It is longer than 5 MB" in preview.text
    assert preview.buttons == ["Edit", "Cancel"]


async def test_with_the_policy_of_every_day_nothing_of_this_machine_is_asked(
    double: DiscordDouble, config: Config, web: WebDouble, moderator: Member, channel: Channel, guild: Guild
) -> None:
    async with open_services(config, load_word_engine, open_door) as services:
        await services.load()
        client = Rumourmill(services)
        async with double.running(client):
            for host in ("127.0.0.1", "localhost", "[::1]", "0", "2130706433", "0x7f.1"):
                for port in (web.port, 80):
                    url = f"http://{host}:{port}/aldwick"
                    reply = await moderator.slash(channel, "article add", url=url)
                    assert "Accept" not in reply.buttons
        assert await services.store.articles.count(guild_id=guild.id) == 0
    assert web.connections == 0
