"""The day an answer speaks for, as people write it."""

from datetime import UTC, date, datetime, time


def parse_as_of(text: str, *, now: datetime) -> datetime:
    """`2024-11-06` is the end of that day, UTC; a full ISO time is taken as it is. Never later than `now`.

    Raises ValueError with words for people.
    """
    try:
        return min(_moment(text.strip()), now)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not a day. Write it as 2024-11-06.") from error


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if "T" in text or " " in text:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.combine(date.fromisoformat(text), time(23, 59, 59), UTC)
