"""Questions whose answers are known: read from a file, asked one after another, judged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter

from pydantic import BaseModel

from bot.batch import QUOTES, Asks, BatchQuestion, QuestionRow, question, read_rows
from corpus.types import Article, Refusal
from index.errors import QuestionRefusedError
from index.evaluate import Case, Evidence, Outcome, Reply, judge, refused_below, shown
from index.types import Answer


@dataclass(frozen=True, slots=True)
class Task:
    """A row of the questions file: what is asked, and what is known of the answer."""

    question: BatchQuestion
    case: Case


@dataclass(frozen=True, slots=True)
class Asked:
    """No answer where the question itself was refused."""

    answer: Answer | None
    latency_ms: float


class _Evidence(BaseModel):
    article_id: str
    sentence: str | None = None


class _CaseRow(QuestionRow):
    answerable: bool
    kind: str = "other"
    gold: tuple[_Evidence, ...] = ()
    also_relevant: tuple[_Evidence, ...] = ()
    accept: tuple[str, ...] = ()
    stale_articles: frozenset[str] = frozenset()
    tags: tuple[str, ...] = ()


def read_tasks(file: Path, *, now: datetime) -> list[Task | Refusal]:
    """The file's rows in order; those that can't be understood as refusals. Blank lines don't count."""
    seen: dict[str, str] = {}

    def understand(where: str, row: _CaseRow) -> Task:
        if row.answerable and not row.gold:
            raise ValueError("gold: an answerable question needs an article that answers it")
        if (first := seen.setdefault(row.qid, where)) != where:
            raise ValueError(f"qid: {row.qid!r} stands in {first} already")
        return Task(question(where, row, now), _case(row))

    return read_rows(file, _CaseRow, understand)


async def ask_all(
    engine: Asks, tasks: Sequence[Task], *, on_progress: Callable[[int], None] | None = None
) -> list[Asked]:
    asked = []
    for done, task in enumerate(tasks, start=1):
        asked.append(await _ask(engine, task.question))
        if on_progress:
            on_progress(done)
    return asked


def outcomes_of(tasks: Sequence[Task], asked: Sequence[Asked], refuse_below: float) -> list[Outcome]:
    """What was asked of an engine that refuses nothing, as one that refuses would have said it."""
    return [
        judge(task.case, refused_below(refuse_below, _reply(result)))
        for task, result in zip(tasks, asked, strict=True)
    ]


def quoted_articles(asked: Sequence[Asked]) -> set[int]:
    return {quote.source.article_id for result in asked if result.answer for quote in result.answer.quotes}


def words_by_name(articles: Mapping[int, Article]) -> dict[str, str]:
    """Everything that may be quoted of each article, by the name that `shown` gives it."""
    return {
        article.external_id or str(article.id): f"{article.text} {article.title}"
        for article in articles.values()
    }


async def _ask(engine: Asks, asked: BatchQuestion) -> Asked:
    start = perf_counter()
    try:
        answer = await engine.ask(asked.question, as_of=asked.as_of, history=asked.history, limit=QUOTES)
    except QuestionRefusedError:
        answer = None
    return Asked(answer, (perf_counter() - start) * 1000)


def _reply(asked: Asked) -> Reply:
    if asked.answer is None:
        return Reply(False, latency_ms=asked.latency_ms)
    quotes = tuple(map(shown, asked.answer.quotes))
    return Reply(asked.answer.answered, quotes, asked.answer.confidence, asked.latency_ms)


def _case(row: _CaseRow) -> Case:
    return Case(
        row.qid,
        row.question,
        row.kind,
        row.answerable,
        tuple(Evidence(e.article_id, e.sentence) for e in (*row.gold, *row.also_relevant)),
        row.accept,
        row.stale_articles,
        row.tags,
    )
