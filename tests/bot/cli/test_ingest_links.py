"""rumourmill ingest URL"""

from pathlib import Path

import pytest

from bot.app import Services
from corpus.errors import (
    ArticleChangedError,
    ArticleNotFoundError,
    ArticleTakenError,
    CorpusError,
    FetchError,
)
from corpus.types import ArticleDraft, Taken
from corpus.web.door import Door
from corpus.web.types import Page
from index.engine import Engine
from tests.bot.cli.conftest import Rumourmill
from tests.bot.cli.test_articles import counts
from tests.shelf import Shelf

URL = "https://news.example/kane"
TEXT = "Harry Kane has told Bayern Munich that he wants to go home to Tottenham in January."


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    shelf = Shelf({URL: Page(url=URL, title="Kane wants home", text=TEXT, publisher="News")})

    async def door(_: Services) -> Door:
        return Door(shelf, shelf)

    monkeypatch.setattr(Services, "door", door)
    return shelf


def test_a_page_becomes_an_article_that_all_servers_see(rumourmill: Rumourmill, shelf: Shelf) -> None:
    result = rumourmill("ingest", URL)
    assert result.code == 0
    assert counts(result.out)["added"] == 1
    assert TEXT in " ".join(rumourmill("articles", "show", 1).out.split())
    assert counts(rumourmill("ingest", URL).out)["unchanged"] == 1


def test_files_and_pages_are_taken_together_and_what_failed_is_named(
    rumourmill: Rumourmill, shelf: Shelf
) -> None:
    away = "https://news.example/away"
    shelf.documents = {**shelf.documents, away: FetchError("Its server says 503.")}
    Path("one.txt").write_text("Rodri stays at Manchester City.")
    result = rumourmill("ingest", away, "one.txt", URL)
    assert result.code == 1
    assert counts(result.out) == {"added": 2, "changed": 0, "unchanged": 0, "refused": 1}
    assert f"{away}: Its server says 503." in result.err


@pytest.mark.parametrize("error", [ArticleChangedError(1), ArticleNotFoundError(1), ArticleTakenError(1)])
def test_what_the_running_bot_changes_in_the_same_moment_keeps_nothing_else_out(
    rumourmill: Rumourmill, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, error: CorpusError
) -> None:
    taken = "https://news.example/taken"
    shelf.documents = {**shelf.documents, taken: Page(url=taken, title="Rodri stays", text="Rodri stays.")}
    take = Engine.take

    async def late(engine: Engine, draft: ArticleDraft, *, guild_id: int | None) -> Taken:
        if draft.url == taken:
            raise error
        return await take(engine, draft, guild_id=guild_id)

    monkeypatch.setattr(Engine, "take", late)
    result = rumourmill("ingest", taken, URL)
    assert result.code == 1
    assert counts(result.out) == {"added": 1, "changed": 0, "unchanged": 0, "refused": 1}
    assert f"{taken}: {error}" in result.err


def test_a_page_that_may_hold_more_is_named(rumourmill: Rumourmill, shelf: Shelf) -> None:
    shelf.documents = {URL: Page(url=URL, title="Kane", text=TEXT, complete=False)}
    result = rumourmill("ingest", URL)
    assert result.code == 0
    assert f"{URL}: this may not be the whole article" in result.err


def test_a_wall_takes_no_stored_article_away(rumourmill: Rumourmill, shelf: Shelf) -> None:
    whole = shelf.documents
    rumourmill("ingest", URL)
    shelf.documents = {URL: Page(url=URL, title="News", text="Subscribe to continue.", complete=False)}
    result = rumourmill("ingest", URL)
    assert result.code == 1
    assert f"{URL}: That page shows less of the article" in result.err
    shelf.documents = whole
    assert counts(rumourmill("ingest", URL).out)["unchanged"] == 1


@pytest.mark.parametrize("url", ["https://", "http://user@news.example/", "https://news.example:x/"])
def test_what_is_no_address_is_refused_before_anything_is_fetched(
    rumourmill: Rumourmill, shelf: Shelf, url: str
) -> None:
    result = rumourmill("ingest", url)
    assert result.code == 2
    assert "no usable address" in result.err
    assert shelf.asked == []
