"""The figures, on answers that anyone can judge; and against another scorer's, where that is at hand."""

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.evaluate import (
    Case,
    Evidence,
    Outcome,
    RefusalPoint,
    Reply,
    Shown,
    figures,
    grouped,
    is_right,
    judge,
    latency_percentiles,
    misses,
    ndcg,
    not_verbatim,
    refused_below,
    refusing_curve,
)

SENTENCE = "Xabi Alonso replaces Carlo Ancelotti as the head coach of Real Madrid next summer."
SCORER = Path(__file__).parents[3] / "shared/eval/score.py"

ASKED = Case(
    "q1", "who replaces ancelotti", "who", True, (Evidence("new", SENTENCE), Evidence("other")), ("Alonso",)
)
STRAY = Case("q2", "when does the shop open", "unanswerable", False)
RIGHT = Shown("new", SENTENCE, "Xabi Alonso")
WRONG = Shown("new", "The weather in Madrid was fine.", "Madrid")


def said(*quotes: Shown, answered: bool = True, confidence: float = 0.0) -> Reply:
    return Reply(answered, quotes, confidence)


def values(*outcomes: Outcome) -> dict[str, float]:
    return {name: figure.value for name, figure in figures(outcomes).items()}


@pytest.mark.parametrize(
    ("shown", "right"),
    [
        (RIGHT, True),
        (Shown("new", SENTENCE[:45].upper()), True),
        (Shown("new", f"He said: “{SENTENCE[-45:]}”"), True),
        (Shown("new", "It is Alonso."), True),
        (Shown("other", "It is Alonso."), True),
        (Shown("third", SENTENCE), False),
        (Shown("other", SENTENCE.replace("Alonso", "Raúl")), False),
        (Shown("new", "replaces Carlo Ancelotti"), False),
    ],
)
def test_a_quote_is_right_by_its_article_and_by_what_it_holds(shown: Shown, right: bool) -> None:
    assert is_right(ASKED, shown) is right


def test_a_piece_of_a_sentence_counts_from_forty_characters() -> None:
    assert is_right(ASKED, Shown("new", SENTENCE[21:61]))
    assert not is_right(ASKED, Shown("new", SENTENCE[21:60]))


def test_only_the_first_350_characters_of_a_quote_count() -> None:
    assert is_right(ASKED, Shown("new", "x" * 344 + "Alonso"))
    assert not is_right(ASKED, Shown("new", "x" * 345 + "Alonso"))


def test_marks_and_spaces_are_no_difference() -> None:
    case = Case("q", "?", "who", True, (Evidence("a", "“He’s   gone”, the club said to reporters in town."),))
    assert is_right(case, Shown("a", '"he\'s gone", the club\nsaid to reporters in town.'))


def test_the_place_of_the_first_right_quote_decides() -> None:
    third = values(judge(ASKED, said(WRONG, WRONG, RIGHT)))
    assert (third["quote@1"], third["quote@3"]) == (0, 1)
    assert third["MRR@10"] == pytest.approx(1 / 3)
    assert (third["right@1"], third["right@3"]) == (0, 1)
    eleventh = values(judge(ASKED, said(*[WRONG] * 10, RIGHT)))
    assert eleventh["MRR@10"] == eleventh["right@3"] == 0


def test_a_refusal_is_right_only_where_there_is_no_answer() -> None:
    refused = values(judge(ASKED, said(RIGHT, answered=False)), judge(STRAY, said(answered=False)))
    assert (refused["right@1"], refused["missed"], refused["invented"]) == (0.5, 1, 0)
    assert refused["quote@1"] == 1
    answered = values(judge(ASKED, said(RIGHT)), judge(STRAY, said(RIGHT)))
    assert (answered["right@1"], answered["missed"], answered["invented"]) == (0.5, 0, 1)


@pytest.mark.parametrize(
    ("decisive", "hit"), [("Xabi Alonso", 1), ("alons", 1), ("Real Madrid", 0), ("", 0), (" ", 0)]
)
def test_the_bold_words_count_if_they_settle_the_question(decisive: str, hit: float) -> None:
    assert values(judge(ASKED, said(Shown("new", SENTENCE, decisive))))["span@1"] == hit


def test_bold_words_of_a_wrong_quote_do_not_count() -> None:
    assert values(judge(ASKED, said(Shown("third", SENTENCE, "Alonso"))))["span@1"] == 0


def test_an_overtaken_report_is_not_fresh() -> None:
    evidence = (Evidence("new", SENTENCE), Evidence("old", SENTENCE))
    case = Case("q", "?", "latest", True, evidence, stale=frozenset({"old"}), tags=("newest",))
    assert values(judge(case, said(Shown("new", SENTENCE))))["fresh@1"] == 1
    assert values(judge(case, said(Shown("old", SENTENCE))))["fresh@1"] == 0


