from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus.types import Article, Passage
from index.excerpt import MAX_QUOTE_CHARS, Candidate, excerpt, quotable
from index.types import Finding

NOW = datetime(2024, 11, 7, tzinfo=UTC)


def candidate(text: str, start: int = 0, end: int | None = None, title: str = "A title") -> Candidate:
    article = Article(1, None, title, text, "TEAMtalk", None, NOW, None, None, "hash", NOW, None)
    return Candidate(article, Passage(10, 1, start, len(text) if end is None else end, 0), 0.5, 0.5)


def excerpted(text: str, answer: str) -> tuple[str, str]:
    """What is quoted, and the answer in it, where the reader found `answer` in `text`."""
    at = text.index(answer)
    found = excerpt(candidate(text), Finding(1.0, at, at + len(answer), 1.0))
    return text[slice(*found.quote)], text[slice(*found.answer)]


def test_the_sentence_that_holds_the_answer_is_quoted_alone() -> None:
    text = "Madrid lost again on Tuesday night. Xabi Alonso is the choice to replace Ancelotti. It rained."
    assert excerpted(text, "Xabi Alonso") == (
        "Xabi Alonso is the choice to replace Ancelotti.",
        "Xabi Alonso",
    )


def test_the_sentence_before_comes_with_a_pronoun_that_would_hang_in_the_air() -> None:
    text = "It rained in Bilbao all day. Isak has joined Liverpool. He cost them £125m. More soon on this."
    assert excerpted(text, "£125m")[0] == "Isak has joined Liverpool. He cost them £125m."


def test_a_pronoun_stays_alone_where_the_sentence_before_is_too_long_or_in_another_paragraph() -> None:
    long = "Isak, " + "who " * 80 + "has joined."
    for text in (f"{long} He cost them a fee of £125m.", "Isak has joined.\n\nHe cost them a fee of £125m."):
        assert excerpted(text, "£125m")[0] == "He cost them a fee of £125m."


def test_a_quote_never_reaches_over_a_paragraph() -> None:
    text = "The club were linked with Tchouameni.\n\nA fee of £100m was named."
    assert "\n" not in excerpted(text, "Tchouameni.\n\nA fee")[0]


def test_a_sentence_too_short_to_stand_alone_brings_its_neighbour() -> None:
    assert excerpted("Done deal. Isak joins Liverpool today.", "Done deal")[0] == (
        "Done deal. Isak joins Liverpool today."
    )


@pytest.mark.parametrize("stray", ["? ", "👉 ", "- ", "➡️", "... ", "⚪️🔴 "])
def test_a_quote_begins_with_a_word_not_with_a_mark_that_was_left_over(stray: str) -> None:
    assert excerpted(f"{stray}Alonso's progress is being monitored closely.", "Alonso") == (
        "Alonso's progress is being monitored closely.",
        "Alonso",
    )


@pytest.mark.parametrize("begin", ["“He", "(He", "£125m", "'No", "@FabrizioRomano", "Ødegaard"])
def test_what_a_sentence_may_begin_with_stays(begin: str) -> None:
    assert excerpted(f"{begin} is what they all said about it.", "they")[0].startswith(begin)


def test_a_line_of_nothing_but_marks_is_quoted_as_it_is() -> None:
    assert excerpted("🔴⚪ 👉 !!!", "👉")[0] == "🔴⚪ 👉 !!!"


def test_the_answer_loses_the_marks_around_it() -> None:
    assert excerpted("He said it was “a dream come true”, and left for the coast.", "“a dream come true”,")[
        1
    ] == ("a dream come true")


def test_a_piece_of_a_long_sentence_ends_with_a_clause_and_without_its_mark() -> None:
    text = "Real Madrid " + "want to sign a player, " * 20 + "or so they say."
    quote, answer = excerpted(text, "want to sign")
    assert len(quote) <= MAX_QUOTE_CHARS
    assert quote.endswith("a player")
    assert answer == "want to sign"


def test_the_place_is_the_articles_not_the_passages() -> None:
    text = "First paragraph here.\n\nSecond one holds the fee of £20m. And more."
    start = text.index("Second")
    found = excerpt(
        candidate(text, start), Finding(0.0, text.index("£20m") - start, text.index("£20m") + 4 - start, 0.0)
    )
    assert text[slice(*found.answer)] == "£20m"
    assert text[slice(*found.quote)] == "Second one holds the fee of £20m."


@given(st.text(max_size=400), st.integers(0, 400), st.integers(1, 400))
def test_every_excerpt_is_short_inside_its_line_and_holds_its_answer(
    text: str, start: int, length: int
) -> None:
    end = min(start + length, len(text))
    assume(text[start:end].strip() and not text[start].isspace())
    found = excerpt(candidate(text), Finding(0.0, start, end, 0.0))
    quote = text[slice(*found.quote)]
    assert 0 < len(quote) <= MAX_QUOTE_CHARS
    assert "\n" not in quote
    assert found.quote[0] <= found.answer[0] <= found.answer[1] <= found.quote[1]


@given(st.text(alphabet="ab ,;", max_size=1200))
def test_a_long_sentence_is_cut_into_quotable_pieces_that_lose_no_word(text: str) -> None:
    pieces = [text[slice(*piece)] for piece in quotable(text, (0, len(text)))]
    assert all(len(piece) <= MAX_QUOTE_CHARS for piece in pieces)
    kept = "".join("".join(pieces).split())
    assert [c for c in kept if c in "ab"] == [c for c in text if c in "ab"]
