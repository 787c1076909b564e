from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.emphasis import MAX_SPANS, decisive_spans, holds_wanted
from index.lexical import terms
from index.types import Wanted


def emphasised(question: str, wanted: Wanted, quote: str) -> list[str]:
    return [quote[start:end] for start, end in decisive_spans(quote, terms(question), wanted, terms)]


@pytest.mark.parametrize(
    ("quote", "sum_"),
    [
        ("Tchouameni would cost around the £100 million mark.", "£100 million"),
        ("A fee of €73.5m was agreed.", "€73.5m"),
        ("They want 40 million euros for him.", "40 million euros"),
        ("It was £90,000 a week.", "£90,000"),
        ("Valued at $5bn, it was sold.", "$5bn"),
    ],
)
def test_a_sum_is_decisive_where_money_is_asked_for(quote: str, sum_: str) -> None:
    assert emphasised("how much would he cost", Wanted.MONEY, quote) == [sum_]


@pytest.mark.parametrize(
    ("quote", "time"),
    [
        ("The deal runs until 30 June 2027, he said.", "30 June 2027"),
        ("He will leave next summer.", "next summer"),
        ("He signed a five-year deal.", "five-year"),
        ("Talks resume on Thursday.", "Thursday"),
        ("A contract until 2027 was signed.", "2027"),
    ],
)
def test_a_time_is_decisive_where_it_is_asked_for(quote: str, time: str) -> None:
    assert emphasised("when does it end", Wanted.TIME, quote)[0] == time


def test_a_name_that_the_question_lacks_is_decisive() -> None:
    quote = "However, Xabi Alonso is the first choice to replace Ancelotti."
    assert emphasised("who replaces Ancelotti", Wanted.PERSON, quote) == ["Xabi Alonso"]


def test_a_capital_at_the_start_of_a_sentence_makes_no_name() -> None:
    assert emphasised("who leaves", Wanted.PERSON, "They left. Meanwhile Raúl stayed.") == ["Raúl"]


def test_accents_particles_and_possessives_of_names_are_kept_right() -> None:
    quote = "It was Ødegaard's idea that Virgil van Dijk stays."
    assert set(emphasised("who stays", Wanted.PERSON, quote)) == {"Ødegaard", "Virgil van Dijk"}


def test_without_what_is_wanted_the_questions_own_words_stand_out() -> None:
    quote = "Nothing has been agreed over the transfer."
    assert emphasised("is a transfer agreed", Wanted.ANYTHING, quote) == ["agreed", "transfer"]
    assert not holds_wanted(quote, terms("how much"), Wanted.MONEY, terms)


@given(st.text(max_size=300), st.text(max_size=60), st.sampled_from(Wanted))
def test_spans_lie_within_the_quote_and_never_overlap(quote: str, question: str, wanted: Wanted) -> None:
    spans = decisive_spans(quote, terms(question.encode("utf-8", "ignore").decode()), wanted, terms)
    assert len(spans) <= MAX_SPANS
    ordered = sorted(spans)
    assert all(0 <= start < end <= len(quote) for start, end in ordered)
    assert all(left[1] <= right[0] for left, right in pairwise(ordered))
