"""How good answers are: figures over questions whose answers are known. Pure.

Every figure lies within 0 and 1. docs/quality.md defines each of them in words.
"""

import math
import statistics
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from index.types import Quote

COUNTED_QUOTES = 10
COUNTED_CHARS = 350
"""Of a quote: a fan reads a quote, not a page."""
LEAST_CHARS = 40
"""Of a sentence or a quote, to be known again by a piece of it."""

_PLAIN_MARKS = str.maketrans("‘’“”", "''\"\"")
_ENDS = " .…"


@dataclass(frozen=True, slots=True)
class Evidence:
    """An article that answers a question, and the sentence that does it where it is known."""

    article: str
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what is known of its answer; `accept` holds the words that settle it.

    `evidence` lists every article that answers, `stale` the older reports that were overtaken.
    """

    qid: str
    question: str
    kind: str
    answerable: bool
    evidence: tuple[Evidence, ...] = ()
    accept: tuple[str, ...] = ()
    stale: frozenset[str] = frozenset()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A quote as it was shown; `decisive` are the words in bold, the best of them.

    The article goes by the id that its file gave it, or else by the store's.
    """

    article: str
    text: str
    decisive: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What was said to a question: the quotes, best first, count for some figures even if it was refused."""

    answered: bool
    quotes: tuple[Shown, ...] = ()
    confidence: float = 0.0
    latency_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reply judged: `rank` is the place of the first right quote, from 1."""

    case: Case
    reply: Reply
    rank: int | None

    def right_within(self, places: int) -> bool:
        """Rightly refused, or answered with a right quote in the first places."""
        if self.case.answerable:
            return self.reply.answered and self.quoted_within(places)
        return not self.reply.answered

    def quoted_within(self, places: int) -> bool:
        return self.rank is not None and self.rank <= places


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean over `of` questions."""

    value: float
    of: int


@dataclass(frozen=True, slots=True)
class RefusalPoint:
    """What is missed and what is invented where a confidence below the threshold means a refusal."""

    threshold: float
    missed: float
    invented: float


def judge(case: Case, reply: Reply) -> Outcome:
    marks = (is_right(case, quote) for quote in reply.quotes[:COUNTED_QUOTES])
    return Outcome(case, reply, next((place for place, right in enumerate(marks, start=1) if right), None))


def is_right(case: Case, quote: Shown) -> bool:
    """From an article that answers, with its sentence (or a half of it) or with words that settle it."""
    text = folded(quote.text[:COUNTED_CHARS])
    settled = any(folded(words) in text for words in case.accept)
    return any(
        settled or bool(evidence.sentence and _holds(text, folded(evidence.sentence)))
        for evidence in case.evidence
        if evidence.article == quote.article
    )


def figures(outcomes: Collection[Outcome]) -> dict[str, Figure]:
    """Each figure that any of the questions counts for."""
    found = {}
    for name, measure in _MEASURES.items():
        values = [value for outcome in outcomes if (value := measure(outcome)) is not None]
        if values:
            found[name] = Figure(sum(values) / len(values), len(values))
    return found


def grouped(outcomes: Iterable[Outcome], by: Literal["kind", "tag"]) -> dict[str, list[Outcome]]:
    """The outcomes under their kind, or under each of their tags; the groups in alphabetical order."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        for name in (outcome.case.kind,) if by == "kind" else outcome.case.tags:
            groups.setdefault(name, []).append(outcome)
    return dict(sorted(groups.items()))


def misses(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if not outcome.right_within(1)]


def not_verbatim(outcomes: Iterable[Outcome], articles: Mapping[str, str]) -> int:
    """How many quotes their article (title and text, by its name) does not hold."""
    folds = {name: folded(text) for name, text in articles.items()}
    return sum(
        folded(quote.text).strip(_ENDS) not in folds.get(quote.article, "")
        for outcome in outcomes
        for quote in outcome.reply.quotes[:COUNTED_QUOTES]
    )


