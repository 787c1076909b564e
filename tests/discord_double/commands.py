"""Application commands: Discord's rules for registering them, and what its client sends for one.

Source: Discord's developer documentation, `interactions/application-commands`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.discord_double.rules import Json, Problem, Problems, choices_problems

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, NUMBER = 1, 2, 3, 4, 5, 10
USER, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT = 6, 7, 8, 9, 11
CHAT_INPUT = 1
MOST_COMMANDS = {1: 100, 2: 15, 3: 15}
MAX_OPTIONS = 25
MAX_COMMAND_CHARACTERS = 8000
TEXTS = ("name", "description")
"""What can stand in a command in several languages."""


class InputRefusedError(Exception):
    """Discord's own client would not let a person send this."""


def commands_problems(commands: Sequence[Json]) -> Problems:
    """What Discord refuses in a whole set of commands, as sent to replace another."""
    kinds = Counter(command.get("type") or CHAT_INPUT for command in commands)
    for kind, count in kinds.items():
        if count > MOST_COMMANDS.get(kind, 0):
            yield Problem("", f"{count} commands of type {kind}: the most is {MOST_COMMANDS.get(kind, 0)}")
    for shown in _in_each_locale(commands):
        names = Counter((command.get("type") or CHAT_INPUT, command.get("name")) for command in shown)
        for index, command in enumerate(shown):
            if names[command.get("type") or CHAT_INPUT, command.get("name")] > 1:
                yield Problem(f"{index}.name", f"Application command names must be unique: {command['name']}")
    for index, command in enumerate(commands):
        for problem in command_problems(command):
            yield Problem(f"{index}.{problem.path}", problem.message)


def command_problems(command: Json) -> Problems:
    """What Discord refuses in one command, in any of its languages."""
    for [shown] in _in_each_locale([command]):
        yield from _shown_problems(shown)
    characters = _characters(command)
    if characters > MAX_COMMAND_CHARACTERS:
        yield Problem("", f"The command has {characters} characters, the most is {MAX_COMMAND_CHARACTERS}")


def _in_each_locale(commands: Sequence[Json]) -> Iterator[Sequence[Json]]:
    """The commands as they are shown by default, and in each locale that any part of them names."""
    yield commands
    for locale in sorted({locale for command in commands for locale in _locales(command)}):
        yield [_localized(command, locale) for command in commands]


def _locales(node: Json) -> Iterator[str]:
    for key in TEXTS:
        yield from node.get(f"{key}_localizations") or {}
    for inner in [*(node.get("options") or []), *(node.get("choices") or [])]:
        yield from _locales(inner)


def _localized(node: Json, locale: str) -> Json:
    texts = {key: (node.get(f"{key}_localizations") or {}).get(locale, node.get(key)) for key in TEXTS}
    inner = {
        key: [_localized(item, locale) for item in node[key]]
        for key in ("options", "choices")
        if node.get(key)
    }
    return {**node, **texts, **inner}


def _shown_problems(command: Json) -> Problems:
    name = command.get("name") or ""
    if (command.get("type") or CHAT_INPUT) != CHAT_INPUT:
        if not 1 <= len(name) <= 32 or command.get("description") or command.get("options"):
            yield Problem("name", "A menu entry has a name of 1 to 32 characters and nothing else")
        return
    yield from _name_problems(command)
    yield from _options_problems(command.get("options") or [], "options", depth=0)


def _name_problems(named: Json, path: str = "") -> Problems:
    name, description = named.get("name") or "", named.get("description") or ""
    proper = all(character.isalnum() or character in "-_'" for character in name)
    if not (1 <= len(name) <= 32 and proper and name == name.lower()):
        yield Problem(f"{path}name", f"Command name is invalid: {name!r}")
    if not 1 <= len(description) <= 100:
        yield Problem(f"{path}description", "Must be between 1 and 100 in length.")


def _options_problems(options: Sequence[Json], path: str, depth: int) -> Problems:
    kinds = [option.get("type") for option in options]
    names = Counter(option.get("name") for option in options)
    if len(options) > MAX_OPTIONS:
        yield Problem(path, f"Must be {MAX_OPTIONS} or fewer in length.")
    if any(kind in (SUBCOMMAND, GROUP) for kind in kinds):
        if any(kind not in (SUBCOMMAND, GROUP) for kind in kinds):
            yield Problem(path, "Sub-commands and options can't stand side by side")
        if depth == 2 or (depth == 1 and GROUP in kinds):
            yield Problem(path, "Groups can be nested one level deep only")
    optional_seen = False
    for index, option in enumerate(options):
        here = f"{path}.{index}"
        yield from _name_problems(option, f"{here}.")
        if names[option.get("name")] > 1:
            yield Problem(f"{here}.name", f"Option names must be unique: {option.get('name')}")
        if option.get("required") and optional_seen:
            yield Problem(f"{here}.required", "Required options must be placed before non-required options")
        optional_seen = optional_seen or not option.get("required")
        yield from _option_problems(option, here, depth)


