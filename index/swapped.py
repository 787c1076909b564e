"""Whether two texts that are much alike name another player, club or figure in one place. Pure; linear."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Self

from corpus.names import fold
from index.near import RUN, Run

FEW_WORDS = 12
"""More words that differ are a paragraph of somebody's own, which an agency's report may have."""
ONE_NAME = 0.8
"""So alike are two spellings of a name, 0 to 1."""

_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Words:
    """The words as they are written, the same folded, and all of these with their figures."""

    written: list[str]
    folded: list[str]
    known: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Self:
        written = _WORD.findall(text)
        folded = [fold(word) for word in written]
        return cls(written, folded, frozenset(folded) | frozenset(_FIGURE.findall(" ".join(folded))))

    def small(self, within: slice) -> set[str]:
        return {word for word in self.written[within] if word.islower()}

    def runs(self) -> Iterator[tuple[int, Run]]:
        return ((at, tuple(self.folded[at : at + RUN])) for at in range(len(self.folded) - RUN + 1))

    def names(self, within: slice, other: Self) -> str:
        """The words that begin with a capital letter and stand nowhere in the other text."""
        pairs = zip(self.written[within], self.folded[within], strict=True)
        return "".join(word for as_is, word in pairs if as_is[0].isupper() and word not in other.known)

    def figures(self, within: slice, other: Self) -> bool:
        return not other.known.issuperset(_FIGURE.findall(" ".join(self.folded[within])))


def swapped(text: str, other: str) -> bool:
    """Whether, between words that both share, each says a name or a figure of its own in the other's place.

    A report in which the fee has changed does, and so does the same form filled in for another player.
    """
    one, two = _Words.of(text), _Words.of(other)
    return any(_tells_apart(one, a, two, b) for a, b in [*_gaps(one, two), *_turned(_gaps(two, one))])


def _gaps(one: _Words, other: _Words) -> Iterator[tuple[slice, slice]]:
    """What stands in either between the same words, or before the first of them."""
    places: dict[Sequence[str], int | None] = {}
    for at, run in other.runs():
        places[run] = None if run in places else at
    end, other_end = 0, 0
    for at, run in one.runs():
        other_at = places.get(run)
        if other_at is None:
            continue
        if end < at <= end + FEW_WORDS and other_end < other_at <= other_end + FEW_WORDS:
            yield slice(end, at), slice(other_end, other_at)
        end, other_end = at + RUN, other_at + RUN


def _turned(gaps: Iterator[tuple[slice, slice]]) -> Iterator[tuple[slice, slice]]:
    return ((b, a) for a, b in gaps)


def _tells_apart(one: _Words, a: slice, other: _Words, b: slice) -> bool:
    if a.start == b.start == 0 and not one.small(a) & other.small(b):
        return False  # bylines and datelines, no sentence in which anything could be swapped
    if one.figures(a, other) and other.figures(b, one):
        return True
    names = one.names(a, other), other.names(b, one)
    return all(names) and SequenceMatcher(None, *names, autojunk=False).ratio() < ONE_NAME
