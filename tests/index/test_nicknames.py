from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.names import fold
from index.namebook import NO_NAMES
from index.nicknames import PERSON_WEIGHT, expansions, is_common, names_anyone, spelt_out
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


OWN = replace(
    BOOK,
    own={
        "the professor": "Erik ten Hag",
        "professor": "Gary Neville",
        "d artagnan": "Casemiro",
        "zz": "Zed Zz",
    },
)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("will The Professor leave?", "will Erik ten Hag leave?"),
        ("the professor's contract", "Erik ten Hag's contract"),
        ("a professor", "a Gary Neville"),
        ("d'Artagnan, ZZ", "Casemiro, Zed Zz"),
        ("professorial zzz", "professorial zzz"),
        ("", ""),
    ],
)
def test_a_server_s_own_nicknames_are_spelt_out(text: str, read: str) -> None:
    assert spelt_out(text, OWN)[0] == read
    assert spelt_out(text, BOOK) == (text, ())


@given(st.text(max_size=60))
def test_what_is_no_nickname_stays_as_it_is(text: str) -> None:
    read, corrections = spelt_out(f"{text} the professor", OWN)
    assert read.endswith(" Erik ten Hag")
    assert len(corrections) > 1 or read == f"{text} Erik ten Hag"


def test_a_server_s_own_nickname_names_somebody() -> None:
    assert names_anyone("where is the professor", OWN)
    assert not names_anyone("where is the professor", BOOK)


@pytest.mark.parametrize("key", ["the", "who is", "today", "work"])
def test_everyday_words_are_common(key: str) -> None:
    assert is_common(key, BOOK)


@pytest.mark.parametrize("key", ["the professor", "professor", "the man", "gafferino"])
def test_other_words_may_be_nicknames(key: str) -> None:
    assert not is_common(key, BOOK)
