"""Many questions from a file, their answers into another: one JSON object a line in both."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol, TextIO, TypeVar

from pydantic import BaseModel, ValidationError

from bot.days import parse_as_of
from corpus.types import Refusal
from index.errors import QuestionRefusedError
from index.evaluate import shown
from index.types import Answer, Quote

QUOTES = 10

Row = TypeVar("Row", bound=BaseModel)
Understood = TypeVar("Understood")


class Asks(Protocol):
    async def ask(
        self,
        question: str,
        *,
        as_of: datetime | None = None,
        history: Sequence[str] = (),
        limit: int = QUOTES,
    ) -> Answer: ...


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """A row of the questions file. `history` holds the earlier questions of the same conversation."""

    where: str
    qid: str
    question: str
    as_of: datetime | None
    history: tuple[str, ...]


class QuestionRow(BaseModel):
    qid: str
    question: str
    as_of: str | None = None
    history: tuple[str, ...] | None = None


def read_questions(file: Path, *, now: datetime) -> list[BatchQuestion | Refusal]:
    """The file's rows in order; those that can't be understood as refusals. Blank lines don't count."""
    return read_rows(file, QuestionRow, lambda where, row: question(where, row, now))


def read_rows(
    file: Path, model: type[Row], understand: Callable[[str, Row], Understood]
) -> list[Understood | Refusal]:
    """What is made of each row and of where it stands; of those that can't be understood, refusals."""
    lines = enumerate(file.read_bytes().splitlines(), start=1)
    return [
        _understood(f"{file.name}:{number}", line, model, understand)
        for number, line in lines
        if line.strip()
    ]


def question(where: str, row: QuestionRow, now: datetime) -> BatchQuestion:
    """Raises ValueError with words for people."""
    try:
        as_of = parse_as_of(row.as_of, now=now) if row.as_of else None
    except ValueError as error:
        raise ValueError(f"as_of: {error}") from error
    return BatchQuestion(where, row.qid, row.question, as_of, row.history or ())


async def answer_all(
    engine: Asks,
    rows: Sequence[BatchQuestion | Refusal],
    out: Path,
    *,
    on_progress: Callable[[int], None] | None = None,
) -> list[Refusal]:
    """Ask one question after another and write every answer to `out`, all or, if stopped, none.

    Returns the rows that were skipped, and why. `on_progress` receives the number of rows done.
    """
    refused: list[Refusal] = []
    with _replacing(out) as file:
        for done, row in enumerate(rows, start=1):
            result = row if isinstance(row, Refusal) else await _answer(engine, row)
            if isinstance(result, Refusal):
                refused.append(result)
            else:
                file.write(json.dumps(result, ensure_ascii=False) + "\n")
            if on_progress:
                on_progress(done)
    return refused


def _understood(
    where: str, line: bytes, model: type[Row], understand: Callable[[str, Row], Understood]
) -> Understood | Refusal:
    try:
        return understand(where, model.model_validate_json(line))
    except ValidationError as error:
        return Refusal(where, _reason(error))
    except ValueError as error:
        return Refusal(where, str(error))


def _reason(error: ValidationError) -> str:
    problem = error.errors()[0]
    if not problem["loc"]:
        return "not a JSON object"
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"


async def _answer(engine: Asks, row: BatchQuestion) -> dict[str, Any] | Refusal:
    start = perf_counter()
    try:
        answer = await engine.ask(row.question, as_of=row.as_of, history=row.history, limit=QUOTES)
    except QuestionRefusedError as error:
        return Refusal(row.where, f"{row.qid}: {error}")
    latency_ms = (perf_counter() - start) * 1000
    return {
        "qid": row.qid,
        "answered": answer.answered,
        "quotes": [_quote(quote) for quote in answer.quotes[:QUOTES]],
        "latency_ms": round(latency_ms, 1),
    }


def _quote(quote: Quote) -> dict[str, Any]:
    row = shown(quote)
    return {"article_id": row.article, "quote": row.text, "answer": row.decisive or None}


@contextmanager
def _replacing(out: Path) -> Iterator[TextIO]:
    """A file that takes the place of `out` once all is written; a failure leaves nothing behind.

    What is no file, such as a pipe or /dev/stdout, stays in its place and gets every line at once.
    """
    if out.exists() and not out.is_file():
        with out.open("w", encoding="utf-8", buffering=1) as file:
            yield file
        return
    out = out.resolve()
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            yield file
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
