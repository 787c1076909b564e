"""Messages at Discord's limits and beyond."""

import re

import discord
import pytest

from tests.discord_double.rules import Json
from tests.double.conftest import Trip, button, embed, link, menu

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


def rows(*buttons: Json) -> Json:
    return {"content": "x", "components": [{"type": 1, "components": list(buttons)}]}


def words(content: str) -> Json:
    return {"type": 10, "content": content}


BROKEN_MESSAGES: dict[str, tuple[Json, str]] = {
    "content": ({"content": "x" * 2001}, "data.content: .* 2000"),
    "surrogate": ({"content": "\ud800"}, "data.content: .*surrogate"),
    "eleven embeds": ({"embeds": [{"title": "t"}] * 11}, "data.embeds: .* 10"),
    "all embeds": ({"embeds": [{"description": "x" * 3001}] * 2}, "data.embeds: .* 6000: 6002"),
    "title": (embed(title="x" * 257), "data.embeds.0.title"),
    "description": (embed(description="x" * 4097), "data.embeds.0.description"),
    "footer": (embed(footer={"text": "x" * 2049}), "data.embeds.0.footer.text"),
    "author": (embed(author={"name": "x" * 257}), "data.embeds.0.author.name"),
    "fields": (embed(fields=[{"name": "n", "value": "v"}] * 26), "data.embeds.0.fields: .* 25"),
    "field name": (embed(fields=[{"name": "x" * 257, "value": "v"}]), "fields.0.name"),
    "field value": (embed(fields=[{"name": "n", "value": "x" * 1025}]), "fields.0.value"),
    "blank field": (embed(fields=[{"name": " ", "value": "v"}]), "fields.0.name"),
    "embed without anything": ({"embeds": [{"color": 1}]}, "data.embeds.0.description: .*required"),
    "scheme": (embed(url="javascript:alert(1)"), "data.embeds.0.url: Scheme"),
    "no host": (embed(url="https:///a"), "data.embeds.0.url: Not a well formed"),
    "space in link": (embed(url="https://a.org/a b"), "data.embeds.0.url: Not a well formed"),
    "broken port": (embed(url="https://a.org:port/"), "data.embeds.0.url: Not a well formed"),
    "long link": (embed(url="https://a.org/" + "x" * 2048), "data.embeds.0.url: .* 2048"),
    "image": (embed(image={"url": "ftp://a.org/a"}), "data.embeds.0.image.url: Scheme"),
    "six rows": ({"content": "x", "components": rows(button())["components"] * 6}, "data.components: .* 5"),
    "six buttons": (rows(*(button(str(number)) for number in range(6))), "components.0.components: .* 5"),
    "empty row": (rows(), "components.0.components: .* between 1"),
    "loose button": ({"content": "x", "components": [button()]}, "components.0.type: .*row"),
    "duplicate": (rows(button("a"), button("a")), "custom_id: .*duplicated: a"),
    "long custom_id": (rows(button("x" * 101)), "custom_id: .* 100"),
    "no custom_id": (rows(button("")), "custom_id: .* 1 and 100"),
    "long label": (rows(button(label="x" * 81)), "label: .* 80"),
    "no label": (rows(button(label="")), "label: .*emoji"),
    "link without url": (rows(link("")), "url: .*needs"),
    "link with custom_id": (rows(link("https://a.org") | {"custom_id": "a"}), "custom_id: .*both"),
    "button with url": (rows(button(url="https://a.org")), "url: Only a link"),
    "link scheme": (rows(link("javascript:alert(1)")), "url: Scheme"),
    "long button link": (rows(link("https://a.org/" + "x" * 512)), "url: .* 512"),
    "menu beside button": (rows(menu(), button()), "A select menu fills its row"),
    "menu without options": (rows(menu(options=[])), "options: .* 25"),
    "menu value twice": (rows(menu(options=menu()["options"] * 2)), "value is already used"),
    "mentions": ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "exclusive"),
    "flags": ({"content": "x", "flags": 1 << 3}, "flags: 8"),
    "eleven files": ({"content": "x", "attachments": [{"id": n} for n in range(11)]}, "attachments: .* 10"),
    "surrogate in an embed": (embed(title="\udfff"), "embeds.0.title: .*surrogate"),
    "menu custom_id": (rows(menu(custom_id="x" * 101)), "custom_id: .* 100"),
    "menu placeholder": (rows(menu(placeholder="x" * 151)), "placeholder: .* 150"),
    "menu label": (rows(menu(options=[{"label": "x" * 101, "value": "a"}])), "options.0.label: .* 100"),
    "menu description": (
        rows(menu(options=[{"label": "a", "value": "a", "description": "x" * 101}])),
        "options.0.description: .* 100",
    ),
    "menu choice of two": (rows(menu(max_values=2)), "max_values: .*number of options"),
    "41 components": ({"flags": 1 << 15, "components": [words("x")] * 41}, "components: .*40 or fewer"),
    "4001 characters": ({"flags": 1 << 15, "components": [words("x" * 4001)]}, "components: .*4000"),
    "v2 and content": ({"content": "x", "flags": 1 << 15}, "content: .*components v2"),
    "malformed": ({"content": 5}, "body: Malformed"),
}


@pytest.mark.parametrize("name", BROKEN_MESSAGES)
async def test_message_that_breaks_a_rule_is_refused(rule_trip: Trip, name: str) -> None:
    data, told = BROKEN_MESSAGES[name]
    error = await rule_trip.post(data)
    assert isinstance(error, discord.HTTPException)
    assert (error.status, error.code) == (400, 50035)
    assert any(re.search(told, violation) for violation in rule_trip.double.violations)


async def test_message_at_every_limit_is_taken(trip: Trip) -> None:
    full = {"name": "n" * 256, "value": "v" * 1024}
    embeds: list[Json] = [
        {"description": "d" * 4096, "url": "https://example.org/" + "x" * 2028, "fields": [full]}
    ]
    embeds += [{"title": "t" * 256, "footer": {"text": "f" * 368}}]
    components = [
        {"type": 1, "components": [button(f"{r}{c}" + "x" * 98, label="l" * 80) for c in range(5)]}
        for r in range(5)
    ]
    assert await trip.post({"content": "c" * 2000, "embeds": embeds, "components": components}) is None
