import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import StoreBusyError, StoreFullError
from corpus.ingest import run as module
from corpus.ingest.run import Embedder, ingest, reembed
from corpus.passages import PASSAGE_TOKENS
from corpus.store import Store, open_store
from corpus.types import ArticleDraft, IngestReport, Refusal, Stored

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
LONG_TEXT = " ".join(f"Sentence {n} tells of one more player and of his club." for n in range(50))


def drafts(*numbers: int, text: str = "Raúl waits.") -> list[ArticleDraft]:
    return [ArticleDraft(f"Title {n}", text, external_id=str(n)) for n in numbers]


async def run(
    store: Store, embedder: Embedder, items: Sequence[ArticleDraft | Refusal], **more: Any
) -> IngestReport:
    return await ingest(store, embedder, items, **{"guild_id": None, "added_by": None, "now": NOW, **more})


async def everything(store: Store) -> list[tuple[int, str, bytes]]:
    return [
        (p.article_id, p.text, p.vector) async for batch in store.passages.stream("digest") for p in batch
    ]


async def test_report_holds_what_became_of_each_item(store: Store, embedder: Any) -> None:
    refusal = Refusal("a.jsonl:3", "It has no text.")
    first = await run(store, embedder, [*drafts(1, 2), refusal])
    assert first == IngestReport(added=(1, 2), refused=(refusal,))
    second = await run(store, embedder, [*drafts(1, 3), *drafts(2, text="Alonso comes.")])
    assert second == IngestReport(added=(3,), changed=(2,), unchanged=(1,))


async def test_same_article_again_changes_and_embeds_nothing(store: Store, embedder: Any) -> None:
    await run(store, embedder, drafts(1, 2))
    before, embedded = await everything(store), len(embedder.embedded)
    await run(store, embedder, drafts(1, 2))
    assert await everything(store) == before
    assert len(embedder.embedded) == embedded
    assert await store.revision() == 1


async def test_passages_are_parts_of_the_text_embedded_with_title_and_date(
    store: Store, embedder: Any
) -> None:
    await run(store, embedder, [ArticleDraft("Long", LONG_TEXT, published_at=NOW)])
    stored = await everything(store)
    assert " ".join(text for _, text, _ in stored) == LONG_TEXT
    assert max(embedder.count_tokens([text for _, text, _ in stored])) <= PASSAGE_TOKENS
    assert embedder.embedded == [f"Long (1 August 2026)\n{text}" for _, text, _ in stored]
    assert [vector for *_, vector in stored] == await embedder.embed(list(embedder.embedded))


async def test_changed_article_keeps_its_id_and_replaces_its_passages(store: Store, embedder: Any) -> None:
    await run(store, embedder, drafts(1, text=LONG_TEXT))
    await run(store, embedder, drafts(1, text="Alonso comes."))
    assert [(id_, text) for id_, text, _ in await everything(store)] == [(1, "Alonso comes.")]


async def test_of_rows_with_one_id_the_last_is_kept(store: Store, embedder: Any) -> None:
    report = await run(store, embedder, [*drafts(1, text="First."), *drafts(1, text="Last.")])
    assert report == IngestReport(added=(1,), changed=(1,))
    assert (await store.articles.get(1, guild_id=None)).text == "Last."


