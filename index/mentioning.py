"""Quotes that mention a name, or begin an article. Pure."""

import re
from collections.abc import Sequence

from corpus.text import sentences
from corpus.types import Article
from index.answer import source
from index.excerpt import Span, quotable
from index.types import Quote


def mention(article: Article, spellings: Sequence[str]) -> Quote | None:
    """The first sentence of an article that mentions a name, with the name emphasised."""
    longest_first = sorted(spellings, key=len, reverse=True)
    name = re.search(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", article.text)
    return _quote(article, name.span()) if name else None


def opening(article: Article) -> Quote | None:
    """How an article begins."""
    return _quote(article, (0, 0))


def _quote(article: Article, found: Span) -> Quote | None:
    pieces = [piece for span in sentences(article.text) for piece in quotable(article.text, span)]
    start, end = next(((start, end) for start, end in pieces if end > found[0]), (0, 0))
    emphasis = (found[0] - start, min(found[1], end) - start)
    bold = (emphasis,) if 0 <= emphasis[0] < emphasis[1] else ()
    return Quote(source(article), article.text[start:end], start, bold) if start < end else None
