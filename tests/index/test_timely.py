from datetime import UTC, datetime, timedelta

import pytest

from index.question import understand
from index.timely import closeness, freshness, timeliness

NOW = datetime(2025, 6, 1, tzinfo=UTC)
ASKED = understand("who wants isak", now=NOW)
OF_A_TIME = understand("who wanted isak back in feb 2023", now=NOW)


def test_a_report_is_as_fresh_as_it_is_near_to_the_day_of_the_answer() -> None:
    days = [freshness(ASKED, NOW - timedelta(days=days)) for days in (0, 7, 14, 700)]
    assert days == pytest.approx([1, 1 / 2, 1 / 3, 1 / 101])


def test_where_a_time_is_named_a_report_is_close_to_it_and_never_fresh() -> None:
    february, now = datetime(2023, 2, 14, tzinfo=UTC), NOW
    assert closeness(OF_A_TIME, february) == 1
    assert 0 < closeness(OF_A_TIME, now) < 0.1
    assert freshness(OF_A_TIME, now) == 0
    assert closeness(ASKED, now) == 0
    assert timeliness(OF_A_TIME, february) == timeliness(ASKED, now) == 1


def test_what_has_no_date_is_of_no_time() -> None:
    assert timeliness(ASKED, None) == timeliness(OF_A_TIME, None) == 0
