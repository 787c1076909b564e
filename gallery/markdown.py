"""Discord's Markdown as HTML. What doesn't come out of a rule here is escaped: no text becomes HTML."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import cycle, groupby

from markupsafe import Markup, escape

DEEPEST = 10
"""Marks of emphasis within more others than these are shown as they are written."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: `now` is what relative times count from, `names` what people and channels are called.

    `depth` tells within how many marks of emphasis the text stands.
    """

    now: datetime
    names: Mapping[str, str] = field(default_factory=dict)
    depth: int = 0


def to_html(text: str, reader: Reader) -> Markup:
    """A whole text: quotes, headings, lists, small print and code, each with what stands within lines."""
    shown = [
        Markup("<pre>{}</pre>").format(part) if fenced else _blocks(part, reader)
        for part, fenced in zip(_FENCE.split(text.strip("\n")), cycle((False, True)))
        if part
    ]
    return Markup("").join(shown)


def line_to_html(text: str, reader: Reader) -> Markup:
    """A text without blocks, such as an embed's title."""
    return _within(text, reader)


# Blocks

Item = tuple[int, str, str]
"""Of a list: how far it is indented, its mark, and its words."""

_FENCE = re.compile(r"\n?```(?:[a-z0-9_+.#-]*\n)?(.*?)\n?```\n?", re.DOTALL | re.IGNORECASE)
_QUOTE = re.compile(r" *> ")
_REST = re.compile(r" *>>> ")
_HEADING = re.compile(r" *(#{1,3})\s+(?!#)(.+?)#*\s*$")
_SMALL = re.compile(r"-# +(?!-#)(.+?) *$")
_ITEM = re.compile(r"( *)([-*]|\d{1,9}\.) +(.*)")


def _blocks(text: str, reader: Reader, *, quoted: bool = False) -> Markup:
    lines = text.split("\n")
    rest = next((n for n, line in enumerate(lines) if not quoted and _REST.match(line)), len(lines))
    blocks = []
    for kind, group in groupby(lines[:rest], lambda line: _kind(line, quoted=quoted)):
        blocks.append(_BLOCKS[kind](list(group), reader))
    if rest < len(lines):
        blocks.append(_quote(["> " + _REST.sub("", lines[rest], 1), *lines[rest + 1 :]], reader))
    return Markup("").join(blocks)


def _kind(line: str, *, quoted: bool) -> str:
    if _QUOTE.match(line) and not quoted:
        return "quote"
    for kind, pattern in (("heading", _HEADING), ("small", _SMALL), ("list", _ITEM)):
        if pattern.match(line):
            return kind
    return "plain"


def _quote(lines: Sequence[str], reader: Reader) -> Markup:
    inner = "\n".join(_QUOTE.sub("", line, 1) for line in lines)
    return Markup("<blockquote>{}</blockquote>").format(_blocks(inner, reader, quoted=True))


def _headings(lines: Sequence[str], reader: Reader) -> Markup:
    found = [match.groups() for line in lines if (match := _HEADING.match(line))]
    return Markup("").join(
        Markup("<h{0}>{1}</h{0}>").format(len(marks), _within(words, reader)) for marks, words in found
    )


def _small(lines: Sequence[str], reader: Reader) -> Markup:
    found = [match[1] for line in lines if (match := _SMALL.match(line))]
    return Markup("").join(Markup("<small>{}</small>").format(_within(words, reader)) for words in found)


def _plain(lines: Sequence[str], reader: Reader) -> Markup:
    return Markup("<p>{}</p>").format(_within("".join(f"{line}\n" for line in lines), reader))


def _list(lines: Sequence[str], reader: Reader) -> Markup:
    found = [match.groups() for line in lines if (match := _ITEM.match(line))]
    lists: list[list[Item]] = []
    for item in ((len(indent), mark, words) for indent, mark, words in found):
        if lists and (item[0] > lists[-1][0][0] or _numbered(item) == _numbered(lists[-1][0])):
            lists[-1].append(item)
        else:
            lists.append([item])
    return Markup("").join(_nested(items, reader) for items in lists)


def _numbered(item: Item) -> bool:
    return item[1][0].isdigit()


def _nested(items: Sequence[Item], reader: Reader) -> Markup:
    """Items that are indented further belong to the one above them."""
    indent, mark, _ = items[0]
    tops = [number for number, item in enumerate(items) if item[0] <= indent]
    ends = [*tops[1:], len(items)]
    shown = [
        Markup("<li>{}{}</li>").format(
            _within(items[top][2], reader), _nested(items[top + 1 : end], reader) if end > top + 1 else ""
        )
        for top, end in zip(tops, ends, strict=True)
    ]
    inner = Markup("").join(shown)
    if _numbered(items[0]):
        return Markup('<ol start="{}">{}</ol>').format(int(mark[:-1]), inner)
    return Markup("<ul>{}</ul>").format(inner)


_BLOCKS: Mapping[str, Callable[[Sequence[str], Reader], Markup]] = {
    "quote": _quote,
    "heading": _headings,
    "small": _small,
    "list": _list,
    "plain": _plain,
}


# Within a line

Show = Callable[[re.Match[str], Reader], Markup]


