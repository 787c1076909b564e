"""That the benchmarks run and measure what they say; never how fast anything is."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from rich.console import Console

from benchmarks.__main__ import QUICK, main
from benchmarks.figures import Figure, Goal, median, percentiles, tables
from benchmarks.material import change_words, inputs_of, read_articles, write_lines
from benchmarks.multiply import multiply
from benchmarks.questions import QUESTIONS
from benchmarks.timed import Stopwatch
from corpus.ingest.read import read_paths
from corpus.store import open_store
from index.engine import open_engine
from tests.encoders import WordEncoder

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_one_command_measures_everything() -> None:
    result = CliRunner().invoke(main, ["--quick", "--json"], catch_exceptions=False)
    measured = json.loads(result.stdout)
    figures = {figure["name"]: figure["value"] for figure in measured["figures"]}
    assert {
        "pipeline to plain",
        "whole question, p95",
        "search and ranking, p95",
        "at once to one after another",
        "from there until ready",
        "until ready, word index deleted",
    } <= set(figures)
    assert all(value > 0 for value in figures.values())
    assert figures["search and ranking, p50"] < figures["whole question, p50"]
    assert figures["from there until ready"] < figures["from there to the first answer"]
    assert measured["machine"]["processor"]


def test_there_are_enough_questions_to_ask_at_once() -> None:
    assert len(set(QUESTIONS)) == len(QUESTIONS) == 32
    assert len(QUESTIONS) > QUICK.at_once


def test_articles_are_multiplied_until_there_are_enough_and_all_differ() -> None:
    drafts = read_articles(None, 40, np.random.default_rng(1))
    assert len({draft.text for draft in drafts}) == len({draft.external_id for draft in drafts}) == 40


def test_some_words_change_and_most_stay() -> None:
    words = [str(number) for number in range(1000)]
    changed = change_words(" ".join(words), ["other"], np.random.default_rng(1)).split(" ")
    assert len(changed) == 1000
    assert 0.05 < sum(word == "other" for word in changed) / 1000 < 0.15
    assert all(new in (old, "other") for new, old in zip(changed, words, strict=True))


def test_written_lines_are_read_as_the_same_articles(tmp_path: Path) -> None:
    drafts = read_articles(None, 20, np.random.default_rng(1))
    write_lines(drafts, tmp_path / "articles.jsonl")
    assert list(read_paths([tmp_path / "articles.jsonl"], now=NOW)) == drafts


async def test_a_store_is_multiplied_to_exactly_so_many_passages(tmp_path: Path) -> None:
    encoder = WordEncoder()
    drafts = read_articles(None, 14, np.random.default_rng(1))
    async with await open_store(tmp_path / "few.db") as store:
        engine = await open_engine(store, encoder, tmp_path)
        await engine.add(drafts, guild_id=None)
        originals = await store.passages.ids(encoder.fingerprint)
        await multiply(
            store,
            tmp_path / "many.db",
            model=encoder.fingerprint,
            passages=200,
            chance=np.random.default_rng(1),
            on_progress=lambda done: None,
        )
        await engine.close()
    async with await open_store(tmp_path / "many.db") as many:
        passages = [p async for batch in many.passages.stream(encoder.fingerprint) for p in batch]
    assert len(passages) == 200 > len(originals) == len(inputs_of(drafts, encoder))
    assert len({p.text for p in passages}) > 190
    assert len({p.vector for p in passages}) == 200
    norms = [np.linalg.norm(np.frombuffer(p.vector, "<f2").astype(np.float32)) for p in passages]
    assert norms == pytest.approx([1.0] * 200, abs=0.01)


def test_a_stopwatch_sums_each_part_until_the_lap() -> None:
    watch = Stopwatch()
    for part in ("a", "b", "a"):
        with watch.measure(part):
            pass
    lap = watch.lap()
    assert set(lap) == {"a", "b"}
    assert lap["a"] > 0
    assert not watch.lap()


def test_a_figure_is_the_median_of_its_runs_and_knows_its_goal() -> None:
    figure = median("Ingest", "ratio", [3.0, 1.0, 2.5], "times", Goal(2, at_least=True))
    assert (figure.value, figure.low, figure.high, figure.reached) == (2.5, 1.0, 3.0, True)
    p50, p95 = percentiles("Question", "search", [0.01] * 90 + [0.1] * 10, Goal(25))
    assert [p50.value, p95.value] == pytest.approx([10, 100])
    assert [p50.reached, p95.reached] == [None, False]


def test_tables_show_every_figure_with_its_goal() -> None:
    console = Console(width=80, file=io.StringIO(), record=True)
    figures = [
        Figure("Ingest", "ratio", 2.5, "times", 2.1, 2.9, Goal(2, at_least=True)),
        Figure("Start", "ready", 9, "s"),
    ]
    for drawn in tables(figures):
        console.print(drawn)
    shown = console.export_text().split()
    assert {"Ingest", "ratio", "2.5", "2.1–2.9", "≥", "✓", "Start", "ready", "9"} <= set(shown)
