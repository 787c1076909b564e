"""Nicknames and slang to the words that articles use instead. Pure."""

import re
from collections.abc import Iterator, Sequence

from corpus.aliases import aliases_in
from corpus.names import fold
from corpus.peoples import country_of
from index.namebook import NameBook
from index.types import Correction, Expansion

CLUB_WEIGHT, SLANG_WEIGHT, PERSON_WEIGHT, COUNTRY_WEIGHT = 0.8, 0.5, 0.8, 0.3
_LEAST_SHARE = 0.4
"""A first name or initials stand for a person to whom so much of their use belongs."""
_WORD = re.compile(r"[^\W_]+")
_PET_FORM = re.compile(r"(?P<stem>\w{4,}?)(?:y|ie|o|s|sy|ers|inho)?")
_SHIRT = re.compile(r"([a-z]{2})\d\d?")
_NO_PERSONS = frozenset(
    ("champions", "club", "clubs", "football", "giants", "league", "side", "sides", "team", "teams")
)
_STOP_WORDS = frozenset(
    (
        *("a", "about", "after", "all", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by"),
        *("can", "could", "did", "do", "does", "for", "from", "get", "go", "going", "had", "has", "have"),
        *("he", "her", "him", "his", "how", "i", "if", "in", "is", "it", "its", "just", "me", "more", "much"),
        *("my", "new", "next", "no", "not", "now", "of", "off", "on", "one", "or", "our", "out", "over"),
        *("she", "so", "some", "than", "that", "the", "their", "them", "then", "there", "they", "this", "to"),
        *("up", "us", "was", "we", "were", "what", "when", "where", "which", "who", "whom", "whose", "why"),
        *("will", "with", "would", "you", "your"),
    )
)
_RARE = 10
_LEAST_FAME = 20


def expansions(text: str, names: NameBook) -> tuple[Expansion, ...]:
    """What else to search for; none of it stands in the text already."""
    words = words_of(text, names)
    found = [*_of_aliases(text), *_of_persons(words, names), *_of_countries(words, names)]
    best: dict[str, Expansion] = {}
    for expansion in found:
        key = fold(expansion.words)
        if not set(words).issuperset(key.split()) and best.get(key, expansion).weight <= expansion.weight:
            best[key] = expansion
    return tuple(best.values())


def spelt_out(text: str, names: NameBook) -> tuple[str, tuple[Correction, ...]]:
    """The text with the names that a server's own nicknames mean in their place, and which these were."""
    parts: list[str] = []
    corrections = []
    position = 0
    for start, end, key in own_nicknames(text, names):
        corrections.append(Correction(text[start:end], names.own[key]))
        parts += [text[position:start], names.own[key]]
        position = end
    return "".join([*parts, text[position:]]), tuple(corrections)


def is_common(key: str, names: NameBook) -> bool:
    """Would a folded nickname be read into every other question?"""
    words = key.split()
    everyday = key in names.ordinary and key in names.spellings
    return everyday or _STOP_WORDS.issuperset(words)


def own_nicknames(text: str, names: NameBook) -> Iterator[tuple[int, int, str]]:
    """Where a server's own nicknames stand, and which ones; the longest where they overlap."""
    words = [(*found.span(), fold(found[0])) for found in _WORD.finditer(text)] if names.own else []
    most = max((key.count(" ") + 1 for key in names.own), default=0)
    at = 0
    while at < len(words):
        sizes = range(min(most, len(words) - at), 0, -1)
        keys = ((size, " ".join(word for _, _, word in words[at : at + size])) for size in sizes)
        size, key = next(((size, key) for size, key in keys if key in names.own), (1, ""))
        if key:
            yield words[at][0], words[at + size - 1][1], key
        at += size


def names_anyone(text: str, names: NameBook) -> bool:
    """Does the text name a person, a club or a place that articles or fans have a name for?"""
    return (
        any(alias.clubs for alias in aliases_in(text))
        or any(_is_name(word, names) for word in words_of(text, names))
        or any(own_nicknames(text, names))
    )


def words_of(text: str, names: NameBook) -> list[str]:
    """Folded, and without the s of a possessive."""
    return [_without_possessive(word, names) for word in fold(re.sub(r"['’]s\b", "", text)).split()]


def _without_possessive(word: str, names: NameBook) -> str:
    base = word.removesuffix("s")
    return base if names.counts.get(base, 0) > names.counts.get(word, 0) else word


def _of_aliases(text: str) -> Iterator[Expansion]:
    for alias in aliases_in(text):
        for meanings, weight in ((alias.clubs, CLUB_WEIGHT), (alias.synonyms, SLANG_WEIGHT)):
            yield from (Expansion(meaning, weight / len(meanings) ** 0.5) for meaning in meanings)


def _of_persons(words: Sequence[str], names: NameBook) -> Iterator[Expansion]:
    for word, following in zip(words, (*words[1:], ""), strict=False):
        if word in names.ordinary:
            continue
        if len(word) > 2 and not _is_name(following, names):
            yield from _bearer(names.first_names.get(word, ()))
        shirt = _SHIRT.fullmatch(word)
        if len(word) > 2:
            yield from _bearer(names.initials.get(shirt[1] if shirt else word, ()))
        elif len(word) == 1 and len(following) > 2:  # "g nev"
            bearers = names.initials.get(word + following[0], ())
            yield from _bearer([b for b in bearers if fold(b[0]).split()[-1].startswith(following)])
        if names.counts.get(word, 0) < _RARE and (full := _full_form(word, names)):
            yield Expansion(full, PERSON_WEIGHT)


def _is_name(word: str, names: NameBook) -> bool:
    return word in names.spellings and word not in names.ordinary


def _bearer(bearers: Sequence[tuple[str, float]]) -> Iterator[Expansion]:
    if bearers and bearers[0][1] >= _LEAST_SHARE:
        yield Expansion(bearers[0][0], PERSON_WEIGHT * bearers[0][1])


def _full_form(word: str, names: NameBook) -> str | None:
    """The name that a pet form is made of: "rashy", "hendo", "auba"."""
    form = _PET_FORM.fullmatch(word)
    if not form:
        return None
    longer = [
        names.spellings[other][::-1]
        for other in names.by_letter.get(word[0], ())
        if other.startswith(form["stem"])
        and len(other) > len(word)
        and other not in names.ordinary
        and other in names.counts
    ]
    count, name = max(longer, default=(0, ""))
    return name if count >= _LEAST_FAME and 2 * count > sum(n for n, _ in longer) else None


def _of_countries(words: Sequence[str], names: NameBook) -> Iterator[Expansion]:
    """A country and, unless a club of it is meant, the persons whom articles call after it most often."""
    for word, following in zip(words, (*words[1:], ""), strict=False):
        if country := country_of(word):
            yield Expansion(country, COUNTRY_WEIGHT)
            if following not in _NO_PERSONS:
                yield from (Expansion(name, COUNTRY_WEIGHT) for name, _ in names.compatriots.get(country, ()))
