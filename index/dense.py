"""Exact search among vectors. The only module that imports faiss.

One thread owns the index: adding to it during a search crashes the process.
Nothing is written to disk; the index is built from the store's vectors at every start.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from index.catalogue import Ids
from index.encode import Vectors
from index.types import Hit

faiss: Any = import_module("faiss")  # its stubs lack what the library adds at run time


class FaissVectors:
    """Passage ids with unit vectors in half precision; the score of a hit is the cosine."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._owner = ThreadPoolExecutor(1, thread_name_prefix="faiss")
        self._index = faiss.IndexIDMap2(
            faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        )

    async def add(self, ids: Ids, vectors: npt.NDArray[np.float16] | Vectors) -> None:
        """Add rows; `vectors` has shape (len(ids), dimension). The ids must be new."""
        if vectors.shape != (len(ids), self.dimension):
            raise ValueError(f"{vectors.shape} vectors for {len(ids)} ids of dimension {self.dimension}")
        await self._run(self._add, ids, vectors)

    async def remove(self, ids: Ids) -> None:
        await self._run(self._remove, ids)

    async def search(self, vector: Vectors, limit: int, allowed: Ids | None = None) -> list[Hit]:
        """The nearest passages, best first, ties by id; `allowed` (sorted) restricts which may be found."""
        if vector.shape != (self.dimension,) or not np.isfinite(vector).all():
            raise ValueError(f"not a finite vector of dimension {self.dimension}")
        found: list[Hit] = await self._run(self._search, vector, limit, allowed)
        return found

    async def close(self) -> None:
        await asyncio.to_thread(self._owner.shutdown)

    async def _run(self, function: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._owner, function, *arguments)

    def _add(self, ids: Ids, vectors: npt.NDArray[Any]) -> None:
        self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(ids))

    def _remove(self, ids: Ids) -> None:
        if len(ids):
            self._index.remove_ids(np.ascontiguousarray(ids))

    def _search(self, vector: Vectors, limit: int, allowed: Ids | None) -> list[Hit]:
        if not self._index.ntotal or limit < 1:
            return []
        scores, ids = self._index.search(vector[None, :], limit, params=_only(allowed))
        found = [Hit(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]
        return sorted(found, key=lambda hit: (-hit.score, hit.passage_id))


def _only(allowed: Ids | None) -> Any:
    """Search parameters that let only these ids be found: a bit for each id up to the largest."""
    if allowed is None:
        return None
    bits = np.zeros(int(allowed[-1]) + 1 if len(allowed) else 1, np.bool_)
    bits[allowed] = True
    selector = faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))
    return faiss.SearchParameters(sel=selector)
