"""One thread for everything that computes with the models, and the queues before it.

Urgent jobs go ahead of the others, and those that wait for the same work are done together.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from index.errors import ModelError

Work = Callable[[Sequence[Any]], Any]
"""One result for each item, in order: a sequence, or the rows of an array."""


@dataclass(slots=True)
class Job:
    """Items to be worked on; at most `together` of them in one call where several jobs wait for one work."""

    work: Work
    items: Sequence[Any]
    together: int = 0
    result: "Future[Any]" = field(default_factory=Future)


class Desk:
    def __init__(self) -> None:
        self._urgent: deque[Job] = deque()
        self._others: deque[Job] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="models", daemon=True)
        self._thread.start()

    async def do(self, jobs: Sequence[Job], *, urgent: bool) -> list[Any]:
        """Their results; whoever stops waiting takes the jobs that have not begun off the desk.

        Raises ModelError once the desk is closed.
        """
        self._put(jobs, urgent=urgent)
        try:
            return await asyncio.gather(*(asyncio.wrap_future(job.result) for job in jobs))
        except BaseException:
            for job in jobs:
                job.result.cancel()
            raise

    async def close(self) -> None:
        with self._changed:
            self._closed = True
            for job in (*self._urgent, *self._others):
                job.result.cancel()
            self._changed.notify()
        await asyncio.to_thread(self._thread.join)

    def _put(self, jobs: Sequence[Job], *, urgent: bool) -> None:
        with self._changed:
            if self._closed:
                raise ModelError("The model has been closed.")
            (self._urgent if urgent else self._others).extend(jobs)
            self._changed.notify()

    def _take(self) -> list[Job]:
        """Jobs to do together; an empty list once the desk is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._urgent or self._others)
            if self._closed:
                return []
            if not self._urgent:
                return [self._others.popleft()]
            taken = [self._urgent.popleft()]
            items = len(taken[0].items)
            while (
                self._urgent
                and self._urgent[0].work == taken[0].work
                and items + len(self._urgent[0].items) <= taken[0].together
            ):
                taken.append(self._urgent.popleft())
                items += len(taken[-1].items)
            return taken

    def _work(self) -> None:
        while jobs := self._take():
            _do([job for job in jobs if job.result.set_running_or_notify_cancel()])


def _do(jobs: Sequence[Job]) -> None:
    """Do the jobs' work in one call and hand each job its results, or the error."""
    if not jobs:
        return
    try:
        results = jobs[0].work([item for job in jobs for item in job.items])
    except Exception as error:
        for job in jobs:
            job.result.set_exception(error)
        return
    at = 0
    for job in jobs:
        job.result.set_result(results[at : at + len(job.items)])
        at += len(job.items)
