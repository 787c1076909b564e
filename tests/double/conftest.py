"""The Discord double, used through the real discord.py client over loopback."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands
from discord.ext import commands
from discord.http import Route

from tests.discord_double import Channel, DiscordDouble, Guild, Member
from tests.discord_double.rules import Json


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


def button(custom_id: str = "a", **more: Any) -> Json:
    return {"type": 2, "style": 2, "label": "More", "custom_id": custom_id, **more}


def link(url: str) -> Json:
    return {"type": 2, "style": 5, "label": "Source", "url": url}


def menu(**more: Any) -> Json:
    return {"type": 3, "custom_id": "m", "options": [{"label": "a", "value": "a"}], **more}


def modal(**more: Any) -> Json:
    return {"title": "Add", "custom_id": "m", "components": [labelled(text_input())], **more}


def labelled(component: Json, label: str = "Title") -> Json:
    return {"type": 18, "label": label, "component": component}


def text_input(custom_id: str = "t", **more: Any) -> Json:
    return {"type": 4, "custom_id": custom_id, "style": 1, **more}


def command(**more: Any) -> Json:
    return {"name": "ask", "description": "Ask", "type": 1, "options": [], **more}


async def nothing(interaction: discord.Interaction[Any]) -> None:
    """Answers nothing."""
