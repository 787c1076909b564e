"""The decisive words of a quote: what is shown in bold. Pure."""

import re

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
_NUMBER = re.compile(
    r"\b(?:\d[\d.,]*\d|\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
    r"|hundred|once|twice|first|second|third)\b",
    re.IGNORECASE,
)
_PATTERNS = {Wanted.MONEY: _MONEY, Wanted.TIME: _TIME, Wanted.COUNT: _NUMBER}


def holds_wanted(text: str, wanted: Wanted) -> bool:
    """Whether a text holds a sum, a time or a number where one of these is asked for."""
    pattern = _PATTERNS.get(wanted)
    return bool(pattern and pattern.search(text))


def emphasis(quote: str, answer: Span, wanted: Wanted) -> tuple[Span, ...]:
    """Up to MAX_SPANS (start, end) in the quote, in order: the answer as it was read, or the sums, times or
    numbers that it overlaps where one of these is wanted.
    """
    pattern = _PATTERNS.get(wanted)
    found = [match.span() for match in pattern.finditer(quote)] if pattern else []
    start, end = answer
    return tuple(span for span in found if span[0] < end and span[1] > start)[:MAX_SPANS] or (answer,)
