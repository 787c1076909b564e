"""Threads that compute side by side, each with one processor.

That is quicker than sharing each step of one computation between all processors: they would wait for each
other hundreds of times in a forward pass.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

Item = TypeVar("Item")
Result = TypeVar("Result")

THREADS = torch.get_num_threads()
"""Read before any thread is set to compute alone, which torch takes for every later one too."""


class Threads:
    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(
            THREADS, thread_name_prefix="compute", initializer=torch.set_num_threads, initargs=(1,)
        )

    def map(
        self, work: Callable[[list[Item]], Iterable[Result]], items: Sequence[Item], sizes: Sequence[int]
    ) -> list[Result]:
        """The result of each item, in order; each thread works once, on items of every size."""
        order = sorted(range(len(items)), key=sizes.__getitem__)
        shares = [order[thread::THREADS] for thread in range(min(THREADS, len(items)))]
        results = self._pool.map(
            torch.inference_mode()(work), [[items[i] for i in share] for share in shares]
        )
        found = {
            i: result
            for share, some in zip(shares, results, strict=True)
            for i, result in zip(share, some, strict=True)
        }
        return [found[i] for i in range(len(items))]

    def close(self) -> None:
        self._pool.shutdown()
