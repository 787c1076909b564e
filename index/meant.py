"""Names that articles hold and that a question may mean: what to offer where nothing was found. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from corpus.names import fold
from index.namebook import KnownName, NameBook
from index.nicknames import expansions, spelt_out, words_of
from index.spelling import corrected, resembling

_MOST_WORDS = 4
_LEAST_WEIGHT = 0.4
_LEAST_SHARE = 0.2
"""A surname stands for a person to whom so much of its use belongs."""
_FEWEST_LETTERS = 5
_FEW_ARTICLES = 2


def meant(question: str, names: NameBook, most: int) -> list[KnownName]:
    """Those that it names in full or by nickname, then by surname or misspelt, silly ones left out."""
    read, _ = spelt_out(corrected(question, names)[0], names)
    words = words_of(read, names)
    whole = {name.key: name for name in names.known}
    surnames: dict[str, KnownName] = {}
    for known in names.known:
        surnames.setdefault(known.key.split()[-1], known)
    keys = [
        *_in_full(words, whole, names),
        *(fold(one.words) for one in expansions(read, names) if one.weight >= _LEAST_WEIGHT),
    ]
    found = {key: whole[key] for key in keys if key in whole}
    told = {word for key in found for word in key.split()}
    for before, word in pairwise(["", *words]):
        if word not in told and (name := _called(word, before, surnames, names)):
            found.setdefault(name.key, name)
    return list(found.values())[:most]


def _in_full(words: Sequence[str], whole: Mapping[str, KnownName], names: NameBook) -> Iterator[str]:
    """The keys of the names that stand among the words, the longest where they overlap."""
    at = 0
    while at < len(words):
        keys = (" ".join(words[at : at + size]) for size in range(_MOST_WORDS, 0, -1))
        key = next((key for key in keys if key in whole and key not in names.ordinary), None)
        if key:
            yield key
        at += key.count(" ") + 1 if key else 1


def _called(word: str, before: str, surnames: Mapping[str, KnownName], names: NameBook) -> KnownName | None:
    """Who is called so, or nearly so; nobody where the word before is another's first name."""
    if word in names.ordinary:
        return None
    unknown = len(word) >= _FEWEST_LETTERS and names.counts.get(word, 0) <= _FEW_ARTICLES
    surname = resembling(word, surnames) if word not in surnames and unknown else word
    name = surnames.get(surname or "")
    if name is None or (before in names.first_names and before not in name.key.split()):
        return None
    use = names.counts.get(name.key.split()[-1], 0)
    return name if name.articles >= _LEAST_SHARE * use else None
