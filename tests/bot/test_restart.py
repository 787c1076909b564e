"""What the bot showed before a restart works after it: every button, the panel, and forms that were open.

A case does what leads up to the restart, yields, and goes on after it.
"""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import discord
import pytest

from bot import imports
from bot.client import Rumourmill
from bot.config import Config
from bot.forms import Form
from bot.markup import unescape
from tests.bot.conftest import bot
from tests.bot.test_feedback import DRAFTS
from tests.discord_double import Attachment, Channel, DiscordDouble, Guild, Member, Reply, click, pick

QUESTION = "who replaces Ancelotti?"
ARTICLE = {"title": "Kane *stays*", "publisher": "BBC", "text": "Harry Kane stays.\n\n“No”, says he."}
RESTARTED = "I was restarted while that form was open"


@dataclass
class Here:
    """A server whose articles answer a question; `client` is the bot that runs now."""

    client: Rumourmill
    guild: Guild
    channel: Channel
    fan: Member
    moderator: Member
    administrator: Member

    async def ask(self, question: str = QUESTION) -> Reply:
        return await self.fan.slash(self.channel, "ask", question=question)


Case = Callable[[Here], AsyncIterator[None]]


# Buttons


async def more(here: Here) -> AsyncIterator[None]:
    answer = await here.ask()
    yield
    reply = await click(here.fan, answer.message, "More")
    assert not any(quote in answer.text for quote in quoted(reply))
    assert len(quoted(reply)) == len(DRAFTS) - 3


async def prove(here: Here) -> AsyncIterator[None]:
    answer = await here.ask()
    yield
    reply = await click(here.fan, answer.message, "Prove it")
    assert reply.embeds[0]["title"] == "In their articles"
    assert len(quoted(reply)) == 3


async def sources(here: Here) -> AsyncIterator[None]:
    answer = await here.ask()
    yield
    reply = await click(here.fan, answer.message, "Sources")
    assert all(draft.title in reply.text for draft in DRAFTS)


async def right(here: Here) -> AsyncIterator[None]:
    answer = await here.ask()
    yield
    assert (await click(here.fan, answer.message, "Was this right?")).buttons == ["Yes", "No"]


async def verdict(here: Here) -> AsyncIterator[None]:
    asked = await (await here.ask()).click(here.fan, "Was this right?")
    yield
    await click(here.fan, asked.message, "No")
    assert "Noted: it was not right." in asked.text


async def report(here: Here) -> AsyncIterator[None]:
    answer = await here.ask()
    yield
    form = await click(here.fan, answer.message, "Report")
    assert "The moderators have your report" in (await form.submit(here.fan, words="Old.")).text


async def send(here: Here) -> AsyncIterator[None]:
    missed = await here.ask("what is the colour of xylophone shirts?")
    yield
    reply = await click(here.fan, missed.message, "Send to moderators")
    assert "The moderators have your question" in reply.text


async def draft(here: Here) -> AsyncIterator[None]:
    form = await here.moderator.slash(here.channel, "article add")
    preview = await form.submit(here.moderator, ARTICLE)
    yield
    edit = await click(here.moderator, preview.message, "Edit")
    await edit.submit(here.moderator, title="Kane leaves")
    await click(here.moderator, preview.message, "Accept")
    assert preview.text == f"Added 1 (article {len(DRAFTS) + 1})"


async def imported(here: Here) -> AsyncIterator[None]:
    rows = "\n".join(json.dumps({"text": f"Sentence {number}."}) for number in range(50))
    file = Attachment("rows.jsonl", rows.encode())
    reply = await here.moderator.slash(here.channel, "article import", file=file)
    message = here.fan.says(here.channel, "It goes on")
    view = discord.ui.View()
    view.add_item(imports.ImportButton())
    message.data["components"] = view.to_components()
    assert "Added 50" in reply.text
    yield
    told = await click(here.moderator, message, "How far is it?")
    assert "I don't remember that import. /audit tells what was stored." in told.text


# The panel


async def role(here: Here) -> AsyncIterator[None]:
    panel = await here.administrator.slash(here.channel, "admin setup")
    yield
    chosen = here.guild.add_role("Stewards")
    await pick(here.administrator, panel.message, "setup:role", chosen)
    assert here.client.settings.of(here.guild.id).moderator_role == chosen.id


async def channels(here: Here) -> AsyncIterator[None]:
    panel = await here.administrator.slash(here.channel, "admin setup")
    yield
    await pick(here.administrator, panel.message, "setup:channels", here.channel)
    assert here.client.settings.of(here.guild.id).ask_channels == (here.channel.id,)


