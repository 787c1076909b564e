"""What moderators look through, as embeds."""

from collections.abc import Sequence

import discord

from bot.markup import CALM, CHOICE, GREY, cut_escaped, day, escape, one_line
from bot.words import _
from corpus.types import Note, NoteKind, QueueEntry, ServerAlias

QUEUE_PAGE = 5
ALIAS_PAGE = 10
QUESTION = 180  # characters of a question and of a report's words, escaped
WORDS = 450


def queue_embed(entries: Sequence[QueueEntry], page: int, *, more: bool) -> discord.Embed:
    """A page of what waits for the moderators."""
    footer = _("Page {page}").format(page=page)
    if more:
        footer = _("Page {page} · /queue list page:{next} shows more").format(page=page, next=page + 1)
    text = "\n\n".join(map(_entry, entries)) or _("Nothing waits here.")
    embed = discord.Embed(title=_("Waiting"), description=text, colour=CALM)
    return embed.set_footer(text=footer)


def waiting_embed(kind: NoteKind) -> discord.Embed:
    """For the log channel: without the words and the name, which a member can have deleted from the queue."""
    told = (
        _("A question without an answer waits: /queue list")
        if kind is NoteKind.QUESTION
        else _("A report of an answer waits: /queue list")
    )
    return discord.Embed(description=told, colour=GREY)


def done_embed(entry: QueueEntry) -> discord.Embed:
    title = _("Done: {number}").format(number=entry.id)
    return discord.Embed(title=title, description=_entry(entry), colour=CALM)


def entry_choice(entry: QueueEntry) -> str:
    """An entry as one of the choices of an option: plain text."""
    note = entry.note
    said = " · ".join(part for part in (_kind(note), note.question, note.words) if part)
    return one_line(f"{entry.id} · {said}", CHOICE)


def alias_embed(alias: ServerAlias, title: str) -> discord.Embed:
    return discord.Embed(title=title, description=_alias(alias), colour=CALM)


def aliases_embed(aliases: Sequence[ServerAlias], page: int) -> discord.Embed:
    """A page of a server's nicknames."""
    shown = aliases[(page - 1) * ALIAS_PAGE : page * ALIAS_PAGE]
    footer = _("Page {page}").format(page=page)
    if len(aliases) > page * ALIAS_PAGE:
        footer = _("Page {page} · /alias list page:{next} shows more").format(page=page, next=page + 1)
    text = "\n".join(map(_alias, shown)) or _("No nicknames here. /alias add takes them.")
    return discord.Embed(title=_("Nicknames"), description=text, colour=CALM).set_footer(text=footer)


def _alias(alias: ServerAlias) -> str:
    return f"{escape(alias.alias)} → {escape(alias.name)}"


def _entry(entry: QueueEntry) -> str:
    note = entry.note
    head = [f"`{entry.id}` **{_kind(note)}**", day(note.at), f"<@{note.member_id}>", _where(note)]
    said = ((note.question, QUESTION), (note.words, WORDS))
    lines = [f"> {cut_escaped(escape(one_line(text, limit)), limit)}" for text, limit in said if text]
    return "\n".join([" · ".join(head), *lines])


def _kind(note: Note) -> str:
    return _("Unanswered") if note.kind is NoteKind.QUESTION else _("Reported")


def _where(note: Note) -> str:
    if note.channel_id is None:
        return _("a private answer")
    return f"https://discord.com/channels/{note.guild_id}/{note.channel_id}/{note.message_id}"
