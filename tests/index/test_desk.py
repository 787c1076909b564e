import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from index.desk import Desk, Job
from index.errors import ModelError


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    yield desk
    await desk.close()


class Shout:
    """Work that notes what it was given in each call."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def __call__(self, items: Sequence[str]) -> list[str]:
        self.calls.append(list(items))
        return [item.upper() for item in items]


@pytest.fixture
def shout() -> Shout:
    return Shout()


@asynccontextmanager
async def busy(desk: Desk) -> AsyncIterator["asyncio.Task[list[list[str]]]"]:
    """The thread is held at another job within the block; what is asked there waits."""
    begun, released = threading.Event(), threading.Event()

    def wait(items: Sequence[str]) -> Sequence[str]:
        begun.set()
        assert released.wait(10)
        return items

    job = asyncio.create_task(desk.do([Job(wait, ["held"])], urgent=True))
    assert await asyncio.to_thread(begun.wait, 10)
    try:
        yield job
        await asyncio.sleep(0)  # what was just asked reaches the desk
    finally:
        released.set()
        await job


def asked(
    desk: Desk, work: Shout, *items: str, together: int = 0, urgent: bool = True
) -> "asyncio.Task[list[list[str]]]":
    return asyncio.create_task(desk.do([Job(work, items, together)], urgent=urgent))


async def test_jobs_are_done_in_order_and_each_gets_its_own_results(desk: Desk, shout: Shout) -> None:
    jobs = [Job(shout, items) for items in (["a", "b"], [], ["c"])]
    assert await desk.do(jobs, urgent=False) == [["A", "B"], [], ["C"]]
    assert shout.calls == [["a", "b"], [], ["c"]]


async def test_urgent_jobs_go_ahead_of_the_others(desk: Desk, shout: Shout) -> None:
    async with busy(desk):
        tasks = [asked(desk, shout, "later", urgent=False), asked(desk, shout, "now")]
    await asyncio.gather(*tasks)
    assert shout.calls == [["now"], ["later"]]


async def test_jobs_that_wait_for_the_same_work_are_done_together_while_there_is_room(
    desk: Desk, shout: Shout
) -> None:
    async with busy(desk):
        tasks = [asked(desk, shout, *items, together=3) for items in ("a", "bc", "d")]
    assert await asyncio.gather(*tasks) == [[["A"]], [["B", "C"]], [["D"]]]
    assert shout.calls == [["a", "b", "c"], ["d"]]


async def test_jobs_of_different_work_are_done_apart_and_in_order(desk: Desk, shout: Shout) -> None:
    other = Shout()
    async with busy(desk):
        tasks = [
            asked(desk, work, name, together=9) for work, name in ((shout, "a"), (other, "b"), (shout, "c"))
        ]
    await asyncio.gather(*tasks)
    assert (shout.calls, other.calls) == ([["a"], ["c"]], [["b"]])


async def test_a_job_that_shares_no_call_is_done_alone(desk: Desk, shout: Shout) -> None:
    async with busy(desk):
        tasks = [asked(desk, shout, name) for name in "ab"]
    await asyncio.gather(*tasks)
    assert shout.calls == [["a"], ["b"]]


async def test_an_error_reaches_everyone_who_asked_and_the_thread_lives_on(desk: Desk, shout: Shout) -> None:
    def fail(items: Sequence[str]) -> list[str]:
        raise MemoryError(f"{len(items)} items")

    async with busy(desk):
        failing = [
            asyncio.create_task(desk.do([Job(fail, ["x"], together=9)], urgent=True)) for _ in range(2)
        ]
    errors = await asyncio.gather(*failing, return_exceptions=True)
    assert [str(error) for error in errors] == ["2 items", "2 items"]
    assert await asked(desk, shout, "a") == [["A"]]


async def test_after_an_error_what_was_asked_with_it_and_has_not_begun_is_dropped(
    desk: Desk, shout: Shout
) -> None:
    released = threading.Event()

    def fail(items: Sequence[str]) -> list[str]:
        raise MemoryError

    def wait(items: Sequence[str]) -> Sequence[str]:
        assert released.wait(10)
        return items

    with pytest.raises(MemoryError):
        await desk.do([Job(fail, ["a"]), Job(wait, ["b"]), Job(shout, ["c"])], urgent=False)
    released.set()
    await asked(desk, shout, "after", urgent=False)
    assert shout.calls == [["after"]]


async def test_what_nobody_waits_for_any_more_is_not_done(desk: Desk, shout: Shout) -> None:
    async with busy(desk):
        given_up, wanted = (
            asked(desk, shout, "given up", together=9),
            asked(desk, shout, "wanted", together=9),
        )
        await asyncio.sleep(0)
        given_up.cancel()
    await wanted
    assert given_up.cancelled()
    assert shout.calls == [["wanted"]]


async def test_closing_finishes_what_has_begun_and_drops_what_waits(shout: Shout) -> None:
    desk = Desk()
    async with busy(desk) as begun:
        waiting = asked(desk, shout, "waiting")
        await asyncio.sleep(0)
        closing = asyncio.create_task(desk.close())
    await closing
    assert await begun == [["held"]]
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert shout.calls == []


async def test_a_closed_desk_takes_no_jobs(desk: Desk, shout: Shout) -> None:
    await desk.close()
    with pytest.raises(ModelError, match="closed"):
        await asked(desk, shout, "late")
    assert shout.calls == []
