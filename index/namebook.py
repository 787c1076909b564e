"""What a question's words can be compared with: the words and the names that articles hold. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from corpus.aliases import club_called
from corpus.mentions import Tally
from corpus.names import fold, is_person_like

_TITLES = frozenset(("sir", "dame", "lord", "mr", "mrs", "dr", "don", "king", "prince"))
_PARTICLES = frozenset(("de", "di", "el", "la", "le", "mac", "st", "ten", "ter", "van", "von"))
_BETWEEN = re.compile(r"[\s'’-]+")
_MOST_BEARERS = 4
_FEWEST_OF_ORDINARY_WORDS = 20
"""In so many articles an ordinary word must stand before others are read as misspellings of it."""

Bearers = tuple[tuple[str, float], ...]
"""Names to search for, each with its share in the use of a word; the largest first."""


@dataclass(frozen=True, slots=True)
class KnownName:
    """A person or a club as most articles write it, folded, and in every way that articles do."""

    written: str
    key: str
    articles: int
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameBook:
    """Keys are folded (`corpus.names.fold`); made by `name_book`."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """In how many articles a word stands, roughly."""
    ordinary: frozenset[str] = frozenset()
    """Words that articles write small more often than not."""
    spellings: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """What a misspelt word may stand for: as articles write it, and in how many of them.

    Names of several words are there as one too: "macallister".
    """
    by_letter: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The keys of `spellings` by their first letter."""
    first_names: Mapping[str, Bearers] = field(default_factory=dict)
    initials: Mapping[str, Bearers] = field(default_factory=dict)
    compatriots: Mapping[str, Bearers] = field(default_factory=dict)
    known: Sequence[KnownName] = ()
    """Persons and clubs, those in most articles first."""
    own: Mapping[str, str] = field(default_factory=dict)
    """A server's own nicknames, each with the name that it means, as articles write it."""


NO_NAMES = NameBook()


def name_book(tally: Tally) -> NameBook:
    folded = lru_cache(None)(fold)
    big: Counter[str] = Counter()
    for name, count in tally.names.items():
        for word in folded(name).split():
            big[word] += count
    ordinary = frozenset(word for word, count in tally.words.items() if 2 * count >= big[word])
    written: dict[tuple[str, ...], list[str]] = {}
    variants: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    totals: Counter[tuple[str, ...]] = Counter()
    for name, count in sorted(tally.names.items(), key=lambda one: (-one[1], one[0])):
        if words := _trimmed(name.split(), folded, ordinary):
            key = tuple(folded(" ".join(words)).split())
            written.setdefault(key, words)
            variants[key].append(name)
            totals[key] += count
    spellings = {
        w: (w, n) for w, n in tally.words.items() if w in ordinary and n >= _FEWEST_OF_ORDINARY_WORDS
    }
    for key, count in totals.items():
        for part, word in zip(key, _BETWEEN.split(" ".join(written[key])), strict=False):
            spellings.setdefault(part, (word, big[part]))
        if len(key) > 1:
            spellings.setdefault("".join(key), (" ".join(written[key]), count))
    called = {
        key: count
        for key, count in totals.items()
        if len(key) > 1 and key[0] not in _PARTICLES and is_person_like(" ".join(written[key]))
    }
    persons = {key: count for key, count in called.items() if count > 1}
    for key, count in persons.items():
        spellings.setdefault("".join(key[1:]), (_surname(written[key]), count))
    return NameBook(
        counts=Counter(tally.words) + big,
        ordinary=ordinary,
        spellings=spellings,
        by_letter=_grouped((word[0], word) for word in spellings if word),
        first_names=_bearers(((key[0], _surname(written[key]), n) for key, n in persons.items()), big),
        initials=_bearers(((_initials(key), " ".join(written[key]), n) for key, n in persons.items()), big),
        compatriots=_compatriots(tally.countries, lambda name: _trimmed(name.split(), folded, ordinary)),
        known=_known(
            [(count, " ".join(written[key]), variants[key]) for key, count in called.items()],
            _clubs(tally.names, folded),
        ),
    )


def _clubs(names: Counter[str], folded: Callable[[str], str]) -> Iterator[tuple[int, str, list[str]]]:
    called: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        if club := club_called(folded(name)):
            called[club].append(name)
    return ((max(names[name] for name in some), club, some) for club, some in called.items())


def _known(*groups: Iterable[tuple[int, str, list[str]]]) -> tuple[KnownName, ...]:
    """(articles, name, all its spellings) in order."""
    found = sorted(chain(*groups), key=lambda one: (-one[0], one[1]))
    return tuple(KnownName(name, fold(name), count, tuple(spellings)) for count, name, spellings in found)


def _trimmed(words: list[str], folded: Callable[[str], str], ordinary: frozenset[str]) -> list[str]:
    """Without titles, and without what else stands in capitals around it: "Meanwhile Sir Jim Ratcliffe"."""
    first, last = 0, len(words)
    while first < last and (
        (opener := folded(words[first])) in _TITLES or (opener in ordinary and opener not in _PARTICLES)
    ):
        first += 1
    while first < last and folded(words[last - 1]) in ordinary:
        last -= 1
    return words[first:last]


def _surname(words: Sequence[str]) -> str:
    """All but the first name: "De Bruyne"; the name itself where it has none: "Ten Hag", "Casemiro"."""
    return " ".join(words if len(words) == 1 or fold(words[0]) in _PARTICLES else words[1:])


def _initials(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words)


def _bearers(uses: Iterable[tuple[str, str, int]], held: Mapping[str, int]) -> dict[str, Bearers]:
    """(word, name, articles) to each word's names; one `held` more often than they are has others."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, name, count in uses:
        found[word][name] += count
    return {
        word: tuple(
            (name, n / max(names.total(), held.get(word, 0))) for name, n in names.most_common(_MOST_BEARERS)
        )
        for word, names in found.items()
    }


def _compatriots(
    countries: Counter[tuple[str, str]], trimmed: Callable[[str], Sequence[str]]
) -> dict[str, Bearers]:
    """Each country's persons; one who is called after several belongs to that of the most articles."""
    called: Counter[tuple[str, str]] = Counter()
    for (country, name), count in countries.items():
        if words := trimmed(name):
            called[country, fold(_surname(words))] += count
    home: dict[str, int] = {}
    for (_, name), count in called.items():
        home[name] = max(home.get(name, 0), count)
    return _bearers(((country, name, n) for (country, name), n in called.items() if 1 < n == home[name]), {})


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)
