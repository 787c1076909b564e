"""The collection: `ingest`, `articles list|show|remove`, `reindex`."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from bot.cli.options import Command, Group, Options
from bot.cli.progress import progress_bar, spinner
from corpus.errors import ArticleNotFoundError
from corpus.text import canonical_url

if TYPE_CHECKING:
    from bot.config import Config
    from corpus.types import Article, ArticleDraft, ArticleSummary, IngestReport, Link, Refusal


class Origin(click.Path):
    """A path that exists, or the address of a web page."""

    name = "origin"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        if not str(value).lower().startswith(("http://", "https://")):
            return cast(Path, super().convert(value, param, ctx))
        url = canonical_url(str(value))
        if url is None:
            self.fail(f"{value!r} is no usable address of a web page.", param, ctx)
        return url


@click.command(cls=Command)
@click.argument(
    "origins",
    nargs=-1,
    required=True,
    type=Origin(exists=True, path_type=Path),
    metavar="(PATH|URL)...",
)
@click.pass_obj
def ingest(options: Options, origins: tuple[Path | str, ...]) -> int:
    """Add articles from files and folders, and from the web by their addresses.

    A .jsonl file holds an article a line, an .md file one with front matter, a .txt file one as plain text.
    An article that is there already is left alone, a changed one is replaced. What can't be stored is named
    with its file, line and reason; everything else is stored all the same, and the exit code is then 1.

    Of a web page that tells the same story as an article which is there already, only the link is added.
    """
    from bot.terminal import open_console, render_report
    from corpus.ingest.read import read_paths

    config = options.load()
    paths = [origin for origin in origins if isinstance(origin, Path)]
    urls = [origin for origin in origins if isinstance(origin, str)]
    with spinner("Reading ..."):
        items = list(read_paths(paths, now=datetime.now(UTC)))
    try:
        report, doubtful = asyncio.run(_ingest(config, items, urls))
    except KeyboardInterrupt:
        click.echo("Stopped. What was stored so far stays; the same command goes on from there.", err=True)
        raise
    for refusal in report.refused:
        click.echo(f"{refusal.where}: {refusal.reason}", err=True)
    for url in doubtful:
        click.echo(f"{url}: this may not be the whole article. Look: rumourmill articles list", err=True)
    open_console().print(render_report(report))
    return 1 if report.refused else 0


@click.command(cls=Command)
@click.pass_obj
def reindex(options: Options) -> None:
    """Embed again what another model embedded."""
    count = asyncio.run(_reindex(options.load_existing()))
    click.echo(f"{count} articles embedded again." if count else "Every article is up to date.")


@click.group(cls=Group)
def articles() -> None:
    """The articles that every server sees. What a server added itself is managed in Discord."""


@articles.command("list")
@click.option("--matching", metavar="TEXT", help="Only those with TEXT in title or publisher.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many at most."
)
@click.pass_obj
def list_(options: Options, matching: str | None, limit: int) -> None:
    """List the articles, newest first."""
    from bot.terminal import open_console, render_listing

    found = asyncio.run(_list(options.load_existing(), matching, limit + 1))
    if not found:
        click.echo(
            "No such articles." if matching else "There are no articles. Add some: rumourmill ingest PATH"
        )
        return
    open_console().print(render_listing(found[:limit]))
    if len(found) > limit:
        click.echo(f"There are more: --limit {limit * 5} shows up to {limit * 5}.", err=True)


@articles.command()
@click.argument("article_id", type=int, metavar="ID")
@click.pass_obj
def show(options: Options, article_id: int) -> None:
    """Show an article with its whole text."""
    from bot.terminal import open_console, render_article

    article, links = asyncio.run(_show(options.load_existing(), article_id))
    open_console().print(render_article(article, links), crop=False)


@articles.command()
@click.argument("article_ids", type=int, nargs=-1, required=True, metavar="ID...")
@click.pass_obj
def remove(options: Options, article_ids: tuple[int, ...]) -> int:
    """Remove articles. No answer quotes them from then on."""
    missing = asyncio.run(_remove(options.load_existing(), article_ids))
    for error in missing:
        click.echo(f"Error: {error}", err=True)
    if len(missing) < len(article_ids):
        click.echo("To have one back, ingest its file again.", err=True)
    return 1 if missing else 0


async def _ingest(
    config: "Config", items: "Sequence[ArticleDraft | Refusal]", urls: Sequence[str]
) -> "tuple[IngestReport, tuple[str, ...]]":
    """What became of files and pages, and the pages whose text may not be whole."""
    from bot.app import open_services
    from bot.intake import take_pages

    async with open_services(config) as services:
        with spinner("Loading the model ..."):
            engine = await services.load()
        with progress_bar("Storing", len(items)) as on_progress:
            report = await engine.add(items, guild_id=None, on_progress=on_progress)
        if not urls:
            return report, ()
        with progress_bar("Fetching", len(urls)) as on_progress:
            intake = await take_pages(services, urls, on_progress)
    return report.with_more(intake.report), intake.doubtful


async def _reindex(config: "Config") -> int:
    from bot.app import open_services

    async with open_services(config) as services:
        with spinner("Loading the model ..."):
            engine = await services.load()
        with progress_bar("Embedding") as on_progress:
            return await engine.reembed(on_progress)


async def _list(config: "Config", matching: str | None, limit: int) -> "list[ArticleSummary]":
    from corpus.store import open_store

    async with await open_store(config.database) as store:
        return await store.articles.list(guild_id=None, limit=limit, matching=matching)


async def _show(config: "Config", article_id: int) -> "tuple[Article, Sequence[Link]]":
    from corpus.store import open_store

    async with await open_store(config.database) as store:
        article = await store.articles.get(article_id, guild_id=None)
        links = await store.links.of([article_id], guild_id=None)
        return article, links.get(article_id, ())


async def _remove(config: "Config", article_ids: tuple[int, ...]) -> list[ArticleNotFoundError]:
    """Remove those that are there, saying so; returns an error for each of the others."""
    from bot.terminal import safe
    from corpus.store import open_store

    missing = []
    async with await open_store(config.database) as store:
        for article_id in article_ids:
            try:
                removed = await store.articles.remove(article_id, guild_id=None)
            except ArticleNotFoundError as error:
                missing.append(error)
            else:
                click.echo(f"Removed {article_id}: {safe(removed.article.title)}")
    return missing
