"""Two processes ingest the same folder at once: every article is stored once, by whichever came first."""

import asyncio
import json
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from corpus.ingest.read import read_paths
from corpus.types import ArticleDraft
from drills.articles import NAMES, draft, guild_of
from drills.inspection import inspect_answers, inspect_indexes, inspect_store
from drills.opening import opened
from drills.outcome import Outcome

ROOT = Path(__file__).parents[1]
PROCESSES = 2
SHARED = tuple(name for name in NAMES if guild_of(name) is None)
ASKED = SHARED[::40]


async def drill(directory: Path, times: int, on_round: Callable[[int], None]) -> Outcome:
    """Each time all articles are new first, and then all are changed."""
    outcome = Outcome("two processes at once")
    folder = directory / "articles"
    folder.mkdir()
    for number in range(1, times + 1):
        data = directory / "data"
        for version, done in ((1, "added"), (2, "changed")):
            _write(folder, version)
            reports = await asyncio.gather(*_started(data, folder))
            faults = await _inspect(data, version)
            if sum(report.get(done, 0) for report in reports) != len(SHARED):
                faults.append(f"not every article was {done} exactly once: {reports}")
            outcome.counts["articles handed in twice"] += len(SHARED)
            outcome.counts["rounds in which both stored some"] += all(report.get(done) for report in reports)
            outcome.faults += [f"round {number}, {done}: {fault}" for fault in faults]
        shutil.rmtree(data)
        on_round(number)
    return outcome


def _started(data: Path, folder: Path) -> list[asyncio.Task[dict[str, int]]]:
    gate = asyncio.Barrier(PROCESSES)
    return [asyncio.create_task(_process(data, folder, gate)) for _ in range(PROCESSES)]


async def _process(data: Path, folder: Path, gate: asyncio.Barrier) -> dict[str, int]:
    """Start a process, let it go when all are ready, and return what it reports."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "drills.together", str(data), str(folder),
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None  # noqa: S101 - for the type checker
    await process.stdout.readline()
    await gate.wait()
    output, _ = await process.communicate(b"go\n")
    report: dict[str, int] = json.loads(output or "{}")
    return report


def _write(folder: Path, version: int) -> None:
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as file:
        for name in SHARED:
            file.write(json.dumps(_row(draft(name, version))) + "\n")


def _row(article: ArticleDraft) -> dict[str, str | None]:
    return {
        "id": article.external_id,
        "title": article.title,
        "text": article.text,
        "publisher": article.publisher,
        "published_at": article.published_at.isoformat() if article.published_at else None,
    }


async def _inspect(data: Path, version: int) -> list[str]:
    contents, faults = inspect_store(data, {name: frozenset({version}) for name in SHARED})
    async with opened(data) as engine:
        faults += await inspect_indexes(contents, engine)
        faults += await inspect_answers(contents.versions, ASKED, engine)
    return faults


async def ingest(data: Path, folder: Path) -> dict[str, int]:
    async with opened(data) as engine:
        await engine.sync()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        report = await engine.add(read_paths([folder], now=datetime.now(UTC)), guild_id=None)
    return {name: len(getattr(report, name)) for name in ("added", "changed", "unchanged", "refused")}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(ingest(Path(sys.argv[1]), Path(sys.argv[2])))))
