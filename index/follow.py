"""Two indexes that follow the store: vectors in memory, and words in a directory or in memory.

The store is the record. What both hold is known by its revision, and each change of them is made whole.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self, TypeVar

import numpy as np

from corpus.errors import StoreDamagedError
from corpus.store import Store
from corpus.text import checksum
from corpus.types import Stored, StoredPassage, VectorBatch
from index.catalogue import SHARED, UNDATED, Columns, Ids
from index.dense import FaissVectors
from index.encode import Encoder, Vectors
from index.errors import WordIndexError
from index.lexical import CHECKSUM_BITS, Entry, TantivyWords, keys_of
from index.rank import fuse
from index.types import Hit, Scope

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that either index found: `score` is the fused one, `cosine` the question's to the passage."""

    passage_id: int
    score: float
    cosine: float
    published_at: datetime | None


class Indexes:
    """What the store holds of one model's passages, by meaning and by words.

    Where the word index fails, it goes on in memory; nobody who searches notices.
    """

    @classmethod
    async def open(cls, store: Store, encoder: Encoder, directory: Path) -> Self:
        """Indexes of the store, the words in `directory`/words; the first `sync` fills them."""
        words = TantivyWords(directory / "words", await store.identity())
        try:
            await words.open()
        except WordIndexError as error:
            log.warning("The word index in %s can't be opened: %s", directory, error)
            await words.close()
            words = await _opened_in_memory()
        else:
            if words.in_memory:
                log.info("Another process holds the word index in %s: this one's is in memory.", directory)
        return cls(store, encoder.fingerprint, FaissVectors(encoder.dimension), words)

    def __init__(self, store: Store, model: str, vectors: FaissVectors, words: TantivyWords) -> None:
        """Both indexes open, the vectors empty; `model` is the fingerprint of the encoder."""
        self._store = store
        self._model = model
        self._vectors = vectors
        self._words = words
        self._columns = Columns.empty()
        self._revision: int | None = None
        self._syncing = asyncio.Lock()
        self._under_way: set[asyncio.Task[None]] = set()

    async def sync(self) -> None:
        """Make the indexes equal to the store; at once where nothing changed since the last time."""
        if await self._store.revision() != self._revision:
            await self._to_the_end(self._sync())

    async def follow(self, stored: Stored) -> None:
        """Bring the indexes from the revision before to the one just stored.

        Where they are further behind, because another process wrote too, the next `sync` does it.
        """
        await self._to_the_end(self._apply(stored))

    def visible(self, guild_id: int | None) -> int:
        """How many passages can be found there."""
        return int(self._columns.visible(Scope(guild_id)).sum())

    async def level(self) -> bool:
        """Whether the indexes hold what the store holds."""
        return self._revision == await self._store.revision()

    async def search(
        self,
        vector: Vectors,
        question_terms: Sequence[str],
        limit: int,
        scope: Scope,
        further: Mapping[str, float],
    ) -> list[Found]:
        """The passages in scope that are among the `limit` first of either index, best first.

        For `further` terms and their weights see `TantivyWords.search`.
        """
        lexical = await self._from_words(lambda words: words.search(question_terms, limit, scope, further))
        dense = await self._dense(vector, lexical, limit, scope)
        cosines = {hit.passage_id: hit.score for hit in dense}
        times = self._columns.times(
            np.array(sorted({hit.passage_id for hit in (*dense, *lexical)}), np.int64)
        )
        return [
            Found(i, hit.score, cosines.get(i, 0.0), times.get(i))
            for hit in fuse(dense, lexical)
            for i in (hit.passage_id,)
        ]

    async def nearest(self, vectors: Vectors, limit: int, scope: Scope) -> set[int]:
        """The passages in scope that are the `limit` nearest to any of the vectors, by meaning."""
        visible = self._columns.ids[self._columns.visible(scope)]
        return {
            hit.passage_id for vector in vectors for hit in await self._vectors.search(vector, limit, visible)
        }

    async def weights(self, question_terms: Sequence[str]) -> dict[str, float]:
        """How rare each term is among the passages; see `TantivyWords.weights`."""
        return await self._from_words(lambda words: words.weights(question_terms))

    async def close(self) -> None:
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._words.close()
        await self._vectors.close()

    async def _from_words(self, ask: Callable[[TantivyWords], Awaitable[T]]) -> T:
        """What the word index says, from memory if it can't be read where it is."""
        try:
            return await ask(self._words)
        except WordIndexError as error:
            log.warning("The word index can't be searched: %s", error)
            await self._to_the_end(self._search_words_in_memory())
            return await ask(self._words)

    async def _dense(self, vector: Vectors, lexical: Sequence[Hit], limit: int, scope: Scope) -> list[Hit]:
        """The nearest passages in scope, and the cosines of those that only the words found."""
        visible = self._columns.ids[self._columns.visible(scope)]
        nearest = await self._vectors.search(vector, limit, visible)
        known = {hit.passage_id for hit in nearest}
        others = np.array(sorted(h.passage_id for h in lexical if h.passage_id not in known), np.int64)
        return nearest + await self._vectors.search(vector, len(others), others)

    async def _to_the_end(self, change: Coroutine[None, None, None]) -> None:
        """Await a change of the indexes, which goes on even if nobody waits for it any more.

        Cut in the middle, it would leave one index ahead of the other.
        """
        task = asyncio.ensure_future(change)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.shield(task)

    async def _apply(self, stored: Stored) -> None:
        async with self._syncing:
            if self._revision is None or stored.revision != self._revision + 1:
                return
            removed = np.array(sorted(stored.removed), np.int64)
            gone = self._columns.rows(np.isin(self._columns.ids, removed))
            self._columns = self._columns.without(removed)
            await self._vectors.remove(removed)
            added = self._unknown(stored.passages)
            await self._add_passages(added)
            try:
                await self._words.apply(
                    [_entry(p) for p in added], keys_of(gone.ids, gone.checksums).tolist()
                )
            except WordIndexError as error:
                await self._move_words_to_memory(error)
            self._revision = stored.revision

    def _unknown(self, passages: Sequence[StoredPassage]) -> list[StoredPassage]:
        """Those not indexed yet: a sync also finds what is stored after the revision that it began with."""
        known = set(self._columns.ids[np.isin(self._columns.ids, [p.id for p in passages])].tolist())
        return [passage for passage in passages if passage.id not in known]

    async def _sync(self) -> None:
        async with self._syncing:
            revision = await self._store.revision()
            if revision == self._revision:
                return
            self._revision = None  # cut short, one index may be ahead: nothing follows until a sync succeeds
            await self._sync_vectors()
            try:
                await self._sync_words(self._words)
            except WordIndexError as error:
                await self._move_words_to_memory(error)
            self._revision = revision

    async def _sync_vectors(self) -> None:
        known = self._columns.ids
        stored = np.array(await self._store.passages.ids(self._model), np.int64)
        gone = np.setdiff1d(known, stored, assume_unique=True)
        await self._vectors.remove(gone)
        self._columns = self._columns.without(gone)
        if not len(self._columns):
            async for batch in self._store.passages.vectors(self._model):
                await self._add(_columns_of_batch(batch), batch.vectors)
        elif len(new := np.setdiff1d(stored, known, assume_unique=True)):
            await self._add_passages(await self._store.passages.every(self._model, new.tolist()))

    async def _add_passages(self, passages: Sequence[StoredPassage]) -> None:
        if passages:
            await self._add(_columns_of_passages(passages), [p.vector for p in passages])

    async def _add(self, rows: Columns, vectors: Sequence[bytes]) -> None:
        await self._vectors.add(rows.ids, _matrix(rows.ids, vectors, self._vectors.dimension))
        self._columns = self._columns.with_rows([rows])

    async def _sync_words(self, words: TantivyWords) -> None:
        wanted = keys_of(self._columns.ids, self._columns.checksums)
        indexed = await words.keys()
        removed = np.setdiff1d(indexed, wanted, assume_unique=True)
        missing = np.setdiff1d(wanted, indexed, assume_unique=True) >> CHECKSUM_BITS
        if not len(removed) and not len(missing):
            return
        entries = [
            _entry(passage)
            async for batch in self._store.passages.stream(self._model, ids=missing.tolist())
            for passage in batch
        ]
        await words.apply(entries, removed.tolist())

    async def _search_words_in_memory(self) -> None:
        async with self._syncing:
            if not self._words.in_memory:
                await self._move_words_to_memory(None)

    async def _move_words_to_memory(self, reason: WordIndexError | None) -> None:
        """Carry on without the directory: the disk is full, say, or the files have become unreadable."""
        log.warning("The word index goes on in memory until the next start: %s", reason)
        before, words = self._words, await _opened_in_memory()
        await self._sync_words(words)
        self._words = words
        await before.close()


