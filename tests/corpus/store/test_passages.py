from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime

import pytest

from corpus.store import Store
from corpus.store import passages as module
from corpus.store.database import Row
from corpus.text import checksum
from corpus.types import NewArticle, NewPassage, Passage, Stored, StoredPassage

Make = Callable[..., NewArticle]
Save = Callable[..., Awaitable[Stored]]

EPOCH_PLUS_ONE = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


async def streamed(store: Store, model: str, ids: Collection[int] | None = None) -> list[StoredPassage]:
    return [passage async for batch in store.passages.stream(model, ids=ids) for passage in batch]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TEXTS_PER_BATCH", 3)
    monkeypatch.setattr(module, "_VECTORS_PER_BATCH", 3)


async def test_stream_tells_every_passage_of_the_model_in_order(
    store: Store, make_article: Make, save: Save
) -> None:
    stored = await save(*[make_article(external_id=str(i)) for i in range(4)])
    await save(make_article(external_id="other"), model="another")
    assert tuple(await streamed(store, "digest")) == stored.passages
    assert await store.passages.ids("digest") == [p.id for p in stored.passages]


async def test_stream_of_ids_leaves_out_what_is_gone_or_of_another_model(
    store: Store, make_article: Make, save: Save
) -> None:
    first, second = await save(make_article()), await save(make_article(external_id="2"), model="another")
    ids = [p.id for p in (*second.passages, *first.passages)]
    assert tuple(await streamed(store, "digest", [*ids, 999, 10**30, -1])) == first.passages
    assert await streamed(store, "digest", []) == []


async def test_stream_never_joins_an_old_passage_with_a_new_text(
    store: Store, make_article: Make, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save(make_article(), make_article("Klopp stays.", external_id="a2"))
    articles = store.passages._articles

    async def articles_after_a_change(ids: Collection[int]) -> dict[int, Row]:
        monkeypatch.undo()
        await save(make_article("Something else altogether was written."))
        return await articles(ids)

    monkeypatch.setattr(store.passages, "_articles", articles_after_a_change)
    assert [p.text for p in await streamed(store, "digest", [1, 2, 3])] == ["Klopp stays."]


async def test_vectors_come_in_columns_with_the_checksums_of_their_texts(
    store: Store, make_article: Make, save: Save
) -> None:
    await save(make_article(external_id="1", published_at=EPOCH_PLUS_ONE), make_article(external_id="2"))
    await save(make_article(), guild_id=5)
    await save(make_article(external_id="3"), model="another")
    batches = [batch async for batch in store.passages.vectors("digest")]
    assert [len(batch.ids) for batch in batches] == [3, 3]
    assert batches[0].ids + batches[1].ids == (1, 2, 3, 4, 5, 6)
    assert batches[0].guild_ids + batches[1].guild_ids == (None, None, None, None, 5, 5)
    assert batches[0].published_at == (1, 1, None)
    assert batches[0].vectors[:2] == ("Raúl is ready".encode(), b"Alonso waits.")
    assert batches[0].checksums[:2] == (checksum("Raúl is ready"), checksum("Alonso waits."))


async def test_load_gives_the_places_of_passages(store: Store, make_article: Make, save: Save) -> None:
    await save(make_article())
    assert await store.passages.load([1, 2, 3]) == {
        1: Passage(1, 1, 0, 13, checksum("Raúl is ready")),
        2: Passage(2, 1, 15, 28, checksum("Alonso waits.")),
    }


async def test_stale_names_the_articles_of_other_models(store: Store, make_article: Make, save: Save) -> None:
    await save(make_article(external_id="1"), make_article(external_id="2"), model="old")
    await save(make_article(external_id="3"))
    assert await store.passages.stale("digest") == [1, 2]
    assert await store.passages.stale("old") == [3]


async def test_replaced_passages_are_of_the_new_model(store: Store, make_article: Make, save: Save) -> None:
    old = await save(new := make_article(), model="old")
    assert await store.passages.stale("digest") == [1]
    stored = await store.passages.replace("digest", {1: (new.content_hash, [NewPassage(0, 4, b"v")])})
    assert stored.removed == tuple(p.id for p in old.passages)
    assert [(p.text, p.vector) for p in await streamed(store, "digest")] == [("Raúl", b"v")]
    assert await store.passages.stale("digest") == []
    assert await store.revision() == stored.revision == 2


async def test_passages_of_an_article_that_changed_meanwhile_are_not_replaced(
    store: Store, make_article: Make, save: Save
) -> None:
    stored = await save(make_article())
    nothing = await store.passages.replace(
        "digest", {1: ("hash of before", [NewPassage(0, 4, b"v")]), 99: ("gone", [NewPassage(0, 4, b"v")])}
    )
    assert (nothing.passages, nothing.removed) == ((), ())
    assert tuple(await streamed(store, "digest")) == stored.passages
