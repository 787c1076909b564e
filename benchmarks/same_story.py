"""`python -m benchmarks.same_story SHARED`: whether copies of one story are known, and nothing else is.

The pairs of articles were read and labelled; docs/same-story.md says how, and holds the last run.
"""

import asyncio
import csv
import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np

from corpus.ingest.read import read_paths
from corpus.text import sentences
from corpus.types import ArticleDraft
from index.same import same_story

PAIRS = Path(__file__).parents[1] / "tests/index/same_story_pairs.csv"
FILES = ("eval/corpus.jsonl", "train/articles.jsonl", "train/distractors.jsonl")
COPIED = 60
"""Of so many articles copies are made."""
COPIED_WORDS = 200
COPIED_PARAGRAPHS = 6
SEED = 7
BOILERPLATE = (
    "Sign up to our free newsletter for all the latest news, follow us on every channel, and join the"
    " conversation in the comments below. Subscribers read more. All rights reserved."
)

Articles = Mapping[str, ArticleDraft]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles by their ids, and whether somebody who read both took them for one story."""

    a: str
    b: str
    same: bool
    why: str

    @property
    def held_out(self) -> bool:
        """Half of the pairs, which the rule was not fitted to."""
        return hashlib.sha256(" ".join(sorted((self.a, self.b))).encode()).digest()[0] % 2 == 1


@dataclass(frozen=True, slots=True)
class Figures:
    """Of `pairs`, how many were rightly and wrongly taken for one story, and how many were missed."""

    pairs: int
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)


def read_pairs(file: Path = PAIRS) -> list[Pair]:
    with file.open(encoding="utf-8", newline="") as rows:
        return [Pair(row["a"], row["b"], row["label"] == "same", row["why"]) for row in csv.DictReader(rows)]


def read_articles(shared: Path) -> dict[str, ArticleDraft]:
    """The articles by their ids."""
    items = read_paths([shared / name for name in FILES], now=datetime.now(UTC))
    return {item.external_id or "": item for item in items if isinstance(item, ArticleDraft)}


def measure(pairs: Iterable[Pair], articles: Articles) -> Figures:
    told = [(pair.same, same_story(articles[pair.a], articles[pair.b])) for pair in pairs]
    return Figures(len(told), told.count((True, True)), told.count((False, True)), told.count((True, False)))


def interval(hits: int, of: int) -> tuple[float, float]:
    """Where the true share lies, with 95 % confidence (Wilson)."""
    z = 1.96
    share, spread = hits / of, z / (1 + z * z / of)
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = spread * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, centre - half), min(1.0, centre + half)


def copied(articles: Articles) -> list[ArticleDraft]:
    """The articles of which copies are made: long ones of some paragraphs, drawn by their ids."""
    long = [
        draft
        for draft in articles.values()
        if len(draft.text.split()) >= COPIED_WORDS and draft.text.count("\n\n") >= COPIED_PARAGRAPHS
    ]
    return sorted(long, key=lambda d: hashlib.sha256((d.external_id or "").encode()).digest())[:COPIED]


def copies(draft: ArticleDraft, other: ArticleDraft, chance: np.random.Generator) -> dict[str, ArticleDraft]:
    """The draft as others would publish it, differing in a paragraph."""
    paragraphs = draft.text.split("\n\n")
    elsewhere = other.text.split("\n\n")
    at = int(chance.integers(len(paragraphs)))
    strange = elsewhere[int(chance.integers(len(elsewhere)))]
    changed = {
        "a paragraph dropped": [*paragraphs[:at], *paragraphs[at + 1 :]],
        "a paragraph added": [*paragraphs[:at], strange, *paragraphs[at:]],
        "sentences reordered": [*paragraphs[:at], _reordered(paragraphs[at], chance), *paragraphs[at + 1 :]],
        "boilerplate added": [*paragraphs, BOILERPLATE],
    }
    texts = {how: replace(draft, text="\n\n".join(kept)) for how, kept in changed.items()}
    return {"another headline": replace(draft, title=other.title), **texts}


def _reordered(paragraph: str, chance: np.random.Generator) -> str:
    found = [paragraph[start:end] for start, end in sentences(paragraph)]
    return " ".join(found[at] for at in chance.permutation(len(found)))


def copies_known(drafts: Sequence[ArticleDraft]) -> dict[str, int]:
    """Of each kind of copy, how many are known for what they are."""
    chance = np.random.default_rng(SEED)
    known: dict[str, int] = {}
    for draft, other in zip(drafts, [*drafts[1:], drafts[0]], strict=True):
        for how, copy in copies(draft, other, chance).items():
            known[how] = known.get(how, 0) + same_story(copy, draft)
    return known


def roundups_taken(drafts: Sequence[ArticleDraft]) -> int:
    """How many of the articles are taken for the story of a round-up that holds five of them whole."""
    groups = [drafts[at : at + 5] for at in range(0, len(drafts), 5)]
    return sum(
        same_story(draft, replace(draft, text="\n\n".join(one.text for one in group)))
        for group in groups
        for draft in group
    )


async def candidates_found(data: Path, pairs: Sequence[Pair], articles: Articles) -> tuple[int, int]:
    """Of the pairs of one story that are stored in `data`, how many the search for like articles finds."""
    from bot.app import open_services
    from bot.config import Config, DataSection

    found = of = 0
    async with open_services(Config(data=DataSection(directory=data))) as services:
        engine = await services.load()
        for pair in (pair for pair in pairs if pair.same):
            like = await engine.like(articles[pair.a], guild_id=None)
            found += pair.b in {article.external_id for article in like}
            of += 1
    return found, of


@click.command()
@click.argument("shared", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A directory into which all these articles were ingested: measure the search for candidates too.",
)
def main(shared: Path, data: Path | None) -> None:
    """Tell how well one story from one origin is known, with the articles in SHARED."""
    pairs, articles = read_pairs(), read_articles(shared)
    halves: dict[str, Callable[[Pair], bool]] = {
        "fitted to": lambda pair: not pair.held_out,
        "held out": lambda pair: pair.held_out,
        "all": lambda _: True,
    }
    for name, chosen in halves.items():
        _print_figures(name, measure(filter(chosen, pairs), articles))
    drafts = copied(articles)
    for how, known in copies_known(drafts).items():
        click.echo(f"copies, {how}: {known} of {len(drafts)} known")
    click.echo(f"round-ups: {roundups_taken(drafts)} of {len(drafts)} taken for one of their stories")
    if data:
        found, of = asyncio.run(candidates_found(data, pairs, articles))
        click.echo(f"candidates: {found} of {of} found")


def _print_figures(name: str, figures: Figures) -> None:
    taken = figures.right + figures.wrong
    low, high = interval(figures.right, taken)
    click.echo(
        f"{name}: {figures.pairs} pairs, {taken} taken for one story, {figures.wrong} of them wrongly:"
        f" precision {figures.precision:.3f} ({low:.3f} to {high:.3f}),"
        f" recall {figures.recall:.3f} of {figures.right + figures.missed}"
    )


if __name__ == "__main__":
    main()
