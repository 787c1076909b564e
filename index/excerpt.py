"""Where a passage was found to answer -> what is quoted of its article. Pure."""

import re
from dataclasses import dataclass

from corpus.passages import passage_input
from corpus.text import sentences
from corpus.types import Article, Passage
from index.types import Finding

Span = tuple[int, int]

MAX_QUOTE_CHARS = 300
MIN_QUOTE_CHARS = 25
_CLAUSE_MARKS = ",;:–—"
_DANGLING = re.compile(
    r"[\"“‘'(]*(?:(?:and|but|so|yet|now|however|meanwhile|instead),? )?"
    r"(?:he|she|it|they|him|his|her|hers|their|theirs|its|this|that|these|those)\b",
    re.IGNORECASE,
)
_STRAY = re.compile(r"[^\w\"“‘'(\[£$€&@#]*")
"""Marks and pictures that no sentence begins with."""
_LOOSE = " \t\"“”‘’'.,;:!?()–—-"


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

    @property
    def head(self) -> str:
        """What stands before the text when it is embedded and read."""
        return passage_input(self.article.title, self.article.published_at, "")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What would be quoted, and the answer in it: both as (start, end) of the article's text."""

    quote: Span
    answer: Span


def excerpt(candidate: Candidate, finding: Finding) -> Excerpt:
    """The sentence that holds the answer; the one before it too, where a pronoun would hang in the air.

    Never across a paragraph, never more than MAX_QUOTE_CHARS, cut between clauses if a sentence is longer.
    """
    text = candidate.article.text
    at = candidate.passage.start + finding.start
    line_start = text.rfind("\n", 0, at) + 1
    line = text[line_start:].partition("\n")[0]
    begin, end = at - line_start, min(candidate.passage.start + finding.end - line_start, len(line))
    whole = sentences(line)
    pieces = [piece for span in whole for piece in quotable(line, span)]
    held = [i for i, (start, stop) in enumerate(pieces) if start < end and stop > begin] or [0]
    leads_in = [piece in whole for piece in pieces]
    first, last = _widened(line, pieces, leads_in, held[0], held[-1])
    start, stop = pieces[first][0], pieces[last][1]
    start = _begun_with_a_word(line, start, min(end, stop))
    answer = _trimmed(line, max(begin, start), min(end, stop), _LOOSE)
    return Excerpt((line_start + start, line_start + stop), (line_start + answer[0], line_start + answer[1]))


def _widened(line: str, pieces: list[Span], leads_in: list[bool], first: int, last: int) -> tuple[int, int]:
    """The pieces to quote: fewer if they are too long together, more if they can't stand alone.

    Only a whole sentence leads in: a piece of one would hang in the air itself.
    """

    def fits(one: int, other: int) -> bool:
        return one >= 0 and other < len(pieces) and pieces[other][1] - pieces[one][0] <= MAX_QUOTE_CHARS

    while not fits(first, last):
        last -= 1
    if _DANGLING.match(line, pieces[first][0]) and fits(first - 1, last) and leads_in[first - 1]:
        first -= 1
    while pieces[last][1] - pieces[first][0] < MIN_QUOTE_CHARS and (
        fits(first, last + 1) or fits(first - 1, last)
    ):
        first, last = (first, last + 1) if fits(first, last + 1) else (first - 1, last)
    return first, last


def quotable(text: str, span: Span) -> list[Span]:
    """The sentence, or, if it is too long to be quoted, pieces of it between clauses or words."""
    start, end = span
    if end - start <= MAX_QUOTE_CHARS:
        return [span]
    pieces = []
    while end - start > MAX_QUOTE_CHARS:
        cut = _cut(text, start, start + MAX_QUOTE_CHARS)
        pieces.append(_without_marks(text, start, cut))
        start = cut
    return [piece for piece in (*pieces, _without_marks(text, start, end)) if piece[0] < piece[1]]


def _cut(text: str, start: int, end: int) -> int:
    """Where to end a piece of text[start:end]: after a clause in its second half, or before a space."""
    middle = (start + end) // 2
    for marks in (_CLAUSE_MARKS, " "):
        at = max(text.rfind(mark, middle, end) for mark in marks)
        if at > start:
            return at + 1
    return end


def _without_marks(text: str, start: int, end: int) -> Span:
    """Without spaces at either end, and without the marks that part clauses where it was cut."""
    piece = text[start:end].rstrip(f"{_CLAUSE_MARKS} ")
    return start + len(piece) - len(piece.lstrip()), start + len(piece)


def _begun_with_a_word(text: str, start: int, end: int) -> int:
    """Where the first word begins, unless nothing but marks stands before `end`."""
    stray = _STRAY.match(text, start, end)
    return stray.end() if stray and stray.end() < end else start


def _trimmed(text: str, start: int, end: int, loose: str) -> Span:
    """Without loose marks at either end, unless nothing else is there."""
    piece = text[start:end]
    if not piece.strip(loose):
        return start, end
    return start + len(piece) - len(piece.lstrip(loose)), start + len(piece.rstrip(loose))
