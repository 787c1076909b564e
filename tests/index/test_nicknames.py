import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.names import fold
from index.namebook import NO_NAMES
from index.nicknames import PERSON_WEIGHT, expansions, names_anyone
from tests.names import BOOK


def words(text: str) -> set[str]:
    return {expansion.words for expansion in expansions(text, BOOK)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("get away from the toon", {"Newcastle"}),
        ("is viktor off", {"Gyokeres"}),
        ("what was viktor's buyout", {"Gyokeres", "release clause"}),
        ("viktors wish", {"Gyokeres"}),
        ("is kdb off", {"Kevin De Bruyne"}),
        ("does g nev like him", {"Gary Neville"}),
        ("what did eth say", {"Erik ten Hag"}),
        ("where is hendo going", {"Henderson"}),
        ("why wasnt rashy there", {"Rashford"}),
        ("the swede left", {"Sweden", "gyokeres", "isak"}),
        ("the swedish club", {"Sweden"}),
    ],
)
def test_a_nickname_brings_the_words_of_articles(text: str, expected: set[str]) -> None:
    assert words(text) == expected


def test_a_first_name_of_several_means_the_best_known_if_it_means_anyone() -> None:
    [found] = expansions("did bruno sign", BOOK)
    assert (found.words, found.weight < PERSON_WEIGHT) == ("Fernandes", True)


@pytest.mark.parametrize(
    "text",
    [
        "is viktor gyokeres off",
        "is viktor johansson off",
        "leeds united",
        "who replaces him",
        "sterling work",
    ],
)
def test_what_is_plain_brings_nothing(text: str) -> None:
    assert words(text) == set()


def test_a_persons_own_words_weigh_most() -> None:
    found = expansions("the toon gaffer and viktor and the swede", BOOK)
    assert all(0 < expansion.weight < 1 for expansion in found)


def test_a_text_may_name_no_one() -> None:
    assert names_anyone("is gyokeres off", BOOK)
    assert names_anyone("are the toon keen", NO_NAMES)
    assert not names_anyone("how much was the fee", BOOK)


@given(st.text(max_size=60))
def test_nothing_is_brought_that_stands_there_already(text: str) -> None:
    for expansion in expansions(f"{text} toon viktor", BOOK):
        assert not set(fold(text).split()).issuperset(fold(expansion.words).split())


def test_a_text_without_a_word_stands_for_nothing() -> None:
    assert expansions("'s", BOOK) == ()
