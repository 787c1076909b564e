"""Read candidates -> which are shown, in what order, and how sure it is that they hold an answer. Pure."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

from corpus.names import fold
from index.emphasis import holds_wanted
from index.excerpt import Candidate, Excerpt, excerpt
from index.timely import closeness, freshness
from index.types import Finding, Question

_SAME_WORDS = 0.7
"""Two quotes that share this part of the shorter one's words tell one story."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What speaks for a candidate; each from 0 to 1 but `relevance` and `span`, which are logits.

    `fused`: its rank in both searches; `cosine`: its likeness to the question; `coverage` and `quoted`: the
    share of the question's words, by weight, that the passage and the quote hold; `kind`: whether the quote
    holds the sum, time or number that is asked for; `relevance` and `span`: what reading it gave;
    `freshness`: how near it is to the day of the answer, where the question names no other time; `newest`:
    the same, where the newest is asked for; `closeness`: how near to the time that the question names.
    """

    fused: float
    cosine: float
    coverage: float
    quoted: float
    kind: float
    relevance: float
    span: float
    freshness: float
    newest: float
    closeness: float

    def weighted(self, weights: "Scores") -> float:
        return float(sum(w * value for w, value in zip(astuple(weights), astuple(self), strict=True)))

    @property
    def total(self) -> float:
        return self.weighted(WEIGHTS)


WEIGHTS = Scores(
    fused=2.8,
    cosine=1.89,
    coverage=0.52,
    quoted=1.13,
    kind=1.86,
    relevance=-0.04,
    span=0.2,
    freshness=4.18,
    newest=0.7,
    closeness=1.18,
)
"""Fitted by `python -m training fit`, as SURENESS is; `relevance` only corrects `span`, its like."""
MARGIN = 3.0
"""What is so much worse than the best quote is not shown beside it."""
SURENESS = Scores(
    fused=1.92,
    cosine=4.22,
    coverage=-0.74,
    quoted=0.03,
    kind=-0.11,
    relevance=0.25,
    span=0.01,
    freshness=2.18,
    newest=1.44,
    closeness=0.54,
)
SURENESS_OFFSET = -3.69
"""What the best candidate's scores tell of there being an answer at all: weights and offset of log odds."""
SHOWN = "shown"
"""The verdict on what is quoted."""


@dataclass(frozen=True, slots=True)
class Considered:
    """A candidate as it was read, and what speaks for it."""

    candidate: Candidate
    excerpt: Excerpt
    scores: Scores

    @property
    def quote(self) -> str:
        return self.candidate.article.text[slice(*self.excerpt.quote)]

    @property
    def answer(self) -> str:
        return self.candidate.article.text[slice(*self.excerpt.answer)]


def consider(
    question: Question, candidate: Candidate, finding: Finding, covered: Callable[[str], float]
) -> Considered:
    """A candidate with what was found in it; `covered` gives the share of the question that a text holds."""
    found = excerpt(candidate, finding)
    quote = candidate.article.text[slice(*found.quote)]
    fresh = freshness(question, candidate.article.published_at)
    return Considered(
        candidate,
        found,
        Scores(
            fused=candidate.score,
            cosine=candidate.cosine,
            coverage=covered(candidate.head + candidate.text),
            quoted=covered(quote),
            kind=float(holds_wanted(quote, question.wanted)),
            relevance=finding.relevance,
            span=finding.span,
            freshness=fresh,
            newest=fresh if question.prefers_newest else 0.0,
            closeness=closeness(question, candidate.article.published_at),
        ),
    )


def coverage(weights: Mapping[str, float], words: Iterable[str]) -> float:
    """The share of the question's weight that the words hold, 0 to 1; `weights` are its terms'."""
    held, total = frozenset(words), sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0


def ranked(considered: Sequence[Considered]) -> list[Considered]:
    return sorted(considered, key=lambda c: (-c.scores.total, c.excerpt.quote, c.candidate.article.id))


def confidence(best_first: Sequence[Considered]) -> float:
    """The probability that there is an answer among them, 0 to 1, by what speaks for the best."""
    if not best_first:
        return 0.0
    return 1 / (1 + math.exp(-(best_first[0].scores.weighted(SURENESS) + SURENESS_OFFSET)))


def stories(considered: Sequence[Considered]) -> list[tuple[Considered, Considered | None]]:
    """Each with the one before it that tells the same story, if any: it stands for both."""
    told: list[Considered] = []
    result: list[tuple[Considered, Considered | None]] = []
    for one in considered:
        same = next((other for other in told if is_same_story(one, other)), None)
        result.append((one, same))
        if same is None:
            told.append(one)
    return result


def chosen(told: Sequence[tuple[Considered, Considered | None]], limit: int) -> list[Considered]:
    """The best, and what is not much worse and tells another story."""
    if not told:
        return []
    best = told[0][0]
    return [one for one, same in told if same is None and not is_far_behind(one, best)][:limit]


def is_far_behind(one: Considered, best: Considered) -> bool:
    return one.scores.total < best.scores.total - MARGIN


def is_same_story(one: Considered, other: Considered) -> bool:
    """Two quotes in nearly the same words, or of one article with the same answer."""
    if _share_of_words(one.quote, other.quote) >= _SAME_WORDS:
        return True
    same_article = one.candidate.article.id == other.candidate.article.id
    return same_article and _share_of_words(one.answer, other.answer) == 1


def _share_of_words(one: str, other: str) -> float:
    """How much of the shorter text's words the other holds."""
    a, b = (frozenset(re.findall(r"\w+", fold(text))) for text in (one, other))
    return len(a & b) / max(min(len(a), len(b)), 1)


def verdict(one: Considered, same: Considered | None, shown: Sequence[Considered]) -> str:
    """What became of a candidate, in a few words; `same` tells the same story before it, if any does."""
    if one in shown:
        return SHOWN
    if not shown:
        return "refused"
    if is_far_behind(one, shown[0]):
        return "far behind the best"
    if same is None:
        return "one quote too many"
    one_article = one.candidate.article.id == same.candidate.article.id
    return "its article says it better" if one_article else f"told by {same.candidate.article.title}"
