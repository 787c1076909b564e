import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import clean
from index.context import context

TEXT = (
    "Far away it rained.\n\n"
    "Madrid lost again.\n\n"
    "One is here. Two is the quote. Three is here.\n"
    "Leeds won again.\n\n"
    "Far away it snowed."
)


def around(quote: str, most: int, text: str = TEXT) -> str:
    at = text.index(quote)
    return text[slice(*context(text, (at, at + len(quote)), most))]


def test_a_quote_comes_with_its_paragraph_and_the_ones_beside_it() -> None:
    whole = "Madrid lost again.\n\nOne is here. Two is the quote. Three is here.\nLeeds won again."
    assert around("Two is the quote.", 1000) == whole


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (10, "Two is the quote."),
        (30, "One is here. Two is the quote."),
        (45, "One is here. Two is the quote. Three is here."),
        (64, "One is here. Two is the quote. Three is here.\nLeeds won again."),
    ],
)
def test_where_there_is_less_room_the_nearest_sentences_come_first(most: int, expected: str) -> None:
    assert around("Two is the quote.", most) == expected


def test_at_the_ends_of_an_article_there_is_less_around() -> None:
    assert around("Far away it rained.", 1000) == "Far away it rained.\n\nMadrid lost again."
    assert around("Far away it snowed.", 1000) == "Leeds won again.\n\nFar away it snowed."
    assert around("Alone.", 1000, "Alone.") == "Alone."


@given(st.text(alphabet="ab. \n", max_size=120).map(clean), st.data())
def test_the_quote_is_always_inside_and_the_room_kept(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    low, high = context(text, (start, end), 40)
    assert 0 <= low <= start <= end <= high <= len(text)
    assert high - low <= max(40, end - start)
