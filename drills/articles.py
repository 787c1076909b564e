"""Made-up articles that can be told apart: the same name and version always give the same article."""

import zlib
from datetime import UTC, datetime, timedelta

import numpy as np

from corpus.types import ArticleDraft

GONE = 0
"""The version of an article that is not there."""

GUILD = 5
SHARED_ARTICLES, GUILD_ARTICLES = 240, 60
NAMES = tuple(
    [f"shared-{number}" for number in range(SHARED_ARTICLES)]
    + [f"guild-{number}" for number in range(GUILD_ARTICLES)]
)

_VOCABULARY = (
    "the a of to in for with from has is will after before striker winger goalkeeper coach president agent"
    " fee clause loan medical contract deal talks summer January Liverpool Barcelona Bayern Köln Atlético"
    " Tchouaméni Ødegaard Şahin Mbappé rumour source report denies confirms wants refuses offers pays €80m"
    " £26m – 🔥 “no” bench injury season derby interim board member fans statement"
)
_FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)


def guild_of(name: str) -> int | None:
    return GUILD if name.startswith("guild") else None


def mark(name: str) -> str:
    """A made-up surname that only this article holds."""
    digits = f"{zlib.crc32(name.encode()):010d}"
    return "Zor" + "".join("bcdfgklmnp"[int(digit)] + "aeiou"[int(digit) % 5] for digit in digits)


def question(name: str) -> str:
    return f"what would {mark(name)} cost, said his agent?"


def sentence(name: str, version: int) -> str:
    """The sentence of this version that answers the article's question."""
    return f"{mark(name)} would cost €{version}m, said his agent on the phone."


def draft(name: str, version: int) -> ArticleDraft:
    chance = np.random.default_rng([zlib.crc32(name.encode()), version])
    paragraphs = [_paragraph(chance) for _ in range(chance.integers(1, 9))]
    paragraphs.insert(int(chance.integers(len(paragraphs) + 1)), sentence(name, version))
    return ArticleDraft(
        title=f"What {mark(name)} would cost",
        text="\n\n".join(paragraphs),
        publisher="The Drill",
        published_at=_FIRST_DAY + timedelta(days=version % 500) if version % 7 else None,
        external_id=name,
    )


def _paragraph(chance: np.random.Generator) -> str:
    return " ".join(
        " ".join(chance.choice(_VOCABULARY.split(), size=chance.integers(4, 25))).capitalize() + "."
        for _ in range(chance.integers(1, 7))
    )
