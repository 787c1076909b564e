"""The encoder on the domain: each question close to the passage that answers it, far from its neighbours."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor
from torch.nn import functional

from corpus.names import fold
from training.loop import chunks
from training.material import Material, Row
from training.noise import misspelt

SCALE = 20.0
"""The inverse temperature over cosines, as the base model was trained with."""
ROWS_PER_BATCH = 32
NEIGHBOURS = 16
"""So many rows of a batch are about one topic, and each other's hard negatives."""
MAX_QUESTION_TOKENS = 48

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EncoderBatch:
    """`allowed[q, p]`: may passage p count as a negative of question q? Its own may, as the positive."""

    questions: list[str]
    passages: list[str]
    own: list[int]
    allowed: npt.NDArray[np.bool_]


def encoder_batches(
    material: Material,
    vectors: Matrix,
    negatives: Mapping[int, Sequence[int]],
    *,
    seed: int,
    first: int,
) -> Iterator[EncoderBatch]:
    """Batches without end; `vectors` are the passages' own, `negatives` the mined ones of each row."""
    rows = [i for i, row in enumerate(material.rows) if not row.held_out]
    step = 0
    for epoch in range(10**6):
        chance = random.Random(f"{seed}/{epoch}")
        points = vectors[[material.rows[i].passage for i in rows]]
        groups = topics(points, NEIGHBOURS, chance)
        chance.shuffle(groups)
        for group in chunks([rows[i] for g in groups for i in g], ROWS_PER_BATCH):
            if step >= first:
                yield _batch(material, group, negatives, chance)
            step += 1


def encoder_loss(model: SentenceTransformer, batch: EncoderBatch) -> Tensor:
    questions = embedded(model, batch.questions, MAX_QUESTION_TOKENS)
    passages = embedded(model, batch.passages)
    logits = SCALE * questions @ passages.T
    allowed = torch.from_numpy(batch.allowed).to(logits.device)
    logits = logits.masked_fill(~allowed, -torch.inf)
    return functional.cross_entropy(logits.float(), torch.tensor(batch.own, device=logits.device))


def embedded(model: SentenceTransformer, texts: list[str], max_tokens: int = 256) -> Tensor:
    """Unit vectors with gradients, shape (texts, dimension)."""
    features = model.tokenizer(
        texts, padding=True, truncation=True, max_length=max_tokens, return_tensors="pt"
    ).to(model.device)
    return functional.normalize(model(dict(features))["sentence_embedding"].float(), dim=1)


def topics(points: Matrix, size: int, chance: random.Random) -> list[list[int]]:
    """Indices in groups of about `size`: halved between two of their own points again and again."""
    groups, waiting = [], [list(range(len(points)))]
    while waiting:
        group = waiting.pop()
        if len(group) <= size:
            groups.append(group)
            continue
        a, b = chance.sample(group, 2)
        sides = points[group] @ (points[a] - points[b])
        order = [group[i] for i in np.argsort(sides + 1e-9 * np.arange(len(group)))]
        waiting += [order[: len(order) // 2], order[len(order) // 2 :]]
    return groups


def _batch(
    material: Material, group: Sequence[int], negatives: Mapping[int, Sequence[int]], chance: random.Random
) -> EncoderBatch:
    rows = [material.rows[i] for i in group]
    mined = [chance.choice(negatives[i]) for i in group if negatives.get(i)]
    columns = list(dict.fromkeys([row.passage for row in rows] + mined))
    place = {passage: column for column, passage in enumerate(columns)}
    texts = [fold(material.passages[i].text) for i in columns]
    questions, own, allowed = [], [], []
    for row in rows:
        free = [not _holds(text, material, row) for text in texts]
        free[place[row.passage]] = True
        for question in row.questions:
            questions.append(misspelt(question, chance))
            own.append(place[row.passage])
            allowed.append(free)
    return EncoderBatch(questions, [material.passages[i].input for i in columns], own, np.array(allowed))


def _holds(text: str, material: Material, row: Row) -> bool:
    return fold(material.answer_text(row)) in text
