import pytest

from corpus.aliases import aliases_in
from corpus.names import entities, fold


def clubs(text: str) -> list[tuple[str, ...]]:
    return [alias.clubs for alias in aliases_in(text) if alias.clubs]


@pytest.mark.parametrize(
    ("text", "club"),
    [
        ("get away from the toon", "Newcastle"),
        ("can Los Blancos get him", "Real Madrid"),
        ("what do the catalans want", "Barcelona"),
        ("the bavarian giants", "Bayern Munich"),
        ("old star of the parisians", "PSG"),
        ("is he a gooner now, one of the gunners", "Arsenal"),
        ("man u want him", "Manchester United"),
        ("the red devils", "Manchester United"),
    ],
)
def test_a_nickname_tells_its_club(text: str, club: str) -> None:
    assert clubs(text) == [(club,)]


def test_a_nickname_of_several_clubs_may_mean_each() -> None:
    [found] = clubs("which bees midfielder")
    assert set(found) == {"Barnet", "Brentford"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("newcastle united", "Newcastle"),
        ("birmingham city", "Birmingham"),
        ("real sociedad", "Real Sociedad"),
    ],
)
def test_the_longest_name_counts_alone(text: str, expected: str) -> None:
    assert clubs(text) == [(expected,)]


def test_slang_has_the_words_of_articles() -> None:
    synonyms = [alias.synonyms for alias in aliases_in("the gaffer got the boot") if alias.synonyms]
    assert ["manager" in synonyms[0], "sacked" in synonyms[1]] == [True, True]


def test_plain_words_are_no_aliases() -> None:
    assert aliases_in("who replaces him") == []
    assert aliases_in("") == []


def test_every_row_of_the_tables_says_something() -> None:
    for table, columns in (("club_nicknames.csv", "club name"), ("slang.csv", "words synonyms")):
        for row in entities(table):
            assert all(fold(row[column]) for column in columns.split())
            assert None not in row
