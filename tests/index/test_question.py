from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from index.errors import QuestionRefusedError
from index.question import MAX_QUESTION_CHARS, leans_on_earlier, understand
from index.types import Correction, Period, Wanted
from tests.names import BOOK

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


def test_the_time_that_the_words_name_is_understood_for_the_day_of_the_question() -> None:
    question = understand("who was it last summer", now=NOW, as_of=datetime(2023, 3, 1, tzinfo=UTC))
    assert question.period == Period(datetime(2022, 6, 1, tzinfo=UTC), datetime(2022, 9, 1, tzinfo=UTC))
    assert understand("whos the manager now", now=NOW).prefers_newest


@pytest.mark.parametrize(
    "text", ["and whats the fee", "is he getting more money there?", "til when", "what about Raul"]
)
def test_a_follow_up_is_searched_with_the_question_before_it(text: str) -> None:
    question = understand(text, now=NOW, history=["who is out", "where did gyokeres sign"])
    assert question.query == f"where did gyokeres sign {text}"
    assert question.text == text


def test_a_follow_up_of_a_follow_up_goes_back_to_what_it_is_about() -> None:
    history = ["where did gyokeres sign", "who replaced amorim", "and how long is his deal"]
    question = understand("til when", now=NOW, history=history)
    assert question.query == "who replaced amorim and how long is his deal til when"


def test_a_long_conversation_is_read_as_far_as_there_is_room() -> None:
    history = [f"and {letter * 200}" for letter in "abc"]
    assert (
        understand("til when", now=NOW, history=history).query == f"and {'b' * 200} and {'c' * 200} til when"
    )


def test_a_deal_of_no_one_is_the_one_spoken_of() -> None:
    assert leans_on_earlier("how much was the fee", BOOK)
    assert not leans_on_earlier("how much was the gyokeres fee", BOOK)


@pytest.mark.parametrize("text", ["what about raul", "and raul?"])
def test_the_same_is_wanted_of_another(text: str) -> None:
    assert understand(text, now=NOW, history=["how much was kane"]).wanted is Wanted.MONEY
    assert understand("what about raul", now=NOW).wanted is Wanted.ANYTHING


def test_the_time_of_a_conversation_holds_until_another_is_named() -> None:
    history = ["feb 2024 who was favourite"]
    assert understand("and who else", now=NOW, history=history).period == Period(
        datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)
    )
    period = understand("and in march 2024", now=NOW, history=history).period
    assert period is not None and period.start.month == 3


@pytest.mark.parametrize("text", ["who won the super bowl", "who would be interim boss at madrid"])
def test_a_question_that_stands_alone_is_searched_alone(text: str) -> None:
    assert not leans_on_earlier(text)
    assert understand(text, now=NOW, history=["where did gyokeres sign"]).query == text


def test_misspelt_words_are_searched_as_they_are_read_and_shown_as_typed() -> None:
    question = understand("whats semenyoo worth", now=NOW, names=BOOK, history=["is lamens off"])
    assert (question.text, question.query) == ("whats semenyoo worth", "whats Semenyo worth")
    assert question.corrections == (Correction("semenyoo", "Semenyo"),)


def test_corrections_of_an_earlier_question_are_used_but_not_told_again() -> None:
    question = understand("til when", now=NOW, names=BOOK, history=["is lamens off"])
    assert (question.query, question.corrections) == ("is Lammens off til when", ())


def test_nicknames_are_searched_by_the_words_of_articles_too() -> None:
    question = understand("is viktor off", now=NOW, names=BOOK)
    assert question.query == "is viktor off"
    assert [expansion.words for expansion in question.expansions] == ["Gyokeres"]


def test_a_server_s_own_nicknames_are_searched_as_names_and_not_taken_for_misspelt() -> None:
    book = replace(BOOK, own={"izak": "Viktor Gyokeres"})
    asked = understand("is izak off to leeds", now=NOW, names=book, history=["what does Izak want"])
    assert asked.query == "is Viktor Gyokeres off to leeds"
    assert asked.corrections == (Correction("izak", "Viktor Gyokeres"),)
    follow_up = understand("and where is he now", now=NOW, names=book, history=["what does Izak want"])
    assert follow_up.query == "what does Viktor Gyokeres want and where is he now"
