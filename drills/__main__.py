"""`python -m drills all`: every drill in full; `python -m drills kill --times 5`: one of them, shorter."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterable
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from bot.cli.progress import progress_bar
from corpus.web.fetch import Limits
from drills import damage, faults, feeds, full, isolation, kill, pages, together, web
from drills.opening import REAL, SMALL
from drills.outcome import Outcome

Drill = Callable[[Path, Callable[[int], None]], Coroutine[Any, Any, Outcome]]

Planned = tuple[str, int, Drill]
"""What is told meanwhile, the number of rounds, and the drill."""

SMALLEST_DISK_KB, LARGEST_DISK_KB = 1_000, 6_000
SHOWN_FAULTS = 20


@click.group()
def main() -> None:
    """Break what can be broken, and see whether every promise holds.

    Everything happens in temporary directories. The exit status is 1 where a promise was broken.
    """


@main.command("kill")
@click.option("--times", type=click.IntRange(min=0), default=50, show_default=True)
@click.option(
    "--real",
    type=click.IntRange(min=0),
    default=6,
    show_default=True,
    help="So many more with the real model, in a directory of its own.",
)
@click.option("--seed", type=click.IntRange(min=1), default=1, show_default=True, help="Other chances.")
def kill_command(times: int, real: int, seed: int) -> None:
    """kill -9 in the middle of ingest, again and again."""
    _run(_killing(times, real, seed))


@main.command("damage")
@click.option("--flips", type=click.IntRange(min=0), default=200, show_default=True, help="Of one bit each.")
@click.option(
    "--others",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    help="Deleted, truncated, overwritten, swapped ...",
)
@click.option("--seed", type=click.IntRange(min=1), default=1, show_default=True, help="Other chances.")
def damage_command(flips: int, others: int, seed: int) -> None:
    """Damage the word index: each start answers as before."""
    _run(_damaging(flips, others, seed))


@main.command("full")
@click.option("--times", type=click.IntRange(min=1), default=12, show_default=True)
def full_command(times: int) -> None:
    """Let the disk run full in the middle of ingest."""
    _run(_filling(times))


@main.command("together")
@click.option("--times", type=click.IntRange(min=1), default=10, show_default=True)
def together_command(times: int) -> None:
    """Let two processes ingest the same folder at once."""
    _run(_together(times))


@main.command("isolation")
@click.option("--servers", type=click.IntRange(min=2, max=200), default=20, show_default=True)
@click.option("--times", type=click.IntRange(min=1), default=10_000, show_default=True)
@click.option("--seed", type=click.IntRange(min=1), default=1, show_default=True, help="Other chances.")
def isolation_command(servers: int, times: int, seed: int) -> None:
    """Use one bot in many servers: none ever sees a word of another's articles."""
    _run(_isolating(servers, times, seed))


@main.command("faults")
@click.option("--servers", type=click.IntRange(min=1, max=200), default=24, show_default=True)
@click.option("--times", type=click.IntRange(min=1), default=1_000, show_default=True)
@click.option(
    "--wait", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds a 429 asks for."
)
@click.option("--seed", type=click.IntRange(min=1), default=1, show_default=True, help="Other chances.")
def faults_command(servers: int, times: int, wait: float, seed: int) -> None:
    """Let Discord go wrong while many use the bot: everyone is answered or told."""
    _run(_failing(servers, times, wait, seed))


@main.command("feeds")
@click.option("--feeds", "number", type=click.IntRange(min=1, max=400), default=200, show_default=True)
@click.option(
    "--hours", type=click.IntRange(min=1), default=168, show_default=True, help="Of a made-up clock."
)
@click.option("--seed", type=click.IntRange(min=1), default=1, show_default=True, help="Other chances.")
def feeds_command(number: int, hours: int, seed: int) -> None:
    """Follow feeds for a week within minutes, killed again and again: nothing is lost or done twice."""
    _run(_following(number, hours, seed))


