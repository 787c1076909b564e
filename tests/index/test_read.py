import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Article, Passage
from index.lexical import terms
from index.question import understand
from index.read import MAX_QUOTE_CHARS, Candidate, Reader, Reading, Sentence, quotable, quotable_sentences

NOW = datetime(2024, 11, 7, tzinfo=UTC)


def article(text: str, id_: int = 1, title: str = "A title") -> Article:
    return Article(id_, None, title, text, "TEAMtalk", None, NOW, None, None, f"hash-{id_}", NOW, None)


def candidate(text: str, id_: int = 1, score: float = 0.5) -> Candidate:
    return Candidate(article(text, id_), Passage(id_ * 10, id_, 0, len(text), 0), score, 0.5)


def reader(question: str) -> Reader:
    asked = understand(question, now=NOW)
    return Reader(asked, dict.fromkeys(terms(asked.query), 1.0), terms)


def best(question: str, *candidates: Candidate, limit: int = 10) -> list[Reading]:
    return reader(question).best([(c, quotable_sentences(c)) for c in candidates], limit)


def test_the_sentence_that_holds_the_questions_words_is_quoted_alone() -> None:
    text = "Madrid lost again on Tuesday night. Xabi Alonso is the choice to replace Ancelotti. It rained."
    assert [r.text for r in best("who replaces Ancelotti?", candidate(text))] == [
        "Xabi Alonso is the choice to replace Ancelotti."
    ]


def test_the_sentence_closest_in_meaning_wins_where_no_word_is_shared() -> None:
    lukewarm = candidate("The president is displeased with the results. The weather was fine on that day.")
    first, second = quotable_sentences(lukewarm)
    found = [Sentence(first.start, first.end, 0.6), Sentence(second.start, second.end, 0.1)]
    [reading] = reader("who is unhappy").best([(lukewarm, found)], 5)
    assert reading.text == "The president is displeased with the results."


def test_a_quote_never_reaches_over_a_paragraph() -> None:
    text = "The club were linked with Tchouameni.\n\nA fee of £100m was named."
    assert all("\n" not in r.text for r in best("what fee for Tchouameni", candidate(text)))


def test_two_sentences_are_quoted_where_only_both_hold_the_words() -> None:
    text = "The club were linked with Tchouameni. A fee of £100m was named."
    assert best("what fee for Tchouameni", candidate(text))[0].text == text


def test_a_sentence_with_a_sum_wins_where_a_sum_is_asked_for() -> None:
    text = "Liverpool like Tchouameni and may pay. Tchouameni would cost them around £100 million."
    assert "£100 million" in best("how much would Tchouameni cost", candidate(text))[0].text


def test_one_quote_an_article_best_first_and_no_more_than_asked_for() -> None:
    weak, strong = (
        candidate("Alonso coaches in Germany this season.", 1, 0.1),
        candidate("Alonso replaces Ancelotti at Real Madrid.", 2, 0.9),
    )
    again = Candidate(strong.article, Passage(99, 2, 0, 40, 0), 0.2, 0.1)
    readings = best("Alonso replaces Ancelotti", weak, strong, again)
    assert [r.article.id for r in readings] == [2, 1]
    assert len(best("Alonso", weak, strong, limit=1)) == 1


def test_the_passage_alone_is_quoted_and_at_its_place_in_the_article() -> None:
    text = "An opening about Alonso and Ancelotti. Later Alonso spoke of Madrid."
    at = text.index("Later")
    passage = Candidate(article(text), Passage(1, 1, at, len(text), 0), 0.5, 0.5)
    [reading] = best("Alonso Ancelotti", passage)
    assert (reading.start, reading.end) == (at, len(text))


def test_a_passage_too_short_to_choose_from_is_quoted_whole() -> None:
    assert best("alonso", candidate("Alonso."))[0].text == "Alonso."


def test_a_reference_holds_the_decisive_words() -> None:
    asking = reader("who replaces Ancelotti?")
    chosen = candidate("Xabi Alonso is the choice to replace Ancelotti.")
    [reading] = asking.best([(chosen, quotable_sentences(chosen))], 1)
    reference = asking.reference(reading)
    [(start, end)] = reference.emphasis
    assert reading.text[start:end] == "Xabi Alonso"


@given(st.text(alphabet="ab ,.;–", max_size=2000).filter(str.strip))
def test_a_long_sentence_is_cut_into_quotable_pieces_that_lose_no_word(text: str) -> None:
    stripped = text.strip()
    pieces = [stripped[start:end] for start, end in quotable(stripped, (0, len(stripped)))]
    assert all(0 < len(piece) <= MAX_QUOTE_CHARS for piece in pieces)
    assert re.sub(r"[^ab]", "", "".join(pieces)) == re.sub(r"[^ab]", "", text)


def test_a_piece_of_a_long_sentence_ends_with_a_clause_and_without_its_mark() -> None:
    text = f"Alonso {'and so on ' * 20}took over – {'and so on ' * 20}in the end."
    first, _ = (text[start:end] for start, end in quotable(text, (0, len(text))))
    assert first.endswith("took over")


@given(
    st.lists(st.text(alphabet="abc é.!?\n", max_size=400), min_size=1, max_size=4),
    st.text("abc é", max_size=20),
)
def test_every_quote_stands_in_its_article(texts: list[str], question: str) -> None:
    candidates = [candidate(text, i) for i, text in enumerate(texts, 1)]
    for reading in best(f"who {question}", *candidates):
        assert reading.text == texts[reading.article.id - 1][reading.start : reading.end]
        assert reading.text.strip() == reading.text != ""
        assert len(reading.text) <= MAX_QUOTE_CHARS
