from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.days import parse_as_of

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-11-06", datetime(2024, 11, 6, 23, 59, 59, tzinfo=UTC)),
        (" 2024-11-06\n", datetime(2024, 11, 6, 23, 59, 59, tzinfo=UTC)),
        ("2024-11-06T10:00", datetime(2024, 11, 6, 10, tzinfo=UTC)),
        ("2024-11-06 10:00", datetime(2024, 11, 6, 10, tzinfo=UTC)),
        ("2024-11-06T10:00:00+02:00", datetime(2024, 11, 6, 8, tzinfo=UTC)),
        ("2024-11-06T10:00:00Z", datetime(2024, 11, 6, 10, tzinfo=UTC)),
    ],
)
def test_a_day_lasts_until_its_end_and_a_time_is_taken_as_it_is(text: str, moment: datetime) -> None:
    assert parse_as_of(text, now=NOW) == moment


@pytest.mark.parametrize("text", ["2026-01-02", "2031-01-01", "9999-12-31"])
def test_a_day_that_is_not_over_speaks_for_now(text: str) -> None:
    assert parse_as_of(text, now=NOW) == NOW


@pytest.mark.parametrize(
    "text", ["", "yesterday", "06.11.2024", "2024-13-01", "2024-02-30", "0001-01-01T00:00+14:00"]
)
def test_what_is_not_a_day_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="Write it as 2024-11-06"):
        parse_as_of(text, now=NOW)


@given(st.text() | st.datetimes().map(str) | st.dates().map(str))
def test_any_text_gives_a_time_up_to_now_or_a_refusal_in_words(text: str) -> None:
    try:
        assert parse_as_of(text, now=NOW) <= NOW
    except ValueError as error:
        assert "is not a day" in str(error)
