"""kill -9 in the middle of ingest, again and again on the same data directory."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from corpus.errors import CorpusError
from drills.articles import NAMES
from drills.inspection import (
    Contents,
    inspect_answers,
    inspect_indexes,
    inspect_store,
    inspect_vectors,
)
from drills.ledger import Ledger
from drills.opening import open_encoder, opened
from drills.outcome import Outcome
from index.errors import RetrievalError

ROOT = Path(__file__).parents[1]
PHASES = ("open", "split", "embed", "store", "index")
LATEST_S = 0.04
"""How long at most after the beginning of a phase the process is killed; mostly far sooner."""
PATIENCE_S = 120
ASKED = 12


async def drill(
    directory: Path, times: int, encoder_kind: str, seed: int, on_kill: Callable[[int], None]
) -> Outcome:
    """Every third time the indexes are not repaired before the next process starts from them."""
    outcome = Outcome(f"kill, {encoder_kind} encoder")
    ledger = Ledger()
    chance = np.random.default_rng(seed)
    for number in range(1, times + 1):
        phase, nth = PHASES[number % len(PHASES)], int(chance.integers(1, 7))
        await _kill_a_writer(
            directory,
            encoder_kind,
            seed * 1000 + number,
            ledger,
            outcome,
            phase=phase,
            nth=1 if phase == "open" else nth,
            delay_s=LATEST_S * float(chance.random()) ** 3,
        )
        contents, faults = inspect_store(directory, ledger.possible)
        ledger.settle(contents.versions)
        if not faults and (number % 3 or number == times):
            names = [str(name) for name in chance.choice(NAMES, ASKED, replace=False)]
            faults = await _inspect_reopened(directory, encoder_kind, contents, names)
        outcome.faults += [f"kill {number}: {fault}" for fault in faults]
        on_kill(number)
    outcome.counts["articles acknowledged"] = ledger.acknowledged
    return outcome


async def _kill_a_writer(
    directory: Path,
    encoder_kind: str,
    seed: int,
    ledger: Ledger,
    outcome: Outcome,
    *,
    phase: str,
    nth: int,
    delay_s: float,
) -> None:
    """Start a writer, kill it after it entered the phase for the nth time, and keep its word."""
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "drills.writer", str(directory), str(seed), encoder_kind,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert writer.stdout is not None and writer.stderr is not None  # noqa: S101 - for the type checker
    ledger.phase = "start"
    async with asyncio.timeout(PATIENCE_S):
        while (line := await writer.stdout.readline()).endswith(b"\n"):
            word = line.decode().rstrip("\n")
            ledger.read(word)
            nth -= word == phase
            if word == phase and nth == 0:
                asyncio.get_running_loop().call_later(delay_s, _kill, writer)
        complaint = await writer.stderr.read()
    if await writer.wait() != -signal.SIGKILL:
        outcome.faults.append(f"the writer ended by itself: {complaint.decode()[-500:]}")
    outcome.counts["kills"] += 1
    outcome.counts[f"  in phase {ledger.phase}"] += 1


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()


async def _inspect_reopened(
    directory: Path, encoder_kind: str, contents: Contents, names: list[str]
) -> list[str]:
    encoder = await open_encoder(encoder_kind)
    try:
        async with opened(directory, encoder) as engine:
            return [
                *await inspect_vectors(contents, encoder),
                *await inspect_indexes(contents, engine),
                *await inspect_answers(contents.versions, names, engine),
            ]
    except (CorpusError, RetrievalError) as error:
        return [f"it can't be opened or asked any more: {error}"]
