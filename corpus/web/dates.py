"""When something was published: from what its page or feed says, never guessed. Pure.

What names no day, month and year of 1990 or later, or names a day that may be another one (04/05/2024), or
one that is still to come, is no date at all. Without a zone, or with one that is unknown or has several
meanings (IST), a time counts for its day alone: midnight UTC.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER = timedelta(minutes=10)
TOLERANCE = timedelta(hours=14)
"""In the east a day begins so much earlier than in UTC."""

MAX_CHARS = 200
_ONE_STORY = timedelta(hours=36)

_OFFSET_HOURS = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("bst", "cet", "mez", "wat", "west"), 1),
    **dict.fromkeys(("cest", "mesz", "eet", "sast", "cat"), 2),
    **dict.fromkeys(("eest", "msk", "eat", "trt"), 3),
    **dict.fromkeys(("est", "cdt"), -5),
    **dict.fromkeys(("edt",), -4),
    **dict.fromkeys(("cst", "mdt"), -6),
    **dict.fromkeys(("mst", "pdt"), -7),
    **dict.fromkeys(("pst",), -8),
    **dict.fromkeys(("brt",), -3),
    **dict.fromkeys(("jst", "kst"), 9),
    **dict.fromkeys(("aest",), 10),
    **dict.fromkeys(("aedt",), 11),
}
"""Zones of one meaning, and those of America as RFC 822 defines them."""

_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "uk time": "Europe/London",
}
"""Zones whose hours depend on the day."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner enero ene janvier janv gennaio janeiro",
            "february feb februar febrero février févr febbraio fevereiro",
            "march mar märz marzo mars março",
            "april apr abril abr avril avr aprile",
            "may mai mayo maggio maio",
            "june jun juni junio juin giugno junho",
            "july jul juli julio juillet juil luglio julho",
            "august aug agosto ago août",
            "september sept sep septiembre septembre settembre setembro",
            "october oct oktober okt octubre octobre ottobre outubro",
            "november nov noviembre novembre novembro",
            "december dec dezember dez diciembre dic décembre déc dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}

