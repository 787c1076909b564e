"""What is ingested: real articles, and as many more as wanted, made by changing words of real ones."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

import numpy as np

import corpus
from corpus.ingest.read import read_paths
from corpus.passages import passage_input, split_passages
from corpus.types import ArticleDraft
from index.encode import Encoder

SAMPLES = Path(corpus.__file__).parent / "samples"
CHANGED_WORDS = 0.1


def read_articles(file: Path | None, wanted: int, chance: np.random.Generator) -> list[ArticleDraft]:
    """The file's articles, or else the samples; where there are too few, changed copies of them as well."""
    items = read_paths([file or SAMPLES], now=datetime.now(UTC))
    real = list(islice((item for item in items if isinstance(item, ArticleDraft)), wanted))
    words = " ".join(draft.text for draft in real).split()
    return [*real, *islice(_copies(real, words, chance), wanted - len(real))]


def _copies(
    real: Sequence[ArticleDraft], words: Sequence[str], chance: np.random.Generator
) -> Iterator[ArticleDraft]:
    for number in count():
        draft = real[number % len(real)]
        text = change_words(draft.text, words, chance)
        yield replace(draft, text=text, external_id=f"copy-{number}", url=None)


def change_words(text: str, words: Sequence[str], chance: np.random.Generator) -> str:
    """The text with every tenth word or so replaced by one that is drawn from running text."""
    pieces = text.split(" ")
    for at in np.flatnonzero(chance.random(len(pieces)) < CHANGED_WORDS):
        pieces[at] = words[int(chance.integers(len(words)))]
    return " ".join(pieces)


def write_lines(drafts: Sequence[ArticleDraft], file: Path) -> None:
    """One article a line, as `rumourmill ingest` reads it."""
    with file.open("w", encoding="utf-8") as out:
        for draft in drafts:
            row = asdict(draft) | {"published_at": draft.published_at and draft.published_at.isoformat()}
            out.write(json.dumps({"id": row.pop("external_id")} | row) + "\n")


def inputs_of(drafts: Sequence[ArticleDraft], encoder: Encoder) -> list[str]:
    """What is embedded of the articles."""
    return [
        passage_input(draft.title, draft.published_at, draft.text[start:end])
        for draft in drafts
        for start, end in split_passages(draft.text, encoder.count_tokens)
    ]
