from datetime import UTC, datetime, timedelta

import pytest

from index.errors import QuestionRefusedError
from index.question import MAX_QUESTION_CHARS, leans_on_earlier, understand, wanted
from index.types import Wanted

NOW = datetime(2024, 11, 7, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "   \n", "\x00", "😀🔥", "?!", "\ud800", "\u200b"])
def test_a_question_without_words_is_refused_in_words(text: str) -> None:
    with pytest.raises(QuestionRefusedError, match=r"question"):
        understand(text, now=NOW)


def test_an_overlong_question_is_refused_with_its_length() -> None:
    with pytest.raises(QuestionRefusedError, match=r"6,000"):
        understand("a" * 6000, now=NOW)
    assert understand("a" * MAX_QUESTION_CHARS, now=NOW).text == "a" * MAX_QUESTION_CHARS


def test_what_can_not_be_seen_is_taken_out_of_a_question() -> None:
    assert understand("who\x00 replaces\ud800  Ancelotti\u202e?\n", now=NOW).text == "who replaces Ancelotti?"


def test_a_day_in_the_past_limits_what_may_answer() -> None:
    day = NOW - timedelta(days=300)
    question = understand("who replaces xavi", now=NOW, as_of=day)
    assert (question.as_of, question.scope.as_of) == (day, day)


@pytest.mark.parametrize("as_of", [None, NOW + timedelta(days=9)])
def test_the_present_and_the_future_leave_it_unlimited(as_of: datetime | None) -> None:
    question = understand("who replaces xavi", now=NOW, as_of=as_of)
    assert (question.as_of, question.scope.as_of) == (NOW, None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("who replaces Ancelotti?", Wanted.PERSON),
        ("where did Alonso start coaching", Wanted.PLACE),
        ("how much would Tchouaméni cost", Wanted.MONEY),
        ("delap release clause?", Wanted.MONEY),
        ("when does his deal end", Wanted.TIME),
        ("til when", Wanted.TIME),
        ("is kdb leaving city", Wanted.ANYTHING),
    ],
)
def test_the_kind_of_answer_is_read_from_the_words(text: str, kind: Wanted) -> None:
    assert wanted(text) is kind


@pytest.mark.parametrize(
    "text", ["and whats the fee", "is he getting more money there?", "til when", "what about Raul"]
)
def test_a_follow_up_is_searched_with_the_question_before_it(text: str) -> None:
    question = understand(text, now=NOW, history=["who is out", "where did gyokeres sign"])
    assert question.query == f"where did gyokeres sign {text}"
    assert question.text == text


@pytest.mark.parametrize("text", ["who won the super bowl", "who would be interim boss at madrid"])
def test_a_question_that_stands_alone_is_searched_alone(text: str) -> None:
    assert not leans_on_earlier(text)
    assert understand(text, now=NOW, history=["where did gyokeres sign"]).query == text
