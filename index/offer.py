"""Names of clubs and people as they are typed, to those that articles hold. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable

from corpus.aliases import aliases_in
from corpus.names import fold
from index.namebook import KnownName, NameBook
from index.spelling import alike

_CLEARLY_MORE = 4
"""A name that stands in so many times as many articles as any other is the one that is meant."""


def offered(typed: str, names: NameBook, most: int) -> list[KnownName]:
    """The names that the typed letters may begin, those in most articles first, after whom a nickname means.

    A name is found by any of its words: "ode" finds Martin Ødegaard. So are a server's own nicknames.
    """
    key = fold(typed)
    meant = {club for alias in aliases_in(typed) if alias.phrase == key for club in alias.clubs}
    meant |= {name for name, _ in names.initials.get(key, ())}
    own = {fold(name) for alias, name in names.own.items() if key and _begins(key, alias)}
    first = [name for name in names.known if name.written in meant or name.key in own]
    begun = [name for name in names.known if _begins(key, name.key) and name not in first]
    return (first + begun)[:most]


def talked_about(articles: Iterable[Collection[str]], names: NameBook) -> list[KnownName]:
    """The names that stand in these articles, by what each of them mentions; those in most of them first."""
    called = {spelling: name for name in reversed(names.known) for spelling in name.spellings}
    counts = Counter(name for held in articles for name in {called[n] for n in held if n in called})
    order = {name: place for place, name in enumerate(names.known)}
    return sorted(counts, key=lambda name: (-counts[name], order[name]))


def spelt_like(typed: str, names: NameBook, most: int) -> list[KnownName]:
    """The names that a misspelt one is most like: as a whole, or all but their first word."""
    words = fold(typed).split()
    bearers = [(part, name) for name in names.known for part in {name.key, name.key.partition(" ")[2]}]
    parts = [part for part, _ in bearers]
    found = alike(" ".join(words), parts, most) or alike("".join(words[-1:]), parts, most)
    return list(dict.fromkeys(bearers[i][1] for i in found))


def named(typed: str, names: NameBook) -> KnownName | None:
    """The name that was typed, or that its beginning or a nickname most likely means."""
    key = fold(names.own.get(fold(typed), typed))
    whole = [name for name in names.known if name.key == key]
    if whole or not fold(typed):
        return next(iter(whole), None)
    found = offered(typed, names, 2)
    clear = len(found) == 1 or (found and found[0].articles >= _CLEARLY_MORE * found[1].articles)
    return found[0] if clear else None


def _begins(key: str, name: str) -> bool:
    """Do the letters begin a word of the name?"""
    return f" {key}" in f" {name}"
