import pytest

from index.emphasis import MAX_SPANS, emphasis
from index.types import Wanted


def emphasised(quote: str, answer: str, wanted: Wanted) -> list[str]:
    start = quote.index(answer)
    return [quote[slice(*span)] for span in emphasis(quote, (start, start + len(answer)), wanted)]


@pytest.mark.parametrize(
    ("quote", "answer", "sum_"),
    [
        (
            "Tchouameni would cost around the £100 million mark.",
            "around the £100 million mark",
            "£100 million",
        ),
        ("A fee of €73.5m was agreed.", "€73.5", "€73.5m"),
        ("They want 40 million euros for him.", "40 million", "40 million euros"),
        ("It was £90,000 a week.", "£90,000 a week", "£90,000"),
        ("Valued at $5bn, it was sold.", "Valued at $5bn", "$5bn"),
    ],
)
def test_a_sum_is_bold_where_money_is_wanted(quote: str, answer: str, sum_: str) -> None:
    assert emphasised(quote, answer, Wanted.MONEY) == [sum_]


@pytest.mark.parametrize(
    ("quote", "answer", "time"),
    [
        ("The deal runs until 30 June 2027, he said.", "until 30 June", "30 June 2027"),
        ("He will leave next summer.", "leave next summer", "next summer"),
        ("He signed a five-year deal.", "a five-year deal", "five-year"),
        ("Talks resume on Thursday.", "on Thursday", "Thursday"),
    ],
)
def test_a_time_is_bold_where_one_is_wanted(quote: str, answer: str, time: str) -> None:
    assert emphasised(quote, answer, Wanted.TIME) == [time]


def test_a_number_is_bold_where_one_is_wanted() -> None:
    quote = "Rashford has scored 10 goals in 34 games for Barcelona."
    assert emphasised(quote, "10 goals", Wanted.COUNT) == ["10"]


def test_the_answer_itself_is_bold_where_nothing_of_the_kind_is_in_it() -> None:
    quote = "Nothing has been agreed over the £20m transfer."
    assert emphasised(quote, "Nothing has been agreed", Wanted.MONEY) == ["Nothing has been agreed"]
    assert emphasised(quote, "Nothing", Wanted.YES_NO) == ["Nothing"]


def test_no_more_than_a_few_words_are_bold() -> None:
    quote = "He scored 1, 2, 3, 4 and 5 goals."
    assert len(emphasised(quote, "1, 2, 3, 4 and 5", Wanted.COUNT)) == MAX_SPANS