async def test_chunks_tell_what_they_stored_and_how_far_they_are(
    store: Store, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK_ARTICLES", 2)
    told: list[Stored] = []
    progress: list[int] = []

    async def on_stored(stored: Stored) -> None:
        assert set(await store.passages.load([p.id for p in stored.passages])) == {
            p.id for p in stored.passages
        }
        told.append(stored)

    items: list[ArticleDraft | Refusal] = [*drafts(1, 2, 3), Refusal("x", "y"), *drafts(3, text="Changed.")]
    await run(store, embedder, items, on_stored=on_stored, on_progress=progress.append)
    assert progress == [2, 4, 5]
    assert [stored.revision for stored in told] == [1, 2, 3]
    assert told[2].removed == tuple(p.id for p in told[1].passages)
    assert [p.text for p in told[2].passages] == ["Changed."]


async def test_long_articles_make_chunks_of_few(
    store: Store, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK_CHARS", 2 * len(LONG_TEXT))
    progress: list[int] = []
    await run(store, embedder, drafts(1, 2, 3, 4, 5, text=LONG_TEXT), on_progress=progress.append)
    assert progress == [2, 4, 5]


async def test_articles_belong_to_the_guild_and_name_who_added_them(store: Store, embedder: Any) -> None:
    await run(store, embedder, drafts(1), guild_id=5, added_by=77)
    article = await store.articles.get(1, guild_id=5)
    assert (article.guild_id, article.added_by, article.added_at) == (5, 77, NOW)
    assert await store.articles.count(guild_id=6) == 0


async def test_failing_model_loses_nothing_of_earlier_chunks(
    store: Store, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK_ARTICLES", 2)

    async def fails_at_title_3(texts: Sequence[str]) -> list[bytes]:
        if any("Title 3" in text for text in texts):
            raise RuntimeError("no memory")
        return [b"v" for _ in texts]

    monkeypatch.setattr(embedder, "embed", fails_at_title_3)
    with pytest.raises(RuntimeError):
        await run(store, embedder, drafts(1, 2, 3, 4))
    assert await store.articles.count(guild_id=None) == 2


async def test_full_disk_ends_the_run_and_keeps_the_chunks_before(
    store: Store, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK_ARTICLES", 1)
    async with store._database.transaction() as transaction:
        await transaction.fetch("PRAGMA max_page_count = 60")
    with pytest.raises(StoreFullError):
        await run(store, embedder, drafts(*range(500), text=LONG_TEXT))
    count = await store.articles.count(guild_id=None)
    assert 0 < count < 500
    stored = await everything(store)
    for number in range(1, count + 1):
        assert " ".join(text for id_, text, _ in stored if id_ == number) == LONG_TEXT
    await store.check()


async def test_two_runs_at_once_store_every_article_once(
    store: Store, embedder: Any, database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK_ARTICLES", 3)
    async with await open_store(database_file) as other:
        reports = await asyncio.gather(*(run(s, embedder, drafts(*range(20))) for s in (store, other)))
    assert await store.articles.count(guild_id=None) == len(await everything(store)) == 20
    assert sorted(reports[0].added + reports[1].added) == list(range(1, 21))
    assert all(report.total == 20 for report in reports)


class Meddler:
    """An embedder during whose work somebody else stores the same articles."""

    fingerprint = "digest"

    def __init__(self, store: Store, embedder: Any, times: int) -> None:
        self.store, self.embedder, self.times = store, embedder, times
        self.embedded = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        if self.times:
            self.times -= 1
            await run(self.store, self.embedder, drafts(1, text=f"Meddled {self.times}."))
        self.embedded += len(texts)
        return [b"v" for _ in texts]


async def test_overtaken_plan_is_made_anew_but_nothing_embedded_twice(store: Store, embedder: Any) -> None:
    meddler = Meddler(store, embedder, times=1)
    report = await run(store, meddler, drafts(1, 2))
    assert meddler.embedded == 2
    assert report == IngestReport(added=(2,), changed=(1,))
    assert (await store.articles.get(1, guild_id=None)).text == "Raúl waits."
    assert len(await everything(store)) == 2


async def test_store_that_never_rests_is_reported_as_busy(
    store: Store, embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    meddler = Meddler(store, embedder, times=99)
    known = store.articles.known

    async def known_and_meddled(*arguments: Any, **more: Any) -> Any:
        found = await known(*arguments, **more)
        monkeypatch.setattr(store.articles, "known", known)
        await meddler.embed([])
        monkeypatch.setattr(store.articles, "known", known_and_meddled)
        return found

    monkeypatch.setattr(store.articles, "known", known_and_meddled)
    with pytest.raises(StoreBusyError, match="try again"):
        await run(store, embedder, drafts(1, 2))


async def test_reembedded_articles_have_passages_of_the_new_model_only(store: Store, embedder: Any) -> None:
    await run(store, embedder, drafts(1, 2, text=LONG_TEXT))
    before = await everything(store)
    embedder.fingerprint = "another"
    told: list[Stored] = []
    progress: list[int] = []

    async def on_stored(stored: Stored) -> None:
        told.append(stored)

    stale = await store.passages.stale("another")
    await reembed(store, embedder, [*stale, 999], on_progress=progress.append, on_stored=on_stored)
    assert await store.passages.stale("another") == []
    assert await everything(store) == []
    assert [(p.article_id, p.text, p.vector) for p in told[0].passages] == before
    assert progress == [3]
