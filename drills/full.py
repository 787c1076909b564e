"""The disk runs full in the middle of ingest: nothing acknowledged is lost, and questions are still answered.

The disk is a small file system in memory where one can be mounted (Linux, in a namespace of its own);
elsewhere SQLite is told not to let its file grow.
"""

import asyncio
import json
import shutil
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count, islice
from pathlib import Path
from typing import Protocol

from corpus.errors import StoreFullError
from corpus.store import Store
from drills.articles import GONE, draft
from drills.inspection import inspect_answers, inspect_indexes, inspect_store
from drills.opening import opened
from drills.outcome import Outcome
from index.engine import Engine

ROOT = Path(__file__).parents[1]
BATCH = 20
ASKED = 6
MOUNT = 'mount -t tmpfs -o size="$1k" tmpfs "$2" && exec "$3" -m drills.full "$2"'


class Disk(Protocol):
    async def limit(self, store: Store) -> None:
        """Called with every store that is opened on the disk."""

    async def make_room(self) -> None: ...


async def drill(directory: Path, kilobytes: Sequence[int], on_disk: Callable[[int], None]) -> Outcome:
    """Fill a disk of each of the sizes."""
    total = Outcome("full disk")
    for number, size in enumerate(kilobytes, start=1):
        place = directory / f"disk-{number}"
        place.mkdir()
        outcome = await _in_namespace(place, size) or await fill(place, PageLimit(size))
        total.counts.update(outcome.counts)
        total.faults += [f"disk of {size} kB: {fault}" for fault in outcome.faults]
        shutil.rmtree(place)
        on_disk(number)
    return total


async def _in_namespace(place: Path, kilobytes: int) -> Outcome | None:
    """What happened on a mounted disk; None where none can be mounted."""
    if not (unshare := shutil.which("unshare")):
        return None
    process = await asyncio.create_subprocess_exec(
        unshare, "--user", "--map-root-user", "--mount",
        "sh", "-c", MOUNT, "sh", str(kilobytes), str(place), sys.executable,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, complaint = await process.communicate()
    if output:
        told = json.loads(output)
        return Outcome("full disk", Counter(told["counts"]), told["faults"])
    if b"drills" in complaint:
        return Outcome("full disk", faults=[f"it ended with {complaint.decode()[-800:]}"])
    return None


class MountedDisk:
    """The file system that this process runs on, mounted by `drill`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def limit(self, store: Store) -> None:
        """It is limited by itself."""

    async def make_room(self) -> None:
        mount = await asyncio.create_subprocess_exec("mount", "-o", "remount,size=200m", str(self._directory))
        await mount.wait()


class PageLimit:
    """A limit to the database file alone."""

    def __init__(self, kilobytes: int) -> None:
        self._pages = kilobytes // 4

    async def limit(self, store: Store) -> None:
        async with store._database.transaction() as transaction:
            await transaction.fetch(f"PRAGMA max_page_count = {self._pages}")

    async def make_room(self) -> None:
        self._pages *= 50


async def fill(directory: Path, disk: Disk) -> Outcome:
    """Ingest until the disk is full; ask, remove, start anew; make room, and go on."""
    outcome = Outcome("full disk")
    versions: dict[str, int] = {}

    async def inspect(engine: Engine, when: str) -> None:
        contents, faults = inspect_store(directory, {n: frozenset({v}) for n, v in versions.items()})
        asked = list(islice(reversed(versions), ASKED))
        faults += await inspect_indexes(contents, engine)
        faults += await inspect_answers(contents.versions, asked, engine)
        outcome.faults += [f"{when}: {fault}" for fault in faults]

    async with _limited(directory, disk) as engine:
        refused = await _add_until_full(engine, versions, outcome)
        await inspect(engine, "full")
        await _remove(engine, versions, outcome)
        await inspect(engine, "after removing")
    async with _limited(directory, disk) as engine:
        await inspect(engine, "started while full")
    await disk.make_room()
    async with _limited(directory, disk) as engine:
        await _add(engine, refused, versions)
        await inspect(engine, "with room again")
    outcome.counts["articles acknowledged"] = len(versions)
    return outcome


@asynccontextmanager
async def _limited(directory: Path, disk: Disk) -> AsyncIterator[Engine]:
    async with opened(directory) as engine:
        await disk.limit(engine._store)
        yield engine


async def _add_until_full(engine: Engine, versions: dict[str, int], outcome: Outcome) -> list[str]:
    """Returns the names that were refused for want of room."""
    for first in count(0, BATCH):
        names = [f"shared-{number}" for number in range(first, first + BATCH)]
        try:
            await _add(engine, names, versions)
        except StoreFullError:
            outcome.counts["disks filled"] += 1
            return names
    raise AssertionError("unreachable")


async def _add(engine: Engine, names: Sequence[str], versions: dict[str, int]) -> None:
    await engine.add([draft(name, 1) for name in names], guild_id=None)
    versions |= dict.fromkeys(names, 1)


async def _remove(engine: Engine, versions: dict[str, int], outcome: Outcome) -> None:
    """Removing an article may want room too; then nothing may have happened."""
    name = next(iter(versions))
    [known] = (await engine._store.articles.known([f"id:{name}"], guild_id=None)).values()
    try:
        await engine.remove(known.id, guild_id=None)
    except StoreFullError:
        outcome.counts["removals refused while full"] += 1
    else:
        versions[name] = GONE
        outcome.counts["removals done while full"] += 1


if __name__ == "__main__":
    place = Path(sys.argv[1])
    outcome = asyncio.run(fill(place, MountedDisk(place)))
    print(json.dumps({"counts": outcome.counts, "faults": outcome.faults}))
