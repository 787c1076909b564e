"""What an article mentions: its words, its names, and whom it calls after a country. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from corpus.names import fold, is_person_like
from corpus.peoples import country_of, people_pattern
from corpus.text import sentences

_SMALL = re.compile(r"(?<![\w'’-])[a-zß-öø-ÿ]{2,}(?![\w-])")
_PART = r"(?!I['’])[^\W\d_a-zß-öø-ÿ](?:[^\W\d_]|(?:-|['’](?!s\b))(?=[^\W\d_]))*[^\W\d_]"
_PARTICLE = r"(?:da|dal|das|de|del|della|den|der|di|do|dos|du|el|al|la|le|ten|ter|van|von|bin|ben)"
_NAME = re.compile(rf"(?<![\w'’-]){_PART}(?: (?:{_PARTICLE} )*{_PART}){{0,3}}")
_POSSESSIVE = re.compile(r"['’]s?$")
_OPENING = re.compile(r"[\"“”‘'’(\[.!?…:;–—-] ?$")
_OF_A_PERSON = re.compile(
    r"[ ,.:;?!’'\"”)](?! ?(?:[A-Z]|side|club|giants|outfit|league|top|champions|team|fa\b|federation|football"
    r"|press|media|news|outlet|journalist|capital|national|government|market|city))"
)
_NEAR_CHARS = 45

Named = tuple[int, str]
"""Where a name begins, and the name."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Each once. `words` are folded ones that the article writes small: "sterling work" holds one.

    `names` are as written; a first word of a sentence that stands alone is none. `countries` pairs countries
    with whom the article calls after them: "Sweden international Viktor Gyokeres", "the Swede".
    """

    words: frozenset[str]
    names: frozenset[str]
    countries: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Tally:
    """In how many articles each of the mentions stands."""

    words: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    countries: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.words + other.words, self.names + other.names, self.countries + other.countries)


def named(text: str) -> list[str]:
    """The names in a text, in order, as written; a first word of a sentence that stands alone is none."""
    return [name for start, end in sentences(text) for _, name in _names(text[start:end])]


def mentions(text: str) -> Mentions:
    names: set[str] = set()
    countries: set[tuple[str, str]] = set()
    before = ""
    for start, end in sentences(text):
        sentence = text[start:end]
        found = list(_names(sentence))
        names.update(name for _, name in found)
        persons = [(at, name) for at, name in found if _is_person(name)]
        for match in people_pattern().finditer(sentence):
            if person := _called(sentence, match, persons, before):
                countries.add((match["country"] or country_of(fold(match["people"])) or "", person))
        before = persons[-1][1] if persons else before
    return Mentions(frozenset(map(fold, _SMALL.findall(text))), frozenset(names), frozenset(countries))


_is_person = lru_cache(20_000)(is_person_like)


def _names(sentence: str) -> Iterator[Named]:
    for match in _NAME.finditer(sentence):
        name = _POSSESSIVE.sub("", match[0])
        if " " in name or (match.start() and not _OPENING.search(sentence[: match.start()][-2:])):
            yield match.start(), name


def _called(sentence: str, match: re.Match[str], persons: Sequence[Named], before: str) -> str:
    """The person named next ("Swedish striker Viktor Gyokeres"); for "the Swede", the one named last."""
    for at, name in persons:
        if match.end() < at < match.end() + _NEAR_CHARS:
            return name
    alone = match["people"] and sentence[: match.start()].lower().endswith("the ")
    if not alone or not _OF_A_PERSON.match(sentence, match.end()):
        return ""
    return next((name for at, name in reversed(persons) if at < match.start()), before)
