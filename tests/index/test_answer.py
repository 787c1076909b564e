from dataclasses import replace

import pytest

from index.answer import checked, hydrate, reference
from index.choose import Considered
from index.errors import NotVerbatimError
from index.question import understand
from tests.candidates import NOW, article, considered

SENTENCE = "Xabi Alonso is the choice to replace Ancelotti."
TEXT = f"Madrid lost. {SENTENCE} It is not settled."
ARTICLE = article(TEXT, article_id=4)
ASKED = understand("who replaces Ancelotti", now=NOW)


def chosen() -> list[Considered]:
    return [considered(ARTICLE, SENTENCE, "Xabi Alonso")]


def test_a_quote_shows_its_source_and_its_words_as_stored() -> None:
    [quote] = checked(chosen(), ASKED, {4: ARTICLE})
    assert quote.text == SENTENCE
    assert TEXT[quote.start : quote.start + len(quote.text)] == quote.text
    assert (quote.source.publisher, quote.source.published_at) == ("TEAMtalk", NOW)


def test_the_answer_is_bold_in_its_quote() -> None:
    [quote] = checked(chosen(), ASKED, {4: ARTICLE})
    assert [quote.text[a:b] for a, b in quote.emphasis] == ["Xabi Alonso"]


def test_the_sum_is_bold_where_money_is_asked_for() -> None:
    fee = article("A fee of €73.5m was agreed on Monday.")
    asked = understand("how much is the fee", now=NOW)
    [quote] = checked([considered(fee, answer="fee of €73.5m was agreed")], asked, {1: fee})
    assert [quote.text[a:b] for a, b in quote.emphasis] == ["€73.5m"]


def test_quotes_keep_the_order_they_were_chosen_in() -> None:
    other = article("Raúl would be the interim manager.", article_id=2)
    quotes = checked([*chosen(), considered(other)], ASKED, {2: other, 4: ARTICLE})
    assert [quote.source.article_id for quote in quotes] == [4, 2]


def test_an_article_removed_or_changed_since_it_was_read_is_not_quoted() -> None:
    changed = replace(ARTICLE, text="Something else entirely, a long enough text.", content_hash="other")
    assert checked(chosen(), ASKED, {}) == ()
    assert checked(chosen(), ASKED, {4: changed}) == ()


def test_a_quote_that_its_article_does_not_hold_never_leaves() -> None:
    with pytest.raises(NotVerbatimError):
        checked(chosen(), ASKED, {4: replace(ARTICLE, text=TEXT.replace("Xabi", "Kylian"))})


def test_a_kept_reference_shows_the_quote_again_while_the_article_still_says_so() -> None:
    [quote] = checked(chosen(), ASKED, {4: ARTICLE})
    kept = reference(quote)
    edited = replace(ARTICLE, text=TEXT + " A later word.", content_hash="other")
    assert [q.text for q in hydrate([kept], {4: edited})] == [SENTENCE]
    rewritten = replace(ARTICLE, text=TEXT.replace("choice", "chosen"))
    assert hydrate([kept], {4: rewritten}) == ()
    assert hydrate([kept], {}) == ()


def test_the_reference_of_a_shown_quote_leads_back_to_it() -> None:
    [quote] = checked(chosen(), ASKED, {4: ARTICLE})
    assert hydrate([reference(quote)], {4: ARTICLE}) == (replace(quote, score=0.0),)
