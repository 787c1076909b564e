"""The Discord double, used through the real discord.py client over loopback."""

import asyncio
import io
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
import discord
import pytest
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.discord_double import (
    Attachment,
    Channel,
    DiscordDouble,
    Guild,
    InputRefusedError,
    Member,
    click,
    find_specification,
    links,
)
from tests.discord_double.markdown import Reading, read
from tests.discord_double.rules import Json
from tests.discord_double.specification import load_specification

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


class Form(discord.ui.Modal, title="Add an article"):
    headline: discord.ui.Label["Form"] = discord.ui.Label(
        text="Title", component=discord.ui.TextInput(custom_id="headline", max_length=20)
    )
    link: discord.ui.TextInput["Form"] = discord.ui.TextInput(label="Where it stands", required=False)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.headline.component, discord.ui.TextInput)
        await interaction.response.send_message(f"added {self.headline.component.value}|{self.link.value}")


class More(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"more:(?P<page>\d+)"):
    def __init__(self, page: int) -> None:
        super().__init__(discord.ui.Button(label="More", custom_id=f"more:{page}"))
        self.page = page

    @classmethod
    async def from_custom_id(cls, interaction, item, match, /):  # type: ignore[no-untyped-def]
        return cls(int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content=f"page {self.page}", view=buttons(self.page + 1))


def buttons(page: int) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(More(page))
    view.add_item(discord.ui.Button(label="Source", url="https://example.org/a"))
    return view


class Bot(commands.Bot):
    def __init__(self) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        super().__init__(
            "unused ", intents=intents, allowed_mentions=discord.AllowedMentions.none(), help_command=None
        )
        add_commands(self.tree)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(More)

    async def on_message(self, message: discord.Message) -> None:
        assert self.user
        if message.author != self.user and self.user.mentioned_in(message):
            earlier = message.reference.resolved if message.reference else None
            said = f" after {earlier.content}" if isinstance(earlier, discord.Message) else ""
            await message.reply(f"heard {message.content}{said}")


def add_commands(tree: app_commands.CommandTree[Bot]) -> None:
    article = app_commands.Group(
        name="article",
        description="Articles",
        default_permissions=discord.Permissions(manage_messages=True),
        guild_only=True,
    )

    @tree.command(description="Ask a question")
    @app_commands.describe(question="What to ask", club="Which club")
    async def ask(
        interaction: discord.Interaction[Bot],
        question: app_commands.Range[str, 3, 300],
        club: str | None = None,
        private: bool = False,
    ) -> None:
        await interaction.response.defer(ephemeral=private)
        embed = discord.Embed(title=question, description=f"club {club}")
        await interaction.edit_original_response(embed=embed, view=buttons(2))
        await interaction.followup.send("and more", ephemeral=private)

    @ask.autocomplete("club")
    async def clubs(_: discord.Interaction[Bot], typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}enal", value="1")]

    @article.command(description="Add an article")
    async def add(interaction: discord.Interaction[Bot], file: discord.Attachment | None = None) -> None:
        if file is None:
            await interaction.response.send_modal(Form())
        else:
            text = (await file.read()).decode()
            await interaction.response.send_message(f"{file.filename}: {text}", ephemeral=True)

    tree.add_command(article)


@pytest.fixture
async def double() -> AsyncIterator[DiscordDouble]:
    async with DiscordDouble() as opened:
        yield opened


async def test_command_is_deferred_answered_and_followed_up(double: DiscordDouble) -> None:
    guild = double.add_guild()
    channel, fan = guild.add_channel("rumours"), guild.add_member("fan")
    async with double.running(Bot()):
        reply = await fan.slash(channel, "ask", question="who replaces Ancelotti?", private=True)
        assert reply.deferred
        assert reply.ephemeral
        assert reply.embeds[0]["title"] == "who replaces Ancelotti?"
        assert reply.buttons == ["More", "Source"]
        assert (await reply.followup()).content == "and more"
    assert double.errors == []


