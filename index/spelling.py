"""Misspelt words, read as the words or names that articles hold. Pure."""

import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from corpus.aliases import aliases_in
from corpus.names import fold
from index.namebook import NameBook
from index.nicknames import own_nicknames
from index.types import Correction

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SHORTHAND = {
    "bout": "about",
    "cos": "because",
    "cuz": "because",
    "n": "and",
    "r": "are",
    "ur": "your",
    "w": "with",
    "wat": "what",
    "wen": "when",
    "wot": "what",
}
_LEADING_Y = re.compile(r"^(and |but |so )?y\b", re.IGNORECASE)
_FAMILIAR = re.compile(
    r"(?:is|are|was|were|do|does|did|has|have|had|would|could|should|might|must)nt|wont|cant|aint|im|ive|yall"
    r"|(?:who|what|where|when|how|why|that|there|here|he|she|it|let|one)s|(?:they|we|you)(?:re|ve|ll|d)"
    r"|gonna|wanna|gotta|kinda|dunno|lemme|tmrw|tho|thru|pls|plz|lol|btw|tbh|fyi|defo|mens"
)
"""What fans write and articles do not, though no letter of it is wrong."""
_ENDINGS = ("", "s", "d", "es", "ed", "er", "ing")
_ALIKE = 0.75
"""Names with so large a part of their letters in common may be one and its misspelling."""
_FEW_ARTICLES = 2
_FEWEST_LETTERS, _FEW_LETTERS = 4, 6
_MANY_ARTICLES = 20
_TIMES_AS_OFTEN = 50
"""A word that few articles hold is misspelt where one of a single other letter stands in so many more."""
_EDIT_WORTH = 2.0
"""Ten to this power is how many times as often a word must stand in articles to be read one edit further."""


def corrected(text: str, names: NameBook) -> tuple[str, tuple[Correction, ...]]:
    """The text with shorthand written out and misspelt words read anew, and which of these there were.

    Words that articles hold stay, and so do nicknames and slang.
    """
    corrections = []
    text = _LEADING_Y.sub(r"\1why", text)
    before = {word.start(): fold(last[0]) for last, word in pairwise(_WORD.finditer(text))}
    slang = {word for alias in aliases_in(text) for word in alias.phrase.split()}
    slang |= {word for *_, key in own_nicknames(text, names) for word in key.split()}

    def read(match: re.Match[str]) -> str:
        word = match[0]
        key = fold(word)
        if short := _SHORTHAND.get(key):
            return short
        found = (
            None
            if key in slang or _FAMILIAR.fullmatch(key)
            else _reading(key, before.get(match.start(), ""), names)
        )
        if found is None or fold(found) == key:
            return word
        corrections.append(Correction(word, found))
        return found

    return _WORD.sub(read, text), tuple(corrections)


def alike(key: str, others: Sequence[str], most: int) -> list[int]:
    """The numbers of those that differ from `key` in few letters only, the most like first."""
    if not key:
        return []
    found = process.extract(
        key, others, scorer=OSA.normalized_similarity, score_cutoff=_ALIKE, limit=most, processor=None
    )
    return [number for _, _, number in found]


def resembling(word: str, others: Iterable[str]) -> str | None:
    """The folded word that is most like a folded one and begins with the same letter."""
    begun = [other for other in others if other[0] == word[0]]
    return next((begun[number] for number in alike(word, begun, 1)), None)


def _reading(key: str, before: str, names: NameBook) -> str | None:
    if " " in key or any(map(str.isdigit, key)):
        return None
    if any(key.removesuffix(ending) in names.ordinary for ending in _ENDINGS):
        return None
    held = names.counts.get(key, 0)
    if held > _FEW_ARTICLES:
        return None
    if key.endswith("s") and _is_name(key[:-1], names):
        return f"{names.spellings[key[:-1]][0]}'s"
    if not held and key in names.spellings:
        return names.spellings[key][0]
    found = _nearest(key, held, names)
    someone_else = found is not None and len(key) < _FEW_LETTERS and not _may_follow(before, found, names)
    return None if someone_else else found


def _may_follow(before: str, name: str, names: NameBook) -> bool:
    """Short names are too like each other to be put in place of one after a first name that is not theirs."""
    return before not in names.first_names or "".join((before, *fold(name).split())) in names.spellings


def _is_name(key: str, names: NameBook) -> bool:
    return key in names.spellings and key not in names.ordinary and names.counts.get(key, 0) > _FEW_ARTICLES


def _nearest(key: str, held: int, names: NameBook) -> str | None:
    """The likeliest word within reach: few edits and many articles."""
    reach = min(_reach(key), 1 if held else 2)
    if not reach:
        return None
    near = process.extract(
        key, names.by_letter.get(key[0], ()), scorer=OSA.distance, score_cutoff=reach, limit=None
    )
    found = [
        (_EDIT_WORTH * edits - math.log10(count), written)
        for other, edits, _ in near
        for written, count in [names.spellings[other]]
        if len(other) >= _FEWEST_LETTERS
        and edits <= (1 if " " in written else reach)
        and not any(other.removesuffix(ending) == key for ending in _ENDINGS)
        and count > held * _TIMES_AS_OFTEN
        and _is_near(key, edits, count, other in names.ordinary)
    ]
    return min(found)[1] if found else None


def _reach(key: str) -> int:
    """How many edits away a word of that length may be."""
    return 0 if len(key) < _FEWEST_LETTERS else 1 if len(key) < _FEW_LETTERS else 2


def _is_near(key: str, edits: int, count: int, ordinary: bool) -> bool:
    """Is the other word likely enough? Fans' own words are more often near ordinary words than near names."""
    if ordinary:
        return edits == 1 and len(key) >= _FEW_LETTERS
    return count > (_FEW_ARTICLES if edits == 1 and len(key) > 4 else _MANY_ARTICLES)
