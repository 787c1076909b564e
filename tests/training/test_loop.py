from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn

from training.loop import Schedule, Training


def steps(model: nn.Linear, checkpoint: Path, until: int, of: int = 8) -> list[int]:
    """Train until `until`, as if cut off there; returns the numbers of the batches that were taken."""
    taken: list[int] = []

    def batches(first: int) -> Iterator[int]:
        for number in range(first, until):
            taken.append(number)
            yield number

    def loss(batch: int) -> Tensor:
        out: Tensor = model(torch.full((1, 2), float(batch + 1)))
        return (out**2).mean()

    training = Training(model, Schedule(0.1, of, checkpoint_every=2), checkpoint)
    training.run(batches(training.done), loss, lambda done, total, average: None)
    return taken


def model() -> nn.Linear:
    torch.manual_seed(3)
    return nn.Linear(2, 1)


def test_training_that_was_cut_off_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    whole, cut = model(), model()
    assert steps(whole, tmp_path / "whole", 8) == list(range(8))
    steps(cut, tmp_path / "cut", 5)
    resumed = model()
    assert steps(resumed, tmp_path / "cut", 8) == [5, 6, 7]
    assert torch.equal(whole.weight, resumed.weight)
    assert not torch.equal(whole.weight, cut.weight)


def test_no_more_steps_are_taken_than_the_schedule_has(tmp_path: Path) -> None:
    trained = model()
    steps(trained, tmp_path / "c", 100)
    before = trained.weight.clone()
    assert len(steps(trained, tmp_path / "c", 100)) <= 1
    assert torch.equal(trained.weight, before)
