"""Hard negatives: passages that look like the answer to a question and are not. Pure."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from corpus.names import fold
from training.material import Material, Progress

Matrix = npt.NDArray[np.float32]

KEPT = 24
"""How many negatives are kept of each question, the likest first."""
LOOKED_AT = 60
TOO_LIKE = 0.98
"""A passage with this share of the gold one's score may well be another true answer: it is left out."""


def mine(
    material: Material,
    questions: Matrix,
    passages: Matrix,
    on_row: Progress = lambda _: None,
) -> dict[int, list[int]]:
    """Passages of each row that lack its answer, likest first; `questions` holds one vector for each row."""
    folded = [fold(passage.text) for passage in material.passages]
    negatives = {}
    for i, row in enumerate(material.rows):
        scores = passages @ questions[i]
        answer = fold(material.answer_text(row))
        bar = TOO_LIKE * scores[row.passage]
        negatives[i] = [
            p
            for p in _largest(scores, LOOKED_AT)
            if p != row.passage
            and answer not in folded[p]
            and not (scores[p] > bar and _same_story(material, p, row.passage))
        ][:KEPT]
        on_row(i + 1)
    return negatives


def _same_story(material: Material, one: int, other: int) -> bool:
    """Passages of articles within a few days of each other may report the same thing in other words."""
    a, b = material.passages[one].published_at, material.passages[other].published_at
    return a is None or b is None or abs((a - b).days) <= 3


def _largest(scores: Matrix, count: int) -> Sequence[int]:
    nearest: npt.NDArray[np.int64] = np.argpartition(-scores, count)[:count]
    ordered: list[int] = nearest[np.argsort(-scores[nearest])].tolist()
    return ordered
