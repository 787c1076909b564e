"""`python -m benchmarks`: everything in one run, on the same articles and weights."""

import asyncio
import contextlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click
import numpy as np
from rich.console import Console

from benchmarks import asking, ingesting, starting
from benchmarks.figures import Figure, Goal, tables
from benchmarks.machine import describe
from benchmarks.material import read_articles
from benchmarks.multiply import multiply
from benchmarks.timed import DATABASE, Stopwatch, TimedEncoder, TimedEngine, opened
from bot.cli.progress import progress_bar, spinner
from corpus.store import open_store
from corpus.types import ArticleDraft


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured, and how often."""

    articles: int = 3_000
    passages: int = 100_000
    ingested_articles: int = 50
    ingests: int = 12
    repeats: int = 5
    questions: int = 192
    at_once: int = 32
    before_peak: int = 64
    """Questions that a started process answers before its memory is read."""


QUICK = Sizes(20, 300, ingested_articles=6, ingests=1, repeats=1, questions=4, at_once=4, before_peak=1)


@click.command()
@click.option(
    "--articles",
    type=click.Path(exists=True, path_type=Path),
    help="Real articles, as `rumourmill ingest` reads them.  [default: changed copies of the samples]",
)
@click.option("--passages", type=click.IntRange(min=1), default=Sizes().passages, show_default=True)
@click.option("--quick", is_flag=True, help="Little of everything, once: whether it runs, not how fast.")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="A directory for the stores that are asked, filled where it is empty: another run starts sooner.",
)
@click.option("--json", "as_json", is_flag=True, help="Figures as JSON.")
def main(articles: Path | None, passages: int, quick: bool, keep: Path | None, as_json: bool) -> None:
    """Measure ingest, questions, start and memory, and compare with plain encoding.

    Takes some ten minutes or more, most of them for embedding 3,000 articles. Nothing else should run
    meanwhile.
    """
    sizes = QUICK if quick else replace(Sizes(), passages=passages)
    machine = describe()
    with _place(keep) as directory:
        figures = asyncio.run(measure(articles, sizes, directory))
    if as_json:
        click.echo(
            json.dumps({"machine": machine, "figures": [_row(figure) for figure in figures]}, indent=2)
        )
        return
    console = Console()
    for name, value in machine.items():
        console.print(f"[bold]{name}[/bold]: {value}", highlight=False)
    for drawn in tables(figures):
        console.print()
        console.print(drawn)


async def measure(articles: Path | None, sizes: Sizes, directory: Path) -> list[Figure]:
    chance = np.random.default_rng(1)
    drafts = read_articles(articles, sizes.articles, chance)
    few, many = directory / "articles", directory / "passages"
    watch = Stopwatch()
    with spinner("Loading the model ..."):
        encoder = await asyncio.to_thread(TimedEncoder, watch)
    figures = await _ingest(drafts[: sizes.ingested_articles], encoder, watch, sizes)
    await _fill(few, drafts, encoder, watch)
    await _multiply(few, many, sizes.passages, encoder.fingerprint, chance)
    async with opened(few, encoder, watch) as engine:
        figures += await _ask(engine, watch, f"{len(drafts):,} articles", sizes, None)
    async with opened(many, encoder, watch) as engine:
        figures += await _ask(engine, watch, f"{sizes.passages:,} passages", sizes, asking.SEARCH_GOAL)
        figures += await _ask_at_once(engine, f"{sizes.passages:,} passages", sizes)
    await encoder.close()
    return figures + await _start(many, f"{sizes.passages:,} passages", sizes)


async def _ingest(
    drafts: Sequence[ArticleDraft], encoder: TimedEncoder, watch: Stopwatch, sizes: Sizes
) -> list[Figure]:
    with progress_bar("Ingesting in turns with plain encoding", sizes.ingests) as told:
        return await ingesting.measure(drafts, encoder, watch, sizes.ingests, told)


async def _fill(
    directory: Path, drafts: Sequence[ArticleDraft], encoder: TimedEncoder, watch: Stopwatch
) -> None:
    """Ingest what is not there yet."""
    async with opened(directory, encoder, watch) as engine:
        with progress_bar("Ingesting articles", len(drafts)) as told:
            await engine.add(drafts, guild_id=None, on_progress=told)


async def _multiply(
    source: Path, target: Path, passages: int, model: str, chance: np.random.Generator
) -> None:
    """Fill the target from the source's store, unless it already holds so many passages."""
    async with await open_store(target / DATABASE) as store:
        present = len(await store.passages.ids(model))
    if present == passages:
        return
    if present:
        raise click.ClickException(f"{target} holds {present:,} passages: choose an empty directory to keep.")
    async with await open_store(source / DATABASE) as store:
        with progress_bar("Multiplying passages", passages) as told:
            await multiply(
                store, target / DATABASE, model=model, passages=passages, chance=chance, on_progress=told
            )


async def _ask(
    engine: TimedEngine, watch: Stopwatch, subject: str, sizes: Sizes, goal: Goal | None
) -> list[Figure]:
    with progress_bar(f"Asking, {subject}", sizes.questions) as told:
        return await asking.one_by_one(engine, watch, subject, sizes.questions, told, goal)


async def _ask_at_once(engine: TimedEngine, subject: str, sizes: Sizes) -> list[Figure]:
    with progress_bar(f"Asking {sizes.at_once} at once", sizes.repeats) as told:
        return await asking.at_once(engine, subject, sizes.at_once, sizes.repeats, told)


async def _start(directory: Path, subject: str, sizes: Sizes) -> list[Figure]:
    with progress_bar("Starting", 2 * sizes.repeats) as told:
        return await starting.measure(directory, subject, sizes.before_peak, sizes.repeats, told)


def _row(figure: Figure) -> dict[str, object]:
    goal = str(figure.goal) if figure.goal else None
    return asdict(figure) | {"goal": goal, "reached": figure.reached}


@contextlib.contextmanager
def _place(keep: Path | None) -> Iterator[Path]:
    if keep:
        yield keep
    else:
        with tempfile.TemporaryDirectory() as place:
            yield Path(place)


if __name__ == "__main__":
    main()