async def test_button_still_works_after_a_restart(double: DiscordDouble) -> None:
    guild = double.add_guild()
    channel, fan = guild.add_channel("rumours"), guild.add_member("fan")
    async with double.running(Bot()):
        reply = await fan.slash(channel, "ask", question="who?")
    async with double.running(Bot()):
        clicked = await reply.click(fan, "More")
        assert clicked.content == reply.content == "page 2"
        await reply.click(fan, custom_id="more:3")
        assert reply.content == "page 3"


async def test_modal_is_filled_in_by_labels_and_ids(double: DiscordDouble) -> None:
    guild = double.add_guild()
    channel = guild.add_channel("rumours")
    moderator = guild.add_member("mod", permissions=discord.Permissions(manage_messages=True).value)
    async with double.running(Bot()):
        form = await moderator.slash(channel, "article add")
        assert form.modal
        reply = await form.submit(moderator, {"where it stands": "x"}, title="Xabi")
        assert reply.content == "added Xabi|x"
        with pytest.raises(InputRefusedError, match="Title: is too long"):
            await form.submit(moderator, headline="x" * 21)


async def test_attachment_is_downloaded_from_the_double(double: DiscordDouble) -> None:
    guild = double.add_guild()
    channel = guild.add_channel("rumours")
    moderator = guild.add_member("mod", permissions=discord.Permissions(manage_messages=True).value)
    async with double.running(Bot()):
        reply = await moderator.slash(channel, "article add", file=Attachment("a b.md", b"# hi"))
        assert reply.content == "a b.md: # hi"


async def test_mention_and_reply_are_answered(double: DiscordDouble) -> None:
    guild = double.add_guild()
    channel, fan = guild.add_channel("rumours"), guild.add_member("fan")
    async with double.running(Bot()):
        reply = await fan.mention(channel, "who?")
        assert reply.content == f"heard {double.bot.mention} who?"
        again = await fan.reply_to(reply, "and then?")
        assert again.content == f"heard and then? after {reply.content}"


async def test_autocomplete_offers_choices(double: DiscordDouble) -> None:
    guild = double.add_guild()
    channel, fan = guild.add_channel("rumours"), guild.add_member("fan")
    async with double.running(Bot()):
        assert await fan.autocomplete(channel, "ask", focused=("club", "ars")) == [
            {"name": "arsenal", "value": "1"}
        ]


@dataclass
class Trip:
    """A double with a server, and a client that answers `/raw` and mentions as the test says."""

    double: DiscordDouble
    guild: Guild
    channel: Channel
    fan: Member
    client: "RawBot"

    async def answer(self, answer: "Answering", kind: str = "raw") -> BaseException | None:
        """Let the fan use `/raw`, and the client answer it; returns the error that the answer ended with."""
        self.client.answer = answer
        await self.fan.slash(self.channel, kind, wait="nothing")
        await self.double.until(lambda: self.client.outcomes != [], "the client to finish")
        return self.client.outcomes.pop()

    async def post(self, data: Json, kind: int = 4) -> BaseException | None:
        """Let the client answer with this body."""

        async def send(interaction: discord.Interaction[Any]) -> None:
            await self.raw_callback(interaction, {"type": kind, "data": data})

        return await self.answer(send)

    async def raw_callback(self, interaction: discord.Interaction[Any], body: Json) -> None:
        path = "/interactions/{interaction_id}/{interaction_token}/callback"
        parameters: Json = {"interaction_id": interaction.id, "interaction_token": interaction.token}
        await self.client.http.request(Route("POST", path, **parameters), json=body)


Answering = Callable[[discord.Interaction[Any]], Awaitable[None]]


