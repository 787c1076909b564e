import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.namebook import NO_NAMES
from index.spelling import corrected
from index.types import Correction
from tests.names import BOOK


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("semenyoo", "Semenyo"),
        ("casimiro", "Casemiro"),
        ("gyokeris", "Gyokeres"),
        ("lamens", "Lammens"),
        ("uagrtes", "uagrtes"),
        ("rashfrod", "Rashford"),
        ("Gyökeris", "Gyokeres"),
        ("debruyne", "De Bruyne"),
        ("realease", "release"),
        ("lewin", "lewin"),
    ],
)
def test_a_misspelt_word_is_read_as_the_one_that_articles_hold(typed: str, read: str) -> None:
    text, corrections = corrected(f"is {typed} off", BOOK)
    assert text == f"is {read} off"
    assert corrections == ((Correction(typed, read),) if typed != read else ())


@pytest.mark.parametrize(
    ("typed", "read"), [("viktors fee", "Viktor's fee"), ("rashfords wages", "Rashford's wages")]
)
def test_a_possessive_gets_its_apostrophe(typed: str, read: str) -> None:
    assert corrected(typed, BOOK)[0] == read


@pytest.mark.parametrize(
    "text",
    [
        "is gyokeres off to leeds",
        "sterling work by the striker",
        "transfer and windows",
        "didnt he leave, whos next",
        "flog the gaffer",
        "who won in 2024 and got 5m",
        "isa",
        "",
    ],
)
def test_words_that_articles_or_fans_know_stay(text: str) -> None:
    assert corrected(text, BOOK) == (text, ())


def test_shorthand_is_written_out() -> None:
    assert corrected("y did he go w them, wot n wen", BOOK)[0] == "why did he go with them, what and when"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("where is alexander isac", "where is alexander Isak"),
        ("where is kevin isac", "where is kevin isac"),
        ("where is isac", "where is Isak"),
        ("kevin gyokeris", "kevin Gyokeres"),
    ],
)
def test_a_short_name_is_not_read_as_one_that_its_first_name_does_not_go_with(typed: str, read: str) -> None:
    assert corrected(typed, BOOK)[0] == read


@given(st.text(max_size=60))
def test_without_articles_no_name_is_read_into_a_text(text: str) -> None:
    assert corrected(text, NO_NAMES)[1] == ()
