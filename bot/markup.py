"""What every message is made of. All of Discord's limits and all escaping live here, once.

Text from outside (questions, quotes, titles, publishers) is shown as it is written: what Discord would read
as markup gets a backslash, which Discord doesn't show. Only what `clean` takes out is missing.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote as percent_encoded
from urllib.parse import urlsplit

import discord

from bot.words import _, ngettext
from corpus.text import clean, clean_line
from corpus.types import Link
from index.types import Source

TITLE = 256
DESCRIPTION = 4096
CONTENT = 2000
FIELD = 1024
FIELD_NAME = 256
EMBED = 6000  # characters of all that an embed holds
LINK = 2048
CHOICE = 100
CHOICES = 25

HEADLINE = 150
NAME = 80
RELATED = 800  # characters of a line that names other sources: what overtook a quote, where else it is told
ALSO = 3  # links of a story

CALM = discord.Colour(0x2E8B57)
AMBER = discord.Colour(0xF5A623)
GREY = discord.Colour(0x95A5A6)

_MARKUP = re.compile(r"[\\*_~`|<>\[\]()#:@]")
_BULLET = re.compile(r"^(\s*)([-+])", re.MULTILINE)
_NUMBER = re.compile(r"^(\s*\d+)\.", re.MULTILINE)
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")


def escape(text: str) -> str:
    """`clean(text)` so that Discord shows it as it is written: no markup, mention, time stamp or link."""
    return _escape_cleaned(clean(text))


def unescape(text: str) -> str:
    """What Discord shows of an escaped text."""
    return _ESCAPED.sub(r"\1", text)


def emphasise(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`escape(text)` with the (start, end) spans in bold; plain where `clean` has to change the text."""
    if clean(text) != text:
        return escape(text)
    parts = []
    position = 0
    for start, end in sorted(spans):
        start = max(start, position)
        if start < end:
            parts += [_escape_cleaned(text[position:start]), _strong(text[start:end])]
            position = end
    parts.append(_escape_cleaned(text[position:]))
    return "".join(parts).replace("****", "")  # touching spans become one


def one_line(text: str, limit: int) -> str:
    """`clean(text)` on one line of at most `limit` characters."""
    line = clean_line(text)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def safe_link(url: str | None) -> str | None:
    """`url` fit to stand in `[...](url)`, or None: only http and https, nothing that could end the link."""
    url = (url or "").strip()
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            return None
        link = percent_encoded(url, safe="%/:?#@!$&*+,;=~")
    except ValueError:
        return None
    return link if len(link) <= LINK else None


def _escape_cleaned(text: str) -> str:
    text = _MARKUP.sub(r"\\\g<0>", text)
    text = _BULLET.sub(r"\1\\\2", text)
    return _NUMBER.sub(r"\1\\.", text)


def _strong(text: str) -> str:
    return "\n".join(_strong_line(line) for line in text.split("\n"))


def _strong_line(line: str) -> str:
    core = line.strip()
    if not core:
        return line
    before, after = line[: line.index(core)], line[line.index(core) + len(core) :]
    return f"{before}**{_escape_cleaned(core)}**{after}"


def cut_escaped(text: str, limit: int) -> str:
    """An escaped text of at most `limit` characters that doesn't end within an escape."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    backslashes = len(kept) - len(kept.rstrip("\\"))
    return kept[: len(kept) - backslashes % 2] + "…"


def source_line(source: Source, *, linked: bool = True) -> str:
    title = escape(one_line(source.title, HEADLINE)) or _("untitled")
    link = safe_link(source.url) if linked else None
    parts = [
        escape(one_line(source.publisher or "", NAME)),
        _("undated") if source.published_at is None else day(source.published_at),
        f"[{title}]({link})" if link else title,
    ]
    return " · ".join(part for part in parts if part)


def day(time: datetime) -> str:
    """A day that Discord shows in everybody's own time zone.

    Midnight means that only the day is known: noon is the same day nearly everywhere.
    """
    if (time.hour, time.minute, time.second) == (0, 0, 0):
        time += timedelta(hours=12)
    return f"<t:{int(time.timestamp())}:D>"


def and_more(number: int) -> str:
    return ngettext("… and {number} more", "… and {number} more", number)


def also_lines(links: Sequence[Link]) -> list[str]:
    """Where else a story is told, in one line, if it is: a few links, and how many more there are."""
    if not links:
        return []
    lines = [_also_line(links, linked=linked) for linked in (True, False)]
    return [lines[len(lines[0]) > RELATED]]


def _also_line(links: Sequence[Link], *, linked: bool) -> str:
    shown = ", ".join(_other(link, linked=linked) for link in links[:ALSO])
    told = "-# " + _("also: {links}").format(links=shown)
    return told if len(links) <= ALSO else f"{told} {and_more(len(links) - ALSO)}"


def _other(link: Link, *, linked: bool) -> str:
    """Who tells it, else under which title."""
    name = escape(one_line(link.publisher or "", NAME)) or escape(one_line(link.title, NAME)) or _("untitled")
    url = safe_link(link.url) if linked else None
    return f"[{name}]({url})" if url else name
