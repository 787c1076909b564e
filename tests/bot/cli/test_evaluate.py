import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.cli.conftest import SAMPLES, Rumourmill

ANSWERABLE = {
    "qid": "q1",
    "question": "who replaces Ancelotti?",
    "kind": "who",
    "tags": ["hard"],
    "answerable": True,
    "accept": ["Xabi Alonso"],
    "gold": [{"article_id": "sample-14", "sentence": None}, {"article_id": "sample-11", "sentence": None}],
}
STRAY = {"qid": "q2", "question": "banana bread", "kind": "unanswerable", "answerable": False}


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return write(tmp_path / "questions.jsonl", ANSWERABLE, STRAY)


def write(file: Path, *rows: Any) -> Path:
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return file


def test_one_command_ingests_asks_and_tells_every_figure(rumourmill: Rumourmill, questions: Path) -> None:
    result = rumourmill("evaluate", questions, "--articles", SAMPLES)
    assert (result.code, result.err) == (0, "")
    lines = [line.split() for line in result.out.splitlines()]
    assert ["quote@1", "1.000", "1"] in [line[:3] for line in lines]
    assert ["not", "verbatim", "0"] in [line[:3] for line in lines]
    assert {"right@1", "right@3", "MRR@10", "span@1", "missed", "invented"} <= {
        line[0] for line in lines if line
    }
    assert "fresh@1" not in result.out
    assert "2 questions · refused below a confidence of" in result.out
    assert not Path("data").exists()


@pytest.mark.usefixtures("samples")
def test_stored_articles_are_asked_where_none_are_given(rumourmill: Rumourmill, questions: Path) -> None:
    told = json.loads(rumourmill("evaluate", questions, "--data", "data", "--json").out)
    assert told["figures"]["quote@1"] == {"value": 1.0, "of": 1}


def test_without_articles_it_is_said_how_to_add_some(rumourmill: Rumourmill, questions: Path) -> None:
    result = rumourmill("evaluate", questions)
    assert result.code == 1
    assert "Add some: rumourmill ingest PATH" in result.err


def test_json_holds_figures_groups_misses_and_the_curve(rumourmill: Rumourmill, questions: Path) -> None:
    Path("config.toml").write_text("[answers]\nrefuse_below = 0\n")
    result = rumourmill("evaluate", questions, "--articles", SAMPLES, "--by", "kind", "--misses", 9, "--json")
    told = json.loads(result.out)
    assert told["questions"] == 2
    assert told["refuse_below"] == 0
    assert told["figures"]["missed"] == {"value": 0.0, "of": 1}
    assert told["figures"]["invented"] == {"value": 1.0, "of": 1}
    assert told["not_verbatim"] == 0
    assert told["latency_ms"]["p95"] >= told["latency_ms"]["p50"] > 0
    assert list(told["kind"]) == ["unanswerable", "who"]
    assert [miss["qid"] for miss in told["misses"]] == ["q2"]
    assert told["curve"][0] == {"threshold": 0.0, "missed": 0.0, "invented": 1.0}
    assert told["curve"][-1]["threshold"] == 1.0


def test_groups_and_misses_are_printed_when_asked_for(rumourmill: Rumourmill, questions: Path) -> None:
    Path("config.toml").write_text("[answers]\nrefuse_below = 0\n")
    plain = rumourmill("evaluate", questions, "--articles", SAMPLES).out
    full = rumourmill("evaluate", questions, "--articles", SAMPLES, "--by", "tag", "--misses", 1).out
    assert "banana bread" not in plain
    assert "wanted: a refusal" in full
    assert any(line.split()[:3] == ["hard", "1", "1.00"] for line in full.splitlines())


def test_the_refusing_curve_is_drawn(rumourmill: Rumourmill, questions: Path) -> None:
    result = rumourmill("evaluate", questions, "--articles", SAMPLES, "--picture", "curve.svg")
    assert result.code == 0
    assert "<svg" in Path("curve.svg").read_text("utf-8")


