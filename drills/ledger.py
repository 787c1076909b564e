"""What may stand in a store whose writer was killed. Fed by the lines that the writer prints.

A line is a word and, for `begin`, the work that starts: `begin [["shared-3", 17], ...]` names articles with
their new versions (`GONE` to be removed), `stored 2` acknowledges the first two of them, every other word
tells the phase that the writer enters.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping

from drills.articles import GONE

Versions = Mapping[str, frozenset[int]]


class Ledger:
    """Per article the versions that may be found: the acknowledged one, and any that was under way."""

    def __init__(self) -> None:
        self.phase = "start"
        self.acknowledged = 0
        self._possible: defaultdict[str, frozenset[int]] = defaultdict(lambda: frozenset({GONE}))
        self._work: list[tuple[str, int]] = []
        self._stored = 0

    @property
    def possible(self) -> Versions:
        return self._possible

    def read(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        match word:
            case "begin":
                self._begin([(name, version) for name, version in json.loads(rest)])
            case "stored":
                self._acknowledge(int(rest))
            case phase:
                self.phase = phase

    def settle(self, found: Mapping[str, int]) -> None:
        """Nothing is under way any more, and this is what was found."""
        self._work = []
        for name in self._possible:
            self._possible[name] = frozenset({found.get(name, GONE)})

    def _begin(self, work: list[tuple[str, int]]) -> None:
        self._work, self._stored = work, 0
        for name, version in work:
            self._possible[name] |= {version}

    def _acknowledge(self, count: int) -> None:
        for name, version in self._work[self._stored : count]:
            self._possible[name] = frozenset({version})
            self.acknowledged += 1
        self._stored = count


def begin_line(work: Iterable[tuple[str, int]]) -> str:
    return f"begin {json.dumps(list(work))}"
