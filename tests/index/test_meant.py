import pytest

from index.meant import meant
from index.namebook import NO_NAMES
from tests.names import BOOK, book_of


def near(question: str, most: int = 3) -> list[str]:
    return [name.written for name in meant(question, BOOK, most)]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("is alexander isak going to the moon", ["Alexander Isak"]),
        ("is isak's brother any good", ["Alexander Isak"]),
        ("would Gyokeress like leeds", ["Leeds", "Viktor Gyokeres"]),
        ("kdb to the red devils?", ["Manchester United", "Kevin De Bruyne"]),
    ],
)
def test_names_are_found_in_full_by_surname_by_nickname_and_misspelt(question: str, names: list[str]) -> None:
    assert near(question) == names
    assert near(question, 1) == names[:1]


def test_a_name_of_few_articles_is_found_misspelt_too() -> None:
    book = book_of({"They like Martin Odegaard here.": 1})
    assert [name.written for name in meant("is odegard fit", book, 3)] == ["Martin Odegaard"]


@pytest.mark.parametrize(
    "question",
    [
        "who won the super bowl",
        "what is the weather like today",
        "a good recipe for carbonara?",
        "did bob henderson sign",
        "!!",
        "",
    ],
)
def test_no_name_is_better_than_a_silly_one(question: str) -> None:
    book = book_of(
        {"They saw Jordan Henderson.": 80, "They saw Bob Dylan.": 9, "They read Weather Today Manchester.": 2}
    )
    assert meant(question, book, 3) == []
    assert meant(question, NO_NAMES, 3) == []
