"""How good answers are: `evaluate` by questions whose answers are known, `evaluate-retrieval` the search."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from bot.cli.options import Command, Options
from bot.cli.progress import progress_bar, spinner
from corpus.types import Refusal

if TYPE_CHECKING:
    from bot.config import Config
    from bot.evaluation import Task
    from bot.retrieval import RetrievalSet
    from corpus.types import ArticleDraft
    from index.evaluate import Outcome

Understood = TypeVar("Understood")
By = Literal["kind", "tag"]

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Result:
    """`refuse_below` is the threshold that the outcomes were judged with."""

    outcomes: "list[Outcome]"
    not_verbatim: int
    refuse_below: float
    refused: tuple[Refusal, ...]


@click.command(cls=Command)
@click.argument("questions", type=FILE)
@click.option(
    "--articles",
    type=click.Path(exists=True, path_type=Path),
    help="Ask of these alone, ingested into a temporary directory.  [default: the articles of --data]",
)
@click.option("--by", type=click.Choice(["kind", "tag"]), help="Tell the figures of each kind or tag too.")
@click.option(
    "--misses", type=click.IntRange(min=0), default=0, help="Show so many that were not answered right."
)
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw what each threshold would miss and invent, as .svg or .png.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def evaluate(
    options: Options,
    questions: Path,
    articles: Path | None,
    by: By | None,
    misses: int,
    picture: Path | None,
    as_json: bool,
) -> int:
    """Measure the answers to QUESTIONS whose answers are known.

    QUESTIONS is a .jsonl file, a question a line; docs/quality.md explains its fields and every figure.
    Articles that can't be stored are named and left out; the exit code is then 1.
    """
    from bot.evaluation import read_tasks
    from bot.picture import PictureError, check_picture

    if articles and options.data:
        raise click.UsageError("--articles FILE has a directory of its own: leave out --data.")
    try:
        if picture:
            check_picture(picture)
    except PictureError as error:
        raise click.ClickException(str(error)) from error
    tasks = _all_understood(questions, read_tasks(questions, now=datetime.now(UTC)))
    with _configured(options, articles) as config:
        result = asyncio.run(_evaluate(config, _drafts(articles), tasks))
    _tell(result.refused)
    _print_json(result, by, misses) if as_json else _print(result, by, misses)
    if picture:
        _draw(result, picture)
    return 1 if result.refused else 0


@click.command("evaluate-retrieval", cls=Command)
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def evaluate_retrieval(options: Options, directory: Path, as_json: bool) -> None:
    """Measure the search alone, on a public retrieval set.

    DIRECTORY holds corpus.jsonl, queries.jsonl and qrels.tsv. Each document is one passage; meaning and words
    are searched and fused as for a question. Nothing is stored.
    """
    from bot.retrieval import read_retrieval_set

    found, refused = read_retrieval_set(directory)
    _refuse(refused)
    value = asyncio.run(_rank(options.load(), found))
    if as_json:
        counts = {"documents": len(found.documents), "queries": len(found.relevance)}
        click.echo(json.dumps({**counts, "nDCG@10": value}, indent=2))
    else:
        click.echo(
            f"nDCG@10 {value:.3f}   ({len(found.relevance):,} queries, {len(found.documents):,} documents)"
        )


async def _evaluate(
    config: "Config", items: "Sequence[ArticleDraft | Refusal]", tasks: "Sequence[Task]"
) -> Result:
    """Asks an engine that refuses nothing, so that every threshold can be judged by the same answers."""
    from bot.app import open_services
    from bot.evaluation import ask_all, outcomes_of, quoted_articles, words_by_name
    from index.evaluate import not_verbatim

    refuse_below = config.answers.refuse_below
    answers = config.answers.model_copy(update={"refuse_below": 0.0})
    refused: tuple[Refusal, ...] = ()
    async with open_services(config.model_copy(update={"answers": answers})) as services:
        with spinner("Loading the model ..."):
            engine = await services.load()
        if items:
            with progress_bar("Storing", len(items)) as on_progress:
                report = await engine.add(items, guild_id=None, on_progress=on_progress)
            refused = report.refused
        with progress_bar("Asking", len(tasks)) as on_progress:
            asked = await ask_all(engine, tasks, on_progress=on_progress)
        articles = await services.store.articles.load(quoted_articles(asked), guild_id=None)
    outcomes = outcomes_of(tasks, asked, refuse_below)
    return Result(outcomes, not_verbatim(outcomes, words_by_name(articles)), refuse_below, refused)


async def _rank(config: "Config", found: "RetrievalSet") -> float:
    from index.encode import load_encoder
    from index.evaluate import ndcg
    from index.retrieval import open_ranker

    with spinner("Loading the model ..."):
        encoder = await load_encoder(config.model.name)
    async with open_ranker(encoder) as ranker:
        with progress_bar("Embedding", len(found.documents)) as on_progress:
            await ranker.add(found.documents, on_progress)
        with progress_bar("Searching", len(found.relevance)) as on_progress:
            values = []
            for done, (query, relevance) in enumerate(found.relevance.items(), start=1):
                values.append(ndcg(await ranker.rank(found.queries[query]), relevance))
                on_progress(done)
    return sum(values) / len(values)


@contextmanager
def _configured(options: Options, articles: Path | None) -> "Iterator[Config]":
    """The configuration; with a data directory that is gone afterwards, if articles are given."""
    if articles is None:
        yield options.load_existing()
        return
    with TemporaryDirectory(prefix="rumourmill-") as directory:
        yield replace(options, data=Path(directory)).load()


def _drafts(articles: Path | None) -> "list[ArticleDraft | Refusal]":
    from corpus.ingest.read import read_paths

    if articles is None:
        return []
    with spinner("Reading ..."):
        items = list(read_paths([articles], now=datetime.now(UTC)))
    if all(isinstance(item, Refusal) for item in items):
        _tell(items)
        raise click.ClickException(f"There is no article in {articles} that could be asked.")
    return items


def _all_understood(file: Path, rows: "Sequence[Understood | Refusal]") -> list[Understood]:
    """The rows, if all were understood: figures over some of the questions would tell nothing."""
    _refuse([row for row in rows if isinstance(row, Refusal)])
    if not rows:
        raise click.ClickException(f"{file} holds no questions: write one a line, as docs/quality.md shows.")
    return [row for row in rows if not isinstance(row, Refusal)]


def _refuse(refused: Sequence[Refusal]) -> None:
    if refused:
        _tell(refused)
        raise click.ClickException("Nothing was measured. Mend what is named above (docs/quality.md helps).")


def _tell(items: "Sequence[ArticleDraft | Refusal]") -> None:
    """Name what was refused."""
    for item in items:
        if isinstance(item, Refusal):
            click.echo(f"{item.where}: {item.reason}", err=True)


def _draw(result: Result, picture: Path) -> None:
    from bot.picture import draw_refusing
    from index.evaluate import refusing_curve

    points = refusing_curve(result.outcomes)
    if points:
        draw_refusing(points, result.refuse_below, picture)
    else:
        click.echo("No picture: it takes both answerable and unanswerable questions.", err=True)


def _print(result: Result, by: By | None, misses: int) -> None:
    from bot.terminal import open_console, render_figures, render_groups, render_miss
    from index import evaluate as judged

    console = open_console()
    console.print(render_figures(result.outcomes, result.not_verbatim))
    if by:
        console.print(render_groups(by, judged.grouped(result.outcomes, by)))
    for outcome in judged.misses(result.outcomes)[:misses]:
        console.print(render_miss(outcome), "", crop=False)
    console.print(_summary(result), soft_wrap=True)


def _summary(result: Result) -> str:
    from index.evaluate import latency_percentiles

    latency = latency_percentiles(result.outcomes)
    times = f" · p50 {latency[0]:.0f} ms, p95 {latency[1]:.0f} ms a question" if latency else ""
    return f"{len(result.outcomes)} questions · refused below a confidence of {result.refuse_below:g}{times}"


def _print_json(result: Result, by: By | None, misses: int) -> None:
    from index import evaluate as judged

    latency = judged.latency_percentiles(result.outcomes)
    printed: dict[str, Any] = {
        "questions": len(result.outcomes),
        "refuse_below": result.refuse_below,
        "figures": _figures(result.outcomes),
        "not_verbatim": result.not_verbatim,
        "latency_ms": latency and dict(zip(("p50", "p95"), latency, strict=True)),
        "curve": [asdict(point) for point in judged.refusing_curve(result.outcomes)],
    }
    if by:
        groups = judged.grouped(result.outcomes, by)
        printed[by] = {name: _figures(outcomes) for name, outcomes in groups.items()}
    if misses:
        printed["misses"] = [_miss(outcome) for outcome in judged.misses(result.outcomes)[:misses]]
    click.echo(json.dumps(printed, ensure_ascii=False, indent=2))


def _figures(outcomes: "Sequence[Outcome]") -> dict[str, dict[str, float]]:
    from index.evaluate import figures

    return {name: asdict(figure) for name, figure in figures(outcomes).items()}


def _miss(outcome: "Outcome") -> dict[str, Any]:
    case, reply = outcome.case, outcome.reply
    return {
        "qid": case.qid,
        "question": case.question,
        "answerable": case.answerable,
        "accept": case.accept,
        "answered": reply.answered,
        "confidence": reply.confidence,
        "rank": outcome.rank,
        "first": asdict(reply.quotes[0]) if reply.quotes else None,
    }
