"""The tenth of the material that nothing is trained on, as `rumourmill evaluate` reads it."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from training.material import is_held_out, records

LEFT_OUT_OF = 4
"""One held-out article in so many is left out: its questions have no answer then."""
DAYS_LATER = (0, 1, 3, 10, 30, 120, None)
"""How long after their article questions are asked, in turn; None is today."""


def write_held_out(data: Path, out: Path) -> tuple[int, int]:
    """Write articles.jsonl and questions.jsonl to `out`; returns how many there are of each."""
    held_out = sorted(r["id"] for r in records(data / "articles.jsonl") if is_held_out(r["id"]))
    published = {r["id"]: r.get("published_at") for r in records(data / "articles.jsonl")}
    left_out = frozenset(held_out[::LEFT_OUT_OF])
    out.mkdir(parents=True, exist_ok=True)
    articles = [
        record
        for record in records(data / "articles.jsonl", data / "distractors.jsonl")
        if record["id"] not in left_out
    ]
    questions = list(_questions(data / "questions.jsonl", left_out, published))
    for name, rows in (("articles", articles), ("questions", questions)):
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (out / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    return len(articles), len(questions)


def _questions(
    file: Path, left_out: frozenset[str], published: Mapping[str, str | None]
) -> Iterator[dict[str, Any]]:
    """The first wording of one row, the second of the next."""
    rows = (row for row in records(file) if is_held_out(row["article_id"]))
    turns = zip(rows, cycle((0, 1)), cycle(DAYS_LATER), strict=False)
    for number, (row, wording, later) in enumerate(turns, start=1):
        answerable = row["article_id"] not in left_out
        gold = {"article_id": row["article_id"], "sentence": row["sentence"]}
        yield {
            "qid": f"held-out-{number:04}",
            "question": row["questions"][wording % len(row["questions"])],
            "as_of": _later(published[row["article_id"]], later),
            "answerable": answerable,
            "gold": [gold] if answerable else [],
            "accept": [row["answer"]] if answerable else [],
            "kind": row["style"],
        }


def _later(published: str | None, days: int | None) -> str | None:
    if published is None or days is None:
        return None
    return (date.fromisoformat(published[:10]) + timedelta(days=days)).isoformat()
