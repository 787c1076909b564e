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


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Isak\nThey saw Isak play. Isak wants to leave.", "Isak wants to leave."),
        ("Isak wants to leave. Arsenal want to sign Isak.", "Arsenal want to sign Isak."),
        ("Arsenal want Isak. Arsenal want Isak for £50m.", "Arsenal want Isak for £50m."),
        ("Arsenal want Isak. So Chelsea want Isak too.", "Arsenal want Isak."),
        ("They saw Isak play. Arsenal sign Kane.", "They saw Isak play."),
    ],
)
def test_the_sentence_that_tells_most_of_a_transfer_is_quoted(text: str, quoted: str) -> None:
    quote = mention(article(text), ["Isak"])
    assert quote is not None
    assert quote.text == quoted
    assert text[quote.start :].startswith(quoted)


def test_a_club_is_not_another_club_beside_itself() -> None:
    quote = mention(article("They saw Arsenal leave. Arsenal are to leave."), ["Arsenal"])
    assert quote is not None
    assert quote.text == "They saw Arsenal leave."


def test_of_sentences_that_tell_as_much_the_first_is_quoted_and_the_name_bold() -> None:
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
