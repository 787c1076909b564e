"""The client in a Discord on loopback, with an engine that answers what a test wants."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.app import Services
from bot.client import Rumourmill
from index.types import Answer, Quote, Source
from tests.bot.conftest import CannedEngine
from tests.discord_double import DiscordDouble

NOW = datetime(2024, 11, 6, 12, tzinfo=UTC)
QUOTE = Quote(Source(1, None, "Alonso", "BBC", NOW, "https://bbc.co.uk/a"), "Alonso is close.", 0, ((0, 6),))
ANSWER = Answer("", NOW, 412, (QUOTE,))
QUESTION = "who replaces Ancelotti?"


@pytest.fixture
async def client(
    double: DiscordDouble, services: Services, engine: CannedEngine
) -> AsyncIterator[Rumourmill]:
    engine.answer = ANSWER
    client = Rumourmill(services)
    async with double.running(client):
        yield client


def failing(error: Exception) -> Any:
    async def fail(*_: object, **__: object) -> Any:
        raise error

    return fail
