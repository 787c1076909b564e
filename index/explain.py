"""Why an answer is what it is: how the question was understood, what was read, and what decided."""

from dataclasses import dataclass

from index.choose import Considered
from index.types import Answer, Question


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate, and in a few words what became of it."""

    considered: Considered
    verdict: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`judged` holds the candidates, best first; the answer's confidence had to reach `refuse_below`."""

    question: Question
    answer: Answer
    judged: tuple[Judged, ...]
    refuse_below: float
