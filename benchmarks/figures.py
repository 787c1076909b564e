"""A measured figure, and the tables of many."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should be: at least or at most `value`."""

    value: float
    at_least: bool = False

    def reached(self, value: float) -> bool:
        return value >= self.value if self.at_least else value <= self.value

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.value:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """`low` and `high` are the extremes of the runs whose median `value` is."""

    subject: str
    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    goal: Goal | None = None

    @property
    def reached(self) -> bool | None:
        return self.goal.reached(self.value) if self.goal else None


def median(subject: str, name: str, values: Sequence[float], unit: str, goal: Goal | None = None) -> Figure:
    return Figure(subject, name, float(np.median(values)), unit, min(values), max(values), goal)


def percentiles(subject: str, name: str, seconds: Sequence[float], goal: Goal | None = None) -> list[Figure]:
    """p50 and p95 in milliseconds; the goal is p95's."""
    p50, p95 = (float(np.percentile(seconds, share)) * 1000 for share in (50, 95))
    return [Figure(subject, f"{name}, p50", p50, "ms"), Figure(subject, f"{name}, p95", p95, "ms", goal=goal)]


def tables(figures: Iterable[Figure]) -> Iterator[Table]:
    """A table for each subject, all with the same widths."""
    for subject, some in groupby(figures, key=lambda figure: figure.subject):
        drawn = Table(title=subject, title_justify="left", title_style="bold", box=None, show_header=False)
        drawn.add_column(min_width=37, no_wrap=True)
        drawn.add_column(justify="right", min_width=7, no_wrap=True)
        drawn.add_column(min_width=10, no_wrap=True)
        drawn.add_column(justify="right", min_width=11, no_wrap=True)
        drawn.add_column(min_width=6, no_wrap=True)
        for figure in some:
            drawn.add_row(figure.name, _number(figure.value), figure.unit, _range(figure), _verdict(figure))
        yield drawn


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _range(figure: Figure) -> str:
    if figure.low is None or figure.high is None or figure.low == figure.high:
        return ""
    return f"{_number(figure.low)}–{_number(figure.high)}"


def _verdict(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    return f"{figure.goal} [bold green]✓[/]" if figure.reached else f"{figure.goal} [bold red]✗[/]"
