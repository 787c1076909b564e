from datetime import UTC, datetime

import pytest

from corpus.errors import ArticleRefusedError, FetchError, UnreadableError
from corpus.web.door import Door, page_draft
from corpus.web.types import NOTHING_KNOWN, Page, Unchanged, Validators
from tests.shelf import Shelf

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
URL = "https://example.com/alonso"
PAGE = Page(
    url=URL,
    title="Alonso close to Madrid",
    text="Xabi Alonso is close to Real Madrid.",
    author="Ann Author",
    publisher="Example News",
    published_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
)


async def visit(shelf: Shelf) -> Page:
    async with shelf.open_door("") as door:
        return await door.visit(URL, now=NOW)


async def test_a_page_is_fetched_and_read() -> None:
    assert await visit(Shelf({URL: PAGE})) == PAGE


@pytest.mark.parametrize("error", [FetchError("no"), UnreadableError("no")])
async def test_why_a_page_can_not_be_had_is_passed_on(error: FetchError | UnreadableError) -> None:
    with pytest.raises(type(error)):
        await visit(Shelf({URL: error}))


async def test_a_server_that_calls_unchanged_what_nobody_has_is_no_page() -> None:
    class Confused(Shelf):
        async def fetch(self, url: str, validators: Validators = NOTHING_KNOWN) -> Unchanged:
            return Unchanged()

    confused = Confused({})
    with pytest.raises(UnreadableError, match="paste its text"):
        await Door(confused, confused).visit(URL, now=NOW)


def test_a_page_is_an_article_with_all_that_was_found_of_it() -> None:
    draft = page_draft(PAGE, NOW)
    assert (draft.title, draft.text, draft.author) == (PAGE.title, PAGE.text, PAGE.author)
    assert (draft.publisher, draft.published_at, draft.url) == (PAGE.publisher, PAGE.published_at, URL)


def test_a_page_without_text_is_no_article() -> None:
    with pytest.raises(ArticleRefusedError, match="no text"):
        page_draft(Page(url=URL, title="A video", text=""), NOW)
