"""The way through the house: from a question to quotes, from articles to what can be found."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from corpus.errors import StoreDamagedError
from corpus.ingest.run import ingest, reembed
from corpus.store import Store
from corpus.text import checksum
from corpus.types import Article, ArticleDraft, IngestReport, Refusal, Stored, StoredPassage, VectorBatch
from index.answer import checked, fit
from index.catalogue import SHARED, UNDATED, Columns, Ids
from index.dense import FaissVectors
from index.encode import Encoder, Vectors
from index.errors import WordIndexError
from index.lexical import CHECKSUM_BITS, Entry, TantivyWords, content_terms, keys_of, terms
from index.question import understand
from index.rank import fuse
from index.read import Candidate, Reader, Sentence, quotable_sentences
from index.types import Answer, Hit, Question, Scope

log = logging.getLogger(__name__)

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class EngineSettings:
    refuse_below: float = 0.43
    """A passage that fits less well than this is not quoted; where none fits, nothing is answered."""
    pool: int = 100
    """How many passages each ranking contributes."""
    candidates: int = 12
    """How many fused passages are read."""


async def open_engine(
    store: Store, encoder: Encoder, directory: Path, settings: EngineSettings | None = None
) -> "Engine":
    """An engine over the store; the word index is kept in `directory`/words.

    Its indexes are filled by the first `sync` or question.
    """
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
    return Engine(store, encoder, words, settings or EngineSettings())


class Engine:
    """Answers questions from the store, through two indexes that follow it."""

    def __init__(self, store: Store, encoder: Encoder, words: TantivyWords, settings: EngineSettings) -> None:
        self._store = store
        self._encoder = encoder
        self._words = words
        self._vectors = FaissVectors(encoder.dimension)
        self._settings = settings
        self._columns = Columns.empty()
        self._revision: int | None = None
        self._syncing = asyncio.Lock()
        self._under_way: set[asyncio.Task[None]] = set()

    async def ask(
        self,
        question: str,
        *,
        guild_id: int | None = None,
        as_of: datetime | None = None,
        since: datetime | None = None,
        history: Sequence[str] = (),
        limit: int = 10,
    ) -> Answer:
        """The best quotes of at most `limit` articles; none where nothing fits.

        `history` holds the earlier questions of a conversation, the latest last.
        Raises QuestionRefusedError.
        """
        asked = understand(
            question,
            now=datetime.now(UTC),
            history=history,
            guild_id=guild_id,
            as_of=as_of,
            since=since,
        )
        await self.sync()
        try:
            return await self._answer(asked, limit)
        except WordIndexError as error:
            log.warning("The word index can't be searched: %s", error)
            await self._to_the_end(self._search_words_in_memory())
            return await self._answer(asked, limit)

    async def _answer(self, asked: Question, limit: int) -> Answer:
        scope = asked.scope
        reader = Reader(asked, await self._words.weights(content_terms(asked.query)), terms)
        read, articles = await asyncio.gather(
            self._read(asked),
            self._store.articles.count(guild_id=scope.guild_id, as_of=scope.as_of, since=scope.since),
        )
        fitting = [(c, found) for c, found in read if fit(reader, c, found) >= self._settings.refuse_below]
        readings = [(reading, reader.reference(reading)) for reading in reader.best(fitting, limit)]
        present = await self._store.articles.load(
            {reading.article.id for reading, _ in readings}, guild_id=scope.guild_id
        )
        return Answer(asked.text, asked.as_of, articles, checked(readings, present))

    async def add(
        self,
        items: Iterable[ArticleDraft | Refusal],
        *,
        guild_id: int | None,
        added_by: int | None = None,
        on_progress: Progress | None = None,
    ) -> IngestReport:
        """Store articles and make them findable. What is reported as added or changed survives a crash."""
        return await ingest(
            self._store,
            self._encoder,
            items,
            guild_id=guild_id,
            added_by=added_by,
            now=datetime.now(UTC),
            on_progress=on_progress,
            on_stored=self._follow,
        )

    async def remove(self, article_id: int, *, guild_id: int | None) -> Article:
        """Remove an article of exactly this guild (or a shared one for None) from store and indexes.

        Raises ArticleNotFoundError.
        """
        removed = await self._store.articles.remove(article_id, guild_id=guild_id)
        await self._follow(Stored(removed.revision, removed=removed.passages))
        return removed.article

    async def reembed(self, on_progress: Progress | None = None) -> int:
        """Embed anew what another model embedded; returns the number of articles."""
        stale = await self._store.passages.stale(self._encoder.fingerprint)
        await reembed(self._store, self._encoder, stale, on_progress=on_progress)
        return len(stale)

    async def sync(self) -> None:
        """Make the indexes equal to the store; at once where nothing changed since the last time."""
        if await self._store.revision() != self._revision:
            await self._to_the_end(self._sync())

    async def close(self) -> None:
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._words.close()
        await self._vectors.close()
        await self._encoder.close()

    async def _read(self, asked: Question) -> list[tuple[Candidate, list[Sentence]]]:
        """The best candidates, each with its sentences and their likeness to the question."""
        [vector] = await self._encoder.encode([asked.query])
        candidates = await self._candidates(asked, vector)
        found = [quotable_sentences(candidate) for candidate in candidates]
        texts = [
            c.article.text[s.start : s.end] for c, some in zip(candidates, found, strict=True) for s in some
        ]
        cosines = iter((await self._encoder.encode(texts)) @ vector)
        return [
            (candidate, [replace(sentence, cosine=float(next(cosines))) for sentence in some])
            for candidate, some in zip(candidates, found, strict=True)
        ]

    async def _candidates(self, asked: Question, vector: Vectors) -> list[Candidate]:
        """The passages to read, best first, with their articles as stored now.

        A passage whose article was changed between reading the one and the other is left out.
        """
        lexical = await self._words.search(terms(asked.query), self._settings.pool, asked.scope)
        dense = await self._dense(vector, lexical, asked.scope)
        fused = fuse(dense, lexical)[: self._settings.candidates]
        passages = await self._store.passages.load([hit.passage_id for hit in fused])
        articles = await self._store.articles.load(
            {passage.article_id for passage in passages.values()}, guild_id=asked.scope.guild_id
        )
        cosines = {hit.passage_id: hit.score for hit in dense}
        return [
            Candidate(article, passage, hit.score, cosines.get(hit.passage_id, 0.0))
            for hit in fused
            if (passage := passages.get(hit.passage_id)) is not None
            and (article := articles.get(passage.article_id)) is not None
            and checksum(article.text[passage.start : passage.end]) == passage.checksum
        ]

    async def _dense(self, vector: Vectors, lexical: Sequence[Hit], scope: Scope) -> list[Hit]:
        """The nearest passages in scope, and the cosines of those that only the words found."""
        visible = self._columns.ids[self._columns.visible(scope)]
        nearest = await self._vectors.search(vector, self._settings.pool, visible)
        known = {hit.passage_id for hit in nearest}
        others = np.array(sorted(h.passage_id for h in lexical if h.passage_id not in known), np.int64)
        return nearest + await self._vectors.search(vector, len(others), others)

    async def _follow(self, stored: Stored) -> None:
        """Bring the indexes from the revision before to the one just stored.

        Where they are further behind, because another process wrote too, the next `sync` does it.
        """
        await self._to_the_end(self._apply(stored))

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
            await self._add_passages(stored.passages)
            try:
                await self._words.apply(
                    [_entry(p) for p in stored.passages], keys_of(gone.ids, gone.checksums).tolist()
                )
            except WordIndexError as error:
                await self._move_words_to_memory(error)
            self._revision = stored.revision

    async def _sync(self) -> None:
        async with self._syncing:
            revision = await self._store.revision()
            if revision == self._revision:
                return
            await self._sync_vectors()
            try:
                await self._sync_words(self._words)
            except WordIndexError as error:
                await self._move_words_to_memory(error)
            self._revision = revision

    async def _sync_vectors(self) -> None:
        known = self._columns.ids
        stored = np.array(await self._store.passages.ids(self._encoder.fingerprint), np.int64)
        gone = np.setdiff1d(known, stored, assume_unique=True)
        await self._vectors.remove(gone)
        self._columns = self._columns.without(gone)
        if not len(self._columns):
            async for batch in self._store.passages.vectors(self._encoder.fingerprint):
                await self._add(_columns_of_batch(batch), batch.vectors)
        elif len(new := np.setdiff1d(stored, known, assume_unique=True)):
            await self._add_passages(
                await self._store.passages.every(self._encoder.fingerprint, new.tolist())
            )

    async def _add_passages(self, passages: Sequence[StoredPassage]) -> None:
        if passages:
            await self._add(_columns_of_passages(passages), [p.vector for p in passages])

    async def _add(self, rows: Columns, vectors: Sequence[bytes]) -> None:
        await self._vectors.add(rows.ids, _matrix(rows.ids, vectors, self._encoder.dimension))
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
            async for batch in self._store.passages.stream(self._encoder.fingerprint, ids=missing.tolist())
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
        np.array([guild or SHARED for guild in batch.guild_ids], np.int64),
        np.array([UNDATED if at is None else at for at in batch.published_at], np.int64),
        np.array(batch.checksums, np.int64),
    )


def _entry(passage: StoredPassage) -> Entry:
    return Entry(
        passage.id,
        checksum(passage.text),
        passage.guild_id or SHARED,
        UNDATED if passage.published_at is None else int(passage.published_at.timestamp()),
        f"{passage.title}\n{passage.text}",
    )


def _columns_of_passages(passages: Sequence[StoredPassage]) -> Columns:
    entries = [_entry(p) for p in passages]
    return Columns(
        np.array([p.id for p in passages], np.int64),
        np.array([e.guild_id for e in entries], np.int64),
        np.array([e.published for e in entries], np.int64),
        np.array([e.checksum for e in entries], np.int64),
    ).with_rows([])
