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


FEE = (
    "Arsenal have agreed a fee of {} with Sporting for the striker Viktor Gyokeres after weeks of talks. "
    "The Sweden international is expected to travel to London for a medical in the next two days before he "
    "signs a five year contract. The club had made a new centre forward the priority of the summer."
)
LOAN = (
    "{} has joined {} on loan until the end of the season, the club can confirm today. He has come through "
    "our ranks and signed his first professional contract with us two years ago. A loan of this kind is an "
    "important step in the development of a young player and gives him the chance to play every week. "
    "Everybody here wishes him all the best, and we will follow his progress closely. The deal is subject to "
    "the completion of regulatory processes. Follow all of our loan players every week in our loan watch."
)
MATCH = (
    "{0} host {1} this weekend. Here is all that you need to know about the match, from the kick off to how "
    "to follow it live. {0} v {1} kicks off at {2} and will be shown live, with coverage starting an hour "
    "before. Subscribers can watch the match with the app on a phone, a tablet or a computer, and highlights "
    "will be shown late at night. If you cannot watch it, follow our live blog, where our reporters will "
    "bring you every goal, every card and every change, with reaction from both managers afterwards. We will "
    "also have player ratings and all of the statistics shortly after the final whistle, so stay with us."
)


@pytest.mark.parametrize(
    ("form", "one", "other"),
    [
        (FEE, ["£55m"], ["£65m"]),
        (LOAN, ["Charlie Patino", "Swansea City"], ["Mika Biereth", "Motherwell"]),
        (MATCH, ["Arsenal", "Everton", "8pm"], ["Arsenal", "Fulham", "8pm"]),
        (MATCH, ["Arsenal", "Everton", "8pm"], ["Arsenal", "Everton", "5.30pm"]),
    ],
    ids=["fee", "player", "opponent", "time"],
)
def test_another_name_or_figure_in_the_same_words_is_another_story(
    form: str, one: list[str], other: list[str]
) -> None:
    said, changed = (ArticleDraft("News", form.format(*values), published_at=DAY) for values in (one, other))
    assert not same(said, changed)
    assert same(said, replace(said, text=said.text.replace("the club", "the team")))


@pytest.mark.parametrize(
    ("written", "elsewhere"),
    [
        ("Gyokeres", "Gyökeres"),
        ("Gyokeres", "Gyokerez"),
        ("Sweden", "sweden"),
        ("£55m", "£55 million"),
    ],
)
def test_a_name_or_figure_that_is_only_written_otherwise_is_the_same(written: str, elsewhere: str) -> None:
    text = FEE.format("£55m") + LOAN.format("He", "his club")
    said = ArticleDraft("News", text, published_at=DAY)
    assert same(said, replace(said, text=text.replace(written, elsewhere)))


def test_another_byline_is_no_other_name() -> None:
    said = ArticleDraft("News", f"Jo Smith, London\n\n{FEE.format('£55m')}", published_at=DAY)
    assert same(said, replace(said, text=said.text.replace("Jo Smith, London", "Ed Mann, Lisbon")))
