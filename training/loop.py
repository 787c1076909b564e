"""One loop for everything that is trained: warm-up, decay, progress, and checkpoints to go on from.

Without dropout: in the few passes made here nothing is learnt by heart, and on a processor dropout takes half
of the time.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

T = TypeVar("T")

WARM_UP = 0.1
"""The share of all steps over which the learning rate rises; then it falls to zero in a line."""
MAX_NORM = 1.0

Report = Callable[[int, int, float], None]
"""Steps done, steps in all, the loss (averaged over the last few)."""


@dataclass(frozen=True, slots=True)
class Schedule:
    learning_rate: float
    steps: int
    weight_decay: float = 0.01
    checkpoint_every: int = 50


class Training:
    """Steps of AdamW in bf16 autocast over fp32 weights, resumed where the checkpoint file stands."""

    def __init__(self, model: nn.Module, schedule: Schedule, checkpoint: Path) -> None:
        self.model = model.eval()
        self.done = 0
        self._schedule = schedule
        self._checkpoint = checkpoint
        parameters = [p for p in model.parameters() if p.requires_grad]
        self._optimizer = torch.optim.AdamW(
            parameters, lr=schedule.learning_rate, weight_decay=schedule.weight_decay
        )
        self._rates = torch.optim.lr_scheduler.LambdaLR(self._optimizer, self._rate)
        self._parameters = parameters
        if checkpoint.exists():
            self._resume()

    def run(self, batches: Iterable[T], loss: Callable[[T], Tensor], report: Report) -> None:
        """Take batches, those of the steps that are `done` left out, until the schedule's steps are."""
        average = 0.0
        for batch in batches:
            if self.done >= self._schedule.steps:
                break
            with torch.autocast(self._device.type, torch.bfloat16):
                value = loss(batch)
            value.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self._parameters, MAX_NORM)
            self._optimizer.step()
            self._rates.step()
            self._optimizer.zero_grad()
            self.done += 1
            average = 0.95 * average + 0.05 * value.item() if average else value.item()
            report(self.done, self._schedule.steps, average)
            if self.done % self._schedule.checkpoint_every == 0:
                self._save()
        self._save()

    @property
    def _device(self) -> torch.device:
        return self._parameters[0].device

    def _rate(self, step: int) -> float:
        steps, rising = self._schedule.steps, max(1, int(WARM_UP * self._schedule.steps))
        return min((step + 1) / rising, max(0.0, (steps - step) / max(1, steps - rising)))

    def _save(self) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "rates": self._rates.state_dict(),
            "done": self.done,
            "random": (torch.get_rng_state(), random.getstate()),
        }
        partial = self._checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self._checkpoint)

    def _resume(self) -> None:
        state = torch.load(self._checkpoint, weights_only=False)
        self.model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._rates.load_state_dict(state["rates"])
        self.done = state["done"]
        torch.set_rng_state(state["random"][0])
        random.setstate(state["random"][1])


def best_device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def chunks(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[i : i + size] for i in range(0, len(items), size)]
