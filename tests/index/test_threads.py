import threading
from collections.abc import Iterator

import pytest
import torch

from index.threads import THREADS, Threads


@pytest.fixture(scope="module")
def threads() -> Iterator[Threads]:
    threads = Threads()
    yield threads
    threads.close()


@pytest.mark.parametrize("count", [0, 1, THREADS, 5 * THREADS + 1])
def test_results_come_in_the_order_of_their_items(threads: Threads, count: int) -> None:
    sizes = [i * 7 % 5 for i in range(count)]
    assert threads.map(lambda some: [i + 1 for i in some], range(count), sizes) == list(range(1, count + 1))


def test_each_thread_works_once_on_its_share_of_every_size(threads: Threads) -> None:
    shares: list[list[int]] = []

    def work(some: list[int]) -> list[int]:
        shares.append(some)
        return some

    sizes = [*range(5 * THREADS)][::-1]
    threads.map(work, sizes, sizes)
    assert sorted(map(len, shares)) == [5] * THREADS
    assert sorted(map(min, shares)) == list(range(THREADS))


def test_threads_compute_at_the_same_time_with_one_processor_and_no_gradients(threads: Threads) -> None:
    together = threading.Barrier(THREADS, timeout=10)

    def work(some: list[int]) -> list[tuple[int, bool]]:
        together.wait()
        return [(torch.get_num_threads(), torch.is_inference_mode_enabled()) for _ in some]

    assert threads.map(work, range(THREADS), [1] * THREADS) == [(1, True)] * THREADS


def test_others_compute_with_all_processors_as_before(threads: Threads) -> None:
    threads.map(lambda some: some, range(THREADS), [1] * THREADS)
    assert torch.get_num_threads() == THREADS


def test_an_error_in_one_share_is_raised(threads: Threads) -> None:
    with pytest.raises(ZeroDivisionError):
        threads.map(lambda some: [1 // i for i in some], range(THREADS), [1] * THREADS)
    assert threads.map(lambda some: some, [1], [1]) == [1]