def test_figures_that_no_question_counts_for_are_left_out() -> None:
    assert set(values(judge(STRAY, said()))) == {"right@1", "right@3", "invented"}
    assert "fresh@1" not in values(judge(ASKED, said()))
    assert figures([]) == {}


def test_outcomes_are_grouped_by_kind_and_by_each_tag() -> None:
    tagged = judge(Case("q3", "?", "who", True, tags=("typo", "alias")), said())
    outcomes = [judge(STRAY, said()), judge(ASKED, said()), tagged]
    assert [(name, len(some)) for name, some in grouped(outcomes, "kind").items()] == [
        ("unanswerable", 1),
        ("who", 2),
    ]
    assert grouped(outcomes, "tag") == {"alias": [tagged], "typo": [tagged]}


def test_misses_are_what_is_not_right_at_once() -> None:
    late, refused = judge(ASKED, said(WRONG, RIGHT)), judge(ASKED, said(RIGHT, answered=False))
    invented = judge(STRAY, said(WRONG))
    good = [judge(ASKED, said(RIGHT)), judge(STRAY, said(answered=False))]
    assert misses([late, *good, refused, invented]) == [late, refused, invented]


def test_quotes_that_no_article_holds_are_counted() -> None:
    articles = {"new": f"{SENTENCE}  And more. The title"}
    shown = [RIGHT, Shown("new", f"{SENTENCE.upper()} …"), Shown("other", SENTENCE), Shown("new", "And less")]
    assert not_verbatim([judge(ASKED, said(*shown))], articles) == 2


def test_latency_is_told_for_two_or_more() -> None:
    timed = [judge(ASKED, Reply(True, latency_ms=float(ms))) for ms in range(40, 0, -1)]
    assert latency_percentiles([*timed, judge(ASKED, Reply(True))]) == (20.5, 39.0)
    assert latency_percentiles(timed[:1]) is None


def test_less_confidence_than_the_threshold_is_a_refusal_that_keeps_its_quotes() -> None:
    reply = said(RIGHT, confidence=0.4)
    assert refused_below(0.4, reply) == reply
    assert refused_below(0.41, reply) == said(RIGHT, answered=False, confidence=0.4)
    assert not refused_below(0, said(confidence=0.9)).answered


def test_the_refusing_curve_has_a_point_for_every_threshold() -> None:
    outcomes = [
        judge(ASKED, said(RIGHT, confidence=0.9)),
        judge(ASKED, said(answered=False, confidence=0.2)),
        judge(STRAY, said(WRONG, confidence=0.5)),
        judge(STRAY, said(answered=False, confidence=0.1)),
    ]
    assert refusing_curve(outcomes) == [
        RefusalPoint(0.0, 0, 1),
        RefusalPoint(0.1, 0, 1),
        RefusalPoint(0.2, 0, 0.5),
        RefusalPoint(0.5, 0.5, 0.5),
        RefusalPoint(0.9, 0.5, 0),
        RefusalPoint(1.0, 1, 0),
    ]
    assert refusing_curve(outcomes[:2]) == refusing_curve(outcomes[2:]) == []


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), max_size=30), st.floats(0, 1))
def test_the_curve_tells_what_a_threshold_does(made: list[tuple[bool, float]], threshold: float) -> None:
    replies = [(ASKED if answerable else STRAY, said(WRONG, confidence=c)) for answerable, c in made]
    points = refusing_curve([judge(case, reply) for case, reply in replies])
    for before, after in pairwise(points):
        assert before.missed <= after.missed
        assert before.invented >= after.invented
    if points:
        at = next(point for point in points if point.threshold >= threshold)
        found = values(*(judge(case, refused_below(threshold, reply)) for case, reply in replies))
        assert (at.missed, at.invented) == (found["missed"], found["invented"])


def test_ndcg_rewards_early_places() -> None:
    assert ndcg(["a", "b", "c"], {"a": 1, "b": 1}) == 1
    assert ndcg(["x", "a"], {"a": 1}) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg(["b", "a"], {"a": 2, "b": 1}) == pytest.approx(
        (1 + 2 / 1.58496) / (2 + 1 / 1.58496), abs=1e-4
    )
    assert ndcg([*"0123456789", "a"], {"a": 1}) == 0
    assert ndcg([], {"a": 1}) == 0


