from datetime import UTC, datetime, timedelta

import pytest

from corpus.store import Store
from corpus.types import QuoteRef, SavedAnswer

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
QUOTES = (QuoteRef(3, 10, 40, ((2, 5), (9, 12)), checksum=77), QuoteRef(4, 0, 9))


async def saved(store: Store, **changes: object) -> SavedAnswer:
    fields = {"guild_id": 5, "asked_at": NOON, "as_of": NOON, "articles": 412, "quotes": QUOTES, **changes}
    return await store.answers.save(**fields)  # type: ignore[arg-type]


async def test_answer_comes_back_as_it_was_saved(store: Store) -> None:
    answer = await saved(store)
    assert answer == SavedAnswer(answer.id, 5, NOON, NOON, 412, QUOTES)
    assert await store.answers.get(answer.id, guild_id=5) == answer


async def test_answer_without_quotes_or_guild_comes_back_too(store: Store) -> None:
    answer = await saved(store, guild_id=None, quotes=())
    assert await store.answers.get(answer.id, guild_id=None) == answer


@pytest.mark.parametrize("guild_id", [6, None])
async def test_answer_is_not_shown_elsewhere(store: Store, guild_id: int | None) -> None:
    answer = await saved(store)
    assert await store.answers.get(answer.id, guild_id=guild_id) is None


@pytest.mark.parametrize("answer_id", [0, -3, 999, 10**30])
async def test_unknown_answer_is_none(store: Store, answer_id: int) -> None:
    assert await store.answers.get(answer_id, guild_id=5) is None


async def test_old_answers_are_forgotten(store: Store) -> None:
    old = await saved(store, asked_at=NOON - timedelta(days=31))
    new = await saved(store)
    assert await store.answers.prune(NOON - timedelta(days=30)) == 1
    assert await store.answers.get(old.id, guild_id=5) is None
    assert await store.answers.get(new.id, guild_id=5) == new


async def test_shown_answers_do_not_count_as_changes_of_articles(store: Store) -> None:
    await saved(store)
    assert await store.revision() == 0
