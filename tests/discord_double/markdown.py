"""What a reader of Discord's Markdown can click."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

_CODE = re.compile(r"```.*?```|(`+).+?\1", re.DOTALL)
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")


_BLOCK = re.compile(r" *(>>> |> |-# |#{1,3} |[-*+] |\d+\. )")
_PIECE = re.compile(
    r"""\\(?P<escaped>[^0-9A-Za-z\s])
    |(?P<mention><@[!&]?\d+>|<\#\d+>|<id:\w+>|</[^<>:\n]+:\d+>|<a?:\w+:\d+>|@everyone|@here)
    |(?P<time><t:-?\d+(?::[a-zA-Z])?>)
    |<?(?P<bare>https?://[^\s<>]+)>?
    |(?P<mark>`+|\*\*|\*|__|_|~~|\|\|)
    |(?P<plain>[^\\<@h`*_~|\[]+|.)""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)


class Link(NamedTuple):
    label: str
    url: str


@dataclass
class Reading:
    """What Discord makes of a text: `text` is what is read, `links` where a click leads, masked or bare.

    `mentions` are of people, roles, channels, commands and emoji, `marks` those for bold and the like and for
    code, line by line, and `blocks` those that begin quotes, headings, lists: all as they are written.
    """

    text: str = ""
    links: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    marks: list[list[str]] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)


def read(text: str) -> Reading:
    """Read as Discord does; of code only its marks are seen, its content is read like the rest."""
    reading = Reading()
    lines = []
    for line in text.split("\n"):
        while block := _BLOCK.match(line):
            reading.blocks.append(block[1])
            line = line[block.end() :]
        reading.marks.append([])
        lines.append(_read_line(line, reading))
    reading.text = "\n".join(lines)
    return reading


def _read_line(line: str, reading: Reading) -> str:
    seen = ""
    position = 0
    while position < len(line):
        if masked := _masked_link(line, position):
            label, url, position = masked
            reading.links.append(url)
            seen += _read_line(label, reading)
            continue
        piece = _PIECE.match(line, position)
        assert piece is not None
        position = piece.end()
        match piece.lastgroup:
            case "mention":
                reading.mentions.append(piece[0])
            case "time":
                reading.times.append(piece[0])
            case "bare":
                reading.links.append(piece["bare"])
            case "mark":
                reading.marks[-1].append(piece[0])
                continue
        seen += piece["escaped"] or piece[0]
    return seen


def _masked_link(line: str, start: int) -> tuple[str, str, int] | None:
    """Label, address and end of the masked link that begins here."""
    if (
        line[start] != "["
        or (middle := _closing(line, start, "[", "]")) < 0
        or line[middle + 1 : middle + 2] != "("
    ):
        return None
    end = _closing(line, middle + 1, "(", ")")
    url = line[middle + 2 : end].strip().removeprefix("<").removesuffix(">")
    return (
        (line[start + 1 : middle], url, end + 1)
        if end > 0 and re.match(r"https?://\S+$", url, re.IGNORECASE)
        else None
    )


def links(text: str) -> list[Link]:
    """The masked links of `text` in their order, as Discord shows them: `[label](url)` or `[label](<url>)`.

    Escaped brackets don't count, brackets within a label have to be balanced, code has no links.
    """
    text = _CODE.sub(lambda code: " " * len(code.group()), text)
    found = []
    position = 0
    while (start := _find(text, "[", position)) >= 0:
        middle = _closing(text, start, "[", "]")
        end = _closing(text, middle + 1, "(", ")") if text[middle + 1 : middle + 2] == "(" else -1
        if middle < 0 or end < 0:
            position = start + 1
            continue
        url = text[middle + 2 : end].strip()
        if url.startswith("<") and url.endswith(">"):
            url = url[1:-1]
        if re.match(r"https?://\S+$", url, re.IGNORECASE):
            found.append(Link(_ESCAPED.sub(r"\1", text[start + 1 : middle]), url))
            position = end + 1
        else:
            position = start + 1
    return found


def _find(text: str, character: str, position: int) -> int:
    """Where `character` next stands unescaped, or -1."""
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == character:
            return position
        position += 1
    return -1


def _closing(text: str, start: int, opening: str, closing: str) -> int:
    """Where the bracket that opens at `start` is closed, or -1."""
    depth = 0
    position = start
    while 0 <= position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == opening:
            depth += 1
        elif text[position] == closing:
            depth -= 1
            if depth == 0:
                return position
        position += 1
    return -1
