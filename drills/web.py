"""Hostile web servers, four at a time, with the limits of every day: each fetch ends in words and in time.

They are this process; another one fetches from them, and tells what that took.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus.web.fetch import Limits
from drills.outcome import Outcome
from tests.hostile_web import BOMBS, HOSTILE
from tests.web_double import WebDouble

ROOT = Path(__file__).parents[1]
AT_ONCE = Limits().at_once
MOST_GROWTH_MB = 20.0
MOST_LATE_S = 0.25
MARGIN_S = 1.0
ANSWERS = {**{name: answer for name, (answer, _) in HOSTILE.items()}, **BOMBS}


async def drill(total_s: float, on_fetched: Callable[[int], None]) -> Outcome:
    """Fetch every hostile answer, each from a host of its own."""
    outcome = Outcome("hostile web servers")
    names = list(ANSWERS)
    for start in range(0, len(names), AT_ONCE):
        batch = names[start : start + AT_ONCE]
        report = await _fetched(batch, total_s)
        outcome.faults += [f"{', '.join(batch)}: {fault}" for fault in faults_in(report, total_s)]
        _count(outcome, report)
        on_fetched(start + len(batch))
    return outcome


async def _fetched(names: list[str], total_s: float) -> dict[str, Any]:
    async with WebDouble() as web:
        for number, name in enumerate(names):
            web.on(f"/{number}", ANSWERS[name])
        urls = [web.url(f"/{number}", f"{number}.example") for number in range(len(names))]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.fetching", str(total_s), *urls),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate()
    report: dict[str, Any] = json.loads(output)
    return report


def faults_in(report: dict[str, Any], total_s: float) -> list[str]:
    found = {
        f"took {report['took_s']:.1f} s": report["took_s"] > total_s + MARGIN_S,
        f"the loop was {report['late_s'] * 1000:.0f} ms late": report["late_s"] > MOST_LATE_S,
        f"memory grew by {report['grew_mb']:.0f} MB": report["grew_mb"] > MOST_GROWTH_MB,
    }
    return [fault for fault, happened in found.items() if happened]


def _count(outcome: Outcome, report: dict[str, Any]) -> None:
    documents = sum(told.isdigit() for told in report["told"])
    outcome.counts["documents"] += documents
    outcome.counts["ended in words"] += len(report["told"]) - documents
    for what, value in (
        ("slowest, ms", report["took_s"] * 1000),
        ("loop late at worst, ms", report["late_s"] * 1000),
        ("memory grown at most, MB", report["grew_mb"]),
    ):
        outcome.counts[what] = max(outcome.counts[what], round(value))
