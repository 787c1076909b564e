"""Bring the catalogues in bot/locales up to what the code says: `python -m scripts.catalogues`.

New messages are added without a translation, those that are no longer said are dropped. Then translate what
is missing with any editor for .po files.
"""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from discord import AppCommandType, app_commands

from bot.app import open_services
from bot.client import Rumourmill
from bot.config import Config, DataSection
from bot.words import LANGUAGES

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "index", "corpus")
LOCALES = ROOT / "bot" / "locales"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "Wording": None}
WIDTH = 110

Command = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu


def template(commands: Sequence[Command]) -> Catalog:
    """All messages of the code, and the names and descriptions of its commands."""
    messages = Catalog(project="rumourmill", fuzzy=False)
    for room in ROOMS:
        for _, _, message, _, _ in extract_from_dir(ROOT / room, [("**.py", "python")], keywords=KEYWORDS):
            messages.add(message)
    for context, text in names(commands):
        messages.add(text, context=context)
    return messages


def names(commands: Sequence[Command]) -> Iterator[tuple[str, str]]:
    """What Discord shows of the commands, each with the context under which catalogues hold it."""
    for command in commands:
        yield "command", command.name
        if isinstance(command, app_commands.ContextMenu):
            continue
        yield "description", command.description
        if isinstance(command, app_commands.Group):
            yield from names(list(command.commands))
            continue
        for option in command.parameters:
            yield "option", option.display_name
            yield "description", str(option.description)
            yield from (("choice", choice.name) for choice in option.choices)


def translated(forms: object) -> bool:
    return all(forms) if isinstance(forms, (tuple, list)) else bool(forms)


def catalogue(language: str) -> Catalog:
    path = LOCALES / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language, project="rumourmill", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str, messages: Catalog) -> Catalog:
    """The language's catalogue with exactly these messages."""
    found = catalogue(language)
    found.update(messages, no_fuzzy_matching=True)
    found.obsolete.clear()
    return found


async def all_commands() -> list[Command]:
    """Those that the client has once it is set up; it connects to nothing."""
    with TemporaryDirectory() as directory:
        config = Config(data=DataSection(directory=Path(directory)))
        async with open_services(config) as services:
            client = Rumourmill(services)
            await client.setup_hook()
            return [*client.tree.get_commands(), *client.tree.get_commands(type=AppCommandType.message)]


def main() -> None:
    messages = template(asyncio.run(all_commands()))
    for language in LANGUAGES:
        found = updated(language, messages)
        with (LOCALES / f"{language}.po").open("wb") as file:
            write_po(file, found, width=WIDTH, no_location=True, sort_output=True, omit_header=True)
        missing = sum(not translated(message.string) for message in found if message.id)
        print(f"{language}: {len(found)} messages, {missing} without a translation")


if __name__ == "__main__":
    main()
