import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.batch import BatchQuestion, answer_all, read_questions
from corpus.types import Refusal
from index.errors import QuestionRefusedError
from index.types import Answer, Quote, Source

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class ParrotEngine:
    """Quotes every question back; refuses empty ones; finds nothing for "nothing"."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    external_id: str | None = "gd-1"

    async def ask(
        self, question: str, *, as_of: datetime | None = None, history: Sequence[str] = (), limit: int = 10
    ) -> Answer:
        self.asked.append({"question": question, "as_of": as_of, "history": tuple(history)})
        if not question:
            raise QuestionRefusedError("The question is empty.")
        source = Source(7, self.external_id, "title", None, None, None)
        quote = Quote(source, f"You asked: {question}", 0, emphasis=((4, 9), (0, 3)))
        return Answer(question, as_of or NOW, 1, () if question == "nothing" else (quote,) * limit)


def write(directory: Path, *rows: Any) -> Path:
    file = directory / "questions.jsonl"
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return file


def read(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


def test_rows_are_read_with_their_day_and_their_history(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        {
            "qid": "q1",
            "question": "til when",
            "as_of": "2025-04-30",
            "history": ["who replaced amorim"],
            "tags": [],
        },
        {"qid": "q2", "question": "who", "as_of": None},
    )
    assert read_questions(file, now=NOW) == [
        BatchQuestion(
            "questions.jsonl:1",
            "q1",
            "til when",
            datetime(2025, 4, 30, 23, 59, 59, tzinfo=UTC),
            ("who replaced amorim",),
        ),
        BatchQuestion("questions.jsonl:2", "q2", "who", None, ()),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{not json", "not a JSON object"),
        ("[1, 2]", "not a JSON object"),
        ("[" * 100_000, "not a JSON object"),
        ('{"question": "who"}', "qid: Field required"),
        ('{"qid": "q1", "question": 5}', "question: Input should be a valid string"),
        ('{"qid": "q1", "question": "who", "as_of": "soon"}', "as_of: 'soon' is not a day."),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_the_others_stay(tmp_path: Path, row: str, reason: str) -> None:
    file = write(tmp_path, {"qid": "q1", "question": "who"}, "", row, {"qid": "q2", "question": "what"})
    first, bad, last = read_questions(file, now=NOW)
    assert isinstance(bad, Refusal)
    assert bad.where == "questions.jsonl:3"
    assert bad.reason.startswith(reason)
    assert isinstance(first, BatchQuestion)
    assert isinstance(last, BatchQuestion)


def test_bytes_that_are_not_utf8_are_a_bad_row(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes('{"qid": "q1", "question": "Málaga"}\n'.encode("latin-1"))
    assert read_questions(file, now=NOW) == [Refusal("questions.jsonl:1", "not a JSON object")]


async def test_every_answer_is_written_with_quotes_emphasis_and_latency(tmp_path: Path) -> None:
    engine = ParrotEngine()
    day = datetime(2025, 4, 30, tzinfo=UTC)
    rows = [
        BatchQuestion("f:1", "q1", "who", day, ("before",)),
        BatchQuestion("f:2", "q2", "nothing", None, ()),
    ]
    assert await answer_all(engine, rows, tmp_path / "answers.jsonl") == []

    first, second = read(tmp_path / "answers.jsonl")
    assert first.pop("latency_ms") >= 0
    quote = {"article_id": "gd-1", "quote": "You asked: who", "answer": "asked"}
    assert first == {"qid": "q1", "answered": True, "quotes": [quote] * 10}
    assert (second["qid"], second["answered"], second["quotes"]) == ("q2", False, [])
    assert engine.asked[0] == {"question": "who", "as_of": day, "history": ("before",)}


async def test_an_article_without_an_external_id_is_named_by_its_own(tmp_path: Path) -> None:
    rows = [BatchQuestion("f:1", "q1", "who", None, ())]
    await answer_all(ParrotEngine(external_id=None), rows, tmp_path / "answers.jsonl")
    assert read(tmp_path / "answers.jsonl")[0]["quotes"][0]["article_id"] == "7"


async def test_skipped_rows_are_reported_and_progress_reaches_the_end(tmp_path: Path) -> None:
    bad = Refusal("f:1", "not a JSON object")
    empty, good = BatchQuestion("f:2", "q2", "", None, ()), BatchQuestion("f:3", "q3", "who", None, ())
    seen: list[int] = []
    rows: list[BatchQuestion | Refusal] = [bad, empty, good]
    refused = await answer_all(ParrotEngine(), rows, tmp_path / "answers.jsonl", on_progress=seen.append)
    assert refused == [bad, Refusal("f:2", "q2: The question is empty.")]
    assert [row["qid"] for row in read(tmp_path / "answers.jsonl")] == ["q3"]
    assert seen == [1, 2, 3]


async def test_a_pipe_stays_a_pipe_and_gets_the_answers(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    await answer_all(ParrotEngine(), [BatchQuestion("f:1", "q1", "nothing", None, ())], pipe)
    assert json.loads(os.read(reading, 10_000))["qid"] == "q1"
    os.close(reading)
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


async def test_a_link_stays_a_link_to_the_answers(tmp_path: Path) -> None:
    link = tmp_path / "link.jsonl"
    link.symlink_to("answers.jsonl")
    await answer_all(ParrotEngine(), [BatchQuestion("f:1", "q1", "who", None, ())], link)
    assert link.is_symlink()
    assert len(read(tmp_path / "answers.jsonl")) == 1


async def test_a_run_that_fails_leaves_the_earlier_answers_alone(tmp_path: Path) -> None:
    class FailingEngine(ParrotEngine):
        async def ask(
            self,
            question: str,
            *,
            as_of: datetime | None = None,
            history: Sequence[str] = (),
            limit: int = 10,
        ) -> Answer:
            raise OSError("out of memory")

    out = tmp_path / "answers.jsonl"
    out.write_text("earlier")
    with pytest.raises(OSError, match="out of memory"):
        await answer_all(FailingEngine(), [BatchQuestion("f:1", "q1", "who", None, ())], out)
    assert out.read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["answers.jsonl"]