def test_a_curve_takes_questions_without_an_answer(rumourmill: Rumourmill, tmp_path: Path) -> None:
    questions = write(tmp_path / "questions.jsonl", ANSWERABLE)
    result = rumourmill("evaluate", questions, "--articles", SAMPLES, "--picture", "curve.svg")
    assert "both answerable and unanswerable" in result.err
    assert not Path("curve.svg").exists()


def test_nothing_is_measured_where_a_question_is_not_understood(
    rumourmill: Rumourmill, tmp_path: Path
) -> None:
    questions = write(tmp_path / "questions.jsonl", ANSWERABLE, {"question": "who"}, "nonsense")
    result = rumourmill("evaluate", questions, "--articles", SAMPLES)
    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines() == [
        "questions.jsonl:2: qid: Field required",
        "questions.jsonl:3: not a JSON object",
        "Error: Nothing was measured. Mend what is named above (docs/quality.md helps).",
    ]


def test_a_file_without_questions_is_refused(rumourmill: Rumourmill, tmp_path: Path) -> None:
    result = rumourmill("evaluate", write(tmp_path / "empty.jsonl", ""), "--articles", SAMPLES)
    assert result.code == 1
    assert "empty.jsonl holds no questions" in result.err


def test_articles_that_cannot_be_stored_are_named(
    rumourmill: Rumourmill, questions: Path, tmp_path: Path
) -> None:
    articles = write(tmp_path / "articles.jsonl", {"id": "sample-14", "text": "Xabi Alonso it is."}, "oops")
    result = rumourmill("evaluate", questions, "--articles", articles)
    assert result.code == 1
    assert "articles.jsonl:2: The line is not JSON" in result.err
    assert "quote@1" in result.out


@pytest.mark.parametrize("row", ["", "oops"])
def test_nothing_is_asked_where_no_article_can_be_read(
    rumourmill: Rumourmill, questions: Path, tmp_path: Path, row: str
) -> None:
    result = rumourmill("evaluate", questions, "--articles", write(tmp_path / "articles.jsonl", row))
    assert (result.code, result.out) == (1, "")
    assert ("articles.jsonl:1: " in result.err) is bool(row)
    assert "There is no article in" in result.err.splitlines()[-1]


@pytest.mark.parametrize(
    "arguments",
    [[], ["missing.jsonl"], ["questions.jsonl", "--articles", "missing"], ["questions.jsonl", "--by", "day"]],
)
def test_a_wrong_call_is_refused(rumourmill: Rumourmill, questions: Path, arguments: list[str]) -> None:
    assert rumourmill("evaluate", *arguments).code == 2


def test_given_articles_and_stored_ones_do_not_mix(rumourmill: Rumourmill, questions: Path) -> None:
    result = rumourmill("evaluate", questions, "--articles", SAMPLES, "--data", "data")
    assert result.code == 2
    assert "leave out --data" in result.err


def test_a_picture_that_cannot_be_drawn_is_refused_first(rumourmill: Rumourmill, questions: Path) -> None:
    result = rumourmill("evaluate", questions, "--articles", SAMPLES, "--picture", "curve.docx")
    assert (result.code, result.out) == (1, "")
    assert "let it end in .svg or .png" in result.err


def test_the_search_alone_is_measured_on_a_retrieval_set(rumourmill: Rumourmill, tmp_path: Path) -> None:
    write(
        tmp_path / "corpus.jsonl",
        *({"_id": f"d{n}", "text": text} for n, text in enumerate(["kane", "slot"])),
    )
    write(tmp_path / "queries.jsonl", {"_id": "q", "text": "kane"})
    (tmp_path / "qrels.tsv").write_text("q\td0\t1")
    result = rumourmill("evaluate-retrieval", tmp_path)
    assert (result.code, result.out) == (0, "nDCG@10 1.000   (1 queries, 2 documents)\n")
    told = json.loads(rumourmill("evaluate-retrieval", tmp_path, "--json").out)
    assert told == {"documents": 2, "queries": 1, "nDCG@10": 1.0}


def test_a_retrieval_set_that_lacks_a_file_is_refused(rumourmill: Rumourmill, tmp_path: Path) -> None:
    result = rumourmill("evaluate-retrieval", tmp_path)
    assert result.code == 1
    assert "corpus.jsonl: No such file or directory" in result.err
