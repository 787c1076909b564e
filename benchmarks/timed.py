"""The engine's own parts with a stopwatch around them: the product itself measures nothing."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from corpus.store import Store, open_store
from index.catalogue import Ids
from index.dense import FaissVectors
from index.encode import SentenceEncoder, Vectors
from index.engine import Engine, EngineSettings
from index.excerpt import Candidate
from index.follow import Indexes
from index.lexical import TantivyWords
from index.types import Finding, Hit

DATABASE = "rumourmill.db"


class Stopwatch:
    """Seconds spent in each part since the last `lap`. Parts that run at the same time each count in full."""

    def __init__(self) -> None:
        self._spent: Counter[str] = Counter()

    @contextmanager
    def measure(self, part: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self._spent[part] += time.perf_counter() - began  # type: ignore[assignment]

    def lap(self) -> Counter[str]:
        spent, self._spent = self._spent, Counter()
        return spent


class TimedEncoder(SentenceEncoder):
    """`model`: inside it; `encode`: waiting for vectors of questions; `read`: for what passages answer."""

    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch
        super().__init__()

    async def encode(self, texts: Sequence[str]) -> Vectors:
        with self._watch.measure("encode"):
            return await super().encode(texts)

    async def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Finding]:
        with self._watch.measure("read"):
            return await super().read(question, passages)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        with self._watch.measure("model"):
            return super()._vectors(texts)


class TimedWords(TantivyWords):
    """`words`: searching by words; `weigh`: counting how rare they are."""

    def __init__(self, directory: Path, watch: Stopwatch) -> None:
        super().__init__(directory)
        self._watch = watch

    async def search(self, *arguments: Any, **options: Any) -> list[Hit]:
        with self._watch.measure("words"):
            return await super().search(*arguments, **options)

    async def weights(self, question_terms: Iterable[str]) -> dict[str, float]:
        with self._watch.measure("weigh"):
            return await super().weights(question_terms)


class TimedVectors(FaissVectors):
    """`vectors`: searching by meaning."""

    def __init__(self, dimension: int, watch: Stopwatch) -> None:
        super().__init__(dimension)
        self._watch = watch

    async def search(self, vector: Vectors, limit: int, allowed: Ids | None = None) -> list[Hit]:
        with self._watch.measure("vectors"):
            return await super().search(vector, limit, allowed)


class TimedEngine(Engine):
    """`sync`: looking whether the store changed; `candidates`: all searches, fusing, loading the articles."""

    def __init__(self, store: Store, encoder: TimedEncoder, indexes: Indexes, watch: Stopwatch) -> None:
        super().__init__(store, encoder, indexes, EngineSettings())
        self._watch = watch

    async def sync(self) -> None:
        with self._watch.measure("sync"):
            await super().sync()

    async def _candidates(self, *arguments: Any, **options: Any) -> list[Candidate]:
        with self._watch.measure("candidates"):
            return await super()._candidates(*arguments, **options)


@asynccontextmanager
async def opened(directory: Path, encoder: TimedEncoder, watch: Stopwatch) -> AsyncIterator[TimedEngine]:
    """An engine over the directory's store, synced. The encoder stays open."""
    async with await open_store(directory / DATABASE) as store:
        words = TimedWords(directory / "words", watch)
        await words.open()
        vectors = TimedVectors(encoder.dimension, watch)
        indexes = Indexes(store, encoder.fingerprint, vectors, words)
        engine = TimedEngine(store, encoder, indexes, watch)
        try:
            await engine.sync()
            watch.lap()
            yield engine
        finally:
            await indexes.close()
