"""One story from one origin, and reports of it that are somebody's own."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from corpus.types import ArticleDraft
from index.same import APART, FEW_RUNS, same_story
from tests.engines import DAY

NAMES = [
    "Alonso",
    "Raúl",
    "Kane",
    "Musiala",
    "Rodri",
    "Saka",
    "Palmer",
    "Isak",
    "Sesko",
    "Mainoo",
    "Wirtz",
    "Gyokeres",
]
CLUBS = [
    "Madrid",
    "Bayern",
    "Arsenal",
    "Chelsea",
    "Leverkusen",
    "Milan",
    "Porto",
    "Celtic",
    "Leipzig",
    "Lille",
]
ENDS = (
    "and his agent flew in on {} evening with papers for every side",
    "though the board would rather wait until {} and hear what others bid",
    "because the coach wants another midfielder before {} at the latest",
    "which a source close to the dressing room called likely on {}",
)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def paragraph(seed: int) -> str:
    """Three sentences that no other seed gives."""
    return " ".join(
        f"{NAMES[n % 12]} spoke to {CLUBS[n * 7 % 10]} about {n * 13} things,"
        f" {ENDS[n % 4].format(DAYS[n * 3 % 7])}, number {n}."
        for n in range(seed * 3, seed * 3 + 3)
    )


def article(*seeds: int, title: str = "A deal is near") -> ArticleDraft:
    return ArticleDraft(title, "\n\n".join(map(paragraph, seeds)), published_at=DAY)


def same(one: ArticleDraft, other: ArticleDraft) -> bool:
    """Whichever of the two comes first."""
    assert same_story(one, other) == same_story(other, one)
    return same_story(one, other)


REPORT = article(*range(8))
BOILERPLATE = (
    "Get all the latest news in our free newsletter, follow us everywhere, and read the terms of service."
)


@pytest.mark.parametrize(
    "other",
    [
        replace(REPORT, title="Quite another headline", publisher="Another"),
        replace(REPORT, text=f"By Somebody, Press Association\n\n{REPORT.text}"),
        replace(REPORT, text=f"{REPORT.text}\n\n{BOILERPLATE}"),
        replace(REPORT, text=REPORT.text.upper().replace("Ú", "U")),
        replace(REPORT, published_at=DAY + APART),
        replace(REPORT, published_at=None),
        article(0, 1, 2, 4, 5, 6, 7),
        article(0, 1, 2, 3, 4, 5, 6, 7, 99),
        article(0, 1, 2, 3, 4),
        article(0, 1, 3, 2, 5, 4, 6, 7),
    ],
    ids=[
        "headline",
        "byline",
        "boilerplate",
        "case",
        "later",
        "undated",
        "dropped",
        "added",
        "cut",
        "reordered",
    ],
)
def test_a_copy_tells_the_same_story(other: ArticleDraft) -> None:
    assert same(REPORT, other)


@pytest.mark.parametrize(
    "other",
    [
        article(*range(20, 28)),
        article(90, 91, 92, *range(8)),
        article(*range(50, 70), *range(8)),
        article(*range(8), *range(50, 70)),
        article(0, 1, 2, 3, *range(30, 34)),
        replace(REPORT, published_at=DAY + APART + timedelta(seconds=1)),
        replace(REPORT, text=""),
        replace(REPORT, text="🏆 !"),
    ],
    ids=["other", "news-first", "roundup", "long", "half", "season", "empty", "wordless"],
)
def test_what_tells_more_or_something_else_stays_apart(other: ArticleDraft) -> None:
    assert not same(REPORT, other)


def test_a_short_report_with_a_sentence_of_its_own_stays_apart() -> None:
    short = article(1)
    assert same(short, replace(short, title="Another headline"))
    assert not same(short, replace(short, text=f"{short.text} Now he has signed a contract for five years."))


def test_the_same_few_words_are_one_story_only_under_the_same_headline() -> None:
    few = ArticleDraft("Kane to Bayern", "Here we go! The deal is done, medical tomorrow.", published_at=DAY)
    assert len(re.findall(r"\w+", few.text)) < FEW_RUNS
    assert same(few, replace(few, publisher="Another"))
    assert not same(few, replace(few, title="Saka to Bayern"))
    assert not same(few, replace(few, text="Here we go! The deal is done, medical today."))
