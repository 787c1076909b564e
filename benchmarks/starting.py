"""Starting with many passages stored: fresh processes, with the word index on disk and without it."""

import asyncio
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Figure, Goal, median

ROOT = Path(__file__).parents[1]
READY_GOAL = Goal(2)

Start = dict[str, float]


async def measure(
    directory: Path, subject: str, questions: int, repeats: int, on_start: Callable[[int], None]
) -> list[Figure]:
    rebuilt, kept = [], []
    for number in range(repeats):
        await asyncio.to_thread(shutil.rmtree, directory / "words", ignore_errors=True)
        rebuilt.append(await _start(directory, questions))
        on_start(2 * number + 1)
        kept.append(await _start(directory, questions))
        on_start(2 * number + 2)
    subject = f"Start with {subject}, {repeats} runs each"
    return [
        median(subject, "importing sentence-transformers", _all(kept + rebuilt, "import_s"), "s"),
        median(subject, "from there until ready", _all(kept, "ready_s"), "s", READY_GOAL),
        median(subject, "from there to the first answer", _all(kept, "answered_s"), "s"),
        median(subject, "until ready, word index deleted", _all(rebuilt, "ready_s"), "s"),
        median(subject, f"peak memory, {questions} questions asked", _all(kept, "peak_mb"), "MB"),
        median(subject, "peak memory, word index deleted", _all(rebuilt, "peak_mb"), "MB"),
    ]


def _all(starts: list[Start], name: str) -> list[float]:
    return [start[name] for start in starts]


async def _start(directory: Path, questions: int) -> Start:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.start", str(directory), str(questions),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, complaint = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"The program did not start: {complaint.decode()[-2000:]}")
    start: Start = json.loads(output)
    return start