@pytest.mark.skipif(not SCORER.exists(), reason="needs the scorer of the evaluation set beside the project")
@pytest.mark.parametrize("seed", range(6))
def test_the_figures_are_those_of_the_evaluation_set_s_scorer(tmp_path: Path, seed: int) -> None:
    rows, answers, articles = made_up(random.Random(seed))
    for name, content in (("q", rows), ("a", answers), ("c", articles)):
        (tmp_path / name).write_text("\n".join(json.dumps(row) for row in content), "utf-8")
    told = {
        by: subprocess.run(
            [sys.executable, SCORER, "q", "a", "--corpus", "c", "--by", by, "--misses", "999"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for by in ("kind", "tag")
    }
    said_to = {row["qid"]: reply_of(row) for row in answers}
    outcomes = [judge(case_of(row), said_to.get(row["qid"], Reply(False))) for row in rows]
    texts = {row["id"]: f"{row['text']} {row['title'] or ''}" for row in articles}
    p50, p95 = latency_percentiles(outcomes) or (0, 0)

    ours = [f"{name:9s} {f.value:.3f}   (of {f.of})" for name, f in figures(outcomes).items()]
    ours += [f"quotes not verbatim: {not_verbatim(outcomes, texts)}"]
    ours += [f"latency p50 {p50:.1f} ms  p95 {p95:.1f} ms"]
    missed = [outcome.case.qid for outcome in misses(outcomes)]
    for by, output in told.items():
        groups = grouped(outcomes, "kind" if by == "kind" else "tag")
        by_group = [f"  {name:14s} right@1 {right_of(some)}" for name, some in groups.items()]
        assert output.split("\n\n")[0].splitlines()[1:] == ours + by_group
        assert re.findall(r"^(\S+) \[", output, re.MULTILINE) == missed
    assert 0 < len(missed) < len(outcomes)


def right_of(outcomes: list[Outcome]) -> str:
    return f"{sum(outcome.right_within(1) for outcome in outcomes)}/{len(outcomes)}"


def case_of(row: dict[str, Any]) -> Case:
    evidence = (Evidence(e["article_id"], e["sentence"]) for e in row["gold"] + row["also_relevant"])
    return Case(
        row["qid"],
        row["question"],
        row["kind"],
        row["answerable"],
        tuple(evidence),
        tuple(row["accept"]),
        frozenset(row["stale_articles"]),
        tuple(row["tags"]),
    )


def reply_of(row: dict[str, Any]) -> Reply:
    quotes = (Shown(q["article_id"], q["quote"], q["answer"] or "") for q in row["quotes"])
    return Reply(row["answered"], tuple(quotes), latency_ms=row["latency_ms"])


def made_up(chance: random.Random) -> tuple[list[Any], list[Any], list[Any]]:
    """Questions, answers and articles in the scorer's formats: few words, so that much matches by chance."""
    articles = [
        {"id": f"a{n}", "title": chance.choice([None, "The Title"]), "text": words(chance, 120)}
        for n in range(6)
    ]
    rows = [question(chance, n, articles) for n in range(120)]
    answers = [answer(chance, row, articles) for row in rows if chance.random() < 0.9]
    return rows, answers, articles


def words(chance: random.Random, count: int) -> str:
    return " ".join(
        chance.choice(["Kane", "won’t", "“go”", "to", "Bayern.", "£60m", "\n", "Élan"]) for _ in range(count)
    )


def piece(chance: random.Random, text: str, longest: int) -> str:
    at = chance.randrange(len(text))
    return text[at : at + chance.randint(1, longest)]


def question(chance: random.Random, number: int, articles: list[Any]) -> dict[str, Any]:
    answerable = chance.random() < 0.7

    def evidence(most: int) -> Iterable[dict[str, Any]]:
        for article in chance.sample(articles, chance.randint(0, most) if answerable else 0):
            yield {
                "article_id": article["id"],
                "sentence": chance.choice([None, piece(chance, article["text"], 200)]),
            }

    return {
        "qid": f"q{number}",
        "question": "who",
        "kind": chance.choice(["who", "when"]),
        "answerable": answerable,
        "gold": [*evidence(2)],
        "also_relevant": [*evidence(2)],
        "accept": [piece(chance, chance.choice(articles)["text"], 25) for _ in range(chance.randint(0, 2))],
        "stale_articles": [a["id"] for a in chance.sample(articles, chance.randint(0, 3))],
        "tags": chance.sample(["newest", "typo", "hard"], chance.randint(0, 3)),
    }


def answer(chance: random.Random, row: dict[str, Any], articles: list[Any]) -> dict[str, Any]:
    named = [a for a in articles if a["id"] in {e["article_id"] for e in row["gold"]}]
    quotes = []
    for _ in range(chance.choice([0, 1, 3, 12])):
        article = chance.choice(named or articles)
        text = piece(chance, article["text"], 600)
        said = chance.choice([text, text.upper(), f"{text} …", f"{text}!"])
        bold = chance.choice([None, "", piece(chance, text, 20), *row["accept"]])
        quotes.append({"article_id": article["id"], "quote": said, "answer": bold})
    latency = chance.choice([None, chance.uniform(1, 90)])
    return {"qid": row["qid"], "answered": chance.random() < 0.7, "quotes": quotes, "latency_ms": latency}
