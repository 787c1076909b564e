"""The way of every click on a button, and what buttons find in the store."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.errors import RefusedError
from bot.respond import ANSWER_S, Interaction, defer, defer_update, report
from bot.words import N_, _, language_of, speak
from corpus.store import Store
from corpus.types import SavedAnswer

if TYPE_CHECKING:
    from bot.client import Rumourmill

TOO_OLD = N_("I don't remember that answer any more. Ask again.")


async def answer_click(
    interaction: Interaction, show: Callable[[Interaction], Awaitable[None]], *, in_place: bool = False
) -> None:
    """Acknowledged first, its errors told like a command's.

    Answered privately; or `in_place` of the message that holds the button.
    """
    speak(language_of(interaction.locale.value))
    try:
        if in_place:
            await defer_update(interaction)
        else:
            await defer(interaction, private=True)
        async with asyncio.timeout(ANSWER_S):
            await show(interaction)
    except Exception as error:
        await report(interaction, error)


def store_of(interaction: Interaction) -> Store:
    client: Rumourmill = interaction.client
    return client.services.store


async def saved_answer(interaction: Interaction, answer_id: int) -> SavedAnswer:
    """Raises RefusedError where it is forgotten, or was given elsewhere."""
    if interaction.guild_id is None:
        raise RefusedError(_(TOO_OLD))
    answer = await store_of(interaction).answers.get(answer_id, guild_id=interaction.guild_id)
    if answer is None:
        raise RefusedError(_(TOO_OLD))
    return answer
