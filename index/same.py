"""Whether two articles tell one story from one origin: a copy, an agency's report, a version cut short. Pure.

What was measured, and what it misses: docs/same-story.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from corpus.names import fold
from corpus.types import Article, ArticleDraft
from index.near import Run, runs
from index.swapped import swapped

APART = timedelta(days=14)
"""What was published longer after the other is a story of its own: the same page, say, for another season."""
MOST = 0.85
"""So much of the one stands in the other, at least."""
LEAST = 0.5
"""And so much of the other in the one: a round-up that holds a short report whole is another story."""
HEAD_RUNS = 100
HEAD = 0.7
"""So much of the beginning of each stands in the other: what is new in a later report stands there."""
SHORT = 0.9
"""So much of both, where one is no longer than a beginning: any sentence of its own may be news."""
FEW_RUNS = 20
"""Texts of fewer runs must be equal, and their titles too: many a story is told in the same few words."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The words of an article, in runs of five."""

    article: ArticleDraft | Article
    runs: list[Run]
    held: frozenset[Run]

    @classmethod
    def by(cls, article: ArticleDraft | Article) -> Self:
        told = runs(article.text)
        return cls(article, told, frozenset(told))

    def share(self, other: Self) -> float:
        return len(self.held & other.held) / len(self.held)

    def head(self, other: Self) -> float:
        head = self.runs[:HEAD_RUNS]
        return sum(run in other.held for run in head) / len(head)


def same_story(one: ArticleDraft | Article, other: ArticleDraft | Article) -> bool:
    """Whether the two tell one story from one origin; rather not, where it is not plain."""
    return _same(_Told.by(one), _Told.by(other))


def first_same(draft: ArticleDraft, articles: Iterable[Article]) -> Article | None:
    """The first of the articles that tells the story of the draft."""
    told = _Told.by(draft)
    return next((article for article in articles if _same(told, _Told.by(article))), None)


def _same(one: _Told, other: _Told) -> bool:
    if not one.held or not other.held or not _near_in_time(one.article, other.article):
        return False
    shares = sorted([one.share(other), other.share(one)])
    fewer = min(len(one.runs), len(other.runs))
    if fewer < FEW_RUNS:
        return one.runs == other.runs and fold(one.article.title) == fold(other.article.title)
    if fewer < HEAD_RUNS:
        alike = shares[0] >= SHORT
    else:
        alike = shares[1] >= MOST and shares[0] >= LEAST and min(one.head(other), other.head(one)) >= HEAD
    return alike and not swapped(one.article.text, other.article.text)


def _near_in_time(one: ArticleDraft | Article, other: ArticleDraft | Article) -> bool:
    """Where either is undated, nothing is known against it."""
    if one.published_at is None or other.published_at is None:
        return True
    return abs(one.published_at - other.published_at) <= APART
