"""The bot as a process would run it, against a Discord on loopback."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import cast

import pytest

from bot import run
from bot.app import open_services
from bot.config import Config
from bot.run import DiscordError, run_client, sync_commands
from corpus.store import Store
from index.engine import Engine
from index.errors import ModelError
from index.types import Answer, Quote, Source
from tests.bot.conftest import CannedEngine
from tests.discord_double import Channel, DiscordDouble, Member

NOW = datetime(2024, 11, 6, 12, tzinfo=UTC)
ANSWER = Answer("", NOW, 412, (Quote(Source(1, None, "Alonso", "BBC", NOW, None), "Alonso is close.", 0),))


@pytest.fixture(autouse=True)
def canned(engine: CannedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Services whose engine says what a test wants."""

    async def load(_: Config, __: Store) -> Engine:
        if engine.error:
            raise engine.error
        return cast(Engine, engine)

    engine.answer = ANSWER
    monkeypatch.setattr(run, "open_services", partial(open_services, load=load))


@pytest.fixture
async def running(double: DiscordDouble, config: Config) -> AsyncIterator["asyncio.Task[None]"]:
    """The bot, connected, its commands known to Discord."""
    await sync_commands(config, double.token)
    task = asyncio.create_task(run_client(config, double.token))
    await double.until(lambda: double.gateway.connected or task.done(), "the bot to connect")
    yield task
    task.cancel()
    await asyncio.wait([task])


async def test_syncing_uploads_every_command_at_once(double: DiscordDouble, config: Config) -> None:
    assert await sync_commands(config, double.token) == [
        "Add as article",
        "Check this rumour",
        "admin",
        "alias",
        "article",
        "ask",
        "audit",
        "feed",
        "help",
        "privacy",
        "queue",
        "rumour",
        "source",
    ]
    assert [request.method for request in double.requests_to("commands")] == ["PUT"]
    assert double.gateway.identifies == []


async def test_a_token_that_discord_refuses_is_told_with_what_to_do(
    double: DiscordDouble, config: Config
) -> None:
    for start in (run_client, sync_commands):
        with pytest.raises(DiscordError, match="DISCORD_TOKEN"):
            await start(config, "no.such.token")


async def test_a_discord_out_of_reach_is_told_in_words(
    double: DiscordDouble, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discord.http.Route.BASE", "http://127.0.0.1:9")
    with pytest.raises(DiscordError, match="can't be reached"):
        await run_client(config, double.token)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_bot_without_an_error(
    running: "asyncio.Task[None]", double: DiscordDouble, number: signal.Signals
) -> None:
    os.kill(os.getpid(), number)
    async with asyncio.timeout(5):
        await running
    assert double.errors == []


async def test_an_answer_under_way_is_finished_before_the_bot_ends(
    running: "asyncio.Task[None]", engine: CannedEngine, fan: Member, channel: Channel
) -> None:
    engine.open.clear()
    reply = await fan.slash(channel, "ask", question="who replaces Ancelotti?", wait="acknowledgement")
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(0.05)
    assert not running.done()
    engine.open.set()
    async with asyncio.timeout(5):
        await running
    assert reply.embeds[0]["title"] == "who replaces Ancelotti?"


async def test_an_answer_that_never_comes_does_not_keep_the_bot_from_ending(
    running: "asyncio.Task[None]",
    engine: CannedEngine,
    fan: Member,
    channel: Channel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "FINISH_S", 0.1)
    engine.open.clear()
    await fan.slash(channel, "ask", question="who replaces Ancelotti?", wait="acknowledgement")
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(5):
        await running


async def test_a_bot_whose_model_does_not_load_stays_and_logs_why(
    double: DiscordDouble, config: Config, engine: CannedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.error = ModelError("The model is not there.")
    task = asyncio.create_task(run_client(config, double.token))
    await double.until(lambda: double.gateway.connected and "The model is not there." in caplog.text)
    assert not task.done()
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(5):
        await task
