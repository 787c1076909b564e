"""How well the time of a report suits a question. Pure."""

from datetime import datetime

from index.types import Question

FADING_DAYS = 7


def freshness(question: Question, published: datetime | None) -> float:
    """1 on the day that the answer speaks for, a half a week before it, a third after two, and so on.

    0 where the question names a time, or where the report has none.
    """
    if published is None or question.period is not None:
        return 0.0
    return 1 / (1 + max((question.as_of - published).days, 0) / FADING_DAYS)


def closeness(question: Question, published: datetime | None) -> float:
    """How near a report is to the time that the question names, 0 to 1; 0 where either has none."""
    return question.period.closeness(published) if question.period and published else 0.0


def timeliness(question: Question, published: datetime | None) -> float:
    return freshness(question, published) + closeness(question, published)
