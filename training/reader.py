"""The reader: which of some passages answers a question, where in it, and whether none does."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from index.cross import CrossReader, Logits, Pairs, pairs
from training.loop import chunks
from training.material import Material, Row, TrainingPassage
from training.noise import misspelt

ROWS_PER_BATCH = 16
NEGATIVES = 4
"""Passages without the answer that are read beside the gold one."""
READ_TOGETHER = 20
"""Pairs of like length in one forward pass: little is padded."""
SPAN_WEIGHT, ABSENT_WEIGHT = 0.5, 0.5
"""What the place of the answer, and refusing without the gold passage, add to the loss."""


@dataclass(frozen=True, slots=True)
class Group:
    """A question and the passages read for it, the gold one first, with the answer's place in its text."""

    question: str
    passages: tuple[TrainingPassage, ...]
    answer: tuple[int, int]


def reader_batches(
    material: Material, negatives: Mapping[int, Sequence[int]], *, seed: int, first: int
) -> Iterator[list[Group]]:
    """Batches without end: each epoch takes the next wording of every row, and other negatives."""
    rows = [i for i, row in enumerate(material.rows) if not row.held_out and negatives.get(i)]
    step = 0
    for epoch in range(10**6):
        chance = random.Random(f"{seed}/{epoch}")
        order = chance.sample(rows, len(rows))
        for some in chunks(order, ROWS_PER_BATCH):
            if step >= first:
                yield [group(material, material.rows[i], negatives[i], epoch, chance) for i in some]
            step += 1


def group(material: Material, row: Row, negatives: Sequence[int], epoch: int, chance: random.Random) -> Group:
    """Half of the negatives among the likest, half among all that were mined."""
    near = list(negatives[: 2 * NEGATIVES])
    chosen = chance.sample(near, min(NEGATIVES // 2, len(near)))
    rest = [p for p in negatives if p not in chosen]
    chosen += chance.sample(rest, min(NEGATIVES - len(chosen), len(rest)))
    question = row.questions[epoch % len(row.questions)]
    passages = [material.passages[i] for i in (row.passage, *chosen)]
    return Group(misspelt(question, chance), tuple(passages), row.answer)


def read(
    model: CrossReader, tokenizer: Tokenizer, groups: Sequence[Group], device: torch.device
) -> list[tuple[Logits, Pairs]]:
    """Logits and tokens of each group's passages."""
    flat = [(g.question, p) for g in groups for p in g.passages]
    order = sorted(range(len(flat)), key=lambda i: len(flat[i][0]) + len(flat[i][1].input))
    found: dict[int, tuple[Logits, Pairs, int]] = {}
    for some in chunks(order, READ_TOGETHER):
        tokens = to_device(
            pairs(
                tokenizer,
                [flat[i][0] for i in some],
                [flat[i][1].input for i in some],
                [len(flat[i][1].input) - len(flat[i][1].text) for i in some],
            ),
            device,
        )
        logits = model(tokens)
        for place, i in enumerate(some):
            found[i] = (logits, tokens, place)
    result, at = [], 0
    for g in groups:
        result.append(_joined([found[at + k] for k in range(len(g.passages))]))
        at += len(g.passages)
    return result


def reader_loss(
    model: CrossReader, tokenizer: Tokenizer, groups: Sequence[Group], device: torch.device
) -> Tensor:
    losses = [
        _loss(g, logits, tokens)
        for g, (logits, tokens) in zip(groups, read(model, tokenizer, groups, device), strict=True)
    ]
    return torch.stack(losses).mean()


def _loss(g: Group, logits: Logits, tokens: Pairs) -> Tensor:
    """Gold against the others and "nothing" (a logit of 0); the others alone; the span among all tokens."""
    nothing = logits.relevance.new_zeros(1)
    ranked = torch.cat([logits.relevance, nothing])
    first = torch.zeros(1, dtype=torch.long, device=ranked.device)
    loss = functional.cross_entropy(ranked[None], first)
    others = torch.cat([nothing, logits.relevance[1:]])
    loss = loss + ABSENT_WEIGHT * functional.cross_entropy(others[None], first)
    if (place := _tokens_of(g, tokens)) is not None:
        begin, end = (torch.tensor([p], device=ranked.device) for p in place)
        spans = functional.cross_entropy(logits.begin.reshape(1, -1), begin)
        spans = spans + functional.cross_entropy(logits.end.reshape(1, -1), end)
        loss = loss + SPAN_WEIGHT * spans
    return loss


def _tokens_of(g: Group, tokens: Pairs) -> tuple[int, int] | None:
    """First and last token of the answer in the gold passage; None where it was truncated."""
    head = len(g.passages[0].input) - len(g.passages[0].text)
    start, end = (head + at for at in g.answer)
    offsets, readable = tokens.offsets[0], tokens.readable[0]
    inside = (readable & (offsets[:, 0] < end) & (offsets[:, 1] > start)).nonzero().flatten()
    return (int(inside[0]), int(inside[-1])) if len(inside) else None


def _joined(parts: Sequence[tuple[Logits, Pairs, int]]) -> tuple[Logits, Pairs]:
    """The passages of one group, which may have been read in different forward passes, padded alike."""
    width = max(logits.begin.shape[1] for logits, _, _ in parts)

    def row(values: Tensor, place: int, fill: float) -> Tensor:
        missing = width - values.shape[1]
        line = values[place]
        shape = (0, 0) * (line.dim() - 1) + (0, missing)
        return functional.pad(line, shape, value=fill)

    logits = Logits(
        torch.stack([part.relevance[place] for part, _, place in parts]),
        torch.stack([row(part.begin, place, -torch.inf) for part, _, place in parts]),
        torch.stack([row(part.end, place, -torch.inf) for part, _, place in parts]),
    )
    tokens = Pairs(
        torch.stack([row(part.ids, place, 0) for _, part, place in parts]),
        torch.stack([row(part.types, place, 0) for _, part, place in parts]),
        torch.stack([row(part.mask, place, 0) for _, part, place in parts]),
        torch.stack([row(part.offsets, place, 0) for _, part, place in parts]),
        torch.stack([row(part.readable, place, False) for _, part, place in parts]),
    )
    return logits, tokens


def to_device(tokens: Pairs, device: torch.device) -> Pairs:
    return Pairs(
        tokens.ids.to(device),
        tokens.types.to(device),
        tokens.mask.to(device),
        tokens.offsets.to(device),
        tokens.readable.to(device),
    )
