"""A small deterministic encoder: texts that share words have similar vectors."""

import math
import re
import zlib
from collections.abc import Sequence

import numpy as np

from corpus.text import sentences
from index.encode import Vectors, to_blobs
from index.lexical import terms
from index.types import Finding

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

    async def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Finding]:
        """The likelier to answer the more of the question's words it holds; its best sentence does."""
        asked = set(terms(question))
        return [_finding(asked, head, text) for head, text in passages]

    async def close(self) -> None:
        pass

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        rows = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in WORD.findall(text.lower()):
                row[zlib.crc32(word.encode()) % self.dimension] += 1.0
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


_SURE_SPAN = 15.0
"""About what the reader gives where it is sure of a span."""


def _finding(asked: set[str], head: str, text: str) -> Finding:
    shares = [(_share(asked, text[start:end]), -start, end) for start, end in sentences(text)]
    best, start, end = max(shares)
    share = min(0.99, max(0.01, _share(asked, head + text)))
    return Finding(math.log(share / (1 - share)), -start, end, _SURE_SPAN * best)


def _share(asked: set[str], text: str) -> float:
    return len(asked & set(terms(text))) / len(asked) if asked else 0.0