class RawBot(Bot):
    """Answers as it is told, and keeps what it heard."""

    def __init__(self) -> None:
        super().__init__()
        self.answer: Answering = self._unprepared
        self.outcomes: list[BaseException | None] = []
        self.heard: list[str] = []
        self.events: list[str] = []

        @self.tree.command(description="Answers as the test says")
        async def raw(interaction: discord.Interaction[Any]) -> None:
            try:
                await self.answer(interaction)
            except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
                self.outcomes.append(error)
            else:
                self.outcomes.append(None)

        @self.tree.context_menu(name="Check this")
        async def check(interaction: discord.Interaction[Any], message: discord.Message) -> None:
            await interaction.response.send_message(f"checked {message.content}")

    async def _unprepared(self, _: discord.Interaction[Any]) -> None:
        raise AssertionError("the test gave no answer")

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message.content)

    async def on_guild_join(self, _: discord.Guild) -> None:
        self.events.append("join")

    async def on_guild_remove(self, _: discord.Guild) -> None:
        self.events.append("remove")

    async def on_guild_unavailable(self, _: discord.Guild) -> None:
        self.events.append("unavailable")

    async def on_guild_available(self, _: discord.Guild) -> None:
        self.events.append("available")


@asynccontextmanager
async def travelling(double: DiscordDouble) -> AsyncIterator[Trip]:
    guild = double.add_guild()
    channel, fan = guild.add_channel("rumours"), guild.add_member("fan")
    client = RawBot()
    async with double.running(client):
        yield Trip(double, guild, channel, fan, client)


@pytest.fixture
async def trip(double: DiscordDouble) -> AsyncIterator[Trip]:
    async with travelling(double) as opened:
        yield opened


@pytest.fixture
async def rule_trip() -> AsyncIterator[Trip]:
    """Without Discord's file: only the double's own rules judge, and breaking them is the test."""
    async with DiscordDouble(None, expect_violations=True) as double, travelling(double) as opened:
        yield opened


def embed(**more: Any) -> Json:
    return {"embeds": [{"title": "t", **more}]}


def rows(*buttons: Json) -> Json:
    return {"content": "x", "components": [{"type": 1, "components": list(buttons)}]}


def button(custom_id: str = "a", **more: Any) -> Json:
    return {"type": 2, "style": 2, "label": "More", "custom_id": custom_id, **more}


def link(url: str) -> Json:
    return {"type": 2, "style": 5, "label": "Source", "url": url}


def menu(**more: Any) -> Json:
    return {"type": 3, "custom_id": "m", "options": [{"label": "a", "value": "a"}], **more}


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


def modal(**more: Any) -> Json:
    return {"title": "Add", "custom_id": "m", "components": [labelled(text_input())], **more}


def labelled(component: Json, label: str = "Title") -> Json:
    return {"type": 18, "label": label, "component": component}


def text_input(custom_id: str = "t", **more: Any) -> Json:
    return {"type": 4, "custom_id": custom_id, "style": 1, **more}


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


def command(**more: Any) -> Json:
    return {"name": "ask", "description": "Ask", "type": 1, "options": [], **more}


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


async def nothing(interaction: discord.Interaction[Any]) -> None:
    """Answers nothing."""


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


async def test_answer_after_three_seconds_finds_no_interaction(rule_trip: Trip) -> None:
    async def late(interaction: discord.Interaction[Any]) -> None:
        rule_trip.double.clock.advance(3.1)
        await interaction.response.defer()

    error = await rule_trip.answer(late)
    assert isinstance(error, discord.NotFound)
    assert error.code == 10062
    rule_trip.double.acknowledgement_limit_s = 5
    assert await rule_trip.answer(late) is None


