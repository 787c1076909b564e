"""A small deterministic encoder: texts that share words have similar vectors."""

import re
import zlib
from collections.abc import Sequence

import numpy as np

from index.encode import Vectors, to_blobs

WORD = re.compile(r"\w+")


class WordEncoder:
    """Each word adds to one of `dimension` places; nothing to load, nothing to wait for."""

    def __init__(self, dimension: int = 256, name: str = "words") -> None:
        self.dimension = dimension
        self.fingerprint = f"{name}-{dimension}"
        self.max_tokens = 256
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(WORD.findall(text)) for text in texts]

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        self.embedded.extend(texts)
        return to_blobs(self._vectors(texts))

    async def encode(self, texts: Sequence[str]) -> Vectors:
        return self._vectors(texts)

    async def close(self) -> None:
        pass

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        rows = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in WORD.findall(text.lower()):
                row[zlib.crc32(word.encode()) % self.dimension] += 1.0
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows
