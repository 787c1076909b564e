from dataclasses import replace
from datetime import UTC, datetime

import pytest

from corpus.types import Article, Passage, QuoteRef
from index.answer import checked, fit, hydrate, reference
from index.errors import NotVerbatimError
from index.lexical import terms
from index.question import understand
from index.read import Candidate, Reader, Reading, Sentence, quotable_sentences

NOW = datetime(2024, 11, 7, tzinfo=UTC)
TEXT = "Xabi Alonso is the choice to replace Ancelotti. It is not settled."
ARTICLE = Article(
    4, None, "Madrid", TEXT, "TEAMtalk", None, NOW, "https://a.example/1", "x", "hash", NOW, None
)


def asking(question: str) -> Reader:
    asked = understand(question, now=NOW)
    return Reader(asked, dict.fromkeys(terms(asked.query), 1.0), terms)


def candidate(cosine: float = 0.3, article: Article = ARTICLE) -> Candidate:
    return Candidate(article, Passage(1, article.id, 0, len(article.text), 0), 0.5, cosine)


def readings(question: str = "who replaces Ancelotti") -> list[tuple[Reading, QuoteRef]]:
    reader = asking(question)
    read = [(candidate(), quotable_sentences(candidate()))]
    return [(reading, reader.reference(reading)) for reading in reader.best(read, 3)]


def test_a_quote_shows_its_source_and_its_words_as_stored() -> None:
    [quote] = checked(readings(), {4: ARTICLE})
    assert quote.text == "Xabi Alonso is the choice to replace Ancelotti."
    assert TEXT[quote.start : quote.start + len(quote.text)] == quote.text
    assert (quote.source.publisher, quote.source.published_at) == ("TEAMtalk", NOW)
    assert [quote.text[a:b] for a, b in quote.emphasis] == ["Xabi Alonso"]


def test_an_article_removed_or_changed_since_it_was_read_is_not_quoted() -> None:
    changed = replace(ARTICLE, text="Something else entirely, a long enough text.", content_hash="other")
    assert checked(readings(), {}) == ()
    assert checked(readings(), {4: changed}) == ()


def test_a_quote_that_its_article_does_not_hold_never_leaves() -> None:
    with pytest.raises(NotVerbatimError):
        checked(readings(), {4: replace(ARTICLE, text=TEXT.replace("Xabi", "Kylian"))})


def test_a_kept_reference_shows_the_quote_again_while_the_article_still_says_so() -> None:
    [(_, kept)] = readings()
    edited = replace(ARTICLE, text=TEXT + " A later word.", content_hash="other")
    assert [q.text for q in hydrate([kept], {4: edited})] == [TEXT[:47]]
    rewritten = replace(ARTICLE, text=TEXT.replace("choice", "chosen"))
    assert hydrate([kept], {4: rewritten}) == ()
    assert hydrate([kept], {}) == ()


def test_the_fit_is_the_best_of_meaning_and_words() -> None:
    assert fit(asking("zlatan"), candidate(0.7), []) == pytest.approx(0.7)
    assert fit(asking("zlatan"), candidate(0.2), [Sentence(0, 47, 0.6)]) == pytest.approx(0.6)
    assert fit(asking("alonso replaces ancelotti"), candidate(0.1), []) == pytest.approx(0.5)


def test_words_of_the_title_count_for_the_fit() -> None:
    titled = replace(ARTICLE, title="Bellingham unveiled")
    assert fit(asking("bellingham"), candidate(0.0, titled), []) > 0.4


def test_the_reference_of_a_shown_quote_leads_back_to_it() -> None:
    [quote] = checked(readings(), {4: ARTICLE})
    assert hydrate([reference(quote)], {4: ARTICLE}) == (replace(quote, score=0.0),)
