"""Runs the Discord client until somebody stops it."""

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import aiohttp
import discord

from bot.app import Services, open_services
from bot.client import Rumourmill
from bot.config import TOKEN_VARIABLE, Config
from index.errors import RetrievalError

log = logging.getLogger(__name__)

FINISH_S = 6.0
CLOSE_S = 2.0
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it never speaks, so lacks nothing

_ANSWERING = ("CommandTree-invoker", "discord-ui-", "discord.py: on_message")
"""How discord.py names the tasks in which people are answered."""


class DiscordError(Exception):
    """Discord doesn't let us in or can't be reached; `str()` of the error says what to do."""


async def run_client(config: Config, token: str) -> None:
    """Answer in Discord until SIGTERM or SIGINT, then finish the answers under way: ten seconds at most.

    Raises DiscordError where the client isn't let in, or is thrown out.
    """
    async with open_services(config) as services, Rumourmill(services) as client:
        loading = asyncio.create_task(_load(services))
        connection = asyncio.create_task(client.start(token))
        with _cancelled_by_signals(connection):
            await asyncio.wait([connection])
        loading.cancel()
        if connection.cancelled():
            await _finish(client)
        else:
            with _errors_in_words():
                connection.result()


async def sync_commands(config: Config, token: str) -> list[str]:
    """Upload the slash commands in place of those that Discord has; their names. Raises DiscordError."""
    async with open_services(config) as services, Rumourmill(services) as client:
        with _errors_in_words():
            await client.login(token)
            uploaded = await client.tree.sync()
    return sorted(command.name for command in uploaded)


async def _load(services: Services) -> None:
    try:
        await services.load()
    except RetrievalError as error:
        log.error("Questions can't be answered: %s", error)
    except Exception:
        log.exception("Questions can't be answered.")
    else:
        log.info("Ready to answer.")


async def _finish(client: discord.Client) -> None:
    """Nothing new arrives by now. Let people have their answers, then take leave of Discord."""
    answering = [task for task in asyncio.all_tasks() if task.get_name().startswith(_ANSWERING)]
    log.info("Stopping, with %d answers under way.", len(answering))
    if answering:
        await asyncio.wait(answering, timeout=FINISH_S)
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_S):
            await client.close()
    await client.http.close()


@contextmanager
def _cancelled_by_signals(task: "asyncio.Task[None]") -> Iterator[None]:
    """SIGTERM and SIGINT cancel the task; a second one has its ordinary effect."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)

    def stop() -> None:
        restore()
        task.cancel()

    def restore() -> None:
        for number in signals:
            loop.remove_signal_handler(number)

    with suppress(NotImplementedError):  # Windows has none of this: there Ctrl-C interrupts
        for number in signals:
            loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            restore()


@contextmanager
def _errors_in_words() -> Iterator[None]:
    try:
        yield
    except discord.LoginFailure as error:
        raise DiscordError(
            "Discord doesn't accept the token. Make a new one in the developer portal (Bot, Reset Token) "
            f"and set {TOKEN_VARIABLE} to it."
        ) from error
    except discord.ConnectionClosed as error:
        raise DiscordError(f"Discord closed the connection (code {error.code}): {error.reason}.") from error
    except discord.HTTPException as error:
        raise DiscordError(f"Discord refused ({error.status}): {error.text}") from error
    except (OSError, TimeoutError, aiohttp.ClientError) as error:
        raise DiscordError(f"Discord can't be reached: {error}. Check the network and try again.") from error
