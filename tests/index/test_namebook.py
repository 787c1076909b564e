from corpus.mentions import Tally
from index.namebook import NO_NAMES, name_book
from tests.names import BOOK, book_of


def test_words_that_are_mostly_written_small_are_ordinary() -> None:
    assert {"striker", "sterling", "window"} <= BOOK.ordinary
    assert not {"united", "gyokeres", "hag"} & BOOK.ordinary


def test_a_name_is_spelt_as_most_articles_spell_it() -> None:
    book = book_of({"We saw Gyökeres.": 2, "We saw Gyokeres.": 9})
    assert book.spellings["gyokeres"] == ("Gyokeres", 11)


def test_names_of_several_words_are_there_as_one() -> None:
    assert (
        BOOK.spellings["macallister"] == ("Alexis Mac Allister", 30) or "alexismacallister" in BOOK.spellings
    )


def test_first_names_and_initials_tell_whose_they_mostly_are() -> None:
    assert BOOK.first_names["viktor"][0] == ("Gyokeres", 300 / 309)
    assert sorted(BOOK.first_names["kevin"]) == [("De Bruyne", 0.5), ("Keegan", 0.5)]
    assert BOOK.initials["kdb"] == (("Kevin De Bruyne", 1.0),)
    assert BOOK.initials["eth"] == (("Erik ten Hag", 1.0),)
    assert BOOK.initials["dcl"] == (("Dominic Calvert-Lewin", 1.0),)


def test_what_opens_a_sentence_in_capitals_is_no_first_name() -> None:
    assert "today" not in book_of({"Today Viktor left today. Today Viktor Gyokeres left.": 5}).first_names


def test_persons_belong_to_the_country_they_are_called_after() -> None:
    assert [name for name, _ in BOOK.compatriots["Sweden"]] == ["gyokeres", "isak"]


def test_without_articles_the_book_is_empty() -> None:
    assert name_book(Tally()) == NO_NAMES
