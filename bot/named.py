"""The names of an option: offered while one types, and checked again when it is used."""

from discord import app_commands

from bot.app import Services
from bot.errors import RefusedError
from bot.markup import CHOICE, CHOICES, one_line
from bot.respond import Interaction
from bot.words import _
from corpus.names import fold
from index.namebook import KnownName, NameBook
from index.offer import named, offered, spelt_like

NEAR = 3


async def known_name(services: Services, interaction: Interaction, typed: str) -> KnownName:
    """The name that is meant, of those that the server's articles hold. Raises RefusedError."""
    names = await services.engine.names(interaction.guild_id)
    found = named(typed, names)
    if found is None:
        raise RefusedError(_unknown(typed, names))
    return found


async def name_choices(
    services: Services, interaction: Interaction, typed: str
) -> list[app_commands.Choice[str]]:
    """Names of clubs and people that the server's articles hold; none while the model loads."""
    if not services.ready:
        return []
    names = await services.engine.names(interaction.guild_id)
    found = [one_line(name.written, CHOICE) for name in offered(typed, names, CHOICES)]
    return [app_commands.Choice(name=name, value=name) for name in dict.fromkeys(found)]


def _unknown(typed: str, names: NameBook) -> str:
    begun = offered(typed, names, NEAR) if fold(typed) else []
    if begun:
        told = _("Several names begin like that: {names}. Choose one of those offered while you type.")
    elif near := spelt_like(typed, names, NEAR):
        told = _("No article here mentions {name}. Did you mean {names}?")
    else:
        told = _("No article here mentions {name}.")
    meant = ", ".join(name.written for name in begun or near)
    return told.format(name=one_line(typed, CHOICE), names=meant)