_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_DAY = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|º|er|\.)?"
_DAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})(?P<mark>[-/])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?=T\d|\b)",
        rf"{_DAY}[\s-]+(?:of\s+|de\s+)?{_MONTH},?[\s-]+(?:de\s+|del\s+)?{_YEAR}",
        rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}",
        r"(?<![\d.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?![\d.])",
        r"(?<!\d)(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4})(?!\d)",
    )
)
_RFC_822_SHORT_YEAR = re.compile(r"(\d{1,2}\s+[a-z]{3,4}\.?\s+)(\d\d)(?=\s+\d\d:)", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?<![\d:.+-])(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?",
    re.IGNORECASE,
)
_COMPACT_CLOCK = re.compile(r"T(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?P<half>)", re.IGNORECASE)
_ZONE = re.compile(
    r"\s*\(?(?:(?:uhr|hrs|h)\b\s*)?"
    r"(?:(?:gmt|utc)?\s*(?P<sign>[-+−])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?(?![\d:])"
    r"|(?P<name>uk time|[a-z]{1,5})\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in UTC; where it is not `exact`, no more than its day is known."""

    at: datetime
    exact: bool


def moment(raw: str, now: datetime) -> Moment | None:
    """What a string says that holds a date and perhaps a time, where it is one of 1990 until now."""
    raw = _RFC_822_SHORT_YEAR.sub(r"\g<1>20\2", raw[:MAX_CHARS])
    for pattern in _DAYS:
        if found := pattern.search(raw):
            return _within_time(_moment(raw, found), now)
    return None


def best(candidates: Iterable[Moment]) -> datetime | None:
    """The first; where only its day is known, an exact one of about the same day."""
    known = list(candidates)
    if not known:
        return None
    first = known[0]
    near = (m for m in known if m.exact and abs(m.at - first.at) < _ONE_STORY)
    return first.at if first.exact else next(near, first).at


def _moment(raw: str, found: re.Match[str]) -> Moment | None:
    try:
        day = _day(found)
        rest = raw[: found.start()] + " " * len(found.group()) + raw[found.end() :]
        clock = _COMPACT_CLOCK.match(rest, found.end()) or _CLOCK.search(rest)
        if clock is None:
            return Moment(day, exact=False)
        at = day.replace(hour=_hour(clock), minute=int(clock["minute"]), second=int(clock["second"] or 0))
        zone = _zone(rest, clock.end())
        return (
            Moment(at.replace(tzinfo=zone).astimezone(UTC), exact=True) if zone else Moment(day, exact=False)
        )
    except (ValueError, OverflowError):
        return None


def _day(found: re.Match[str]) -> datetime:
    """Raises ValueError for a day that isn't in the calendar, or may be either of two."""
    parts = found.groupdict()
    if "first" not in parts:
        month = parts["month"].lower()
        return datetime(int(parts["year"]), _MONTHS.get(month) or int(month), int(parts["day"]), tzinfo=UTC)
    first, second = int(parts["first"]), int(parts["second"])
    if first <= 12 and second <= 12 and first != second:
        raise ValueError("either number may be the month")
    day, month_number = (second, first) if second > 12 else (first, second)
    return datetime(int(parts["year"]), month_number, day, tzinfo=UTC)


def _hour(clock: re.Match[str]) -> int:
    hour = int(clock["hour"])
    if not clock["half"]:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no such hour")
    return hour % 12 + (12 if clock["half"].lower() == "p" else 0)


def _zone(raw: str, start: int) -> tzinfo | None:
    found = _ZONE.match(raw, start)
    if found is None:
        return None
    if found["sign"]:
        ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        return timezone(ahead if found["sign"] == "+" else -ahead) if ahead <= timedelta(hours=14) else None
    name = found["name"].lower()
    if name in _OFFSET_HOURS:
        return timezone(timedelta(hours=_OFFSET_HOURS[name]))
    return _place(_PLACES[name]) if name in _PLACES else None


@cache
def _place(name: str) -> tzinfo | None:
    from dateutil.tz import gettz

    found: tzinfo | None = gettz(name)
    return found


def _within_time(found: Moment | None, now: datetime) -> Moment | None:
    """Of a time still to come, its day where that has begun: some sites name the wrong zone."""
    if found and found.exact and found.at > now + CLOCKS_DIFFER:
        day = found.at.replace(hour=0, minute=0, second=0)
        return Moment(day, exact=False) if EARLIEST <= day <= now else None
    return found if found and EARLIEST <= found.at <= now + TOLERANCE else None


_PUBLISHED = re.compile(
    r"\b(?:first published|published|posted|publication date|veröffentlicht|erschienen|publicado|publicada"
    r"|publié|pubblicato)\b(?: am| el| le| il| on| at| um)?\s*:?\s*",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:last updated|updated|modified|edited|aktualisiert|actualizad[oa]|mis à jour|aggiornato)\b",
    re.IGNORECASE,
)
_DATELINE_CHARS = 90
_DAY_WORDS = """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
    montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so um uhr
    lunes martes miércoles jueves viernes sábado domingo lundi mardi mercredi jeudi vendredi samedi dimanche
    date am pm at on the h hrs a las à ist
    """.split()  # noqa: SIM905
_BESIDE_A_DATE = re.compile(
    rf"[\W\d_]|\b(?:{'|'.join([*_DAY_WORDS, *_OFFSET_HOURS, *_PLACES])})\b", re.IGNORECASE
)


def from_lines(lines: Iterable[str], now: datetime) -> Iterator[Moment]:
    """What the lines at the top of a page say: "Published 6 November 2024, 10:32 GMT", or a date alone."""
    for line in lines:
        if said := _said(line[: 2 * MAX_CHARS]):
            found = moment(said, now)
            if found:
                yield found


def _said(line: str) -> str | None:
    """The part of a line that tells when it was published."""
    published, changed = _PUBLISHED.search(line), _CHANGED.search(line)
    if published:
        end = changed.start() if changed and changed.start() > published.start() else len(line)
        said = line[published.end() : end][:_DATELINE_CHARS]
        return said if _begins_with_date(said) else None
    if changed or len(line) > _DATELINE_CHARS:
        return None
    day = next((found for pattern in _DAYS if (found := pattern.search(line))), None)
    return line if day and not _BESIDE_A_DATE.sub("", line.replace(day.group(), " ")) else None


def _begins_with_date(said: str) -> bool:
    days = (found.start() for pattern in _DAYS if (found := pattern.search(said)))
    return not _BESIDE_A_DATE.sub("", said[: min(days, default=0)]) and any(p.search(said) for p in _DAYS)
