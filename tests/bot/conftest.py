"""A Discord with a server in it, and services whose engine says what a test wants."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest

from bot.app import Services, open_services
from bot.client import Rumourmill
from bot.config import Config, DataSection, LimitsSection
from corpus.store import Store
from corpus.types import Article, ArticleDraft, IngestReport, Refusal
from index.engine import Engine, open_engine
from index.namebook import NO_NAMES, KnownName, NameBook
from index.near import Preview
from index.types import Answer
from tests.discord_double import Channel, DiscordDouble, Guild, Member
from tests.encoders import WordEncoder
from tests.shelf import Shelf

MANAGE_MESSAGES = 1 << 13
MANAGE_SERVER = 1 << 5


class CannedEngine:
    """Answers every question with `answer`, once `open` is set; or raises `error` where there is one."""

    def __init__(self) -> None:
        self.answer: Answer | None = None
        self.error: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()
        self.asked: list[dict[str, Any]] = []

    async def ask(
        self,
        question: str,
        *,
        guild_id: int | None = None,
        since: datetime | None = None,
        about: KnownName | None = None,
        history: Sequence[str] = (),
    ) -> Answer:
        self.asked.append(
            {
                "question": question,
                "guild_id": guild_id,
                "since": since,
                "about": about,
                "history": tuple(history),
            }
        )
        await self.open.wait()
        self._fail()
        assert self.answer is not None
        return replace(self.answer, question=question)

    async def names(self, guild_id: int | None) -> NameBook:
        return NO_NAMES

    async def add(
        self,
        items: Iterable[ArticleDraft | Refusal],
        *,
        guild_id: int | None,
        added_by: int | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> IngestReport:
        self._fail()
        return IngestReport(added=tuple(range(1, len(list(items)) + 1)))

    async def preview(self, draft: ArticleDraft, *, guild_id: int, edited: Article | None = None) -> Preview:
        self._fail()
        return Preview(draft, 1, (), ())

    async def remove(self, article_id: int, *, guild_id: int | None) -> Article:
        raise self.error or AssertionError("no test removes from a canned engine")

    async def close(self) -> None:
        pass

    def _fail(self) -> None:
        if self.error:
            raise self.error


async def load_word_engine(config: Config, store: Store) -> Engine:
    """The real engine, with an encoder that needs no model."""
    return await open_engine(store, WordEncoder(), config.data.directory)


@asynccontextmanager
async def bot(double: DiscordDouble, config: Config, shelf: Shelf | None = None) -> AsyncIterator[Rumourmill]:
    """The bot from its start to its end; a second one stands for a restart. The shelf is its web."""
    open_door = (shelf or Shelf({})).open_door
    async with open_services(config, load_word_engine, open_door) as services:
        await services.load()
        client = Rumourmill(services)
        async with double.running(client):
            yield client


@pytest.fixture(autouse=True)
def names_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine, the names of an article are known to the next command."""
    monkeypatch.setattr("index.books._PATIENCE_S", None)
    monkeypatch.setattr("index.books._REST", 0)


@pytest.fixture
async def engine() -> CannedEngine:
    return CannedEngine()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    limits = LimitsSection(member_questions=1000, server_questions=1000)
    return Config(data=DataSection(directory=tmp_path), limits=limits)


@pytest.fixture
async def services(config: Config, engine: CannedEngine) -> AsyncIterator[Services]:
    async def load(_: Config, __: Store) -> Engine:
        return cast(Engine, engine)

    async with open_services(config, load) as services:
        await services.load()
        yield services


@pytest.fixture
async def double() -> AsyncIterator[DiscordDouble]:
    async with DiscordDouble() as double:
        yield double


@pytest.fixture
def guild(double: DiscordDouble) -> Guild:
    return double.add_guild()


@pytest.fixture
def channel(guild: Guild) -> Channel:
    return guild.add_channel("rumours")


@pytest.fixture
def fan(guild: Guild) -> Member:
    return guild.add_member("fan")


@pytest.fixture
def moderator(guild: Guild) -> Member:
    return guild.add_member("moderator", permissions=MANAGE_MESSAGES)


@pytest.fixture
def administrator(guild: Guild) -> Member:
    return guild.add_member("administrator", permissions=MANAGE_SERVER)
