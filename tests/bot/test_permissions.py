"""Who may use which command, and who is offered what, whatever Discord itself would hide from them."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.app import open_services
from bot.client import Rumourmill
from bot.config import Config
from corpus.feeds.types import Look, NewFeed
from corpus.store import Store
from corpus.types import ArticleDraft, GuildSettings, Note, NoteKind, ServerAlias
from corpus.web.types import NOTHING_KNOWN, Feed
from tests.bot.conftest import MANAGE_MESSAGES, load_word_engine
from tests.discord_double import Attachment, Channel, DiscordDouble, Guild, Member, Reply

FOR_ALL = {
    "ask",
    "help",
    "rumour about",
    "rumour latest",
    "rumour changes",
    "source list",
    "source show",
    "privacy show",
    "privacy export",
    "privacy forget",
    "Check this rumour",
}
FOR_MODERATORS = {
    "article add",
    "article edit",
    "article import",
    "article list",
    "article show",
    "article remove",
    "article restore",
    "audit",
    "Add as article",
    "queue list",
    "queue done",
    "alias add",
    "alias remove",
    "alias list",
    "feed add",
    "feed list",
    "feed pause",
    "feed resume",
    "feed remove",
    "feed test",
}
FOR_ADMINISTRATORS = {
    "admin setup",
    "admin config show",
    "admin config set",
    "admin config reset",
    "admin status",
    "admin export",
    "admin purge",
}
EVERYTHING = FOR_ALL | FOR_MODERATORS | FOR_ADMINISTRATORS
OFFERS_TO_ALL = {("ask", "club"), ("rumour about", "name"), ("source show", "name")}
OFFERS_TO_MODERATORS = {
    ("article show", "id"),
    ("article edit", "id"),
    ("article remove", "id"),
    ("article restore", "id"),
    ("queue done", "id"),
    ("alias add", "name"),
    ("alias remove", "alias"),
    ("feed pause", "feed"),
    ("feed resume", "feed"),
    ("feed remove", "feed"),
}
OPTIONS: dict[str, dict[str, Any]] = {
    "ask": {"question": "who replaces Ancelotti?"},
    "rumour about": {"name": "Alonso"},
    "admin config reset": {"setting": "everything"},
    "source show": {"name": "Alonso Post"},
    "article show": {"id": "1"},
    "article edit": {"id": "1"},
    "article import": {"file": Attachment("a.jsonl", b"")},
    "article remove": {"id": "1"},
    "queue done": {"id": "1"},
    "alias add": {"alias": "the tall one", "name": "Xabi Alonso"},
    "alias remove": {"alias": "the Alonso"},
    "article restore": {"id": "2"},
    "feed add": {"url": "https://news.example/feed"},
    "feed test": {"url": "https://news.example/feed"},
    "feed pause": {"feed": "1"},
    "feed resume": {"feed": "1"},
    "feed remove": {"feed": "1"},
}
PEOPLE = ("fan", "moderator", "member of the role", "administrator", "moderator elsewhere")
MAY_MODERATE = {"moderator", "member of the role", "administrator"}
MAY_ADMINISTER = {"administrator"}
SERVERS_ONLY = "I answer in servers only, not in direct messages."
NOTE = Note(0, NoteKind.QUESTION, 7, datetime(2026, 8, 1, tzinfo=UTC), 50, 500, "where is Alonso?")
DRAFT = ArticleDraft(
    "Alonso to Madrid", "They saw Xabi Alonso replaces Ancelotti.", "Alonso Post", None, None
)


@pytest.fixture
async def client(double: DiscordDouble, config: Config, guild: Guild) -> AsyncIterator[Rumourmill]:
    """With what Discord hides from people opened to everyone, as an administrator can do."""
    async with open_services(config, load_word_engine) as services:
        engine = await services.load()
        await engine.add([DRAFT, replace(DRAFT, title="Alonso hoax")], guild_id=guild.id)
        await engine.remove(2, guild_id=guild.id)
        await services.store.aliases.save(ServerAlias("the Alonso", "Xabi Alonso"), guild_id=guild.id)
        await services.store.queue.put(replace(NOTE, guild_id=guild.id))
        await follow(services.store, guild.id)
        client = Rumourmill(services)
        async with double.running(client):
            opened = [
                command.to_dict(client.tree) | {"default_member_permissions": None}
                for command in client.tree.get_commands()
            ]
            double.store_commands(None, opened)
            yield client


async def follow(store: Store, guild_id: int) -> None:
    now = datetime.now(UTC)
    look = Look("https://news.example/feed", Feed("Alonso News", ()), NOTHING_KNOWN, None, now)
    new = NewFeed(look.url, look.feed.title, guild_id)
    await store.feeds.follow(new, look, (), next_at=now + timedelta(hours=1), now=now)


@pytest.fixture
async def people(client: Rumourmill, double: DiscordDouble, guild: Guild) -> dict[str, Member]:
    role = guild.add_role("Stewards")
    await client.settings.change(guild.id, lambda _: GuildSettings(moderator_role=role.id))
    elsewhere = double.add_guild("Rivals").add_member("rival", permissions=MANAGE_MESSAGES)
    administrator = discord.Permissions(administrator=True).value
    return {
        "fan": guild.add_member("fan"),
        "moderator": guild.add_member("moderator", permissions=MANAGE_MESSAGES),
        "member of the role": guild.add_member("member", roles=[role]),
        "administrator": guild.add_member("administrator", permissions=administrator),
        "moderator elsewhere": guild.add_member("rival", user=elsewhere.user),
    }


def everything(
    client: Rumourmill,
) -> Iterator[app_commands.Command[Any, ..., Any] | app_commands.ContextMenu]:
    for command in client.tree.walk_commands():
        if isinstance(command, app_commands.Command):
            yield command
    yield from client.tree.walk_commands(type=discord.AppCommandType.message)
    yield from client.tree.walk_commands(type=discord.AppCommandType.user)


def may(who: str, name: str) -> bool:
    if name in FOR_ADMINISTRATORS:
        return who in MAY_ADMINISTER
    return name in FOR_ALL or who in MAY_MODERATE


async def use(member: Member, channel: Channel, name: str) -> Reply:
    if name[0].isupper():
        message = member.says(channel, "Xabi Alonso replaces Ancelotti")
        return await member.use_on_message(channel, name, message, validate=False)
    return await member.slash(channel, name, validate=False, **OPTIONS.get(name, {}))


async def test_no_command_and_no_offer_is_left_out_here(client: Rumourmill) -> None:
    commands = list(everything(client))
    assert {command.qualified_name for command in commands} == EVERYTHING
    assert {
        (command.qualified_name, parameter.display_name)
        for command in commands
        if isinstance(command, app_commands.Command)
        for parameter in command.parameters
        if parameter.autocomplete
    } == OFFERS_TO_ALL | OFFERS_TO_MODERATORS


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", sorted(EVERYTHING))
async def test_command(
    client: Rumourmill, people: dict[str, Member], channel: Channel, who: str, name: str
) -> None:
    reply = await use(people[who], channel, name)
    if may(who, name):
        assert "You need" not in reply.text
        assert reply.modal or reply.text
    else:
        needed = "Manage Server" if name in FOR_ADMINISTRATORS else "Manage Messages"
        assert reply.text.startswith("You need the ")
        assert reply.text.endswith(f"permission {needed} for that.")
        assert reply.ephemeral
        assert reply.modal is None
    left = await client.services.store.articles.count(guild_id=channel.guild.id if channel.guild else None)
    changed = {"article remove": 0, "article restore": 2} if who in MAY_MODERATE else {}
    assert left == changed.get(name, 1)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize(("name", "option"), sorted(OFFERS_TO_ALL | OFFERS_TO_MODERATORS))
async def test_offer(
    client: Rumourmill, people: dict[str, Member], channel: Channel, who: str, name: str, option: str
) -> None:
    offered = await people[who].autocomplete(channel, name, focused=(option, "Alonso"))
    assert bool(offered) == ((name, option) in OFFERS_TO_ALL or who in MAY_MODERATE)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", sorted(EVERYTHING))
async def test_command_in_a_direct_message(
    client: Rumourmill, people: dict[str, Member], who: str, name: str
) -> None:
    reply = await use(people[who], people[who].direct, name)
    assert reply.text == SERVERS_ONLY
    assert reply.modal is None


@pytest.mark.parametrize(("name", "option"), sorted(OFFERS_TO_ALL | OFFERS_TO_MODERATORS))
async def test_offer_in_a_direct_message(
    client: Rumourmill, people: dict[str, Member], name: str, option: str
) -> None:
    moderator = people["moderator"]
    offered = await moderator.autocomplete(moderator.direct, name, focused=(option, "Alonso"), validate=False)
    assert offered == []
