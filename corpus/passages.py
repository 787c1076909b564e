"""Splitting articles into passages, the units that are embedded and ranked. Pure."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from corpus.text import sentences

PASSAGE_TOKENS = 110
MAX_TITLE_CHARS = 120  # a character is at most a token: title, date and passage stay below 256 together

CountTokens = Callable[[Sequence[str]], list[int]]
Span = tuple[int, int]

_CLAUSE_BORDER = re.compile(r"(?<=[,;:–—])\s+")
_WORD_BORDER = re.compile(r"\s+")


def split_passages(text: str, count_tokens: CountTokens, max_tokens: int = PASSAGE_TOKENS) -> list[Span]:
    """Whole sentences, as many as fit into `max_tokens`, in passages of about one size.

    The passages never overlap and hold every character of the text but the spaces between them.
    A sentence beyond the budget is cut: between clauses, else between words, else between characters.
    """
    units = list(_within_budget(text, sentences(text), count_tokens, max_tokens))
    return _packed(units, max_tokens)


def passage_input(title: str, published_at: datetime | None, text: str) -> str:
    """What is embedded: title and date stand in front of the passage."""
    if len(title) > MAX_TITLE_CHARS:
        title = title[:MAX_TITLE_CHARS].rpartition(" ")[0] or title[:MAX_TITLE_CHARS]
    date = f" ({published_at.day} {published_at:%B %Y})" if published_at else ""
    return f"{title}{date}\n{text}"


def _within_budget(
    text: str, spans: list[Span], count_tokens: CountTokens, max_tokens: int
) -> Iterator[tuple[Span, int]]:
    """The spans, cut in two until each fits, with their numbers of tokens."""
    counts = count_tokens([text[start:end] for start, end in spans])
    for (start, end), tokens in zip(spans, counts, strict=True):
        if tokens <= max_tokens or end - start < 2:
            yield (start, end), tokens
        else:
            yield from _within_budget(text, _halves(text, start, end), count_tokens, max_tokens)


def _halves(text: str, start: int, end: int) -> list[Span]:
    """Cut at the clause border, or else the space, that is nearest to the middle."""
    middle, quarter = (start + end) // 2, (end - start) // 4
    for border in (_CLAUSE_BORDER, _WORD_BORDER):
        gaps = [match.span() for match in border.finditer(text, start + quarter, end - quarter)]
        if gaps:
            left, right = min(gaps, key=lambda gap: abs(gap[0] - middle))
            return [(start, left), (right, end)]
    return [(start, middle), (middle, end)]


def _packed(units: list[tuple[Span, int]], max_tokens: int) -> list[Span]:
    """Consecutive units joined: as few passages as the budget allows, the largest as small as it can be."""
    tokens = [count for _, count in units]
    fewest = len(_groups(tokens, max_tokens))
    limit = bisect_left(range(max_tokens), True, key=lambda limit: len(_groups(tokens, limit)) <= fewest)
    return [(units[first][0][0], units[last][0][1]) for first, last in _groups(tokens, limit)]


def _groups(tokens: list[int], limit: int) -> list[tuple[int, int]]:
    """First and last index of each run of units that holds at most `limit` tokens."""
    groups: list[tuple[int, int]] = []
    room = -1
    for index, count in enumerate(tokens):
        if groups and count <= room:
            groups[-1] = (groups[-1][0], index)
            room -= count
        else:
            groups.append((index, index))
            room = limit - count
    return groups
