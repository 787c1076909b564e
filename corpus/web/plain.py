"""HTML -> plain text: paragraphs parted by blank lines. Pure; walks without recursion."""

from collections.abc import Callable
from typing import Any

from corpus.text import clean

_UNSEEN = frozenset(
    """script style noscript template head iframe object svg math canvas audio video select textarea
    button""".split()  # noqa: SIM905
)
_WITHIN_LINES = frozenset(
    """a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small
    span strike strong sub sup time tt u var wbr""".split()  # noqa: SIM905
)


def plain(markup: str) -> str:
    """What a reader sees of a piece of HTML, cleaned."""
    if "<" not in markup and "&" not in markup:
        return clean(markup)
    from lxml import etree, html

    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        tree = html.document_fromstring(f"<div>{markup}</div>".encode("utf-8", "ignore"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    return clean("".join(seen_pieces(tree)))


def seen_pieces(tree: Any, is_hidden: Callable[[Any], bool] = lambda _: False) -> list[str]:
    """The seen text of a tree in its order, with line breaks where blocks begin and end.

    What is in an element that `is_hidden` isn't seen.
    """
    from lxml import etree

    pieces: list[str] = []
    hidden = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        border = "" if tag in _WITHIN_LINES or tag == "br" else "\n\n"
        hides = tag in _UNSEEN or (bool(tag) and is_hidden(element))
        if event == "start":
            hidden += hides
            border = "\n" if tag == "br" else border
            text = element.text if tag else None
        else:
            hidden -= hides
            text = element.tail
        if not hidden:
            pieces += [border, "" if text is None else " ".join(_edges(text))]
    return pieces


def _edges(text: str) -> list[str]:
    """The words, with an empty one where the text begins or ends with a space."""
    words = text.split()
    if not words:
        return ["", ""] if text else []
    return [*([""] if text[0].isspace() else []), *words, *([""] if text[-1].isspace() else [])]
