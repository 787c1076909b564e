"""One story from one origin, over pairs of real articles that were read and labelled."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.same_story import (
    copied,
    copies_known,
    interval,
    measure,
    read_articles,
    read_pairs,
    roundups_taken,
)
from corpus.types import ArticleDraft

SHARED = Path(__file__).parents[3] / "shared"
PAIRS = read_pairs()


@pytest.fixture(scope="module")
def articles() -> dict[str, ArticleDraft]:
    if not SHARED.is_dir():
        pytest.skip("the labelled articles, ../shared, are not here")
    return read_articles(SHARED)


def test_enough_pairs_were_read_each_once() -> None:
    assert len({frozenset((pair.a, pair.b)) for pair in PAIRS}) == len(PAIRS) >= 220
    assert all(pair.a != pair.b and pair.why for pair in PAIRS)
    halves = Counter((pair.held_out, pair.same) for pair in PAIRS)
    assert min(halves.values()) >= 20


@pytest.mark.parametrize("held_out", [False, True])
def test_what_is_taken_for_one_story_is_one(articles: dict[str, ArticleDraft], held_out: bool) -> None:
    figures = measure([pair for pair in PAIRS if pair.held_out == held_out], articles)
    assert figures.precision >= 0.98
    assert figures.recall >= 0.65


def test_copies_that_differ_in_a_paragraph_are_known(articles: dict[str, ArticleDraft]) -> None:
    drafts = copied(articles)
    known = copies_known(drafts)
    assert len(known) == 5
    assert min(known.values()) >= 0.9 * len(drafts)
    assert roundups_taken(drafts) == 0


def test_a_confidence_interval_is_wider_where_there_are_fewer() -> None:
    assert interval(40, 40)[0] == pytest.approx(0.912, abs=0.001)
    assert interval(5, 10) == pytest.approx((0.237, 0.763), abs=0.001)
