"""Two rankings to one, and which of it is read. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from index.types import Hit

T = TypeVar("T")

DENSE_WEIGHT = 0.5
PASSAGES_PER_ARTICLE = 3
"""An article is quoted once: more of its passages would only keep other articles from being read, and fewer
would miss a sentence that says it best in a passage that isn't its article's best."""


def fuse(dense: Sequence[Hit], lexical: Sequence[Hit], dense_weight: float = DENSE_WEIGHT) -> list[Hit]:
    """The convex combination of both rankings, each scaled to [0, 1]; best first, ties by id.

    A passage that a ranking lacks has the lowest score in it. Convex fusion of scaled scores beat reciprocal
    ranks on scifact and xquad_en.
    """
    by_meaning, by_words = _scaled(dense), _scaled(lexical)
    passages = by_meaning.keys() | by_words.keys()
    fused = [
        Hit(i, dense_weight * by_meaning.get(i, 0.0) + (1 - dense_weight) * by_words.get(i, 0.0))
        for i in passages
    ]
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
    if not hits:
        return {}
    low = min(hit.score for hit in hits)
    span = max(hit.score for hit in hits) - low
    return {hit.passage_id: (hit.score - low) / span if span else 1.0 for hit in hits}
