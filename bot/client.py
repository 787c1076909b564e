"""The Discord client: what it asks of Discord, what it never does, and its cogs."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import feeds
from bot.answers import Answers
from bot.app import Services
from bot.cogs.admin import Admin
from bot.cogs.aliases import Aliases
from bot.cogs.articles import Articles
from bot.cogs.ask import Ask
from bot.cogs.audit import Audit
from bot.cogs.feeds import Feeds
from bot.cogs.help import Help
from bot.cogs.privacy import Privacy
from bot.cogs.queue import Queue
from bot.cogs.rumours import Rumours
from bot.cogs.servers import Servers
from bot.cogs.sources import Sources
from bot.drafts import DraftButton, Drafts
from bot.examples import Examples
from bot.feedback import RightButton, VerdictButton
from bot.forms import hand_back
from bot.guide import Guide
from bot.imports import ImportButton, Imports
from bot.incidents import Incidents
from bot.log_channel import LogChannel
from bot.notes import ReportButton, SendButton
from bot.panel import SettingsPanel
from bot.questions import Questions
from bot.receipts import Receipts
from bot.respond import Interaction, report
from bot.settings import Settings
from bot.translator import CommandTranslator
from bot.views import MoreButton, ProveButton, SourcesButton
from bot.words import language_of, speak
from corpus.types import GuildSettings

RATELIMIT_S = 30.0
BUTTONS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (
    MoreButton,
    ProveButton,
    SourcesButton,
    RightButton,
    VerdictButton,
    ReportButton,
    SendButton,
    DraftButton,
    ImportButton,
)
"""Those that outlive the process which showed them."""


class Tree(app_commands.CommandTree["Rumourmill"]):
    """Commands for servers only. Every error of a command rises to here."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        speak(language_of(interaction.locale.value))
        if interaction.guild_id is not None:
            return True
        if interaction.type is discord.InteractionType.autocomplete:
            await interaction.response.autocomplete([])
            return False
        raise app_commands.NoPrivateMessage

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        await report(interaction, error)


class Rumourmill(commands.Bot):
    """Needs no privileged intent, keeps no members and no messages, and pings nobody.

    It never registers its commands by itself. `lost_interactions` counts those that nobody waited for.
    """

    def __init__(self, services: Services) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(guilds=True, guild_messages=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
            max_ratelimit_timeout=RATELIMIT_S,
        )
        self.services = services
        self.receipts = Receipts(self, services.store)
        self.drafts = Drafts(services, self.receipts)
        self.imports = Imports(services, self.receipts)
        self.settings = Settings(services.store)
        self.incidents = Incidents()
        self.log_channel = LogChannel(self, self.settings)
        self.feeds = feeds.Feeds(self, services, self.log_channel)
        self.lost_interactions = 0

    async def setup_hook(self) -> None:
        await self.settings.load()
        await self.tree.set_translator(CommandTranslator())
        self.add_dynamic_items(*BUTTONS)
        self.add_view(SettingsPanel(GuildSettings()))
        answers = Answers(self.services, self.receipts, self.settings)
        questions = Questions(self.services.store, self.settings)
        guide = Guide(self.services.store, self.tree, Examples(self.services))
        ask = Ask(self.services, answers, questions, guide, self.settings, self.incidents)
        articles = Articles(self.services, self.receipts, self.drafts, self.imports)
        admin = Admin(self.services, self.receipts)
        rumours = Rumours(self.services, answers, questions)
        servers = Servers(self, self.services, self.settings)
        sources, privacy = Sources(self.services), Privacy(self.services, questions)
        queue, aliases = Queue(self.services), Aliases(self.services)
        audit = Audit(self.services)
        for cog in (
            ask,
            rumours,
            sources,
            articles,
            audit,
            queue,
            aliases,
            Feeds(self, self.services, self.feeds),
            privacy,
            Help(guide),
            servers,
            admin,
        ):
            await self.add_cog(cog)
        for menu in (ask.check_menu, articles.add_menu):
            self.tree.add_command(menu)

    async def on_message(self, message: discord.Message, /) -> None:
        """There are no prefix commands: what a mention says is a question, and the cog `Ask` hears it."""

    async def on_interaction(self, interaction: Interaction, /) -> None:
        """Commands, buttons and forms are heard elsewhere; only a form that nobody waits for is left."""
        await hand_back(interaction)
