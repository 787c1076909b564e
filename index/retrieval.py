"""The search alone, over whole documents: what the engine does before it reads, without a store."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import numpy as np

from corpus.passages import passage_input
from index.catalogue import SHARED, UNDATED
from index.dense import FaissVectors
from index.encode import Encoder
from index.engine import EngineSettings
from index.lexical import Entry, TantivyWords, terms
from index.rank import fuse
from index.types import Scope

CHUNK_DOCUMENTS = 64


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    title: str
    text: str


class Ranker:
    """Ranks documents for a query by meaning and by words, fused. Made by `open_ranker`."""

    def __init__(self, encoder: Encoder, vectors: FaissVectors, words: TantivyWords) -> None:
        self._encoder = encoder
        self._vectors = vectors
        self._words = words
        self._names: list[str] = []

    async def add(self, documents: Sequence[Document], on_progress: Callable[[int], None]) -> None:
        """Embed and index them, each as one passage. To be called once."""
        self._names = [document.name for document in documents]
        for start in range(0, len(documents), CHUNK_DOCUMENTS):
            chunk = documents[start : start + CHUNK_DOCUMENTS]
            blobs = await self._encoder.embed([passage_input(d.title, None, d.text) for d in chunk])
            rows = np.frombuffer(b"".join(blobs), "<f2").reshape(len(chunk), -1)
            await self._vectors.add(np.arange(start, start + len(chunk)), rows)
            on_progress(start + len(chunk))
        entries = (
            Entry(i, 0, i, SHARED, UNDATED, f"{document.title}\n{document.text}")
            for i, document in enumerate(documents)
        )
        await self._words.apply(entries, ())

    async def rank(self, query: str) -> list[str]:
        """The names of the documents found, best first."""
        pool = EngineSettings().pool
        [vector] = await self._encoder.encode([query])
        lexical = await self._words.search(terms(query), pool, Scope())
        nearest = await self._vectors.search(vector, pool)
        known = {hit.passage_id for hit in nearest}
        others = np.array(sorted(h.passage_id for h in lexical if h.passage_id not in known), np.int64)
        dense = nearest + await self._vectors.search(vector, len(others), others)
        return [self._names[hit.passage_id] for hit in fuse(dense, lexical)]


@asynccontextmanager
async def open_ranker(encoder: Encoder) -> AsyncIterator[Ranker]:
    """A ranker that keeps everything in memory; closes the encoder too."""
    vectors, words = FaissVectors(encoder.dimension), TantivyWords(None)
    await words.open()
    try:
        yield Ranker(encoder, vectors, words)
    finally:
        await words.close()
        await vectors.close()
        await encoder.close()
