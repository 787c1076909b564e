"""Question and candidate passages to the sentences that answer best. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.text import checksum, sentences
from corpus.types import Article, Passage, QuoteRef
from index.emphasis import decisive_spans, holds_wanted
from index.types import Question

MAX_QUOTE_CHARS = 300
MIN_QUOTE_CHARS = 25
MAX_QUOTE_SENTENCES = 5
_CLAUSE_MARKS = ",;:–—"
RANK_WEIGHT, COVERAGE_WEIGHT, MEANING_WEIGHT, KIND_WEIGHT = 0.5, 0.5, 1.0, 0.2
"""What a passage's rank, the question's words, the closest sentence and the kind of answer add to a score."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage in its article. `score` is the fused one, `cosine` the question's to the passage."""

    article: Article
    passage: Passage
    score: float
    cosine: float

    @property
    def text(self) -> str:
        return self.article.text[self.passage.start : self.passage.end]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of a candidate's article that can be quoted, and the question's cosine to it."""

    start: int
    end: int
    cosine: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A quote as read in `article`: what it says, and how well it fits."""

    article: Article
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Reader:
    """Scores quotes for a question.

    `weights` holds the weight of each of the question's terms; `terms` reduces a text to such terms.
    """

    question: Question
    weights: Mapping[str, float]
    terms: Callable[[str], Sequence[str]]

    def best(self, read: Sequence[tuple[Candidate, Sequence[Sentence]]], limit: int) -> list[Reading]:
        """The best quote of each article, best first; the shorter of equals."""
        best: dict[int, Reading] = {}
        for candidate, found in read:
            for reading in self._readings(candidate, found):
                known = best.get(candidate.article.id)
                if known is None or _order(reading) < _order(known):
                    best[candidate.article.id] = reading
        return sorted(best.values(), key=_order)[:limit]

    def coverage(self, text: str) -> float:
        """The share of the question's weight that the text's words hold, 0 to 1."""
        return self._covered(frozenset(self.terms(text)))

    def reference(self, reading: Reading) -> QuoteRef:
        spans = decisive_spans(reading.text, tuple(self.weights), self.question.wanted, self.terms)
        return QuoteRef(reading.article.id, reading.start, reading.end, spans, checksum(reading.text))

    def _readings(self, candidate: Candidate, found: Sequence[Sentence]) -> Iterator[Reading]:
        """Every run of neighbouring sentences within a paragraph that is short enough to be quoted."""
        text = candidate.article.text
        pieces = [text[sentence.start : sentence.end] for sentence in found]
        words = [frozenset(self.terms(piece)) for piece in pieces]
        wanted = [
            holds_wanted(piece, tuple(self.weights), self.question.wanted, self.terms) for piece in pieces
        ]
        for first, opening in enumerate(found):
            held: frozenset[str] = frozenset()
            cosine, kind = -1.0, False
            for last in range(first, min(first + MAX_QUOTE_SENTENCES, len(found))):
                end = found[last].end
                if end - opening.start > MAX_QUOTE_CHARS or "\n" in text[opening.start : end]:
                    break
                held |= words[last]
                cosine = max(cosine, found[last].cosine)
                kind = kind or wanted[last]
                if end - opening.start >= MIN_QUOTE_CHARS or len(found) == 1:
                    score = (
                        RANK_WEIGHT * candidate.score
                        + COVERAGE_WEIGHT * self._covered(held)
                        + MEANING_WEIGHT * cosine
                        + KIND_WEIGHT * kind
                    )
                    yield Reading(candidate.article, opening.start, end, score)

    def _covered(self, words: frozenset[str]) -> float:
        total = sum(self.weights.values())
        return sum(weight for term, weight in self.weights.items() if term in words) / total if total else 0.0


def quotable_sentences(candidate: Candidate) -> list[Sentence]:
    """The passage's sentences; those too long to be quoted in pieces."""
    offset = candidate.passage.start
    return [
        Sentence(offset + start, offset + end)
        for span in sentences(candidate.text)
        for start, end in quotable(candidate.text, span)
    ]


def quotable(text: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    """The sentence, or, if it is too long to be quoted, pieces of it between clauses or words."""
    start, end = span
    if end - start <= MAX_QUOTE_CHARS:
        return [span]
    pieces = []
    while end - start > MAX_QUOTE_CHARS:
        cut = _cut(text, start, start + MAX_QUOTE_CHARS)
        pieces.append(_trimmed(text, start, cut))
        start = cut
    return [piece for piece in (*pieces, _trimmed(text, start, end)) if piece[0] < piece[1]]


def _cut(text: str, start: int, end: int) -> int:
    """Where to end a piece of text[start:end]: after a clause in its second half, or before a space."""
    middle = (start + end) // 2
    for marks in (_CLAUSE_MARKS, " "):
        at = max(text.rfind(mark, middle, end) for mark in marks)
        if at > start:
            return at + 1
    return end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without spaces at either end, and without the marks that part clauses where it was cut."""
    piece = text[start:end].rstrip(f"{_CLAUSE_MARKS} ")
    return start + len(piece) - len(piece.lstrip()), start + len(piece)


def _order(reading: Reading) -> tuple[float, int, int, int]:
    return (-reading.score, reading.end - reading.start, reading.article.id, reading.start)
