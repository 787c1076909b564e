"""What a reader of Discord's Markdown can click."""

import re
from typing import NamedTuple

_CODE = re.compile(r"```.*?```|(`+).+?\1", re.DOTALL)
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")


class Link(NamedTuple):
    label: str
    url: str


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
