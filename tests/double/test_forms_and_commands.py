"""Forms and commands beyond Discord's limits, and its own description of what it takes."""

import io
import re
from dataclasses import dataclass
from typing import Any, cast

import discord
import pytest
from discord import app_commands
from discord.http import Route

from tests.discord_double import DiscordDouble, find_specification
from tests.discord_double.rules import Json
from tests.discord_double.specification import load_specification
from tests.double.conftest import (
    Bot,
    Trip,
    button,
    command,
    embed,
    labelled,
    modal,
    nothing,
    text_input,
    travelling,
)

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


BROKEN_MODALS: dict[str, tuple[Json, str]] = {
    "title": (modal(title="x" * 46), "data.title: .* 45"),
    "custom_id": (modal(custom_id="x" * 101), "data.custom_id: .* 100"),
    "empty": (modal(components=[]), "data.components: .* 1 and 5"),
    "six fields": (
        modal(components=[labelled(text_input(str(number))) for number in range(6)]),
        "data.components: .* 1 and 5",
    ),
    "label": (modal(components=[labelled(text_input(), "x" * 46)]), "components.0.label: .* 45"),
    "no label": (modal(components=[{"type": 1, "components": [text_input()]}]), "one label"),
    "own label": (
        modal(components=[{"type": 1, "components": [text_input(label="x" * 46)]}]),
        "label: .* 45",
    ),
    "field": (modal(components=[labelled(text_input("x" * 101))]), "component.custom_id: .* 100"),
    "hint": (modal(components=[labelled(text_input()) | {"description": "x" * 101}]), "description: .* 100"),
    "surrogate": (modal(title="\ud800"), "title: .*surrogate"),
    "button": (modal(components=[{"type": 1, "components": [button()]}]), "no buttons"),
    "max_length": (modal(components=[labelled(text_input(max_length=4001))]), "max_length"),
    "value": (modal(components=[labelled(text_input(value="xx", max_length=1))]), "value: .* 1 in"),
    "placeholder": (modal(components=[labelled(text_input(placeholder="x" * 101))]), "placeholder"),
    "duplicate": (modal(components=[labelled(text_input())] * 2), "duplicated: t"),
}


@pytest.mark.parametrize("name", BROKEN_MODALS)
async def test_modal_that_breaks_a_rule_is_refused(rule_trip: Trip, name: str) -> None:
    data, told = BROKEN_MODALS[name]
    error = await rule_trip.post(data, kind=9)
    assert isinstance(error, discord.HTTPException)
    assert error.code == 50035
    assert re.search(told, rule_trip.double.violations[0])


def option(name: str = "question", **more: Any) -> Json:
    return {"name": name, "description": "What", "type": 3, **more}


def group(name: str = "article", *options: Json) -> Json:
    return option(name, type=2, options=list(options))


BROKEN_COMMANDS: dict[str, tuple[list[Json], str]] = {
    "name": ([command(name="Ask me")], "0.name: .*invalid"),
    "description": ([command(description="x" * 101)], "0.description"),
    "no description": ([command(description="")], "0.description"),
    "same name": ([command(), command()], "0.name: .*unique"),
    "101 commands": ([command(name=f"a{number}") for number in range(101)], "101 commands"),
    "26 options": ([command(options=[option(f"a{n}") for n in range(26)])], "0.options: .* 25"),
    "same option": ([command(options=[option(), option()])], "names must be unique: question"),
    "optional first": ([command(options=[option(), option("b", required=True)])], "before non-required"),
    "group in group": ([command(options=[group("a", group("b", option(type=1)))])], "one level deep"),
    "empty group": ([command(options=[group()])], "needs a sub-command"),
    "mixed": ([command(options=[option(), option("b", type=1)])], "side by side"),
    "choices": ([command(options=[option(choices=[{"name": "", "value": "v"}])])], "choices.0.name"),
    "26 choices": (
        [command(options=[option(choices=[{"name": "n", "value": "v"}] * 26)])],
        "choices: .*25 or fewer",
    ),
    "choice value": ([command(options=[option(choices=[{"name": "n", "value": "v" * 101}])])], "0.value"),
    "both": (
        [command(options=[option(autocomplete=True, choices=[{"name": "n", "value": "v"}])])],
        "exclude each other",
    ),
    "bounds": ([command(options=[option(min_length=5, max_length=4)])], "min_length: .*max_length"),
    "characters": (
        [
            command(
                options=[
                    option(f"a{n}", choices=[{"name": "n" * 100, "value": "v" * 100}] * 20) for n in range(2)
                ]
            )
        ],
        "characters, the most is 8000",
    ),
    "name in German": ([command(name_localizations={"de": "Frag mich"})], "0.name: .*'Frag mich'"),
    "description in German": (
        [command(options=[option(description_localizations={"de": "x" * 101})])],
        "0.options.0.description",
    ),
    "same name in German": (
        [command(name_localizations={"de": "frage"}), command(name="frage")],
        "0.name: .*unique: frage",
    ),
    "same option in German": (
        [command(options=[option("who", name_localizations={"de": "wer"}), option("wer")])],
        "names must be unique: wer",
    ),
    "menu": ([command(type=3, name="Check this", description="x")], "nothing else"),
}


@pytest.mark.parametrize("name", BROKEN_COMMANDS)
async def test_command_that_breaks_a_rule_is_refused(rule_trip: Trip, name: str) -> None:
    commands_, told = BROKEN_COMMANDS[name]
    route = Route("PUT", "/applications/{a}/commands", a=rule_trip.double.application_id)
    with pytest.raises(discord.HTTPException) as caught:
        await rule_trip.client.http.request(route, json=commands_)
    assert caught.value.code == 50035
    assert any(re.search(told, violation) for violation in rule_trip.double.violations)


async def test_tree_of_a_client_is_judged_without_being_registered() -> None:
    async with DiscordDouble(expect_violations=True) as double:
        client = Bot()
        client.tree.add_command(
            app_commands.Command(name="bad", description="x" * 101, callback=nothing),
        )
        double.learn_commands(client)
        assert [v for v in double.violations if "description" in v]


needs_specification = pytest.mark.skipif(
    find_specification() is None, reason="needs Discord's OpenAPI file beside the repository"
)


@needs_specification
async def test_specification_judges_bodies_and_forms(double: DiscordDouble) -> None:
    double.expect_violations = True
    async with travelling(double) as trip:
        assert isinstance(await trip.post(embed(color=1 << 24)), discord.HTTPException)

        async def send(interaction: discord.Interaction[Any]) -> None:
            file = discord.File(io.BytesIO(b"x"), "a.txt")
            bad = discord.Embed(title="t", colour=0)
            bad._colour = cast(Any, _Colour(-1))
            await interaction.response.send_message(embed=bad, file=file)

        assert isinstance(await trip.answer(send), discord.HTTPException)
    assert [v.split(":")[0] for v in double.violations] == ["POST [callback] data.embeds.0.color"] * 2


@dataclass
class _Colour:
    value: int


@needs_specification
def test_specification_takes_numbers_for_snowflakes() -> None:
    path = find_specification()
    assert path
    body = {"content": "x", "message_reference": {"message_id": 1, "channel_id": "2"}}
    judge = load_specification(path)
    assert judge.problem("POST", "/channels/{channel_id}/messages", body) is None
    body["message_reference"] = {"message_id": "x"}
    assert judge.problem("POST", "/channels/{channel_id}/messages", body)
