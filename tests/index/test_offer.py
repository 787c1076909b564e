from dataclasses import replace

import pytest

from index.namebook import NO_NAMES
from index.offer import named, offered, spelt_like
from tests.names import BOOK, book_of

TWO = book_of(
    {"They see Bruno Fernandes.": 9, "They see Bruno Guimaraes.": 8, "They see Arsenal and PSG.": 3}
)


def written(typed: str, most: int = 25) -> list[str]:
    return [name.written for name in offered(typed, BOOK, most)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("isak", "Alexander Isak"),
        ("alex", "Alexander Isak"),
        ("GYÖK", "Viktor Gyokeres"),
        ("de br", "Kevin De Bruyne"),
        ("kdb", "Kevin De Bruyne"),
        ("leeds", "Leeds"),
        ("man u", "Manchester United"),
        ("red devils", "Manchester United"),
    ],
)
def test_a_name_is_found_by_any_of_its_words_and_by_nicknames(typed: str, first: str) -> None:
    assert written(typed)[0] == first


def test_those_in_most_articles_come_first_and_no_more_than_asked_for() -> None:
    assert written("", 3) == ["Leeds", "Manchester United", "Viktor Gyokeres"]
    assert written("vik") == ["Viktor Gyokeres", "Viktor Johansson"]


@pytest.mark.parametrize("typed", ["zzz", "sak", "!!", "🏆"])
def test_letters_that_begin_no_word_find_nothing(typed: str) -> None:
    assert not any(typed in name for name in written(typed, 1)) or written(typed) == []


def test_without_articles_nothing_is_offered() -> None:
    assert offered("", NO_NAMES, 25) == []
    assert named("isak", NO_NAMES) is None


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Alexander Isak", "Alexander Isak"),
        ("ALEXANDER ISÁK", "Alexander Isak"),
        ("isak", "Alexander Isak"),
        ("viktor", "Viktor Gyokeres"),
        ("", None),
        ("zzz", None),
    ],
)
def test_a_name_is_taken_where_it_is_clear_whose(typed: str, name: str | None) -> None:
    found = named(typed, BOOK)
    assert (found.written if found else None) == name


def test_a_server_s_own_nicknames_find_their_names_first() -> None:
    own = replace(BOOK, own={"the professor": "Kevin Keegan", "vik": "Gary Neville", "nobody": "Zed Zz"})
    assert [name.written for name in offered("prof", own, 3)] == ["Kevin Keegan"]
    assert offered("vik", own, 3)[0].written == "Gary Neville"
    for typed, written in (("the professor", "Kevin Keegan"), ("VIK", "Gary Neville")):
        found = named(typed, own)
        assert found is not None
        assert found.written == written
    assert named("nobody", own) is None


def test_between_two_of_the_same_name_nobody_is_chosen() -> None:
    assert named("bruno", TWO) is None
    found = named("Bruno Guimaraes", TWO)
    assert found is not None
    assert found.articles == 8


def test_a_club_is_known_by_everything_that_articles_call_it() -> None:
    book = book_of({"They see Man Utd today.": 2, "They see Manchester United now.": 3})
    [club] = book.known
    assert (club.written, club.articles, sorted(club.spellings)) == (
        "Manchester United",
        3,
        ["Man Utd", "Manchester United"],
    )


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("gyokeress", "Viktor Gyokeres"),
        ("bruno fernandez", "Bruno Fernandes"),
        ("mister rashfrod", "Marcus Rashford"),
    ],
)
def test_a_misspelt_name_has_others_near(typed: str, name: str) -> None:
    assert spelt_like(typed, BOOK, 3)[0].written == name


@pytest.mark.parametrize("typed", ["", "!!", "qqqqq"])
def test_what_is_like_no_name_has_none_near(typed: str) -> None:
    assert spelt_like(typed, BOOK, 3) == []
