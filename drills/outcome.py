"""What a drill did and what it found."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Outcome:
    """`counts` tells what happened how often; `faults` are promises that were broken, in words."""

    drill: str
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
