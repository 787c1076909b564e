"""Two rankings to one, and which of it is read. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import pstdev
from typing import TypeVar

from index.types import Hit

T = TypeVar("T")

DENSE_WEIGHT = 0.6
PASSAGES_PER_ARTICLE = 3
"""An article is quoted once: more of its passages would only keep other articles from being read, and fewer
would miss a sentence that says it best in a passage that isn't its article's best."""


def fuse(dense: Sequence[Hit], lexical: Sequence[Hit], dense_weight: float = DENSE_WEIGHT) -> list[Hit]:
    """The convex combination of both rankings' scaled scores, the best of them 1; best first, ties by id.

    A passage that a ranking lacks has the lowest score in it. docs/quality.md has the figures of other ways.
    """
    by_meaning, by_words = _scaled(dense), _scaled(lexical)
    sums = {
        i: dense_weight * by_meaning.get(i, 0.0) + (1 - dense_weight) * by_words.get(i, 0.0)
        for i in by_meaning.keys() | by_words.keys()
    }
    best = max(sums.values(), default=0.0) or 1.0
    fused = [Hit(i, total / best) for i, total in sums.items()]
    return sorted(fused, key=lambda hit: (-hit.score, hit.passage_id))


def few_of_each(ranked: Iterable[T], article_of: Callable[[T], int]) -> list[T]:
    """The ranking without what comes after the first PASSAGES_PER_ARTICLE of its article."""
    seen: Counter[int] = Counter()
    kept = []
    for item in ranked:
        seen[article_of(item)] += 1
        if seen[article_of(item)] <= PASSAGES_PER_ARTICLE:
            kept.append(item)
    return kept


def _scaled(hits: Sequence[Hit]) -> Mapping[int, float]:
    """In standard deviations above the lowest."""
    if not hits:
        return {}
    low, spread = min(hit.score for hit in hits), pstdev(hit.score for hit in hits)
    return {hit.passage_id: (hit.score - low) / spread if spread else 1.0 for hit in hits}
