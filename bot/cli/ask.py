"""Questions: `ask` one or a file of them, `chat` for as long as you like."""

import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.options import Command, Options
from bot.cli.progress import progress_bar, spinner
from bot.days import parse_as_of
from index.errors import QuestionRefusedError

if TYPE_CHECKING:
    from bot.app import Services
    from bot.config import Config
    from corpus.types import Refusal
    from index.choose import Considered
    from index.explain import Explanation
    from index.types import Answer, Question

FORGET = "/new"
HINT = f"{FORGET} forgets the earlier questions; an empty line or Ctrl-D ends."


def _as_of(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    try:
        return None if value is None else parse_as_of(value, now=datetime.now(UTC))
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command(cls=Command)
@click.argument("question", nargs=-1)
@click.option("--as-of", metavar="DAY", callback=_as_of, help="Answer as on that day, such as 2024-11-06.")
@click.option("--explain", is_flag=True, help="Tell also what led to the answer.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--batch", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Questions, as JSONL."
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Where their answers go, as JSONL."
)
@click.pass_obj
def ask(
    options: Options,
    question: tuple[str, ...],
    as_of: datetime | None,
    explain: bool,
    as_json: bool,
    batch: Path | None,
    out: Path | None,
) -> int:
    """Answer a QUESTION with the best quotes.

    With --batch and --out, answer a file of questions instead: a JSON object a line, with qid, question, and
    where wanted as_of and history (the earlier questions). Rows that can't be understood are named and
    skipped; the exit code is then 1.
    """
    if bool(question) == bool(batch):
        raise click.UsageError("Give either a QUESTION or --batch FILE.")
    if bool(batch) != bool(out) or (batch and (as_of or explain or as_json)):
        raise click.UsageError(
            "--batch FILE goes with --out FILE, and without --as-of, --explain and --json."
        )
    if batch and out and out.exists() and out.samefile(batch):
        raise click.UsageError(
            "The answers would take the place of the questions: name another file for them."
        )
    if out and not out.parent.is_dir():
        raise click.UsageError(f"There is no directory {out.parent} for the answers.")
    config = options.load_existing()
    if batch and out:
        return _ask_batch(config, batch, out)
    explanation = asyncio.run(_explain(config, _text(" ".join(question)), as_of))
    if as_json:
        _print_json({**_answer(explanation.answer), **(_explanation(explanation) if explain else {})})
        return 0
    _print(explanation.answer, config)
    if explain:
        _print_explanation(explanation)
    return 0


@click.command(cls=Command)
@click.pass_obj
def chat(options: Options) -> None:
    """Keep asking; a question may refer to the ones before it.

    /new forgets the earlier questions. An empty line or Ctrl-D ends.
    """
    with suppress(ImportError):
        import readline  # noqa: F401 - gives the prompt its arrow keys
    config = options.load_existing()
    history: list[str] = []
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            services = runner.run(_open(stack, config))
            if sys.stdin.isatty():
                click.echo(HINT, err=True)
            while question := _read_question():
                if question == FORGET:
                    history.clear()
                    continue
                runner.run(_reply(services, question, history))
        finally:
            runner.run(stack.aclose())


async def _explain(config: "Config", question: str, as_of: datetime | None) -> "Explanation":
    async with AsyncExitStack() as stack:
        services = await _open(stack, config)
        return await services.engine.explain(question, as_of=as_of, limit=config.answers.quotes)


def _ask_batch(config: "Config", questions: Path, out: Path) -> int:
    from bot.batch import answer_all, read_questions

    rows = read_questions(questions, now=datetime.now(UTC))

    async def answer() -> "list[Refusal]":
        async with AsyncExitStack() as stack:
            services = await _open(stack, config)
            with progress_bar("Answering", len(rows)) as on_progress:
                return await answer_all(services.engine, rows, out, on_progress=on_progress)

    refused = asyncio.run(answer())
    for refusal in refused:
        click.echo(f"{refusal.where}: {refusal.reason}", err=True)
    click.echo(f"{len(rows) - len(refused)} of {len(rows)} questions answered: {out}", err=True)
    return 1 if refused else 0


async def _open(stack: AsyncExitStack, config: "Config") -> "Services":
    """Services that `stack` closes, with the engine loaded."""
    from bot.app import open_services

    with spinner("Loading the model ..."):
        services = await stack.enter_async_context(open_services(config))
        await services.load()
    return services


async def _reply(services: "Services", question: str, history: list[str]) -> None:
    """Print the answer, and remember the question for those that follow it."""
    limit = services.config.answers.quotes
    try:
        answer = await services.engine.ask(question, history=history, limit=limit)
    except QuestionRefusedError as error:
        click.echo(str(error))
        return
    _print(answer, services.config)
    history.append(question)


def _read_question() -> str:
    """The next line, without its ends; nothing at the end of the input."""
    try:
        return input("\n> " if sys.stdin.isatty() else "").strip()
    except EOFError:
        return ""


def _print(answer: "Answer", config: "Config") -> None:
    from bot.terminal import open_console, render_answer

    open_console().print(render_answer(answer, config.answers.quotes), crop=False)


def _print_explanation(explanation: "Explanation") -> None:
    from bot.terminal import open_console, render_explanation

    open_console().print(render_explanation(explanation), crop=False)


def _print_json(result: Mapping[str, Any]) -> None:
    click.echo(json.dumps(result, ensure_ascii=False, indent=2))


def _answer(answer: "Answer") -> dict[str, Any]:
    """`overtaken_by` and `disagrees_with` are numbers of quotes, counted from 0."""
    from index.relations import relate

    relations = relate(answer.quotes)
    opposite = {a: b for n, m in relations.disagreeing for a, b in ((n, m), (m, n))}
    quotes = [
        {
            "text": quote.text,
            "emphasis": quote.emphasis,
            "publisher": quote.source.publisher,
            "published_at": _moment(quote.source.published_at),
            "title": quote.source.title,
            "url": quote.source.url,
            "article_id": quote.source.article_id,
            "external_id": quote.source.external_id,
            "score": quote.score,
            "overtaken_by": relations.overtaken.get(number),
            "disagrees_with": opposite.get(number),
        }
        for number, quote in enumerate(answer.quotes)
    ]
    return {
        "question": answer.question,
        "answered": answer.answered,
        "as_of": _moment(answer.as_of),
        "articles": answer.articles,
        "quotes": quotes,
    }


def _explanation(explanation: "Explanation") -> dict[str, Any]:
    """What led to the answer: scores are as they were read, and `weights` makes the totals of them."""
    from index.choose import WEIGHTS

    return {
        "confidence": explanation.answer.confidence,
        "refuse_below": explanation.refuse_below,
        "understood": _understood(explanation.question),
        "weights": asdict(WEIGHTS),
        "candidates": [{**_candidate(one.considered), "verdict": one.verdict} for one in explanation.judged],
    }


def _understood(question: "Question") -> dict[str, Any]:
    period = question.period
    return {
        "query": question.query,
        "corrections": [asdict(one) for one in question.corrections],
        "expansions": [asdict(one) for one in question.expansions],
        "wanted": question.wanted.value,
        "period": period and {"start": _moment(period.start), "end": _moment(period.end)},
        "prefers_newest": question.prefers_newest,
    }


def _candidate(considered: "Considered") -> dict[str, Any]:
    article = considered.candidate.article
    return {
        "publisher": article.publisher,
        "published_at": _moment(article.published_at),
        "title": article.title,
        "article_id": article.id,
        "external_id": article.external_id,
        "text": considered.quote,
        "answer": considered.answer,
        "scores": asdict(considered.scores),
        "total": considered.scores.total,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _text(argument: str) -> str:
    """The argument with U+FFFD in the place of bytes that are not UTF-8."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
