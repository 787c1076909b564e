"""What administrators see: a server's settings, how the bot is, and what became of their changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import discord

from bot.incidents import Incident
from bot.markup import AMBER, CALM, GREY, and_more, day
from bot.render_articles import followed
from bot.words import N_, _, decimal, ngettext
from corpus.types import GuildSettings
from index.types import IndexState

INCIDENTS = 5
MODERATORS_HINT = N_(
    "Discord itself shows the moderators' commands only to members with Manage Messages. For the role to see "
    "them, open Server Settings › Integrations › my name, and add it there."
)
NOBODY_MORE = N_("members with Manage Messages")
NOWHERE = N_("nowhere")
EVERYWHERE = N_("everywhere")


@dataclass(frozen=True, slots=True)
class Status:
    """`index` is None while the model loads; times in seconds."""

    own_articles: int
    shared_articles: int
    newest: datetime | None
    index: IndexState | None
    started: datetime
    latency_s: float
    worst_lag_s: float
    lost_interactions: int
    incidents: Sequence[Incident]
    version: str


def settings_lines(settings: GuildSettings) -> list[tuple[str, str]]:
    """Each setting's name and what was chosen, as the server's own members see it."""
    role, log = settings.moderator_role, settings.log_channel
    channels = " ".join(f"<#{channel}>" for channel in settings.ask_channels)
    return [
        (_("Moderators"), f"<@&{role}>, {_(NOBODY_MORE)}" if role else _(NOBODY_MORE)),
        (_("Log channel"), f"<#{log}>" if log else _(NOWHERE)),
        (_("Answers for all to see"), channels or _(EVERYWHERE)),
        (_("Private unless asked otherwise"), _yes_or_no(settings.private)),
        (_("Questions kept for 30 days"), _yes_or_no(settings.keep_questions)),
    ]


def settings_embed(settings: GuildSettings) -> discord.Embed:
    embed = discord.Embed(title=_("How I behave here"), colour=CALM)
    for name, value in settings_lines(settings):
        embed.add_field(name=name, value=value, inline=False)
    if settings.moderator_role:
        embed.description = f"-# {_(MODERATORS_HINT)}"
    return embed


def settings_changed_embed(member_id: int, before: GuildSettings, after: GuildSettings) -> discord.Embed:
    """For the log channel: who changed which settings, and to what."""
    known = settings_lines(before)
    changed = [f"**{name}**: {value}" for name, value in settings_lines(after) if (name, value) not in known]
    told = _("{member} changed how I behave here.").format(member=f"<@{member_id}>")
    return discord.Embed(description="\n".join([told, *changed]), colour=GREY)


def status_embed(status: Status) -> discord.Embed:
    embed = discord.Embed(title=_("How I am"), colour=CALM if _is_well(status) else AMBER)
    for name, value in (
        (_("Articles"), _articles(status)),
        (_("What can be found"), _found(status.index)),
        (_("Awake since"), f"<t:{int(status.started.timestamp())}:R>"),
        (_("Delays"), _delays(status)),
        (_("Errors here since then"), _incidents(status.incidents)),
        (_("Version"), f"rumourmill {status.version}"),
    ):
        embed.add_field(name=name, value=value, inline=False)
    return embed


def exported_embed(articles: int, parts: int) -> discord.Embed:
    told = ngettext("{number} article of this server.", "{number} articles of this server.", articles)
    files = ngettext("In {number} file", "In {number} files", parts)
    hint = _("{files}: articles.jsonl can be handed to /article import.").format(files=files)
    return discord.Embed(title=_("All that is this server's"), description=f"{told}\n-# {hint}", colour=CALM)


def purged_embed(articles: int, changed: int) -> discord.Embed:
    lines = [ngettext("{number} article deleted.", "{number} articles deleted.", articles)]
    lines += followed(changed)
    lines.append(_("Nothing of this server's is left with me. What is shared by all servers stays."))
    return discord.Embed(title=_("Deleted"), description="\n".join(lines), colour=GREY)


def _is_well(status: Status) -> bool:
    return bool(status.index and status.index.level and not status.incidents)


def _articles(status: Status) -> str:
    own = ngettext("{number} of this server", "{number} of this server", status.own_articles)
    shared = ngettext("{number} shared by all", "{number} shared by all", status.shared_articles)
    newest = _("newest from {day}").format(day=day(status.newest)) if status.newest else _("none dated")
    return f"{own} · {shared} · {newest}"


def _found(index: IndexState | None) -> str:
    if index is None:
        return _("Nothing yet: my model is still loading.")
    passages = ngettext("{number} passage", "{number} passages", index.passages)
    return f"{passages} · " + (_("level with the articles") if index.level else _("catching up"))


def _delays(status: Status) -> str:
    told = _("Discord answers in {latency} ms · I was busy for {lag} ms at most within the last minute")
    text = told.format(latency=_milliseconds(status.latency_s), lag=_milliseconds(status.worst_lag_s))
    lost = status.lost_interactions
    if not lost:
        return text
    return f"{text} · " + ngettext("{number} request came too late", "{number} requests came too late", lost)


def _incidents(incidents: Sequence[Incident]) -> str:
    lines = [f"<t:{int(one.at.timestamp())}:f> {one.what} · `{one.number}`" for one in incidents[:INCIDENTS]]
    if len(incidents) > INCIDENTS:
        lines.append(f"-# {and_more(len(incidents) - INCIDENTS)}")
    return "\n".join(lines) or _("none")


def _milliseconds(seconds: float) -> str:
    """Infinite or unknown while there is no connection."""
    return decimal(round(seconds * 1000)) if 0 <= seconds < 3600 else "?"


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")
