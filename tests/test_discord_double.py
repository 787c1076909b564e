"""The Discord double, used through the real discord.py client over loopback."""

from collections.abc import AsyncIterator

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from tests.discord_double import Attachment, DiscordDouble, InputRefusedError

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
