"""How well the product answers questions of our own over the samples, with its own model and settings."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import open_services
from bot.config import Config, DataSection
from bot.evaluation import Task, ask_all, outcomes_of, quoted_articles, read_tasks, words_by_name
from corpus.ingest.read import read_paths
from corpus.types import ArticleDraft
from index.evaluate import figures, folded, not_verbatim

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = read_tasks(ROOT / "tests/questions.jsonl", now=NOW)
TASKS = [row for row in ROWS if isinstance(row, Task)]
DRAFTS = [d for d in read_paths([ROOT / "corpus/samples"], now=NOW) if isinstance(d, ArticleDraft)]
SAMPLES: Mapping[str | None, ArticleDraft] = {draft.external_id: draft for draft in DRAFTS}

AT_LEAST = {"right@1": 0.74, "right@3": 0.74, "quote@1": 0.72, "quote@3": 0.72, "MRR@10": 0.72}
AT_MOST = {"missed": 0.17, "invented": 0.23}


def name(task: Task) -> str:
    return task.question.qid


def test_every_question_is_understood_and_a_third_has_no_answer() -> None:
    assert ROWS == TASKS
    assert len({name(task) for task in TASKS}) == len(TASKS) >= 24
    assert 8 <= sum(not task.case.answerable for task in TASKS) <= len(TASKS) / 3


@pytest.mark.parametrize("task", [task for task in TASKS if task.case.answerable], ids=name)
def test_what_should_be_quoted_stands_in_the_samples(task: Task) -> None:
    articles = [SAMPLES[evidence.article] for evidence in task.case.evidence]
    for evidence, article in zip(task.case.evidence, articles, strict=True):
        assert evidence.sentence
        assert evidence.sentence in article.text
        assert any(folded(words) in folded(evidence.sentence) for words in task.case.accept)
    for words in task.case.accept:
        assert any(words in article.text for article in articles)
    as_of = task.question.as_of or NOW
    assert all(article.published_at and article.published_at <= as_of for article in articles)
    assert task.case.stale <= set(SAMPLES)


@pytest.mark.parametrize("task", [task for task in TASKS if not task.case.answerable], ids=name)
def test_what_has_no_answer_names_none(task: Task) -> None:
    assert (task.case.evidence, task.case.accept) == ((), ())


async def test_the_answers_to_our_own_questions_are_as_good_as_they_were(tmp_path: Path) -> None:
    """The floors lie one or two questions below what was measured."""
    async with open_services(Config(data=DataSection(directory=tmp_path))) as services:
        engine = await services.load()
        await engine.add(DRAFTS, guild_id=None)
        asked = await ask_all(engine, TASKS)
        articles = await services.store.articles.load(quoted_articles(asked), guild_id=None)
    outcomes = outcomes_of(TASKS, asked, refuse_below=0)  # the engine has refused already
    found = {name: figure.value for name, figure in figures(outcomes).items()}
    assert not_verbatim(outcomes, words_by_name(articles)) == 0
    assert {name: found[name] for name, floor in AT_LEAST.items() if found[name] < floor} == {}
    assert {name: found[name] for name, ceiling in AT_MOST.items() if found[name] > ceiling} == {}