async def _opened_in_memory() -> TantivyWords:
    words = TantivyWords(None)
    await words.open()
    return words


def _matrix(ids: Ids, blobs: Sequence[bytes], dimension: int) -> Vectors:
    """Stored vectors as float32 rows, shape (len(blobs), dimension). Raises StoreDamagedError."""
    whole = all(len(blob) == 2 * dimension for blob in blobs)
    rows = np.frombuffer(b"".join(blobs), "<f2").reshape(-1, dimension).astype(np.float32) if whole else None
    if rows is None or not np.isfinite(rows).all():
        raise StoreDamagedError(
            f"A vector of the passages {ids[0]} to {ids[-1]} is damaged: restore the database from a backup."
        )
    return rows


def _columns_of_batch(batch: VectorBatch) -> Columns:
    return Columns(
        np.array(batch.ids, np.int64),
        np.array(batch.article_ids, np.int64),
        np.array([guild or SHARED for guild in batch.guild_ids], np.int64),
        np.array([UNDATED if at is None else at for at in batch.published_at], np.int64),
        np.array(batch.checksums, np.int64),
    )


def _entry(passage: StoredPassage) -> Entry:
    return Entry(
        passage.id,
        checksum(passage.text),
        passage.article_id,
        passage.guild_id or SHARED,
        UNDATED if passage.published_at is None else int(passage.published_at.timestamp()),
        f"{passage.title}\n{passage.text}",
    )


def _columns_of_passages(passages: Sequence[StoredPassage]) -> Columns:
    entries = [_entry(p) for p in passages]
    return Columns(
        np.array([p.id for p in passages], np.int64),
        np.array([e.article_id for e in entries], np.int64),
        np.array([e.guild_id for e in entries], np.int64),
        np.array([e.published for e in entries], np.int64),
        np.array([e.checksum for e in entries], np.int64),
    ).with_rows([])