def _option_problems(option: Json, here: str, depth: int) -> Problems:
    nested = option.get("options") or []
    if option.get("type") in (SUBCOMMAND, GROUP):
        deeper = 2 if option["type"] == SUBCOMMAND else 1
        yield from _options_problems(nested, f"{here}.options", max(depth + 1, deeper))
        if option["type"] == GROUP and not nested:
            yield Problem(f"{here}.options", "A group needs a sub-command")
    if option.get("choices"):
        if option.get("autocomplete"):
            yield Problem(f"{here}.autocomplete", "Choices and autocomplete exclude each other")
        for problem in choices_problems(option["choices"]):
            yield Problem(f"{here}.{problem.path}", problem.message)
    for low, high in (("min_value", "max_value"), ("min_length", "max_length")):
        if option.get(low) is not None and option.get(high) is not None and option[low] > option[high]:
            yield Problem(f"{here}.{low}", f"Can't be above {high}")


def _characters(node: Json) -> int:
    """Names, descriptions and values, each in its longest localization."""
    total = len(str(node["value"])) if "value" in node else 0
    for key in TEXTS:
        texts = [node.get(key) or "", *(node.get(f"{key}_localizations") or {}).values()]
        total += max(map(len, texts))
    inner = [*(node.get("options") or []), *(node.get("choices") or [])]
    return total + sum(map(_characters, inner))


def find_command(commands: Sequence[Json], name: str, kind: int = CHAT_INPUT) -> tuple[Json, list[Json]]:
    """The command called `name`, and the chain of groups and sub-commands within ("article add").

    Raises InputRefusedError where there is none: a person could not choose it.
    """
    words = name.split() if kind == CHAT_INPUT else [name]
    found = [c for c in commands if c["name"] == words[0] and (c.get("type") or CHAT_INPUT) == kind]
    chain: list[Json] = []
    for word in words[1:]:
        parent = chain[-1] if chain else (found or [{}])[0]
        chain += [o for o in parent.get("options") or [] if o["name"] == word and o["type"] in (1, 2)]
    leaf = chain[-1] if chain else (found or [{}])[0]
    incomplete = any(option["type"] in (SUBCOMMAND, GROUP) for option in leaf.get("options") or [])
    if not found or len(chain) != len(words) - 1 or incomplete:
        known = ", ".join(sorted(command["name"] for command in commands)) or "none"
        raise InputRefusedError(f"There is no command /{name}. Registered: {known}.")
    return found[0], chain


def guessed_type(value: object) -> int:
    """The option type for a value of a command that doesn't know the option."""
    for kind, python in ((BOOLEAN, bool), (INTEGER, int), (NUMBER, float)):
        if isinstance(value, python):
            return kind
    return STRING


def input_problems(options: Sequence[Json], values: Mapping[str, Any]) -> Iterator[str]:
    """Why Discord's client would not send `values` for `options`."""
    known = {option["name"]: option for option in options}
    for name in values.keys() - known.keys():
        yield f"there is no option {name!r}"
    for name, option in known.items():
        if name in values:
            yield from (f"{name}: {why}" for why in _value_problems(option, values[name]))
        elif option.get("required"):
            yield f"{name} is required"


def _value_problems(option: Json, value: Any) -> Iterator[str]:
    python: dict[int, type | tuple[type, ...]] = {
        STRING: str, INTEGER: int, BOOLEAN: bool, NUMBER: (int, float)
    }  # fmt: skip
    expected = python.get(option["type"], object)
    if not isinstance(value, expected) or (isinstance(value, bool) and option["type"] in (INTEGER, NUMBER)):
        yield f"{value!r} has the wrong type"
        return
    if isinstance(value, str) and not value.strip():
        yield "is empty"
    size, unit = (len(value), "length") if isinstance(value, str) else (value, "value")
    if isinstance(size, int | float):
        if size < option.get(f"min_{unit}", size):
            yield f"is below the minimum of {option[f'min_{unit}']}"
        if size > option.get(f"max_{unit}", 6000 if unit == "length" else size):
            yield "is above the maximum"
    if option.get("choices") and value not in [choice["value"] for choice in option["choices"]]:
        yield f"{value!r} is not one of the choices"
