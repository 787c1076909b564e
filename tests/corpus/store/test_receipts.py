"""A receipt is pending until its articles have been compared, and again as soon as one changes or goes."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from corpus.store import Store
from corpus.types import NewArticle, QuoteRef, Receipt, Stored

Make = Callable[..., NewArticle]
Save = Callable[..., Awaitable[Stored]]

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 9, 1, 8, tzinfo=UTC)


@pytest.fixture
async def articles(make_article: Make, save: Save) -> list[int]:
    """The ids of two articles, "id:a1" and "id:a2"."""
    one, two = make_article(external_id="a1"), make_article(external_id="a2")
    return [*(await save(one)).article_ids.values(), *(await save(two)).article_ids.values()]


async def saved(store: Store, articles: list[int]) -> Receipt:
    quotes = tuple(QuoteRef(article, 0, 5, ((0, 2),), checksum=7) for article in articles)
    receipt = Receipt(1001, 50, 5, NOON, 412, quotes, language="de")
    await store.receipts.save(receipt)
    return receipt


async def settle(store: Store, receipt: Receipt, articles: list[int], **more: datetime) -> None:
    """As compared with the articles as they stand now; `more` are quotes withdrawn: `q0=LATER`."""
    found = await store.articles.load(articles, guild_id=None)
    withdrawn = {int(number[1:]): at for number, at in more.items()}
    await store.receipts.settle(receipt, withdrawn, list(found.values()))


async def test_a_new_receipt_waits_to_be_compared(store: Store, articles: list[int]) -> None:
    receipt = await saved(store, articles)
    assert await store.receipts.pending() == [receipt]
    await settle(store, receipt, articles)
    assert await store.receipts.pending() == []


async def test_a_removed_article_makes_its_receipts_pending(store: Store, articles: list[int]) -> None:
    receipt = await saved(store, articles)
    await settle(store, receipt, articles)
    await store.articles.remove(articles[0], guild_id=None)
    assert await store.receipts.pending() == [receipt]
    await settle(store, receipt, articles[1:], q0=LATER)
    assert await store.receipts.pending() == []
    await store.articles.remove(articles[1], guild_id=None)
    assert await store.receipts.pending() == [replace(receipt, withdrawn={0: LATER})]


async def test_a_changed_article_makes_its_receipts_pending(
    store: Store, articles: list[int], make_article: Make, save: Save
) -> None:
    receipt = await saved(store, articles)
    await settle(store, receipt, articles)
    await save(make_article("Alonso comes.", external_id="a2"))
    assert await store.receipts.pending() == [receipt]
    await settle(store, receipt, articles)
    assert await store.receipts.pending() == []


async def test_an_article_that_goes_before_it_was_compared_is_noticed(
    store: Store, articles: list[int]
) -> None:
    receipt = await saved(store, articles[:1])
    await store.articles.remove(articles[0], guild_id=None)
    assert await store.receipts.pending() == [receipt]


async def test_nothing_is_kept_of_a_message_that_no_article_stands_behind(
    store: Store, articles: list[int]
) -> None:
    receipt = await saved(store, articles)
    await settle(store, receipt, [], q0=LATER, q1=LATER)
    assert await store.receipts.pending() == []
    await saved(store, articles)  # its id is free again


async def test_receipts_do_not_count_as_changes_of_articles(store: Store, articles: list[int]) -> None:
    before = await store.revision()
    await settle(store, await saved(store, articles), articles)
    assert await store.revision() == before
