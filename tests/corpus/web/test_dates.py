from datetime import UTC, datetime, timedelta

import pytest

from corpus.web.dates import Moment, best, from_lines, moment

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)

EXACT = {
    "2024-11-06T10:32:00Z": "2024-11-06 10:32",
    "2024-11-06T10:32:00.123+01:00": "2024-11-06 09:32",
    "2024-11-06T10:32:00-0500": "2024-11-06 15:32",
    "2024-11-06 10:32:00 +01": "2024-11-06 09:32",
    "20241106T103200Z": "2024-11-06 10:32",
    "Wed, 06 Nov 2024 10:32:00 GMT": "2024-11-06 10:32",
    "Wed, 06 Nov 24 10:32:00 +0000": "2024-11-06 10:32",
    "Sat, 06 Jul 2024 10:32:00 BST": "2024-07-06 09:32",
    "6 July 2024 10:32 CEST": "2024-07-06 08:32",
    "6 November 2024, 10:32 CET": "2024-11-06 09:32",
    "6 November 2024, 10:32 EET": "2024-11-06 08:32",
    "6 July 2024, 10:32 EEST": "2024-07-06 07:32",
    "6 November 2024, 10:32 MSK": "2024-11-06 07:32",
    "6 November 2024, 10:32 UTC+2": "2024-11-06 08:32",
    "6 November 2024, 10:32 (GMT+5:30)": "2024-11-06 05:02",
    "6 November 2024, 10:32 UTC−3": "2024-11-06 13:32",
    "November 6, 2024 10:32 AM EST": "2024-11-06 15:32",
    "July 6, 2024 10:32 p.m. EDT": "2024-07-07 02:32",
    "Nov. 6, 2024, 12:05 am PST": "2024-11-06 08:05",
    "November 6, 2024 10:32 AM ET": "2024-11-06 15:32",
    "July 6, 2024 10:32 AM ET": "2024-07-06 14:32",
    "July 6, 2024 10:32 AM PT": "2024-07-06 17:32",
    "6 July 2024 10:32 (UK time)": "2024-07-06 09:32",
    "10:32 GMT, 6 November 2024": "2024-11-06 10:32",
    "06.11.2024, 10:32 Uhr MEZ": "2024-11-06 09:32",
    "6. März 2024 um 10:32 Uhr MEZ": "2024-03-06 09:32",
    "6 de noviembre de 2024 a las 10:32 CET": "2024-11-06 09:32",
    "le 6 août 2024 à 10h32 CEST": "2024-08-06 08:32",
}
DAYS = {
    "2024-11-06": "2024-11-06",
    "2024/11/06": "2024-11-06",
    "20241106": "2024-11-06",
    "6th of November 2024": "2024-11-06",
    "25/12/2023": "2023-12-25",
    "12/25/2023": "2023-12-25",
    "05/05/2024": "2024-05-05",
    "2024-11-06T23:32:00": "2024-11-06",
    "6 November 2024, 23:32": "2024-11-06",
    "6 November 2024, 23:32 IST": "2024-11-06",
    "6 November 2024, 23:32 XYZT": "2024-11-06",
    "6 November 2024, 23:32 +99:00": "2024-11-06",
}
NOTHING = [
    "",
    "yesterday",
    "November 2024",
    "2024",
    "10:32",
    "04/05/2024",
    "9999-99-99",
    "0000-00-00",
    "31 February 2024",
    "2024-02-30",
    "2023-02-29",
    "2024-11-06T25:61:00Z",
    "6 November 2024 13:00 pm GMT",
    "1730889120",
    "12024-11-06",
    "1989-12-31",
    "1970-01-01T00:00:00Z",
    "2031-01-01",
    "2026-08-03T12:00:00Z",
    "9999-12-31T23:59:59-14:00",
]


@pytest.mark.parametrize("raw", EXACT)
def test_a_time_with_a_known_zone_is_that_moment(raw: str) -> None:
    expected = datetime.fromisoformat(EXACT[raw] + "+00:00")
    assert moment(raw, NOW) == Moment(expected, exact=True)


@pytest.mark.parametrize("raw", DAYS)
def test_without_time_or_known_zone_only_the_day_is_kept(raw: str) -> None:
    assert moment(raw, NOW) == Moment(datetime.fromisoformat(DAYS[raw] + "T00:00+00:00"), exact=False)


@pytest.mark.parametrize("raw", NOTHING)
def test_what_is_no_certain_day_until_now_is_undated(raw: str) -> None:
    assert moment(raw, NOW) is None


def test_only_the_beginning_of_a_long_string_is_looked_at() -> None:
    assert moment(300 * "x" + " 6 November 2024", NOW) is None
    assert moment("6 November 2024 " + 10**6 * "1 ", NOW) is not None


def test_a_clock_may_be_some_minutes_ahead() -> None:
    ahead = NOW + timedelta(minutes=9)
    assert moment(ahead.isoformat(), NOW) == Moment(ahead, exact=True)


def test_of_an_hour_still_to_come_only_the_day_is_kept_if_it_has_begun() -> None:
    today = NOW.replace(hour=0, minute=0)
    assert moment((NOW + timedelta(minutes=11)).isoformat(), NOW) == Moment(today, exact=False)
    assert moment((today + timedelta(hours=24)).isoformat(), NOW) is None


def test_a_day_that_has_begun_in_the_east_is_no_future_day() -> None:
    tomorrow = NOW.replace(hour=0) + timedelta(days=1)
    assert moment(f"{tomorrow:%Y-%m-%d}", NOW) == Moment(tomorrow, exact=False)
    assert moment(f"{tomorrow:%Y-%m-%d}", NOW - timedelta(hours=3)) is None


def test_a_day_is_made_exact_by_a_later_source_of_the_same_story_only() -> None:
    day = Moment(datetime(2024, 11, 6, tzinfo=UTC), exact=False)
    hour = Moment(datetime(2024, 11, 6, 10, 32, tzinfo=UTC), exact=True)
    other = Moment(datetime(2024, 11, 9, 10, 32, tzinfo=UTC), exact=True)
    assert best([]) is None
    assert best([day]) == day.at
    assert best([day, other, hour]) == hour.at
    assert best([hour, other]) == hour.at
    assert best([day, other]) == day.at


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Published 6 November 2024, 10:32 GMT", 6),
        ("Wednesday 6 November 2024 10:32 CET", 6),
        ("6 November 2024", 6),
        ("First published on Wednesday, 6 November 2024", 6),
        ("Updated 8 November 2024, first published 6 November 2024", 6),
        ("Published: 6 November 2024 | Updated: 8 November 2024", 6),
        ("Veröffentlicht am 6. November 2024 um 10:32 Uhr", 6),
        ("Publicado el 6 de noviembre de 2024", 6),
    ],
)
def test_a_dateline_is_read(line: str, day: int) -> None:
    assert [found.at.day for found in from_lines([line], NOW)] == [day]


@pytest.mark.parametrize(
    "line",
    [
        "He joined the club on 6 November 2024 and left a year later.",
        "he won on 6 November 2024",
        "Updated 8 November 2024",
        "Last modified: 8 November 2024, 10:00 GMT",
        "The report, published in 2019, said that on 6 November 2024 nobody knew.",
        "Published by the club yesterday",
        "Published 04/05/2024",
    ],
)
def test_prose_and_times_of_change_are_no_datelines(line: str) -> None:
    assert list(from_lines([line], NOW)) == []
