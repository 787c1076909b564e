"""The decisive words of a quote: the name, the sum or the time that the question asks for. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence

from corpus.names import is_person_like
from index.types import Wanted

Span = tuple[int, int]

MAX_SPANS = 3

_MONEY = re.compile(
    r"(?:[£€$]\s?\d[\d.,]*\d|[£€$]\s?\d)(?:\s?(?:m|mn|bn|k|million|billion|thousand)\b)?"
    r"|\b\d[\d.,]*\s?(?:m|mn|bn|million|billion)\b(?:\s(?:euros?|pounds?|dollars?))?"
    r"|\b\d[\d.,]*\s?(?:euros?|pounds?|dollars?)\b",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
_TIME = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?:,?\s(?:19|20)\d\d\b)?"
    rf"|\b{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s(?:19|20)\d\d\b)?"
    rf"|\b{_MONTH}\s(?:19|20)\d\d\b"
    r"|\b(?:[Tt]his|[Nn]ext|[Ll]ast|[Tt]he|[Ee]arly|[Ll]ate)\s"
    r"(?:week(?:end)?|month|year|season|summer|winter|spring|autumn|January|June|July|August)\b"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
    r"|\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|a|an)[ -](?:and-a-half-)?"
    r"(?:day|week|month|year|season)s?\b"
    r"|\b(?:19|20)\d\d(?:[/-]\d\d)?\b"
    r"|\b(?:today|tomorrow|yesterday|tonight)\b"
)
_WORD = r"[A-ZÀ-ÖØ-ÞŁŚŠŞÇČĆŽİ][\w'’-]*\w"
_NAME = re.compile(
    rf"\b{_WORD}(?:\s(?:(?:de|da|dos|di|del|la|le|van|von|der|den|ten|ter|el|al|bin)\s)*{_WORD})*"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?…:]\s+|[\"“‘'’(]\s*)$")
_POSSESSIVE = re.compile(r"['’]s$")


def decisive_spans(
    quote: str, question_terms: Sequence[str], wanted: Wanted, terms: Callable[[str], Sequence[str]]
) -> tuple[Span, ...]:
    """At most three (start, end) in the quote, best first, never overlapping.

    They are what is wanted and not already in the question; where there is none, the question's own words.
    `terms` reduces words to what is compared, as `index.lexical.terms` does.
    """
    asked = frozenset(question_terms)
    if spans := list(dict.fromkeys(_wanted_spans(quote, asked, wanted, terms))):
        near = list(_matches(quote, asked, terms))
        spans.sort(key=lambda span: (_distance(span, near), span))
        return tuple(spans[:MAX_SPANS])
    return tuple(_matches(quote, asked, terms))[:MAX_SPANS]


def holds_wanted(
    text: str, question_terms: Sequence[str], wanted: Wanted, terms: Callable[[str], Sequence[str]]
) -> bool:
    """Could the text answer a question of this kind at all?"""
    return any(True for _ in _wanted_spans(text, frozenset(question_terms), wanted, terms))


def _wanted_spans(
    quote: str, asked: frozenset[str], wanted: Wanted, terms: Callable[[str], Sequence[str]]
) -> Iterator[Span]:
    match wanted:
        case Wanted.MONEY:
            yield from (match.span() for match in _MONEY.finditer(quote))
        case Wanted.TIME:
            yield from (match.span() for match in _TIME.finditer(quote))
        case Wanted.PERSON | Wanted.PLACE:
            person = wanted is Wanted.PERSON
            yield from (
                (start, end)
                for start, end in _name_spans(quote, asked, terms)
                if is_person_like(quote[start:end]) is person
            )


def _name_spans(quote: str, asked: frozenset[str], terms: Callable[[str], Sequence[str]]) -> Iterator[Span]:
    """Capitalised runs that share no word with the question."""
    for match in _NAME.finditer(quote):
        start, end = match.span()
        name = _POSSESSIVE.sub("", match.group())
        end = start + len(name)
        first, _, rest = name.partition(" ")
        if _SENTENCE_START.search(quote[:start]) and not _is_name_like(first, terms):
            if not rest:
                continue
            start, name = start + len(first) + 1, rest
        if (words := terms(name)) and asked.isdisjoint(words):
            yield start, end


def _is_name_like(word: str, terms: Callable[[str], Sequence[str]]) -> bool:
    """A capital letter at the start of a sentence tells nothing about a stop word."""
    return bool(terms(word)) and not _STARTER.fullmatch(word)


_STARTER = re.compile(
    r"after|also|although|as|asked|at|because|before|both|despite|during|each|either|following|for|from|he|her"
    r"|here|his|how|however|i|in|it|its|last|many|may|meanwhile|might|my|next|now|on|once|one|or|our|over|reports?"
    r"|she|should|since|so|some|sources?|speaking|still|that|the|their|there|these|they|this|those|though|two"
    r"|under|unless|until|we|what|when|where|while|who|why|with|would|yet|you|your",
    re.IGNORECASE,
)
"""Words that open sentences, and that no name begins with."""


def _matches(quote: str, asked: frozenset[str], terms: Callable[[str], Sequence[str]]) -> Iterator[Span]:
    for match in re.finditer(r"\w+", quote):
        if not asked.isdisjoint(terms(match.group())):
            yield match.span()


def _distance(span: Span, others: Sequence[Span]) -> int:
    return min((max(other[0] - span[1], span[0] - other[1], 0) for other in others), default=0)
