"""What the bot can do, in a few lines, with examples that work where they are shown."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from discord import AppCommandType, app_commands

from bot.examples import Examples
from bot.markup import CONTENT
from bot.moderators import MODERATORS, is_moderator
from bot.respond import Interaction
from bot.words import N_, _, pgettext, spoken
from corpus.store import Store

INTRODUCTION = N_(
    "I answer questions about football transfers with quotes from articles, word for word, with publisher and"
    " day. Ask by command, or mention me; reply to one of my answers to ask further."
)
BUTTONS = N_(
    "**More** under an answer shows further quotes, **Prove it** what stands around them, **Sources** their"
    " articles; **Was this right?** tells whoever runs me, **Report** the moderators."
)
IN_MENUS = N_("In the menu of any message, under Apps: {names}")
NO_ARTICLES = N_("There are no articles here yet. Moderators add some: `/article add`")

MESSAGE_MENU = AppCommandType.message
Command = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu
Tree = app_commands.CommandTree[Any]


class Guide:
    def __init__(self, store: Store, tree: Tree, examples: Examples) -> None:
        self._store = store
        self._tree = tree
        self._examples = examples

    async def for_member(self, interaction: Interaction) -> str:
        """With the commands that the member may use."""

        def may_use(command: Command) -> bool:
            needed = command.default_permissions
            moderates = needed == MODERATORS and is_moderator(interaction)
            return needed is None or moderates or needed <= interaction.permissions

        return await self._text(interaction.guild_id, may_use)

    async def for_all(self, guild_id: int) -> str:
        """With the commands that everybody may use."""
        return await self._text(guild_id, lambda command: command.default_permissions is None)

    async def _text(self, guild_id: int | None, may_use: Callable[[Command], bool]) -> str:
        commands = list(filter(may_use, self._tree.get_commands()))
        menus = [menu.name for menu in filter(may_use, self._tree.get_commands(type=MESSAGE_MENU))]
        lines = [
            _(INTRODUCTION),
            *await self._example_lines(guild_id),
            "",
            *_command_lines(commands),
            "",
            _(BUTTONS),
            _(IN_MENUS).format(names=" · ".join(f"**{_name(name)}**" for name in menus)),
        ]
        return _as_much_as_fits(lines)

    async def _example_lines(self, guild_id: int | None) -> list[str]:
        if not await self._store.articles.count(guild_id=guild_id):
            return [_(NO_ARTICLES)]
        asking = f"/{_name('ask')} {pgettext('option', 'question', spoken())}"
        return [f"> `{asking}:{question}`" for question in await self._examples.of(guild_id)]


def _command_lines(commands: Sequence[Command]) -> Iterator[str]:
    for command in commands:
        if isinstance(command, app_commands.ContextMenu):
            continue
        line = f"`/{_name(command.name)}` {_description(command.description)}"
        if isinstance(command, app_commands.Group):
            line += ": " + " · ".join(f"`{_name(one.name)}`" for one in command.commands)
        yield line


def _name(name: str) -> str:
    return pgettext("command", name, spoken())


def _description(text: str) -> str:
    return pgettext("description", text, spoken())


def _as_much_as_fits(lines: Sequence[str]) -> str:
    text = ""
    for line in lines:
        if len(text) + len(line) + 1 > CONTENT:
            break
        text += f"{line}\n"
    return text.strip()
