"""The time that a question speaks of, and whether it asks for the newest. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from index.types import Period

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)(?![-/]?\d)"
_SHORT_YEAR = r"['’]?(?P<year>\d\d)(?![\d/:.,-]*\d|st|nd|rd|th|m\b|k\b|%)"
_SEASON = r"(?P<season>spring|summer|autumn|winter)(?: (?:transfer )?window)?"
_PART = r"(?:(?P<part>start|beginning|early|middle|mid|end|late)[ -](?:of |in )?)?"
_AHEAD = r"(?:until|till?|by|before|after|expires?|ends?|world cup|euros?) (?:in |of )?(?:the )?(?:end of )?$"
_NEWEST = re.compile(
    r"\b(?:now|rn|right now|latest|newest|current(?:ly)?|at the moment|so far|these days|as it stands"
    r"|nowadays|in the end|end(?:ed)? up|finally|still|yet|any news|today|tonight)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    period: Callable[[re.Match[str], datetime], Period | None]


def asked_period(text: str, as_of: datetime) -> Period | None:
    """The time that the words name, as far as it has begun by `as_of`; relative words start from there.

    A time that something lasts until, and one still to come, is no time of reports.
    """
    for rule in _RULES:
        for match in rule.pattern.finditer(text):
            if re.search(_AHEAD, text[: match.start()], re.IGNORECASE):
                continue
            period = rule.period(match, as_of)
            if period is not None and period.start <= as_of:
                return period
    return None


def prefers_newest(text: str) -> bool:
    """Does it ask how things stand, or how they came out?"""
    return bool(_NEWEST.search(text))


def _day(match: re.Match[str], as_of: datetime) -> Period | None:
    month = _month_number(match)
    year = int(match["year"]) if match["year"] else as_of.year
    start = _moment(as_of, year, month, int(match["day"]))
    if start and start > as_of and not match["year"]:
        start = _moment(as_of, year - 1, month, int(match["day"]))
    return None if start is None else Period(start, start + timedelta(days=1))


def _iso_day(match: re.Match[str], as_of: datetime) -> Period | None:
    start = _moment(as_of, int(match["year"]), int(match["number"]), int(match["day"]))
    return None if start is None else Period(start, start + timedelta(days=1))


def _month_of_year(match: re.Match[str], as_of: datetime) -> Period | None:
    year = _full_year(match, as_of)
    return None if year is None else _part_of(_months(as_of, year, _month_number(match), 1), match["part"])


def _last_month_of_name(match: re.Match[str], as_of: datetime) -> Period:
    number = _month_number(match)
    year = as_of.year if number <= as_of.month else as_of.year - 1
    return _part_of(_months(as_of, year, number, 1), match["part"])


def _season_of_year(match: re.Match[str], as_of: datetime) -> Period | None:
    year = _full_year(match, as_of)
    return None if year is None else _named_season(as_of, match["season"].lower(), year)


def _relative_season(match: re.Match[str], as_of: datetime) -> Period | None:
    """The summer that is on or was last; "this" winter can be one still to come."""
    name = match["season"].lower()
    found = _named_season(as_of, name, as_of.year)
    if match["which"].lower() == "this":
        return found
    over = found.end <= as_of
    return found if over else _named_season(as_of, name, as_of.year - 1)


def _played_season(match: re.Match[str], as_of: datetime) -> Period:
    """A season of matches, from July to June."""
    first = as_of.year if as_of.month >= 7 else as_of.year - 1
    return _months(as_of, first - (match["which"].lower() == "last"), 7, 12)


def _season_by_years(match: re.Match[str], as_of: datetime) -> Period | None:
    first, second = int(match["first"]) % 100, int(match["second"])
    return _months(as_of, 2000 + first, 7, 12) if second == first + 1 else None


def _whole_year(match: re.Match[str], as_of: datetime) -> Period:
    return _months(as_of, int(match["year"]), 1, 12)


def _recent(match: re.Match[str], as_of: datetime) -> Period:
    midnight = as_of.replace(hour=0, minute=0, second=0, microsecond=0)
    match " ".join(match[0].lower().split()):
        case "yesterday" | "last night":
            return Period(midnight - timedelta(days=1), midnight)
        case "last week":
            monday = midnight - timedelta(days=as_of.weekday())
            return Period(monday - timedelta(days=7), monday)
        case "this week":
            return Period(midnight - timedelta(days=as_of.weekday()), as_of)
        case "last month":
            first = midnight.replace(day=1)
            return Period((first - timedelta(days=1)).replace(day=1), first)
        case "this month":
            return Period(midnight.replace(day=1), as_of)
        case "last year":
            return _months(as_of, as_of.year - 1, 1, 12)
        case "this year":
            return Period(midnight.replace(month=1, day=1), as_of)
        case _:
            return Period(midnight, as_of)


_RULES = [
    _Rule(re.compile(pattern, re.IGNORECASE), period)
    for pattern, period in (
        (r"\b(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)\b", _iso_day),
        (rf"\b(?P<day>\d\d?)(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? {_YEAR})?", _day),
        (rf"\b{_MONTH} (?P<day>\d\d?)(?:st|nd|rd|th|,) ?{_YEAR}", _day),
        (rf"\b{_MONTH} (?P<day>\d\d?)(?:st|nd|rd|th)\b(?P<year>)", _day),
        (rf"\b{_PART}{_MONTH} (?:of )?(?:window )?{_YEAR}", _month_of_year),
        (rf"\b{_PART}{_MONTH} {_SHORT_YEAR}\b", _month_of_year),
        (rf"\b{_SEASON} (?:of |in )?{_YEAR}", _season_of_year),
        (rf"\b{_YEAR} {_SEASON}", _season_of_year),
        (rf"\b{_SEASON} (?:of )?{_SHORT_YEAR}\b", _season_of_year),
        (r"\b(?P<first>(?:20)?\d\d)[/-](?P<second>\d\d)\b(?![-/])", _season_by_years),
        (rf"\b(?:back in|last|earlier in|this past) {_PART}{_MONTH}", _last_month_of_name),
        (rf"\b(?P<which>this|last) {_SEASON}", _relative_season),
        (r"\b(?P<which>this|last) season\b", _played_season),
        (r"\b(?:yesterday|today|tonight|last night|(?:last|this) (?:week|month|year))\b", _recent),
        (rf"\b{_YEAR}(?! (?:world cup|euros?))", _whole_year),
    )
]

_SEASONS = {"spring": (3, 3), "summer": (6, 3), "autumn": (9, 3), "winter": (1, 1)}
"""First month and number of months; a winter is its transfer window."""


def _named_season(as_of: datetime, name: str, year: int) -> Period:
    return _months(as_of, year, *_SEASONS[name])


def _months(as_of: datetime, year: int, first: int, count: int) -> Period:
    start = as_of.replace(year=year, month=first, day=1, hour=0, minute=0, second=0, microsecond=0)
    last = first - 1 + count
    return Period(start, start.replace(year=year + last // 12, month=last % 12 + 1))


def _part_of(whole: Period, part: str | None) -> Period:
    third = (whole.end - whole.start) / 3
    match part and part.lower():
        case "start" | "beginning" | "early":
            return Period(whole.start, whole.start + third)
        case "middle" | "mid":
            return Period(whole.start + third, whole.end - third)
        case "end" | "late":
            return Period(whole.end - third, whole.end)
        case _:
            return whole


def _month_number(match: re.Match[str]) -> int:
    return _MONTHS.index(match["month"].lower()[:3]) + 1


def _full_year(match: re.Match[str], as_of: datetime) -> int | None:
    """Two digits may be a day or anything else: they are a year only where it is a recent one."""
    year = int(match["year"])
    if year >= 100:
        return year
    return 2000 + year if as_of.year - 15 <= 2000 + year <= as_of.year else None


def _moment(as_of: datetime, year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=as_of.tzinfo)
    except ValueError:
        return None