def latency_percentiles(outcomes: Iterable[Outcome]) -> tuple[float, float] | None:
    """p50 and p95 in milliseconds; nothing for fewer than two."""
    taken = sorted(o.reply.latency_ms for o in outcomes if o.reply.latency_ms is not None)
    return (statistics.median(taken), taken[int(len(taken) * 0.95)]) if len(taken) > 1 else None


def refused_below(threshold: float, reply: Reply) -> Reply:
    """The reply as it is given where less confidence means a refusal."""
    return replace(reply, answered=bool(reply.quotes) and reply.confidence >= threshold)


def refusing_curve(outcomes: Collection[Outcome]) -> list[RefusalPoint]:
    """A point for 0, for 1 and for each confidence between, where alone something changes.

    Nothing where there are not both answerable and unanswerable questions.
    """
    right = [o.reply.confidence for o in outcomes if o.case.answerable]
    wrong = [o.reply.confidence for o in outcomes if not o.case.answerable]
    if not right or not wrong:
        return []
    return [
        RefusalPoint(
            threshold,
            missed=sum(confidence < threshold for confidence in right) / len(right),
            invented=sum(confidence >= threshold for confidence in wrong) / len(wrong),
        )
        for threshold in sorted({0.0, 1.0, *right, *wrong})
    ]


def ndcg(ranking: Sequence[str], relevance: Mapping[str, float], depth: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `depth` documents; some must be relevant."""
    ideal = sorted(relevance.values(), reverse=True)
    return _gain([relevance.get(name, 0.0) for name in ranking[:depth]]) / _gain(ideal[:depth])


def shown(quote: Quote) -> Shown:
    decisive = next((quote.text[start:end] for start, end in quote.emphasis), "")
    return Shown(quote.source.external_id or str(quote.source.article_id), quote.text, decisive)


def folded(text: str) -> str:
    """Lower case, straight quotation marks, single spaces."""
    return " ".join(text.lower().translate(_PLAIN_MARKS).split())


def _gain(relevances: Iterable[float]) -> float:
    return sum(relevance / math.log2(place + 1) for place, relevance in enumerate(relevances, start=1))


def _holds(text: str, sentence: str) -> bool:
    """Whether the text holds the sentence's first or last half, or is itself a piece of it."""
    half = max(LEAST_CHARS, len(sentence) // 2)
    return (
        sentence[:half] in text or sentence[-half:] in text or (len(text) >= LEAST_CHARS and text in sentence)
    )


def _emphasised(outcome: Outcome) -> bool:
    """Whether the first quote is right and its bold words match those that settle it."""
    if outcome.rank != 1 or not (bold := folded(outcome.reply.quotes[0].decisive)):
        return False
    return any(words in bold or bold in words for words in map(folded, outcome.case.accept))


def _fresh(outcome: Outcome) -> float | None:
    case = outcome.case
    if not case.answerable or "newest" not in case.tags or not case.stale:
        return None
    return outcome.rank == 1 and outcome.reply.quotes[0].article not in case.stale


def _answerable(measure: Callable[[Outcome], float]) -> Callable[[Outcome], float | None]:
    return lambda outcome: measure(outcome) if outcome.case.answerable else None


_MEASURES: Mapping[str, Callable[[Outcome], float | None]] = MappingProxyType(
    {
        "right@1": lambda outcome: outcome.right_within(1),
        "right@3": lambda outcome: outcome.right_within(3),
        "quote@1": _answerable(lambda outcome: outcome.quoted_within(1)),
        "quote@3": _answerable(lambda outcome: outcome.quoted_within(3)),
        "MRR@10": _answerable(lambda outcome: 1 / outcome.rank if outcome.rank else 0.0),
        "span@1": _answerable(_emphasised),
        "fresh@1": _fresh,
        "missed": _answerable(lambda outcome: not outcome.reply.answered),
        "invented": lambda outcome: None if outcome.case.answerable else outcome.reply.answered,
    }
)
