"""How much of an article also stands in another. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.mentions import Tally, mentions
from corpus.names import fold
from corpus.types import Article, ArticleDraft
from index.namebook import name_book

RUN = 5
"""Words in a row: two people who write of one thing seldom share so many."""
Run = tuple[str, ...]
LEAST_SHARE = 0.5

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Near:
    """An article, and the share of a draft's runs of five words that also stand in it, 0 to 1."""

    article: Article
    share: float


@dataclass(frozen=True, slots=True)
class Preview:
    """What is known of a draft before it counts: how many passages it makes, whom it names, what is like it.

    `replaces` is the article of the guild that it would replace, or, `unchanged`, that says the same already;
    `same_as` another one that tells the same story.
    """

    draft: ArticleDraft
    passages: int
    names: tuple[str, ...]
    near: tuple[Near, ...]
    replaces: int | None = None
    unchanged: bool = False
    same_as: int | None = None


def shared(text: str, other: str) -> float:
    """The share of the runs of five words in `text` that also stand in the other one, 0 to 1.

    Case, accents and marks don't count; a text of fewer words is one run.
    """
    own = frozenset(runs(text))
    return len(own.intersection(runs(other))) / len(own) if own else 0.0


def runs(text: str) -> list[Run]:
    """Every five words in a row, folded, in their order; of fewer words, all of them."""
    words = _WORD.findall(fold(text))
    return [tuple(words[i : i + RUN]) for i in range(max(1, len(words) - RUN + 1)) if words]


def near_duplicates(draft: ArticleDraft, articles: Iterable[Article]) -> list[Near]:
    """Those that hold at least half of the draft, the nearest first."""
    found = [Near(article, shared(draft.text, article.text)) for article in articles]
    near = [one for one in found if one.share >= LEAST_SHARE]
    return sorted(near, key=lambda one: (-one.share, -one.article.id))


def names_in(text: str, ordinary: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The persons and clubs that a text names, each once; `ordinary` words are no part of a name."""
    found = mentions(text)
    tally = Tally()
    tally.words.update(found.words | ordinary.intersection(fold(" ".join(found.names)).split()))
    tally.names.update(found.names)
    return tuple(known.written for known in name_book(tally).known)


def spread(items: Sequence[str], most: int) -> list[str]:
    """At most so many of the items, from all over them."""
    step = max(1, -(-len(items) // most))
    return list(items[::step])
