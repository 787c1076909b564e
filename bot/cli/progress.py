"""What moves while one waits: on stderr, and only where that is a terminal. Pipes carry answers alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Told(Protocol):
    def __call__(self, done: int, total: int | None = None) -> None:
        """How many are done, and of how many where that is another number than before."""


@contextmanager
def spinner(text: str) -> Iterator[None]:
    from bot.terminal import open_console

    with open_console(stderr=True).status(text):
        yield


@contextmanager
def progress_bar(text: str, total: int | None = None) -> Iterator[Told]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    from bot.terminal import open_console

    console = open_console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        speed_estimate_period=600,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task(text, total=total)
        yield lambda done, total=None: progress.update(task, completed=done, total=total)
