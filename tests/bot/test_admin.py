"""How administrators set the bot up, see how it is, and take away or delete what is their server's."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.app import open_services
from bot.client import Rumourmill
from bot.config import Config
from corpus.ingest.read import read_bytes
from corpus.types import ArticleDraft, GuildSettings
from tests.bot.conftest import MANAGE_MESSAGES, bot, load_word_engine
from tests.bot.test_receipts import ALONSO, DAY, QUESTION, RAUL, WITHDRAWN
from tests.discord_double import Channel, DiscordDouble, Guild, Member, Reply, pick

TOGGLES = ("Private unless asked otherwise", "Keep questions for 30 days")
SHARED = ArticleDraft("Kane stays", "Harry Kane stays at Bayern.", "Kicker", None, DAY)


@pytest.fixture
async def client(double: DiscordDouble, config: Config, guild: Guild) -> AsyncIterator[Rumourmill]:
    async with open_services(config, load_word_engine) as services:
        engine = await services.load()
        await engine.add([ALONSO, RAUL], guild_id=guild.id)
        await engine.add([SHARED], guild_id=None)
    async with bot(double, config) as client:
        yield client


async def configure(administrator: Member, channel: Channel, /, **options: Any) -> Reply:
    return await administrator.slash(channel, "admin config set", **options)


def field(reply: Reply, name: str) -> str:
    [value] = [item["value"] for item in reply.embeds[0]["fields"] if item["name"] == name]
    return str(value)


# Settings


async def test_each_choice_in_the_panel_counts_at_once(
    client: Rumourmill, administrator: Member, guild: Guild, channel: Channel
) -> None:
    role, log, other = guild.add_role("Stewards"), guild.add_channel("log"), guild.add_channel("other")
    panel = await administrator.slash(channel, "admin setup")
    assert panel.ephemeral
    await panel.pick(administrator, "setup:role", role)
    await panel.pick(administrator, "setup:log", log)
    await panel.pick(administrator, "setup:channels", channel, other)
    await panel.click(administrator, "Private unless asked otherwise: no")
    await panel.click(administrator, "Keep questions for 30 days: no")
    chosen = GuildSettings(role.id, log.id, tuple(sorted((channel.id, other.id))), True, True)
    assert client.settings.of(guild.id) == chosen
    assert panel.buttons == ["Private unless asked otherwise: yes", "Keep questions for 30 days: yes"]
    assert f"<#{other.id}>" in field(panel, "Answers for all to see")
    await panel.pick(administrator, "setup:role")
    assert client.settings.of(guild.id).moderator_role is None


async def test_two_choices_at_once_both_count(
    client: Rumourmill, administrator: Member, guild: Guild, channel: Channel
) -> None:
    panel = await administrator.slash(channel, "admin setup")
    toggles = [f"setup:{name}" for name in ("private", "keep_questions")]
    await asyncio.gather(*(panel.click(administrator, custom_id=custom_id) for custom_id in toggles))
    await panel.until(lambda seen: seen.buttons == [f"{label}: yes" for label in TOGGLES])
    assert client.settings.of(guild.id) == GuildSettings(private=True, keep_questions=True)


async def test_choices_and_yesterdays_panel_survive_a_restart(
    double: DiscordDouble, config: Config, administrator: Member, guild: Guild, channel: Channel
) -> None:
    role = guild.add_role("Stewards")
    async with bot(double, config):
        panel = await administrator.slash(channel, "admin setup")
        await panel.pick(administrator, "setup:role", role)
    async with bot(double, config) as client:
        assert client.settings.of(guild.id) == GuildSettings(moderator_role=role.id)
        await pick(administrator, panel.message, "setup:channels", channel)
        await panel.click(administrator, "Private unless asked otherwise: no")
        assert client.settings.of(guild.id) == GuildSettings(role.id, None, (channel.id,), private=True)


async def test_a_panel_obeys_nobody_who_no_longer_administers(
    client: Rumourmill, administrator: Member, guild: Guild, channel: Channel
) -> None:
    panel = await administrator.slash(channel, "admin setup")
    administrator.roles.clear()
    refused = await panel.click(administrator, "Private unless asked otherwise: no")
    assert "You need the permission Manage Server for that." in refused.text
    assert client.settings.of(guild.id) == GuildSettings()


async def test_single_settings_are_set_shown_and_taken_back(
    client: Rumourmill, administrator: Member, guild: Guild, channel: Channel
) -> None:
    role = guild.add_role("Stewards")
    await configure(administrator, channel, moderator_role=role, private=True)
    await configure(administrator, channel, channel=channel)
    assert client.settings.of(guild.id) == GuildSettings(role.id, None, (channel.id,), private=True)
    shown = await administrator.slash(channel, "admin config show")
    assert f"<@&{role.id}>" in field(shown, "Moderators")
    await administrator.slash(channel, "admin config reset", setting="channels")
    assert client.settings.of(guild.id) == GuildSettings(role.id, private=True)
    await administrator.slash(channel, "admin config reset", setting="everything")
    assert client.settings.of(guild.id) == GuildSettings()
    strange = await administrator.slash(channel, "admin config reset", setting="x", validate=False)
    assert strange.text == "Choose one of the settings that are offered."


async def test_a_log_channel_that_the_bot_cannot_write_to_is_refused(
    client: Rumourmill, administrator: Member, guild: Guild, channel: Channel
) -> None:
    log = guild.add_channel("log")
    log.deny(guild.me, 1 << 11)
    refused = await configure(administrator, channel, log_channel=log)
    assert refused.text.startswith("In log I need View Channel")
    assert client.settings.of(guild.id) == GuildSettings()


async def test_the_log_channel_reads_who_changed_what(
    client: Rumourmill, double: DiscordDouble, administrator: Member, guild: Guild, channel: Channel
) -> None:
    log = guild.add_channel("log")
    await configure(administrator, channel, log_channel=log)
    await configure(administrator, channel, private=True)
    await configure(administrator, channel, private=True)
    await double.until(lambda: len(log.messages) == 2)
    first, second = log.messages
    assert f"<#{log.id}>" in first.text
    assert administrator.mention_text in second.text
    assert "**Private unless asked otherwise**: yes" in second.text
    assert "Log channel" not in second.text


# What the settings do


async def test_members_of_the_role_moderate(
    client: Rumourmill, administrator: Member, guild: Guild, channel: Channel
) -> None:
    role = guild.add_role("Stewards")
    steward, fan = guild.add_member("steward", roles=[role]), guild.add_member("fan")
    await configure(administrator, channel, moderator_role=role)
    listed = await steward.slash(channel, "article list", validate=False)
    assert "Alonso replaces Ancelotti" in listed.text
    refused = await fan.slash(channel, "article list", validate=False)
    assert refused.text == f"You need the role <@&{role.id}> or the permission Manage Messages for that."


async def test_answers_are_private_where_the_server_wants_it(
    client: Rumourmill, administrator: Member, fan: Member, channel: Channel
) -> None:
    await configure(administrator, channel, private=True)
    assert (await fan.slash(channel, "ask", question=QUESTION)).ephemeral
    assert not (await fan.slash(channel, "ask", question=QUESTION, private=False)).ephemeral
    assert (await fan.slash(channel, "rumour latest")).ephemeral


async def test_outside_of_the_chosen_channels_answers_are_private(
    client: Rumourmill, administrator: Member, fan: Member, guild: Guild, channel: Channel
) -> None:
    other = guild.add_channel("other")
    await configure(administrator, channel, channel=channel)
    assert not (await fan.slash(channel, "ask", question=QUESTION)).ephemeral
    assert (await fan.slash(other, "ask", question=QUESTION, private=False)).ephemeral


async def test_a_mention_elsewhere_is_told_where_and_the_words_go_again(
    client: Rumourmill,
    administrator: Member,
    fan: Member,
    guild: Guild,
    channel: Channel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.cogs.ask.PASSING_S", 0.05)
    other = guild.add_channel("other")
    await configure(administrator, channel, channel=channel)
    told = await fan.mention(other, QUESTION)
    assert told.content == f"Ask me in <#{channel.id}>, or with /ask, which here answers you alone."
    await told.until(lambda reply: not reply.messages)
    assert "Alonso" in (await fan.mention(channel, QUESTION)).text


# Status, export and purge


async def test_status_tells_articles_index_errors_and_version(
    client: Rumourmill, administrator: Member, guild: Guild, channel: Channel
) -> None:
    client.incidents.note(RuntimeError("x"), "ask", guild.id)
    client.incidents.note(RuntimeError("x"), "elsewhere", guild.id + 1)
    await client.services.engine.sync()
    status = await administrator.slash(channel, "admin status")
    assert field(status, "Articles").startswith("2 of this server · 1 shared by all · newest from <t:")
    assert field(status, "What can be found") == "3 passages · level with the articles"
    assert "ask · `" in field(status, "Errors here since then")
    assert "elsewhere" not in status.text
    assert field(status, "Version").startswith("rumourmill ")


async def test_export_holds_the_servers_own_articles_and_settings_and_nothing_else(
    client: Rumourmill, administrator: Member, channel: Channel
) -> None:
    await configure(administrator, channel, private=True)
    exported = await administrator.slash(channel, "admin export")
    assert exported.ephemeral
    [archive] = [zipfile.ZipFile(io.BytesIO(data)) for data in exported.files.values()]
    drafts = list(read_bytes("articles.jsonl", archive.read("articles.jsonl"), now=DAY))
    assert drafts == [ALONSO, RAUL]
    settings = json.loads(archive.read("guild_settings.jsonl"))
    assert settings["private"] == 1


async def test_a_large_export_comes_in_several_files(
    client: Rumourmill, administrator: Member, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.export.PART_BYTES", 10)
    monkeypatch.setattr("bot.cogs.admin.FILES", 1)
    exported = await administrator.slash(channel, "admin export")
    files = exported.files | (await exported.followup()).files
    assert sorted(files) == ["rumourmill-1.zip", "rumourmill-2.zip"]
    lines = [zipfile.ZipFile(io.BytesIO(data)).read("articles.jsonl") for data in files.values()]
    assert [json.loads(line)["title"] for line in lines] == [ALONSO.title, RAUL.title]


async def test_purge_deletes_all_that_is_the_servers_and_changes_its_answers(
    client: Rumourmill, administrator: Member, fan: Member, guild: Guild, channel: Channel
) -> None:
    await configure(administrator, channel, private=True)
    answer = await fan.slash(channel, "ask", question=QUESTION, private=False)
    form = await administrator.slash(channel, "admin purge")
    purged = await form.submit(administrator, name=f" {guild.name.upper()} ")
    await purged.until(lambda reply: "1 earlier answer changed" in reply.text)
    assert purged.text.startswith("Deleted\n2 articles deleted.")
    assert answer.text.count(WITHDRAWN) == 2
    assert client.settings.of(guild.id) == GuildSettings()
    assert await client.services.store.articles.count(guild_id=guild.id) == 1
    assert "Nothing in the articles" in (await fan.slash(channel, "ask", question=QUESTION)).text


async def test_purge_waits_for_an_import_to_end(
    client: Rumourmill,
    administrator: Member,
    guild: Guild,
    channel: Channel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client.imports, "under_way", lambda guild_id: guild_id == guild.id)
    form = await administrator.slash(channel, "admin purge")
    refused = await form.submit(administrator, name=guild.name)
    assert refused.text == "An import is under way here. Delete everything when it is done."
    assert await client.services.store.articles.count(guild_id=guild.id) == 3


async def test_purge_deletes_nothing_without_the_servers_name(
    client: Rumourmill, administrator: Member, guild: Guild, channel: Channel
) -> None:
    form = await administrator.slash(channel, "admin purge")
    refused = await form.submit(administrator, name="Rivals")
    assert refused.text == "That is not this server's name. Nothing was deleted."
    assert await client.services.store.articles.count(guild_id=guild.id) == 3


async def test_the_form_deletes_nothing_for_whoever_no_longer_administers(
    client: Rumourmill, administrator: Member, guild: Guild, channel: Channel
) -> None:
    form = await administrator.slash(channel, "admin purge")
    administrator.roles = [guild.add_role("Stewards", MANAGE_MESSAGES)]
    refused = await form.submit(administrator, name=guild.name)
    assert "Manage Server" in refused.text
    assert await client.services.store.articles.count(guild_id=guild.id) == 3