async def log(here: Here) -> AsyncIterator[None]:
    panel = await here.administrator.slash(here.channel, "admin setup")
    yield
    await pick(here.administrator, panel.message, "setup:log", here.channel)
    assert here.client.settings.of(here.guild.id).log_channel == here.channel.id


async def private(here: Here) -> AsyncIterator[None]:
    panel = await here.administrator.slash(here.channel, "admin setup")
    yield
    await click(here.administrator, panel.message, "Private unless asked otherwise: no")
    assert "Private unless asked otherwise: yes" in panel.buttons


async def keep_questions(here: Here) -> AsyncIterator[None]:
    panel = await here.administrator.slash(here.channel, "admin setup")
    yield
    await click(here.administrator, panel.message, "Keep questions for 30 days: no")
    assert "Keep questions for 30 days: yes" in panel.buttons


# Forms that were open


async def article_form(here: Here) -> AsyncIterator[None]:
    form = await here.moderator.slash(here.channel, "article add")
    yield
    lost = await form.submit(here.moderator, ARTICLE)
    assert RESTARTED in lost.text
    assert lost.ephemeral
    file = Attachment("article.md", lost.files["article.md"])
    preview = await here.moderator.slash(here.channel, "article add", file=file)
    assert all(value in unescape(preview.text) for value in ARTICLE.values())


async def report_form(here: Here) -> AsyncIterator[None]:
    form = await (await here.ask()).click(here.fan, "Report")
    yield
    lost = await form.submit(here.fan, words="It is *old* @everyone.")
    assert RESTARTED in lost.text
    assert "You had typed: It is *old* @everyone." in unescape(lost.text)
    assert lost.ephemeral
    assert "You had typed" not in (await form.submit(here.fan)).text


async def purge_form(here: Here) -> AsyncIterator[None]:
    form = await here.administrator.slash(here.channel, "admin purge")
    yield
    lost = await form.submit(here.administrator, name=here.guild.name)
    assert RESTARTED in lost.text
    assert await here.client.services.store.articles.count(guild_id=here.guild.id) == len(DRAFTS)


CASES: dict[str, Case] = {
    "MoreButton": more,
    "ProveButton": prove,
    "SourcesButton": sources,
    "RightButton": right,
    "VerdictButton": verdict,
    "ReportButton": report,
    "SendButton": send,
    "DraftButton": draft,
    "ImportButton": imported,
    "setup:role": role,
    "setup:channels": channels,
    "setup:log": log,
    "setup:private": private,
    "setup:keep_questions": keep_questions,
    "ArticleForm": article_form,
    "ReportForm": report_form,
    "PurgeForm": purge_form,
}


def quoted(reply: Reply) -> list[str]:
    return [draft.text for draft in DRAFTS if draft.text in unescape(reply.text.replace("**", ""))]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_what_was_shown_before_a_restart_works_after_it(
    double: DiscordDouble,
    config: Config,
    guild: Guild,
    channel: Channel,
    fan: Member,
    moderator: Member,
    administrator: Member,
    case: Case,
) -> None:
    async with bot(double, config) as client:
        await client.services.engine.add(DRAFTS, guild_id=guild.id)
        here = Here(client, guild, channel, fan, moderator, administrator)
        steps = case(here)
        await anext(steps)
    async with bot(double, config) as here.client:
        with pytest.raises(StopAsyncIteration):
            await anext(steps)


async def test_all_that_outlives_a_restart_has_a_case(double: DiscordDouble, config: Config) -> None:
    async with bot(double, config) as client:
        buttons = {item.__name__ for item in client._connection._view_store._dynamic_items.values()}
        views = client.persistent_views
        lasting = {str(getattr(item, "custom_id", "")) for view in views for item in view.children}
    every_form = {*discord.ui.Modal.__subclasses__(), *Form.__subclasses__()} - {Form}
    forms = {form.__name__ for form in every_form if form.__module__.startswith("bot.")}
    assert CASES.keys() == buttons | lasting | forms


async def test_a_form_that_is_awaited_is_answered_once(
    double: DiscordDouble, config: Config, fan: Member, moderator: Member, channel: Channel
) -> None:
    async with bot(double, config):
        form = await moderator.slash(channel, "article add")
        assert RESTARTED not in (await form.submit(moderator, ARTICLE)).text
        again = await form.submit(moderator, ARTICLE)
    assert RESTARTED in again.text
