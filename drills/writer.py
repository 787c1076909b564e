"""The process that is killed: adds, changes and removes articles without end, and tells what was stored.

Run as `python -m drills.writer DIRECTORY SEED ENCODER`; `drills.ledger` describes what it prints.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from corpus.store import Store, open_store
from corpus.types import Stored
from drills.articles import GONE, GUILD, NAMES, draft, guild_of
from drills.inspection import DATABASE
from drills.ledger import begin_line
from drills.opening import REAL, SMALL, open_encoder
from index.encode import Encoder, Vectors
from index.engine import Engine, EngineSettings
from index.follow import Indexes
from index.types import Finding

BATCHES = {SMALL: (1, 3, 20, 160), REAL: (1, 2, 4, 8)}
"""How many articles are handed in at once; the most that the quick encoder gets take two chunks."""
REMOVALS = 0.3


def tell(line: str) -> None:
    """Out of this process before anything else happens."""
    os.write(1, f"{line}\n".encode())


class TellingEncoder:
    """An encoder that tells when it embeds."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.fingerprint = encoder.fingerprint
        self.dimension = encoder.dimension
        self.max_tokens = encoder.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_tokens(texts)

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        tell("embed")
        blobs = await self._encoder.embed(texts)
        tell("store")
        return blobs

    async def encode(self, texts: Sequence[str]) -> Vectors:
        return await self._encoder.encode(texts)

    async def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Finding]:
        return await self._encoder.read(question, passages)

    async def close(self) -> None:
        await self._encoder.close()


class TellingIndexes(Indexes):
    """Indexes that tell when they follow the store."""

    async def follow(self, stored: Stored) -> None:
        tell("index")
        await super().follow(stored)


class Writer:
    def __init__(self, store: Store, engine: Engine, seed: int, batches: Sequence[int]) -> None:
        self._store = store
        self._engine = engine
        self._batches = batches
        self._chance = np.random.default_rng(seed)
        self._version = seed * 10_000

    async def work(self) -> None:
        while True:
            tell("split")
            if self._chance.random() < REMOVALS:
                await self._remove()
            else:
                await self._add()

    async def _add(self) -> None:
        guild_id = int(self._chance.choice([0, 0, 0, GUILD])) or None
        names = [name for name in NAMES if guild_of(name) == guild_id]
        size = min(len(names), int(self._chance.choice(self._batches)))
        work = [(str(name), self._next_version()) for name in self._chance.permutation(names)[:size]]
        tell(begin_line(work))
        await self._engine.add(
            [draft(name, version) for name, version in work],
            guild_id=guild_id,
            on_progress=lambda done: tell(f"stored {done}"),
        )

    async def _remove(self) -> None:
        name = str(self._chance.choice(NAMES))
        known = await self._store.articles.known([f"id:{name}"], guild_id=guild_of(name))
        for article in known.values():
            tell(begin_line([(name, GONE)]))
            tell("store")
            await self._engine.remove(article.id, guild_id=guild_of(name))
            tell("stored 1")

    def _next_version(self) -> int:
        self._version += 1
        return self._version


async def main(directory: Path, seed: int, encoder_kind: str) -> None:
    encoder = TellingEncoder(await open_encoder(encoder_kind))
    tell("open")
    store = await open_store(directory / DATABASE)
    indexes = await TellingIndexes.open(store, encoder, directory)
    engine = Engine(store, encoder, indexes, EngineSettings())
    await engine.sync()
    await Writer(store, engine, seed, BATCHES[encoder_kind]).work()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
