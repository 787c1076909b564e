"""The program: its commands, and what becomes of an error."""

import io
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import click

from bot.cli.articles import articles, ingest, reindex
from bot.cli.ask import ask, chat
from bot.cli.evaluate import evaluate, evaluate_retrieval
from bot.cli.feeds import feeds
from bot.cli.host import check, commands, run
from bot.cli.options import Group, Options
from bot.cli.verdicts import verdicts
from corpus.errors import ArticleNotFoundError, CorpusError, StoreBusyError
from index.errors import RetrievalError

FAILED = 1
BUSY = 3
INTERRUPTED = 130


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rumourmill", message="%(prog)s %(version)s")
def program() -> None:
    """Answer questions about football transfers with verbatim, dated quotes from your articles."""


for command in (
    ask,
    chat,
    ingest,
    articles,
    feeds,
    reindex,
    evaluate,
    evaluate_retrieval,
    verdicts,
    check,
    commands,
    run,
):
    program.add_command(command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program and exit: 0 done, 1 failed, 2 wrongly called, 3 busy, 130 interrupted."""
    sys.exit(invoke(arguments))


def invoke(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the exit code."""
    _prepare()
    options = Options()
    try:
        code: int | None = program.main(arguments, prog_name="rumourmill", standalone_mode=False, obj=options)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        _let_go_of_stdout()
        return FAILED
    except Exception as error:
        click.echo(f"Error: {_words(error)}", err=True)
        if options.verbose:
            traceback.print_exception(error)
        return BUSY if isinstance(error, StoreBusyError) else FAILED
    return code or 0


def _prepare() -> None:
    """No noise of libraries, and no error over a character that the terminal's encoding lacks."""
    logging.getLogger().addHandler(logging.NullHandler())
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _words(error: Exception) -> str:
    """What to tell whoever typed the command."""
    from bot.config import ConfigError

    match error:
        case ArticleNotFoundError():
            return f"{error} `rumourmill articles list` shows which there are."
        case ConfigError() | CorpusError() | RetrievalError():
            return str(error)
        case OSError(filename=str() | bytes() as name, strerror=str() as reason):
            return f"{os.fsdecode(name)}: {reason}."
        case OSError(strerror=str() as reason):
            return f"{reason}."
    return f"{type(error).__name__}: {error}. That was not foreseen; the option -v shows where it arose."


def _let_go_of_stdout() -> None:
    """Whoever read the output has gone; the interpreter's last flush must not complain about it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
