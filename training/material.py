"""Articles and fan questions as they are trained on: cut into the same passages that the bot searches."""

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.passages import CountTokens, passage_input, split_passages
from corpus.text import clean, clean_line

HELD_OUT_OF = 10
"""One article in so many is kept from training, with all its questions."""

Progress = Callable[[int], None]
"""Takes how many are done."""


@dataclass(frozen=True, slots=True)
class TrainingPassage:
    """`text` stands in the article; `title` and `published_at` are put in front of it as when searching."""

    article_id: str
    title: str
    published_at: datetime | None
    text: str
    start: int

    @property
    def input(self) -> str:
        return passage_input(self.title, self.published_at, self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """Wordings of a question, the index of the passage that answers it, and where in it the answer stands."""

    questions: tuple[str, ...]
    passage: int
    answer: tuple[int, int]
    style: str
    held_out: bool


@dataclass(frozen=True, slots=True)
class Material:
    passages: tuple[TrainingPassage, ...]
    rows: tuple[Row, ...]

    def answer_text(self, row: Row) -> str:
        return self.passages[row.passage].text[slice(*row.answer)]


def read_material(
    directory: Path, count_tokens: CountTokens, on_article: Progress = lambda _: None
) -> Material:
    """Read articles.jsonl, distractors.jsonl and questions.jsonl.

    Rows whose gold sentence lies across a border of passages are left out.
    """
    passages: list[TrainingPassage] = []
    found: dict[str, range] = {}
    for record in records(directory / "articles.jsonl", directory / "distractors.jsonl"):
        first = len(passages)
        passages.extend(_passages(record, count_tokens))
        found[record["id"]] = range(first, len(passages))
        on_article(len(found))
    rows = [
        row for record in records(directory / "questions.jsonl") if (row := _row(record, passages, found))
    ]
    return Material(tuple(passages), tuple(rows))


def is_held_out(article_id: str) -> bool:
    return zlib.crc32(article_id.encode()) % HELD_OUT_OF == 0


def records(*paths: Path) -> Iterator[dict[str, Any]]:
    """The rows of JSONL files, one file after another."""
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _passages(record: dict[str, Any], count_tokens: CountTokens) -> Iterator[TrainingPassage]:
    text = clean(record["text"])
    title = clean_line(record.get("title") or "") or "Untitled"
    published = record.get("published_at")
    at = datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None
    for start, end in split_passages(text, count_tokens):
        yield TrainingPassage(record["id"], title, at, text[start:end], start)


def _row(record: dict[str, Any], passages: Sequence[TrainingPassage], found: dict[str, range]) -> Row | None:
    """The row with its answer placed: in the gold sentence where the passage holds it, else nowhere."""
    sentence, answer = clean(record["sentence"]), clean(record["answer"])
    inside = sentence.find(answer)
    for index in found.get(record["article_id"], ()) if inside >= 0 else ():
        at = passages[index].text.find(sentence)
        if at >= 0:
            start = at + inside
            return Row(
                tuple(map(clean_line, record["questions"])),
                index,
                (start, start + len(answer)),
                record["style"],
                is_held_out(record["article_id"]),
            )
    return None
