import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.mentions import Tally, mentions, named


def test_names_are_taken_as_they_are_written() -> None:
    text = (
        "Yesterday Erik ten Hag met Kevin De Bruyne’s agent. McTominay and Ødegaard saw Calvert-Lewin's goal."
    )
    expected = {"Yesterday Erik ten Hag", "Kevin De Bruyne", "Ødegaard", "Calvert-Lewin"}
    assert mentions(text).names == expected


def test_words_are_those_that_are_written_small() -> None:
    assert mentions("Sterling did sterling work at the café. It’s a well-known no.").words == {
        *("did", "sterling", "work", "at", "the", "cafe", "no")
    }


@pytest.mark.parametrize(
    "text",
    [
        "Swedish striker Viktor Gyokeres is 26.",
        "Sweden international Viktor Gyokeres is 26.",
        "Viktor Gyokeres is 26. The Swede wants to leave.",
        "Viktor Gyokeres is 26, and they like the Swede.",
    ],
)
def test_who_is_called_after_a_country_belongs_to_it(text: str) -> None:
    assert mentions(text).countries == {("Sweden", "Viktor Gyokeres")}


@pytest.mark.parametrize(
    "text",
    [
        "Viktor Gyokeres is 26. The Portuguese side want more.",
        "Viktor Gyokeres is 26. Swedish fans came.",
        "The Swede left.",
    ],
)
def test_who_is_not_called_so_does_not(text: str) -> None:
    assert not mentions(text).countries


def test_tallies_add_up() -> None:
    one = Tally()
    one.names.update(["Kane", "Raul"])
    assert (one + one).names == {"Kane": 2, "Raul": 2}


@given(st.text(max_size=400))
def test_whatever_the_text_names_stand_in_it(text: str) -> None:
    found = mentions(text)
    assert all(name in text and "\n" not in name and "\t" not in name for name in found.names)


def test_the_names_of_a_text_come_in_order() -> None:
    assert named("Yesterday Xabi Alonso met Florentino Pérez. Madrid agreed.") == [
        "Yesterday Xabi Alonso",
        "Florentino Pérez",
    ]
