from datetime import UTC, datetime

import pytest

from corpus.types import Article
from index.mentioning import mention, opening
from index.types import Quote

NOW = datetime(2024, 11, 7, tzinfo=UTC)


def article(text: str) -> Article:
    return Article(1, None, "A title", text, "BBC", None, NOW, None, None, "hash", NOW, None)


def bold(quote: Quote | None) -> list[str]:
    assert quote is not None
    return [quote.text[slice(*span)] for span in quote.emphasis]


def test_the_first_sentence_with_the_name_is_quoted_and_the_name_bold() -> None:
    text = "It rained. They saw Isaksson.\nThen Alexander Isak left Newcastle. Isak is gone."
    quote = mention(article(text), ["Isak", "Alexander Isak"])
    assert quote is not None
    assert quote.text == "Then Alexander Isak left Newcastle."
    assert text[quote.start :].startswith(quote.text)
    assert bold(quote) == ["Alexander Isak"]


@pytest.mark.parametrize("spellings", [["Isak"], ["isaksson"], ["(.*)"]])
def test_a_name_is_no_part_of_a_word_and_no_pattern(spellings: list[str]) -> None:
    assert mention(article("They saw Isaksson."), spellings) is None


def test_of_a_sentence_too_long_the_piece_with_the_name_is_quoted() -> None:
    quote = mention(article(f"{'word, ' * 80}and then Isak left, {'word, ' * 80}."), ["Isak"])
    assert quote is not None
    assert len(quote.text) <= 300
    assert bold(quote) == ["Isak"]


def test_an_article_begins_with_its_first_sentence() -> None:
    quote = opening(article("It rained. It snowed."))
    assert quote is not None
    assert (quote.text, quote.start, quote.emphasis) == ("It rained.", 0, ())
