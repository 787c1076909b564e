"""How long a question takes, where the time goes, and what asking many at once saves."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, islice

from benchmarks.figures import Figure, Goal, median, percentiles
from benchmarks.questions import QUESTIONS
from benchmarks.timed import Stopwatch, TimedEngine
from index.engine import Engine

SEARCH_GOAL = Goal(25)
WARM_UP = 4


@dataclass(frozen=True, slots=True)
class _Asked:
    """Seconds of one question and of its parts; see `benchmarks.timed`."""

    whole_s: float
    parts: Counter[str]

    @property
    def search_s(self) -> float:
        """All but understanding the question, encoding, and reading the candidates."""
        return self.parts["sync"] + self.parts["weigh"] + self.parts["candidates"]


async def one_by_one(
    engine: TimedEngine,
    watch: Stopwatch,
    subject: str,
    questions: int,
    on_question: Callable[[int], None],
    search_goal: Goal | None = None,
) -> list[Figure]:
    for question in QUESTIONS[:WARM_UP]:
        await engine.ask(question)
    watch.lap()
    asked = []
    for number, question in enumerate(islice(cycle(QUESTIONS), questions), start=1):
        began = time.perf_counter()
        await engine.ask(question)
        asked.append(_Asked(time.perf_counter() - began, watch.lap()))
        on_question(number)
    subject = f"{subject}, {questions} questions one by one"
    return [
        *percentiles(subject, "whole question", [a.whole_s for a in asked]),
        *percentiles(subject, "search and ranking", [a.search_s for a in asked], search_goal),
        *percentiles(subject, "  of it by words", [a.parts["words"] + a.parts["weigh"] for a in asked]),
        *percentiles(subject, "  of it by meaning", [a.parts["vectors"] for a in asked]),
        *percentiles(subject, "encoding the question", [a.parts["encode"] for a in asked]),
        *percentiles(subject, "reading the candidates", [a.parts["read"] for a in asked]),
    ]


async def at_once(
    engine: Engine, subject: str, questions: int, repeats: int, on_pair: Callable[[int], None]
) -> list[Figure]:
    """The same questions one after another and all at once, in turns."""
    chosen = QUESTIONS[:questions]
    one_after_another, together = [], []
    for number in range(1, repeats + 1):
        began = time.perf_counter()
        for question in chosen:
            await engine.ask(question)
        middle = time.perf_counter()
        await asyncio.gather(*map(engine.ask, chosen))
        one_after_another.append(middle - began)
        together.append(time.perf_counter() - middle)
        on_pair(number)
    subject = f"{subject}, {len(chosen)} questions at once, {repeats} runs in turns"
    return [
        median(subject, "a question, one after another", _each_ms(one_after_another, chosen), "ms"),
        median(subject, "a question, all at once", _each_ms(together, chosen), "ms"),
        median(
            subject,
            "at once to one after another",
            [a / b for a, b in zip(together, one_after_another, strict=True)],
            "times",
        ),
    ]


def _each_ms(seconds: list[float], questions: tuple[str, ...]) -> list[float]:
    return [1000 * s / len(questions) for s in seconds]