async def test_second_acknowledgement_is_refused(rule_trip: Trip) -> None:
    async def twice(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer()
        await rule_trip.raw_callback(interaction, {"type": 9, "data": modal()})

    error = await rule_trip.answer(twice)
    assert isinstance(error, discord.HTTPException)
    assert error.code == 40060
    assert "already acknowledged" in rule_trip.double.violations[0]


async def test_the_same_acknowledgement_again_is_refused_but_no_breach(rule_trip: Trip) -> None:
    async def twice(interaction: discord.Interaction[Any]) -> None:
        for _ in range(2):
            await rule_trip.raw_callback(interaction, {"type": 5})

    error = await rule_trip.answer(twice)
    assert isinstance(error, discord.HTTPException)
    assert error.code == 40060
    assert rule_trip.double.violations == []


async def test_command_can_not_be_answered_as_a_button(rule_trip: Trip) -> None:
    assert isinstance(await rule_trip.post({}, kind=6), discord.HTTPException)
    assert "6 can't answer" in rule_trip.double.violations[0]


async def test_token_expires(rule_trip: Trip) -> None:
    async def slow(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer()
        rule_trip.double.clock.advance(15 * 60)
        await interaction.followup.send("too late")

    error = await rule_trip.answer(slow)
    assert isinstance(error, discord.HTTPException)
    assert (error.status, error.code) == (401, 50027)


async def test_follow_up_needs_an_acknowledgement(rule_trip: Trip) -> None:
    error = await rule_trip.answer(lambda interaction: interaction.followup.send("x"))
    assert isinstance(error, discord.NotFound)
    assert "acknowledged" in rule_trip.double.violations[0]


async def test_public_deferral_stays_public(rule_trip: Trip) -> None:
    async def hide(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer()
        await interaction.followup.send("x", ephemeral=True)

    assert await rule_trip.answer(hide) is None
    (message,) = rule_trip.channel.messages
    assert not message.ephemeral
    assert "can't become an ephemeral" in rule_trip.double.violations[0]


async def test_follow_up_of_a_deleted_public_deferral_may_be_private(rule_trip: Trip) -> None:
    async def withdraw(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()
        await interaction.followup.send("x", ephemeral=True)

    assert await rule_trip.answer(withdraw) is None
    (message,) = rule_trip.channel.messages
    assert message.ephemeral
    assert rule_trip.double.violations == []


async def test_empty_message_is_refused(rule_trip: Trip) -> None:
    error = await rule_trip.post({"content": " \n"})
    assert isinstance(error, discord.HTTPException)
    assert error.code == 50006

    async def wipe(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("x")
        await interaction.edit_original_response(content=None)

    error = await rule_trip.answer(wipe)
    assert isinstance(error, discord.HTTPException)
    assert error.code == 50006


@pytest.mark.parametrize(
    ("data", "pings"),
    [
        ({"content": "<@7>"}, ["<@7>"]),
        ({"content": "@everyone <@&7>"}, []),
        ({"content": "@here", "allowed_mentions": {"parse": ["everyone"]}}, ["@here"]),
        ({"content": "<@&7>", "allowed_mentions": {"roles": ["7"]}}, ["<@&7>"]),
        ({"content": "<@7> @everyone", "allowed_mentions": {"parse": []}}, []),
        ({"embeds": [{"description": "<@7>"}]}, []),
    ],
)
async def test_ping_is_noted(rule_trip: Trip, data: Json, pings: list[str]) -> None:
    assert await rule_trip.post(data) is None
    assert [v.split(" the message pings ")[1] for v in rule_trip.double.violations] == pings


async def test_ping_of_a_message_and_of_a_reply_is_noted(rule_trip: Trip) -> None:
    channel = rule_trip.client.get_channel(rule_trip.channel.id)
    assert isinstance(channel, discord.TextChannel)
    rule_trip.client._connection.allowed_mentions = None
    await channel.send("@everyone")
    asked = rule_trip.fan.says(rule_trip.channel, "hi")
    await channel.send("x", reference=discord.MessageReference(message_id=asked.id, channel_id=channel.id))
    assert len(rule_trip.double.violations) == 2
    assert "@everyone" in rule_trip.double.violations[0]
    assert "author" in rule_trip.double.violations[1]


async def test_channel_message_can_not_be_ephemeral(rule_trip: Trip) -> None:
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=rule_trip.channel.id)
    with pytest.raises(discord.HTTPException):
        await rule_trip.client.http.request(route, json={"content": "x", "flags": 64})


async def test_large_file_is_refused(rule_trip: Trip) -> None:
    async def send(interaction: discord.Interaction[Any]) -> None:
        large = discord.File(io.BytesIO(bytes(10 * 1024 * 1024 + 1)), "a.bin")
        await interaction.response.send_message(file=large)

    error = await rule_trip.answer(send)
    assert isinstance(error, discord.HTTPException)
    assert error.status == 413


async def test_unknown_route_is_noted(rule_trip: Trip) -> None:
    with pytest.raises(discord.NotFound):
        await rule_trip.client.http.request(Route("GET", "/nowhere"))
    assert "no such route" in rule_trip.double.violations[0]


# --- what people can do


async def test_files_of_an_answer_can_be_read(trip: Trip) -> None:
    async def send(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(file=discord.File(io.BytesIO(b"a,b"), "a.csv"))

    trip.client.answer = send
    reply = await trip.fan.slash(trip.channel, "raw")
    assert reply.files == {"a.csv": b"a,b"}


async def test_client_refuses_what_discord_would_not_send(trip: Trip) -> None:
    with pytest.raises(InputRefusedError, match=r"no command /nothing\. Registered: Check this, article"):
        await trip.fan.slash(trip.channel, "nothing")
    with pytest.raises(InputRefusedError, match="no command /article"):
        await trip.fan.slash(trip.channel, "article")
    with pytest.raises(InputRefusedError, match="question is required"):
        await trip.fan.slash(trip.channel, "ask")
    with pytest.raises(InputRefusedError, match="question: is below the minimum of 3"):
        await trip.fan.slash(trip.channel, "ask", question="x")
    with pytest.raises(InputRefusedError, match="no option 'colour'"):
        await trip.fan.slash(trip.channel, "ask", question="who?", colour="red")
    with pytest.raises(InputRefusedError, match="wrong type"):
        await trip.fan.slash(trip.channel, "ask", question="who?", private="yes")
    with pytest.raises(InputRefusedError, match="not offer /article add to fan"):
        await trip.fan.slash(trip.channel, "article add")
    with pytest.raises(InputRefusedError, match="direct messages"):
        moderator = trip.guild.add_member("admin", permissions=discord.Permissions.all().value)
        await moderator.slash(moderator.direct, "article add")


async def test_hostile_input_gets_through_unvalidated(trip: Trip) -> None:
    reply = await trip.fan.slash(trip.channel, "ask", validate=False, question="x")
    assert reply.embeds[0]["title"] == "x"
    assert (await trip.fan.slash(trip.channel, "article add", validate=False)).modal


async def test_ephemeral_answer_is_seen_by_one_person(trip: Trip) -> None:
    reply = await trip.fan.slash(trip.channel, "ask", question="who?", private=True)
    other = trip.guild.add_member("other")
    with pytest.raises(InputRefusedError, match="does not see"):
        await reply.click(other, "More")
    assert (await click(other, reply.message, custom_id="more:2", validate=False)).content == "page 2"
    assert trip.client.heard == []


async def test_menu_and_direct_messages_work(trip: Trip) -> None:
    async def offer(interaction: discord.Interaction[Any]) -> None:
        select: discord.ui.Select[discord.ui.View] = discord.ui.Select(
            options=[discord.SelectOption(label="Arsenal", value="1")]
        )

        async def chosen(picked: discord.Interaction[Any]) -> None:
            await picked.response.send_message(f"chose {select.values}")

        select.callback = chosen  # type: ignore[method-assign,assignment]
        await interaction.response.send_message("which?", view=discord.ui.View().add_item(select))

    trip.client.answer = offer
    reply = await trip.fan.slash(trip.fan.direct, "raw")
    assert (await reply.select(trip.fan, ["1"])).content == "chose ['1']"


async def test_message_menu_gets_the_message(trip: Trip) -> None:
    message = trip.fan.says(trip.channel, "Mbappé to Madrid")
    reply = await trip.fan.use_on_message(trip.channel, "Check this", message)
    assert reply.content == "checked Mbappé to Madrid"


async def test_registered_commands_count_and_keep_their_ids(trip: Trip) -> None:
    first = {command.name: command.id for command in await trip.client.tree.sync()}
    trip.client.tree.remove_command("raw")
    second = {command.name: command.id for command in await trip.client.tree.sync()}
    assert "raw" in first
    assert second == {name: number for name, number in first.items() if name != "raw"}
    with pytest.raises(InputRefusedError, match="no command /raw"):
        await trip.fan.slash(trip.channel, "raw")
    assert [command.id for command in await trip.client.tree.fetch_commands()] == list(second.values())


async def test_words_are_hidden_unless_meant_for_the_bot(trip: Trip) -> None:
    secret = trip.fan.says(trip.channel, "between us")
    trip.fan.says(trip.channel, f"{trip.double.bot.mention} hello")
    other = trip.guild.add_member("other")
    other.says(trip.channel, f"{trip.double.bot.mention} this", answering=secret)
    other.says(trip.fan.direct, "in private")
    await trip.double.until(lambda: len(trip.client.heard) == 4)
    bot = trip.double.bot.mention
    assert trip.client.heard == ["", f"{bot} hello", f"{bot} this", "in private"]
    channel = trip.client.get_channel(trip.channel.id)
    assert isinstance(channel, discord.TextChannel)
    assert [m.content async for m in channel.history()] == [f"{bot} this", f"{bot} hello", ""]
    assert (await channel.fetch_message(secret.id)).content == ""


async def test_channel_keeps_out_who_lacks_the_permission(trip: Trip) -> None:
    channel = trip.client.get_channel(trip.channel.id)
    assert isinstance(channel, discord.TextChannel)
    trip.channel.deny(trip.guild.me, discord.Permissions(send_messages=True).value)
    with pytest.raises(discord.Forbidden) as caught:
        await channel.send("x")
    assert caught.value.code == 50013
    trip.channel.deny(trip.guild.everyone, discord.Permissions(view_channel=True).value)
    with pytest.raises(discord.Forbidden):
        await channel.fetch_message(1)
    trip.fan.says(trip.channel, f"{trip.double.bot.mention} hello")
    reply = await trip.fan.slash(trip.channel, "ask", question="who?")
    assert reply.embeds
    assert trip.client.heard == []


async def test_bot_edits_and_deletes_its_messages(trip: Trip) -> None:
    channel = trip.client.get_channel(trip.channel.id)
    assert isinstance(channel, discord.TextChannel)
    sent = await channel.send("one")
    assert (await sent.edit(content="two")).content == "two"
    assert [message.content for message in trip.channel.messages] == ["two"]
    await sent.delete()
    assert trip.channel.messages == []
    asked = trip.fan.says(trip.channel, "mine")
    with pytest.raises(discord.Forbidden):
        await channel.get_partial_message(asked.id).edit(content="yours")


# --- faults and the gateway


async def test_server_error_is_tried_again(trip: Trip) -> None:
    trip.double.faults.next("callback", status=502)
    assert await trip.post({"content": "x"}) is None
    assert [request.status for request in trip.double.requests_to("callback")] == [502, 204]


async def test_reset_connection_breaks_the_request(trip: Trip) -> None:
    trip.double.faults.next("callback", reset=True)
    assert isinstance(await trip.post({"content": "x"}), (OSError, aiohttp.ClientError))
    assert trip.channel.messages == []
    trip.double.faults.next("callback", reset=True, after=True)
    assert isinstance(await trip.post({"content": "x"}), (OSError, aiohttp.ClientError))
    assert len(trip.channel.messages) == 1


async def test_rate_limit_is_waited_for_only_with_via(trip: Trip) -> None:
    trip.double.faults.next("callback", status=429, retry_after_s=0.01, times=2)
    assert await trip.post({"content": "x"}) is None
    assert len(trip.double.requests_to("callback")) == 3
    trip.double.faults.next("callback", status=429, via=False)
    assert isinstance(await trip.post({"content": "x"}), discord.HTTPException)


async def test_fault_carries_discords_code_and_hits_files(trip: Trip) -> None:
    trip.double.faults.next("callback", status=404, code=10062)
    error = await trip.post({"content": "x"})
    assert isinstance(error, discord.NotFound)
    assert error.code == 10062
    trip.double.faults.next("file", status=404, delay_s=0.01)
    moderator = trip.guild.add_member("mod", permissions=discord.Permissions(manage_messages=True).value)
    await moderator.slash(trip.channel, "article add", file=Attachment("a", b""), wait="nothing")
    await trip.double.until(lambda: trip.double.errors != [])
    assert "asset not found" in trip.double.errors[0]
    with pytest.raises(ValueError, match="no route 'nowhere'"):
        trip.double.faults.next("nowhere", status=500)


async def test_fault_hits_only_what_it_is_meant_for_until_it_is_cancelled(trip: Trip) -> None:
    here, there = (
        trip.client.get_partial_messageable(channel.id)
        for channel in (trip.channel, trip.guild.add_channel("there"))
    )
    fault = trip.double.faults.next(
        "message", status=400, times=9, when=lambda request: request.parameters["channel_id"] == str(there.id)
    )
    await here.send("hello")
    with pytest.raises(discord.HTTPException):
        await there.send("hello")
    trip.double.faults.cancel(fault)
    await there.send("hello")
    assert fault.hits == 1


async def test_message_that_is_sent_twice_with_its_nonce_is_one(trip: Trip) -> None:
    channel = trip.client.get_partial_messageable(trip.channel.id)
    first = await channel.send("once", nonce="7")
    assert (await channel.send("once", nonce="7")).id == first.id
    assert (await channel.send("once", nonce="8")).id != first.id


async def test_connection_that_breaks_is_resumed_and_misses_nothing(trip: Trip) -> None:
    breaking = asyncio.create_task(trip.double.gateway.reset())
    await asyncio.sleep(0)
    message = trip.fan.says(trip.channel, f"{trip.double.bot.mention} meanwhile")
    await breaking
    await trip.double.until(lambda: len(trip.client.heard) == 1)
    assert trip.double.gateway.delivered(message.id)
    assert len(trip.double.gateway.identifies) == 1


async def test_what_happens_without_a_session_is_delivered_to_nobody(trip: Trip) -> None:
    invalid = asyncio.create_task(trip.double.gateway.invalidate())
    await asyncio.sleep(0)
    reply = await trip.fan.slash(trip.channel, "raw", wait="nothing")
    message = trip.fan.says(trip.channel, f"{trip.double.bot.mention} meanwhile")
    await invalid
    trip.fan.says(trip.channel, f"{trip.double.bot.mention} afterwards")
    await trip.double.until(lambda: len(trip.client.heard) == 1)
    assert reply.interaction is not None
    assert not trip.double.gateway.delivered(reply.interaction.id)
    assert not trip.double.gateway.delivered(message.id)
    assert not reply.acknowledged


async def test_client_resumes_and_misses_nothing(trip: Trip) -> None:
    await trip.double.gateway.reconnect()
    await trip.double.gateway.close(4000)
    trip.fan.says(trip.channel, f"{trip.double.bot.mention} meanwhile")
    await trip.double.until(lambda: len(trip.client.heard) == 1)
    assert trip.double.gateway.resumes == 2
    assert len(trip.double.gateway.identifies) == 1


async def test_invalid_session_is_begun_anew(trip: Trip) -> None:
    await trip.double.gateway.invalidate()
    assert len(trip.double.gateway.identifies) == 2
    assert await trip.post({"content": "x"}) is None
    await trip.double.gateway.invalidate(resumable=True)
    assert len(trip.double.gateway.identifies) == 2


async def test_heart_beats(double: DiscordDouble) -> None:
    double.gateway.heartbeat_interval_s = 0.02
    async with double.running(Bot()) as client:
        await double.until(lambda: double.gateway.heartbeats >= 3)
        assert client.latency < 10


async def test_privileged_intents_are_not_granted(double: DiscordDouble) -> None:
    client = discord.Client(intents=discord.Intents(guilds=True, message_content=True))
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with double.running(client):
            pass
    assert double.identified_intents == client.intents.value
    double.gateway.granted_intents = client.intents.value
    async with double.running(discord.Client(intents=client.intents)):
        pass


async def test_foreign_token_is_refused(double: DiscordDouble) -> None:
    client = Bot()
    with pytest.raises(discord.LoginFailure):
        await client.start("foreign.token")
    await client.close()


async def test_mention_needs_the_intent(double: DiscordDouble) -> None:
    guild = double.add_guild()
    channel, fan = guild.add_channel("rumours"), guild.add_member("fan")
    with pytest.raises(RuntimeError, match="No client is connected"):
        await fan.mention(channel, "who?")
    async with double.running(discord.Client(intents=discord.Intents(guilds=True))):
        with pytest.raises(RuntimeError, match="guild_messages"):
            await fan.mention(channel, "who?")


async def test_servers_come_and_go(trip: Trip) -> None:
    trip.client.events.clear()
    second = trip.double.add_guild("second")
    trip.double.begin_outage(second)
    trip.double.end_outage(second)
    trip.double.remove_guild(second)
    await trip.double.until(lambda: len(trip.client.events) == 4)
    assert trip.client.events == ["join", "unavailable", "available", "remove"]


async def test_client_of_another_process_connects(double: DiscordDouble) -> None:
    program = double.preamble + (
        "import discord\n"
        "client = discord.Client(intents=discord.Intents(guilds=True))\n"
        f"client.run({double.token!r})\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore", "-c", program, stderr=subprocess.DEVNULL
    )
    await double.until(lambda: double.gateway.connected, timeout_s=30)
    process.kill()
    await process.wait()
    assert double.identified_intents == 1


# --- how the double speaks to tests


async def test_broken_rules_fail_the_test() -> None:
    with pytest.raises(AssertionError, match=r"rules were broken:\n.*surrogate"):
        async with DiscordDouble(None) as double, travelling(double) as trip:
            await trip.post({"content": "\ud800"})
    with pytest.raises(KeyError) as caught:
        async with DiscordDouble(None) as double, travelling(double) as trip:
            await trip.post({"content": "\ud800"})
            raise KeyError
    assert "surrogate" in caught.value.__notes__[0]


async def test_waiting_in_vain_tells_what_happened() -> None:
    async with DiscordDouble(wait_s=0.1) as double, travelling(double) as trip:
        trip.client.answer = nothing
        with pytest.raises(AssertionError, match=r"Waited 0\.1 s(.|\n)*GET /api/v10/users/@me \[me\] -> 200"):
            await trip.fan.slash(trip.channel, "raw")


async def test_discord_py_is_left_as_it_was() -> None:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    async with DiscordDouble():
        assert before[0] != Route.BASE
    assert before == (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](https://a.org) and [b](<http://b.org/x>)", [("a", "https://a.org"), ("b", "http://b.org/x")]),
        (r"[a \[b\]](https://a.org/x_(y))", [("a [b]", "https://a.org/x_(y)")]),
        (r"\[a](https://a.org)", []),
        ("`[a](https://a.org)`", []),
        ("[a](javascript:alert)", []),
        ("[a [b](https://b.org)", [("b", "https://b.org")]),
        ("[a]", []),
    ],
)
def test_links_are_those_a_reader_can_click(text: str, found: list[tuple[str, str]]) -> None:
    assert links(text) == found


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        (r"a \*b\* \[c](x) \<@1> \\", Reading("a *b* [c](x) <@1> \\", marks=[[]])),
        ("**a** `b`", Reading("a b", marks=[["**", "**", "`", "`"]])),
        ("[a *b*](<https://a.org/_x_>)", Reading("a b", ["https://a.org/_x_"], marks=[["*", "*"]])),
        (
            "<https://a.org> https://b.org/x_y",
            Reading("<https://a.org> https://b.org/x_y", ["https://a.org", "https://b.org/x_y"], marks=[[]]),
        ),
        (
            "<@1> <@&2> <#3> </ask:4> <:e:5> @here",
            Reading(
                "<@1> <@&2> <#3> </ask:4> <:e:5> @here",
                [],
                ["<@1>", "<@&2>", "<#3>", "</ask:4>", "<:e:5>", "@here"],
                marks=[[]],
            ),
        ),
        ("<t:1:D>", Reading("<t:1:D>", times=["<t:1:D>"], marks=[[]])),
        ("> # a\n-# b\n1. c", Reading("a\nb\nc", marks=[[], [], []], blocks=["> ", "# ", "-# ", "1. "])),
        ("[a](javascript:x) https\\://a.org", Reading("[a](javascript:x) https://a.org", marks=[[]])),
    ],
)
def test_text_is_read_as_discord_shows_it(text: str, reading: Reading) -> None:
    assert read(text) == reading