def _within(text: str, reader: Reader) -> Markup:
    if reader.depth > DEEPEST:
        return escape(text)
    return Markup("").join(_pieces(text, reader))


def _pieces(text: str, reader: Reader) -> Iterator[Markup]:
    position = 0
    while position < len(text):
        if plain := _PLAIN.match(text, position):
            yield escape(plain[0])
            position = plain.end()
            continue
        for pattern, show in _RULES:
            if match := pattern.match(text, position):
                yield show(match, reader)
                position = match.end()
                break
        else:
            yield escape(text[position])
            position += 1


def _tag(name: str) -> Show:
    shown = Markup(f"<{name}>{{}}</{name}>")  # noqa: S704 - a name from the rules below
    return lambda match, reader: shown.format(_within(_first(match), replace(reader, depth=reader.depth + 1)))


def _first(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


def _link(match: re.Match[str], reader: Reader) -> Markup:
    label, url = match["label"], match["url"]
    return Markup('<a href="{}">{}</a>').format(url, _within(label, reader))


def _bare(match: re.Match[str], reader: Reader) -> Markup:
    """A link that stands for itself; to a message it is shown as the channel's name."""
    url = _first(match)
    if message := _MESSAGE.match(url):
        return Markup('<span class="mention">#{} › 💬</span>').format(reader.names.get(message[1], "unknown"))
    return Markup('<a href="{0}">{0}</a>').format(url)


def _code(match: re.Match[str], _: Reader) -> Markup:
    return Markup("<code>{}</code>").format(match["code"].strip() or match["code"])


def _mention(match: re.Match[str], reader: Reader) -> Markup:
    mark, number = match["mark"], match["number"]
    sign = "#" if mark == "#" else "@"
    return Markup('<span class="mention">{}{}</span>').format(sign, reader.names.get(number, "unknown"))


def _command(match: re.Match[str], _: Reader) -> Markup:
    return Markup('<span class="mention">/{}</span>').format(match[1])


def _emoji(match: re.Match[str], _: Reader) -> Markup:
    return Markup('<span class="emoji">:{}:</span>').format(match[1])


def _moment(match: re.Match[str], reader: Reader) -> Markup:
    try:
        time = datetime.fromtimestamp(int(match["seconds"]), UTC)
    except (ValueError, OverflowError, OSError):
        return escape(match[0])
    return Markup("<time>{}</time>").format(_shown_time(time, match["style"] or "f", reader.now))


def _shown_time(time: datetime, style: str, now: datetime) -> str:
    day = f"{time.day} {time:%B %Y}"
    return {
        "t": f"{time:%H:%M}",
        "T": f"{time:%H:%M:%S}",
        "d": f"{time:%d/%m/%Y}",
        "D": day,
        "f": f"{day} {time:%H:%M}",
        "F": f"{time:%A} {day} {time:%H:%M}",
        "R": _relative((time - now).total_seconds()),
    }[style]


def _relative(seconds: float) -> str:
    sizes = (("year", 31_536_000), ("month", 2_592_000), ("day", 86_400), ("hour", 3600), ("minute", 60))
    unit, size = next(((unit, size) for unit, size in sizes if abs(seconds) >= size), ("second", 1))
    count = int(abs(seconds) / size)
    words = f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return f"in {words}" if seconds >= 0 else f"{words} ago"


_ANY = r"(?:\\[\s\S]|[^\\])"
_MESSAGE = re.compile(r"https://discord\.com/channels/\d+/(\d+)/\d+$")
_URL = r"https?://[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*"
_PLAIN = re.compile(r"[^\\<\[*_~|`h@]+")
_RULES: Sequence[tuple[re.Pattern[str], Show]] = [
    (re.compile(r"\\([^0-9A-Za-z\s])"), lambda match, _: escape(match[1])),
    (re.compile(r"<(https?://[^\s<>]+)>"), _bare),
    (
        re.compile(
            rf"\[(?P<label>(?:\\.|(?!https?://)[^\[\]\\\n]|\[(?:\\.|[^\[\]\\\n])*\])+)\]"
            rf"\(<?(?P<url>{_URL})>?\)"
        ),
        _link,
    ),
    (re.compile(rf"({_URL}(?<![.,:;\"'\]]))"), _bare),
    (re.compile(r"<t:(?P<seconds>-?\d{1,17})(?::(?P<style>[tTdDfFR]))?>"), _moment),
    (re.compile(r"<(?P<mark>@[!&]?|#)(?P<number>\d+)>"), _mention),
    (re.compile(r"</([\w -]{1,98}):\d+>"), _command),
    (re.compile(r"<a?:(\w{2,32}):\d+>"), _emoji),
    (
        re.compile(
            r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b"
            r"|\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)"
        ),
        _tag("em"),
    ),
    (re.compile(rf"\*\*({_ANY}+?)\*\*(?!\*)"), _tag("strong")),
    (re.compile(rf"__({_ANY}+?)__(?!_)"), _tag("u")),
    (re.compile(rf"~~({_ANY}+?)~~(?!_)"), _tag("s")),
    (re.compile(rf"\|\|({_ANY}+?)\|\|"), _tag("mark")),
    (re.compile(r"(?P<ticks>`+)(?P<code>[\s\S]*?[^`])(?P=ticks)(?!`)"), _code),
]
