"""What the head of a page says of it: its meta elements, and the JSON-LD that describes its article. Pure."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_SCRIPTS = 30
MAX_SCRIPT_CHARS = 1_000_000
MAX_NODES = 500
MAX_META = 500

_WRAPPING = re.compile(r"^\s*(?://\s*)?(?:<!--|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*$")
_ARTICLE = re.compile(r"(?:Article|Posting|Report|Review)$")
_DESCENDED = ("@graph", "mainEntity", "mainEntityOfPage")


@dataclass(frozen=True, slots=True)
class Metadata:
    """`named` holds the contents of meta elements by their name, property or itemprop, in small letters.

    `articles` are the objects of JSON-LD that describe an article, the page's own first; `others` the rest.
    """

    named: dict[str, list[str]]
    articles: list[dict[str, Any]]
    others: list[dict[str, Any]]

    def first(self, *names: str) -> str | None:
        """What was said first under the first of the names that says anything."""
        return next((said for name in names for said in self.named.get(name, []) if said.strip()), None)


def read_metadata(tree: Any, url: str) -> Metadata:
    """`url` tells the article of the page from those that it only mentions."""
    nodes = list(_nodes(tree))
    articles = [node for node in nodes if _is_article(node)]
    articles.sort(key=lambda node: url not in _addresses(node))
    return Metadata(_named(tree), articles, [node for node in nodes if not _is_article(node)])


def string_of(value: object) -> str | None:
    """A string of JSON-LD, or the name of what stands there, or the first of several."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) and value.strip() else None


def _named(tree: Any) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for number, element in enumerate(tree.iter("meta")):
        if number == MAX_META:
            break
        content = element.get("content")
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if content and (name := element.get(attribute)):
                named.setdefault(name.strip().lower(), []).append(content)
    return named


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    scripts = (script for script in tree.iter("script") if "ld+json" in script.get("type", "").lower())
    left = MAX_NODES
    for _, script in zip(range(MAX_SCRIPTS), scripts, strict=False):
        text = script.text or ""
        if len(text) > MAX_SCRIPT_CHARS:
            continue
        try:
            found = json.loads(_WRAPPING.sub("", text), strict=False)
        except (ValueError, RecursionError):
            continue
        waiting = [found]
        while waiting and left:
            left -= 1
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting = node[:left] + waiting
            elif isinstance(node, dict):
                yield node
                waiting = [
                    node[key] for key in _DESCENDED if isinstance(node.get(key), dict | list)
                ] + waiting


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in kinds)


def _addresses(node: dict[str, Any]) -> set[str]:
    page = node.get("mainEntityOfPage")
    said = [node.get("url"), node.get("@id"), page, page.get("@id") if isinstance(page, dict) else None]
    return {address.split("#")[0] for address in said if isinstance(address, str)}