@main.command("web")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    default=Limits().total_s,
    show_default=True,
    help="Of a fetch.",
)
def web_command(seconds: float) -> None:
    """Fetch from web servers that misbehave in every way."""
    _run(_fetching(seconds))


@main.command("pages")
@click.option("--count", type=click.IntRange(min=1), default=20_000, show_default=True)
@click.option("--seed", type=click.IntRange(min=1), default=1, show_default=True, help="Other chances.")
def pages_command(count: int, seed: int) -> None:
    """Read damaged web pages and feeds: each is read or refused with words."""
    _run(_reading(count, seed))


@main.command("all")
def all_command() -> None:
    """Every drill in full; takes some minutes."""
    quick = [*_damaging(200, 100, 1), *_filling(12), *_together(10)]
    in_discord = [*_isolating(20, 10_000, 1), *_failing(24, 1_000, 60.0, 1)]
    of_the_web = [*_fetching(Limits().total_s), *_reading(20_000, 1), *_following(200, 168, 1)]
    _run([*_killing(50, 6, 1), *quick, *in_discord, *of_the_web])


def _killing(times: int, real: int, seed: int) -> list[Planned]:
    return [
        ("Killing", times, lambda place, told: kill.drill(place, times, SMALL, seed, told)),
        ("Killing, real model", real, lambda place, told: kill.drill(place, real, REAL, seed, told)),
    ]


def _damaging(flips: int, others: int, seed: int) -> list[Planned]:
    damages = [damage.flip_a_bit] * flips + list(islice(cycle(damage.OTHER_DAMAGES), others))
    return [("Damaging", len(damages), lambda place, told: damage.drill(place, damages, seed, told))]


def _filling(times: int) -> list[Planned]:
    sizes = [int(size) for size in np.linspace(SMALLEST_DISK_KB, LARGEST_DISK_KB, times)]
    return [("Filling disks", times, lambda place, told: full.drill(place, sizes, told))]


def _together(times: int) -> list[Planned]:
    return [("Ingesting together", times, lambda place, told: together.drill(place, times, told))]


def _isolating(servers: int, times: int, seed: int) -> list[Planned]:
    return [("Mixing servers", times, lambda place, told: isolation.drill(place, servers, times, seed, told))]


def _failing(servers: int, times: int, wait_s: float, seed: int) -> list[Planned]:
    return [
        ("Failing", times, lambda place, told: faults.drill(place, servers, times, wait_s, seed, told)),
    ]


def _following(number: int, hours: int, seed: int) -> list[Planned]:
    return [("Following", hours, lambda place, told: feeds.drill(place, number, hours, seed, told))]


def _fetching(seconds: float) -> list[Planned]:
    return [("Fetching", len(web.ANSWERS), lambda _, told: web.drill(seconds, told))]


def _reading(count: int, seed: int) -> list[Planned]:
    return [("Reading", count, lambda place, told: pages.drill(place, count, seed, told))]


def _run(planned: Iterable[Planned]) -> None:
    """Run the drills that have anything to do, tell what happened, and exit."""
    broken = False
    for text, rounds, drill in planned:
        if rounds:
            began = time.monotonic()
            with tempfile.TemporaryDirectory() as place, progress_bar(text, rounds) as told:
                outcome = asyncio.run(drill(Path(place), told))
            _show(outcome, time.monotonic() - began)
            broken |= bool(outcome.faults)
    sys.exit(int(broken))


def _show(outcome: Outcome, took_s: float) -> None:
    console = Console()
    table = Table(title=f"{outcome.drill} ({took_s:.0f} s)", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for what, number in outcome.counts.items():
        table.add_row(what, f"{number:,}")
    table.add_row("faults", f"{len(outcome.faults):,}", style="bold red" if outcome.faults else "bold green")
    console.print(table)
    for fault in outcome.faults[:SHOWN_FAULTS]:
        console.print(f"- {fault}", markup=False)


if __name__ == "__main__":
    main()
