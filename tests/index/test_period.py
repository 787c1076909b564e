from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.period import asked_period, prefers_newest
from index.types import Period

AS_OF = datetime(2024, 11, 7, 12, tzinfo=UTC)  # a Thursday


def days(text: str, as_of: datetime = AS_OF) -> str | None:
    """First and last day of the period, as written in the cases below."""
    period = asked_period(text, as_of)
    return f"{period.start:%Y-%m-%d}..{period.end - timedelta(microseconds=1):%Y-%m-%d}" if period else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("back in feb 2023 who was linked", "2023-02-01..2023-02-28"),
        ("were they interested in may 2024", "2024-05-01..2024-05-31"),
        ("end of april 2024 was he off", "2024-04-21..2024-04-30"),
        ("early july 2024", "2024-07-01..2024-07-11"),
        ("how long was he out in july 24", "2024-07-01..2024-07-31"),
        ("who left jan '23", "2023-01-01..2023-01-31"),
        ("on 12 march 2024", "2024-03-12..2024-03-12"),
        ("March 12th, 2024", "2024-03-12..2024-03-12"),
        ("2024-03-12", "2024-03-12..2024-03-12"),
        ("who left on 3 nov", "2024-11-03..2024-11-03"),
        ("who left on dec 3rd", "2023-12-03..2023-12-03"),
        ("who signed in summer 2024", "2024-06-01..2024-08-31"),
        ("when did the 2024 summer window open", "2024-06-01..2024-08-31"),
        ("summer of 23", "2023-06-01..2023-08-31"),
        ("the winter window 2023", "2023-01-01..2023-01-31"),
        ("goals in 23/24", "2023-07-01..2024-06-30"),
        ("the deal he signed in 2023", "2023-01-01..2023-12-31"),
        ("last january", "2024-01-01..2024-01-31"),
        ("back in december", "2023-12-01..2023-12-31"),
        ("who came last summer", "2024-06-01..2024-08-31"),
        ("who came this summer", "2024-06-01..2024-08-31"),
        ("goals this season", "2024-07-01..2025-06-30"),
        ("goals last season", "2023-07-01..2024-06-30"),
        ("yesterday", "2024-11-06..2024-11-06"),
        ("last week", "2024-10-28..2024-11-03"),
        ("this week", "2024-11-04..2024-11-07"),
        ("last month", "2024-10-01..2024-10-31"),
        ("last year", "2023-01-01..2023-12-31"),
    ],
)
def test_a_time_is_read_from_the_words(text: str, expected: str) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "who replaces Ancelotti",
        "do contracts end in june",
        "is his deal until 2024 then",
        "is he leaving after this season",
        "who won the world cup 2022",
        "who signs in 2031",
        "in may he left",
        "may 99 players leave",
        "35 appearances",
        "on 31 feb",
        "at the time",
        "the 60/70 split",
    ],
)
def test_not_every_number_or_month_is_a_time_of_reports(text: str) -> None:
    assert days(text) is None


def test_relative_times_start_from_the_day_the_question_is_asked_for() -> None:
    assert days("last summer", datetime(2023, 7, 9, tzinfo=UTC)) == "2022-06-01..2022-08-31"
    assert days("this summer", datetime(2024, 2, 1, tzinfo=UTC)) is None
    assert days("last season", datetime(2024, 2, 29, tzinfo=UTC)) == "2022-07-01..2023-06-30"


@pytest.mark.parametrize(
    "text", ["whos the manager now", "latest on raul", "did he stay in the end", "goals so far"]
)
def test_the_newest_is_preferred_where_it_is_asked_for(text: str) -> None:
    assert prefers_newest(text)
    assert not prefers_newest("who was it at the time")


def test_a_period_is_a_preference_with_a_soft_edge() -> None:
    period = Period(AS_OF, AS_OF + timedelta(days=10))
    closeness = [period.closeness(AS_OF + timedelta(days=day)) for day in (0, 5, 10, 55, 100)]
    assert closeness == pytest.approx([1, 1, 1, 1 / 2, 1 / 3])
    assert period.closeness(AS_OF - timedelta(days=45)) == pytest.approx(1 / 2)


@given(
    st.text(max_size=80),
    st.floats(0, 4e9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)
def test_whatever_is_asked_a_period_has_begun_and_has_a_length(text: str, as_of: datetime) -> None:
    for asked in (text, f"in june {text}", f"{text} 2024", f"feb {text}"):
        period = asked_period(asked, as_of)
        assert period is None or (period.start <= as_of and period.start <= period.end)
