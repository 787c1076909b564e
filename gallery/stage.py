"""The bot in a Discord on loopback, on a day when the sample articles are news, with people who use it."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine
from discord import Permissions

from bot.app import LoadEngine, Services, load_engine, open_services
from bot.client import Rumourmill
from bot.config import Config, DataSection, WebSection
from corpus.errors import UnreadableError
from corpus.ingest.read import read_paths
from corpus.web.types import Feed, FeedItem, Page
from tests.discord_double import Attachment, Channel, DiscordDouble, Guild, Member, Reply
from tests.shelf import Known, Shelf

TODAY = datetime(2025, 5, 28, 12, tzinfo=UTC)
"""Three days after the newest of the samples."""
FEED = "https://www.example.org/transfers.xml"
HEADLINES = (
    "Saka close to a new Arsenal contract",
    "Chelsea ask Benfica for their goalkeeper",
    "Gunners turn to Gyökeres after the cup",
)
NEWS = Feed("Transfer News", tuple(FeedItem(line, None, line, f"{line}.") for line in HEADLINES))
LINK = "https://www.example.org/gyokeres-fee"
COPY = "https://news.example.net/gyokeres-and-arsenal"
AWAY = "https://paper.example.com/gyokeres"
PAGE = Page(
    url=LINK,
    title="Arsenal agree a fee for Gyökeres",
    text="Arsenal have agreed a fee with Sporting for Viktor Gyökeres, and the striker flies in today.\n\n"
    "The clubs settled on 63 million euros and ten more, should Arsenal win a trophy with him. "
    "His medical is booked for Thursday morning, and the contract on the table runs until 2030.\n\n"
    "Manchester United asked about him last week but were told that he has made his choice.",
    author="Rosa Field",
    publisher="Example Sport",
    published_at=TODAY - timedelta(hours=3),
    language="en",
)
WEB: dict[str, Known] = {
    FEED: NEWS,
    LINK: PAGE,
    COPY: replace(PAGE, url=COPY, publisher="Example News", title="Gyökeres: Arsenal agree fee"),
    AWAY: UnreadableError("I found no article on that page: paste its text instead."),
}
"""All that there is of it."""
SAMPLES = Path(__file__).parents[1] / "corpus/samples"


@dataclass(frozen=True, slots=True)
class Offered:
    """The choices that Discord offers while somebody types an option."""

    command: str
    option: str
    typed: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A server of a scene's own: what happened in other scenes is not to be seen here."""

    double: DiscordDouble
    client: Rumourmill
    guild: Guild
    channel: Channel
    fan: Member
    friend: Member
    moderator: Member
    owner: Member

    @property
    def services(self) -> Services:
        return self.client.services

    def forget_forms(self) -> None:
        """As if the bot were restarted now."""
        self.client._connection._view_store._modals.clear()

    async def ask(self, question: str, **options: Any) -> Reply:
        return await self.fan.slash(self.channel, "ask", question=question, **options)

    async def offered(self, who: Member, command: str, option: str, typed: str) -> Offered:
        choices = await who.autocomplete(self.channel, command, focused=(option, typed))
        return Offered(command, option, typed, tuple(str(choice["name"]) for choice in choices))

    async def add(self, *articles: str) -> Sequence[str]:
        """A moderator adds articles, each a Markdown file, to this server; their numbers."""
        for number, article in enumerate(articles, 1):
            file = Attachment(f"{number}.md", article.encode())
            await self.moderator.slash(self.channel, "article import", file=file)
        focused = ("id", "")
        offered = await self.moderator.autocomplete(self.channel, "article remove", focused=focused)
        return sorted((str(choice["value"]) for choice in offered), key=int)


@dataclass(frozen=True, slots=True)
class Theatre:
    double: DiscordDouble
    client: Rumourmill

    def stage(self) -> Stage:
        guild = self.double.add_guild("Ultras")
        return Stage(
            self.double,
            self.client,
            guild,
            guild.add_channel("rumours"),
            fan=guild.add_member("Ana"),
            friend=guild.add_member("Ben"),
            moderator=guild.add_member("Mo", permissions=Permissions(manage_messages=True).value),
            owner=guild.add_member("Olga", permissions=Permissions(administrator=True).value),
        )


@asynccontextmanager
async def open_theatre(load: LoadEngine = load_engine) -> AsyncIterator[Theatre]:
    """The bot from its start to its end, with sample articles that all servers share. No time passes.

    The articles were added a day before.
    Raises AssertionError where the bot broke one of Discord's rules meanwhile.
    """
    with tempfile.TemporaryDirectory() as place, time_machine.travel(TODAY, tick=False):
        config = Config(data=DataSection(directory=Path(place)), web=WebSection(contact="olga@example.com"))
        async with (
            DiscordDouble() as double,
            open_services(config, load, Shelf(WEB).open_door) as services,
        ):
            engine = await services.load()
            with time_machine.travel(TODAY - timedelta(days=1), tick=False):
                await engine.add(read_paths([SAMPLES], now=TODAY), guild_id=None)
            client = Rumourmill(services)
            async with double.running(client):
                yield Theatre(double, client)
