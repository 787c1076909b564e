from dataclasses import astuple, replace

import pytest
import torch

from index.choose import Considered
from index.evaluate import Case, Evidence
from tests.candidates import article, considered, scores
from training.fit import Example, example, fitted_sureness, fitted_weights

OLD, NEW, OTHER = "Isak costs £100m.", "Isak costs £125m.", "Isak trains."
CASE = Case("q", "how much for isak", "how-much", True, (Evidence("old"), Evidence("new")), ("£",))


def candidates() -> list[Considered]:
    return [
        considered(replace(article(text), external_id=name), relevance=relevance)
        for name, text, relevance in (("old", OLD, 2.0), ("new", NEW, 1.0), ("other", OTHER, 0.0))
    ]


def test_an_example_holds_every_score_of_every_candidate_and_which_are_right() -> None:
    some = candidates()
    told = example(CASE, some)
    assert told.scores.tolist() == [list(astuple(one.scores)) for one in some]
    assert (told.right.tolist(), told.answerable) == ([True, True, False], True)


def test_an_overtaken_report_is_not_right_beside_the_one_that_overtook_it() -> None:
    overtaken = replace(CASE, stale=frozenset({"old"}))
    assert example(overtaken, candidates()).right.tolist() == [False, True, False]
    assert example(overtaken, candidates()[:1]).right.tolist() == [True]


def test_a_question_without_candidates_is_an_example_of_none() -> None:
    assert example(CASE, []).scores.shape == (0, len(astuple(scores())))


def row(**given: float) -> list[float]:
    return list(astuple(scores(**given)))


def test_weights_are_given_to_what_tells_the_right_ones() -> None:
    examples = [
        Example(
            torch.tensor([row(relevance=1, span=n % 2), row(relevance=0, span=1 - n % 2)]),
            torch.tensor([True, False]),
            True,
        )
        for n in range(20)
    ]
    weights = fitted_weights(examples)
    assert weights.relevance > 2
    assert weights.span == pytest.approx(0, abs=0.1)
    assert weights.fused == pytest.approx(0, abs=0.1)


def test_sureness_tells_answerable_questions_from_others_however_many_there_are_of_each() -> None:
    examples = [
        Example(torch.tensor([row(cosine=cosine)]), torch.tensor([answerable]), answerable)
        for cosine, answerable, times in ((0.7, True, 9), (0.5, True, 1), (0.5, False, 1), (0.3, False, 2))
        for _ in range(times)
    ]
    weights, offset = fitted_sureness(examples, scores(cosine=1.0))
    odds = [scores(cosine=cosine).weighted(weights) + offset for cosine in (0.3, 0.7)]
    assert odds[0] < 0 < odds[1]
