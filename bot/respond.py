"""The first answer to an interaction, in Discord's three seconds, and the last word when something fails."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import aiohttp
import discord

from bot.errors import InteractionLostError, explain
from bot.incidents import Incidents
from bot.words import _

if TYPE_CHECKING:
    from bot.client import Rumourmill

log = logging.getLogger(__name__)

Interaction: TypeAlias = discord.Interaction[Any]
"""Its client is always a Rumourmill, which discord.py's own types can't say."""

T = TypeVar("T")

ANSWER_S = 60.0
ACKNOWLEDGE_S = 2.5
ATTEMPT_S = 0.8
PAUSE_S = 0.05
REPORT_S = 5 * 60.0
PAUSES_S = (0.5, 2.0, 5.0)
LONGEST_WAIT_S = 5 * 60.0

PUBLIC = "deferred for all to see"

UNKNOWN_INTERACTION = 10062
ALREADY_ACKNOWLEDGED = 40060


async def acknowledge(respond: Callable[[], Awaitable[object]]) -> None:
    """Send the first answer to an interaction, again if need be, for as long as Discord waits for it.

    discord.py itself doesn't repeat a request whose connection was reset, and pauses too long after a 5xx.
    Raises InteractionLostError where nobody waits for the answer any more.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + ACKNOWLEDGE_S
    repeated = False
    while (left_s := deadline - loop.time()) > 0:
        try:
            async with asyncio.timeout(min(ATTEMPT_S, left_s)):
                await respond()
            return
        except discord.HTTPException as error:
            if error.code == ALREADY_ACKNOWLEDGED and repeated:
                return  # only the answer to the attempt before was lost
            if error.code in (UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED):
                raise InteractionLostError(str(error)) from error
            if error.status < 500 and error.status != 429:
                raise
        except (OSError, TimeoutError, aiohttp.ClientError) as error:
            log.info("An acknowledgement failed: %r", error)
        repeated = True
        await asyncio.sleep(PAUSE_S)
    raise InteractionLostError(f"Discord could not be reached within {ACKNOWLEDGE_S} s.")


async def persist(send: Callable[[], Awaitable[T]]) -> T:
    """Send what Discord takes late as well as soon, again where the line was bad or Discord says to wait.

    discord.py repeats a request after a 5xx and a short wait, but not after a reset or a long one.
    Raises what the last attempt ended with.
    """
    for pause_s in PAUSES_S:
        try:
            return await send()
        except discord.RateLimited as error:
            if error.retry_after > LONGEST_WAIT_S:
                raise
            await asyncio.sleep(error.retry_after)
        except discord.HTTPException as error:
            if error.status < 500 and error.status != 429:
                raise
            await asyncio.sleep(pause_s)
        except (OSError, aiohttp.ClientError) as error:
            log.info("A message failed: %r", error)
            await asyncio.sleep(pause_s)
    return await send()


async def defer(interaction: Interaction, *, private: bool) -> None:
    """Tell Discord that the answer will come. Whether it will be private can't be changed afterwards."""
    await acknowledge(partial(interaction.response.defer, ephemeral=private, thinking=True))
    interaction.extras[PUBLIC] = not private


async def ask_for(interaction: Interaction, form: discord.ui.Modal) -> None:
    """Let a form come up."""
    await acknowledge(partial(interaction.response.send_modal, form))
    if not interaction.response.is_done():  # it came up, but Discord's word of that was lost
        interaction._state.store_view(form)


async def reply(interaction: Interaction, **content: Any) -> discord.InteractionMessage:
    """Put this in the place of "is thinking", again where the line was bad."""

    async def send() -> discord.InteractionMessage:
        for file in content.get("attachments", ()):
            file.reset()
        return await interaction.edit_original_response(**content)

    return await persist(send)


async def defer_update(interaction: Interaction) -> None:
    """Tell Discord that the message whose button or form was used will change."""
    await acknowledge(interaction.response.defer)


async def report(interaction: Interaction, error: BaseException, files: Sequence[discord.File] = ()) -> None:
    """Tell whoever used the bot, and nobody else, what went wrong. Never raises."""
    cause = getattr(error, "original", error)
    client: Rumourmill = interaction.client
    if isinstance(cause, InteractionLostError):
        client.lost_interactions += 1
        log.warning("Interaction lost (%d so far): %s", client.lost_interactions, cause)
        return
    name = interaction.command.qualified_name if interaction.command else interaction.type.name
    words = words_for(cause, name, client.incidents, interaction.guild_id)
    try:
        async with asyncio.timeout(REPORT_S):
            await _tell_privately(interaction, words, files)
    except (
        discord.HTTPException,
        OSError,
        TimeoutError,
        aiohttp.ClientError,
        InteractionLostError,
    ) as failure:
        log.warning("Could not say what went wrong in %s: %r", name, failure)


def words_for(error: BaseException, what: str, incidents: Incidents, guild_id: int | None) -> str:
    """What to tell people. An unexpected error is logged under the incident number that they are told."""
    explanation = explain(error)
    if not explanation.unexpected:
        return explanation.text
    number = incidents.note(error, what, guild_id)
    told = _("Incident {number}: tell it to the people who run me.").format(number=number)
    return f"{explanation.text}\n-# {told}"


async def _tell_privately(interaction: Interaction, words: str, files: Sequence[discord.File]) -> None:
    async def send(how: Callable[..., Awaitable[object]]) -> None:
        for file in files:  # an attempt before this one may have read it
            file.reset()
        await how(words, ephemeral=True, files=files)

    if not interaction.response.is_done():
        with suppress(InteractionLostError):
            await acknowledge(partial(send, interaction.response.send_message))
            return
    if interaction.extras.get(PUBLIC):  # what takes the place of "is thinking" would be as public
        with suppress(discord.HTTPException):
            await persist(interaction.delete_original_response)
    await persist(partial(send, interaction.followup.send))
