"""A book of names as if many articles had been stored."""

from collections.abc import Mapping

from corpus.mentions import Tally, mentions
from index.namebook import NameBook, name_book


def book_of(articles: Mapping[str, int]) -> NameBook:
    """The book of so many articles with each of the texts."""
    tally = Tally()
    for text, count in articles.items():
        found = mentions(text)
        tally.words.update(dict.fromkeys(found.words, count))
        tally.names.update(dict.fromkeys(found.names, count))
        tally.countries.update(dict.fromkeys(found.countries, count))
    return name_book(tally)


BOOK = book_of(
    {
        "Today Viktor Gyokeres left. It was Gyokeres again. The Swede is a striker.": 300,
        "Then Alexander Isak left, and the Swede wants a release clause in the window.": 90,
        "Now Viktor Johansson plays.": 9,
        "Again Kevin De Bruyne spoke, and then De Bruyne went to see Kevin Keegan.": 60,
        "They saw Marcus Rashford with Rashford shirts at Old Trafford.": 200,
        "They saw Jordan Henderson and Henderson smiled.": 80,
        "They like Casemiro and Antoine Semenyo and Semenyo likes Senne Lammens and Lammens.": 100,
        "They hear Gary Neville and Neville speaks.": 70,
        "They like Alexis Mac Allister.": 30,
        "They see Erik ten Hag.": 90,
        "They see Dominic Calvert-Lewin.": 25,
        "They see Bruno Fernandes.": 90,
        "They see Bruno Guimaraes.": 80,
        "So they saw the new man then, today or now, and it was again what we like.": 400,
        "The transfers of Leeds United and of Manchester United were sterling work.": 500,
    }
)
