"""What each score counts for, and how sure an answer is: fitted to questions whose answers are known."""

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields

import torch
from torch import Tensor
from torch.nn import functional

from index.choose import Considered, Scores
from index.evaluate import Case, Shown, is_right

RIDGE = 0.002
"""What keeps weights small that the questions say little about."""
MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class Example:
    """The scores of a question's candidates, of shape (candidates, scores), and which of them are right.

    Where a right one was overtaken by another, only the newer counts. `weight` is the question's own.
    """

    scores: Tensor
    right: Tensor
    answerable: bool
    weight: float = 1.0


def example(case: Case, considered: Sequence[Considered]) -> Example:
    quotes = [_shown(one) for one in considered]
    right = torch.tensor([is_right(case, quote) for quote in quotes], dtype=torch.bool)
    settled = right & torch.tensor([quote.article not in case.stale for quote in quotes], dtype=torch.bool)
    return Example(
        torch.tensor([astuple(one.scores) for one in considered]).reshape(-1, len(fields(Scores))),
        settled if settled.any() else right,
        case.answerable,
    )


def fitted_weights(examples: Sequence[Example]) -> Scores:
    """Weights under which the right candidates' share of all the exponentiated totals is the greatest."""
    useful = [e for e in examples if e.right.any() and not e.right.all()]

    def loss(weights: Tensor) -> Tensor:
        totals = [e.scores @ weights for e in useful]
        shares = [t.logsumexp(0) - t[e.right].logsumexp(0) for t, e in zip(totals, useful, strict=True)]
        return torch.stack(shares) @ counts / counts.sum()

    counts = torch.tensor([e.weight for e in useful])
    return Scores(*_minimised(loss, len(fields(Scores))).tolist())


def fitted_sureness(examples: Sequence[Example], weights: Scores) -> tuple[Scores, float]:
    """Weights of the best candidate's scores, and an offset, that give the log odds of there being an answer.

    Answerable and other questions count as much, however many there are of each.
    """
    useful = [e for e in examples if len(e.scores)]
    by = torch.tensor(astuple(weights))
    best = torch.stack([e.scores[(e.scores @ by).argmax()] for e in useful])
    answerable = torch.tensor([float(e.answerable) for e in useful])
    counts = torch.tensor([e.weight for e in useful])
    counts = counts / counts.sum()
    share = counts @ answerable
    balance = counts * torch.where(answerable > 0, 0.5 / share, 0.5 / (1 - share))
    middle, spread = best.mean(0), best.std(0).clamp_min(1e-3)

    def loss(values: Tensor) -> Tensor:
        odds = (best - middle) / spread @ values[:-1] + values[-1]
        return functional.binary_cross_entropy_with_logits(odds, answerable, weight=balance, reduction="sum")

    values = _minimised(loss, best.shape[1] + 1)
    slopes = values[:-1] / spread
    return Scores(*slopes.tolist()), float(values[-1] - slopes @ middle)


def _minimised(loss: Callable[[Tensor], Tensor], size: int) -> Tensor:
    values = torch.zeros(size, requires_grad=True)
    optimizer = torch.optim.LBFGS([values], max_iter=MOST_STEPS, line_search_fn="strong_wolfe")

    def step() -> Tensor:
        optimizer.zero_grad()
        result = loss(values) + RIDGE * values.square().sum()
        result.backward()  # type: ignore[no-untyped-call]
        return result

    optimizer.step(step)  # type: ignore[no-untyped-call]
    return values.detach()


def _shown(one: Considered) -> Shown:
    article = one.candidate.article
    return Shown(article.external_id or str(article.id), one.quote, one.answer)
