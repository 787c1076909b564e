"""Quotes that mention a name, or begin an article. Pure."""

import re
from collections.abc import Sequence

from corpus.aliases import aliases_in
from corpus.text import sentences
from corpus.types import Article
from index.answer import source
from index.emphasis import holds_wanted
from index.excerpt import Span, quotable
from index.types import Quote, Wanted

_TRANSFER = re.compile(
    r"\b(?:agree\w*|appoint\w*|approach\w*|bids?|buy(?:ing)?|clause|contract|deals?|depart\w*|exit|fees?"
    r"|interest(?:ed)?|join(?:s|ed|ing)?|lea(?:ve|ves|ving)|left|loan\w*|mov(?:e|es|ed|ing)|negotiat\w*|offers?"
    r"|pursuit|replac\w+|return\w*|sack\w*|s[eo]ld|sell\w*|sign(?:s|ed|ing|ings)?|success(?:or|ion)"
    r"|swap|takeover|talks|target\w*|transfer\w*|want(?:s|ed)?)\b",
    re.IGNORECASE,
)


def mention(article: Article, spellings: Sequence[str]) -> Quote | None:
    """The sentence of an article that tells most about a name, with the name emphasised.

    Of several that tell as much, the first.
    """
    longest_first = sorted(spellings, key=len, reverse=True)
    name = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    held = [(span, found) for span in _pieces(article.text) if (found := name.search(article.text, *span))]
    if not held:
        return None
    (start, end), found = max(held, key=lambda one: _news(article.text[slice(*one[0])], one[1][0]))
    emphasis = (found.start() - start, found.end() - start)
    return Quote(source(article), article.text[start:end], start, (emphasis,))


def opening(article: Article) -> Quote | None:
    """How an article begins."""
    first = next(iter(_pieces(article.text)), None)
    return Quote(source(article), article.text[slice(*first)], first[0]) if first else None


def _pieces(text: str) -> list[Span]:
    return [piece for span in sentences(text) for piece in quotable(text, span)]


def _news(sentence: str, name: str) -> int:
    """How much a sentence tells of a transfer: that there is one, another club, a sum."""
    others = any(alias.clubs for alias in aliases_in(sentence.replace(name, " ")))
    return 2 * bool(_TRANSFER.search(sentence)) + others + holds_wanted(sentence, Wanted.MONEY)
