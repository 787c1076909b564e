import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation import Task, ask_all, outcomes_of, quoted_articles, read_tasks, words_by_name
from corpus.types import Article, Refusal
from index.errors import QuestionRefusedError
from index.evaluate import Case, Evidence, Shown, figures
from index.types import Answer, Quote, Source

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROW = {
    "qid": "q1",
    "question": "and til when",
    "history": ["who replaced amorim"],
    "as_of": "2025-04-30",
    "answerable": True,
    "gold": [{"article_id": "a", "sentence": "Until the summer.", "how": "verbatim"}],
    "also_relevant": [{"article_id": "b", "sentence": None}],
    "accept": ["summer"],
    "stale_articles": ["c"],
    "kind": "when",
    "tags": ["followup"],
    "note": "anything else is passed over",
}
STRAY = {"qid": "q2", "question": "who won", "answerable": False}


@dataclass
class SureEngine:
    """Answers every question that has words from article 7, with the confidence that stands in it."""

    asked: list[dict[str, Any]] = field(default_factory=list)

    async def ask(
        self, question: str, *, as_of: datetime | None = None, history: Sequence[str] = (), limit: int = 10
    ) -> Answer:
        if not question:
            raise QuestionRefusedError("The question is empty.")
        self.asked.append({"as_of": as_of, "history": tuple(history), "limit": limit})
        quote = Quote(Source(7, "a", "title", None, None, None), "In the summer.", 0, emphasis=((7, 13),))
        return Answer(question, NOW, 1, (quote,), confidence=float(question))


def write(directory: Path, *rows: Any) -> Path:
    file = directory / "questions.jsonl"
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return file


def tasks_of(directory: Path, *rows: Any) -> list[Task]:
    rows_read = read_tasks(write(directory, *rows), now=NOW)
    return [row for row in rows_read if isinstance(row, Task)]


def test_a_row_holds_what_is_asked_and_what_is_known_of_the_answer(tmp_path: Path) -> None:
    [task] = tasks_of(tmp_path, ROW)
    assert task.question.history == ("who replaced amorim",)
    assert task.question.as_of == datetime(2025, 4, 30, 23, 59, 59, tzinfo=UTC)
    assert task.case == Case(
        "q1",
        "and til when",
        "when",
        True,
        (Evidence("a", "Until the summer."), Evidence("b")),
        ("summer",),
        frozenset({"c"}),
        ("followup",),
    )


def test_an_unanswerable_question_needs_no_more_than_to_say_so(tmp_path: Path) -> None:
    [task] = tasks_of(tmp_path, STRAY)
    assert task.case == Case("q2", "who won", "other", False)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{not json", "not a JSON object"),
        ({**STRAY, "qid": None}, "qid: Input should be a valid string"),
        ({"qid": "q3", "question": "who"}, "answerable: Field required"),
        ({**ROW, "qid": "q3", "gold": []}, "gold: an answerable question needs an article"),
        ({**ROW, "qid": "q3", "gold": [{"sentence": "x"}]}, "gold.0.article_id: Field required"),
        ({**ROW, "qid": "q3", "as_of": "soon"}, "as_of: 'soon' is not a day."),
        (STRAY, "qid: 'q2' stands in questions.jsonl:1 already"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, row: Any, reason: str) -> None:
    _, bad = read_tasks(write(tmp_path, STRAY, row), now=NOW)
    assert isinstance(bad, Refusal)
    assert bad.where == "questions.jsonl:2"
    assert bad.reason.startswith(reason)


async def test_every_question_is_asked_for_its_day_after_its_history(tmp_path: Path) -> None:
    engine = SureEngine()
    seen: list[int] = []
    tasks = tasks_of(tmp_path, {**ROW, "question": "0.9"}, {**STRAY, "question": ""})
    asked = await ask_all(engine, tasks, on_progress=seen.append)
    day = datetime(2025, 4, 30, 23, 59, 59, tzinfo=UTC)
    assert engine.asked == [{"as_of": day, "history": ("who replaced amorim",), "limit": 10}]
    assert seen == [1, 2]
    assert quoted_articles(asked) == {7}
    [answered, refused] = outcomes_of(tasks, asked, 0)
    assert answered.reply.quotes == (Shown("a", "In the summer.", "summer"),)
    assert not refused.reply.answered
    assert min(answered.reply.latency_ms or 0, refused.reply.latency_ms or 0) > 0


@pytest.mark.parametrize(("threshold", "missed", "invented"), [(0, 0, 1), (0.5, 0, 0), (0.95, 1, 0)])
async def test_the_threshold_decides_after_the_fact(
    tmp_path: Path, threshold: float, missed: float, invented: float
) -> None:
    tasks = tasks_of(tmp_path, {**ROW, "question": "0.9"}, {**STRAY, "question": "0.1"})
    asked = await ask_all(SureEngine(), tasks)
    found = figures(outcomes_of(tasks, asked, threshold))
    assert (found["missed"].value, found["invented"].value) == (missed, invented)
    assert found["quote@1"].value == found["span@1"].value == 1


def test_title_and_text_of_an_article_may_be_quoted() -> None:
    article = Article(7, None, "Title", "Text.", None, None, None, None, "a", "", NOW, None)
    unnamed = Article(8, None, "Other", "Words.", None, None, None, None, None, "", NOW, None)
    assert words_by_name({7: article, 8: unnamed}) == {"a": "Text. Title", "8": "Words. Other"}
