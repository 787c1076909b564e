"""What members said of answers: `verdicts`."""

import asyncio
import json
from typing import TYPE_CHECKING, Any

import click

from bot.cli.options import Command, Options

if TYPE_CHECKING:
    from bot.config import Config
    from bot.verdicts import JudgedAnswer


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each answer.")
@click.pass_obj
def verdicts(options: Options, as_json: bool) -> None:
    """Show which answers members found right and wrong, and what those quoted.

    The newest answer comes first. Nothing tells who said so, or what was asked.
    """
    from bot.terminal import open_console, render_verdicts

    judged = asyncio.run(_judged(options.load_existing()))
    if as_json:
        for answer in judged:
            click.echo(json.dumps(_fields(answer), ensure_ascii=False))
    elif judged:
        open_console().print(render_verdicts(judged), crop=False)
    else:
        click.echo("Nobody has said whether an answer was right yet.")


async def _judged(config: "Config") -> "list[JudgedAnswer]":
    from bot.verdicts import judged_answers
    from corpus.store import open_store

    async with await open_store(config.database) as store:
        return await judged_answers(store)


def _fields(answer: "JudgedAnswer") -> dict[str, Any]:
    quotes = [
        {"article_id": quote.source.article_id, "title": quote.source.title, "text": quote.text}
        for quote in answer.quotes
    ]
    return {
        "answer": answer.answer_id,
        "server": str(answer.guild_id),
        "right": answer.right,
        "wrong": answer.wrong,
        "quotes": quotes,
        "quotes_gone": answer.gone,
    }
