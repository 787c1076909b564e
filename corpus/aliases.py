"""What fans call clubs, and their words for what articles say. Pure."""

from dataclasses import dataclass, replace
from functools import cache

from corpus.names import entities, fold


@dataclass(frozen=True, slots=True)
class Alias:
    """A club's name or a slang word, folded; the clubs that it may mean, the words that articles may use."""

    phrase: str
    clubs: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()


def aliases_in(text: str) -> list[Alias]:
    """Every name of a club and every slang word of the text, in order; the longest where they overlap."""
    words = fold(text).split()
    found = []
    at = 0
    while at < len(words):
        sizes = range(_most_words(), 0, -1)
        alias = next((a for n in sizes if (a := _table().get(" ".join(words[at : at + n])))), None)
        if alias:
            found.append(alias)
        at += alias.phrase.count(" ") + 1 if alias else 1
    return found


def club_called(name: str) -> str | None:
    """The club that a folded name means, where it can mean only one."""
    alias = _table().get(name)
    return alias.clubs[0] if alias and len(alias.clubs) == 1 else None


@cache
def _most_words() -> int:
    return max(phrase.count(" ") for phrase in _table()) + 1


@cache
def _table() -> dict[str, Alias]:
    table: dict[str, Alias] = {}
    for row in entities("club_nicknames.csv"):
        for phrase in {*map(fold, (row["club"], row["name"], *row["nicknames"].split(";")))} - {""}:
            known = table.get(phrase, Alias(phrase))
            table[phrase] = replace(known, clubs=(*known.clubs, row["name"]))
    for row in entities("slang.csv"):
        for phrase in map(fold, row["words"].split(";")):
            known = table.get(phrase, Alias(phrase))
            table[phrase] = replace(known, synonyms=(*known.synonyms, *row["synonyms"].split(";")))
    return table
