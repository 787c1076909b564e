"""Opening a data directory as the program does, with the real encoder or a quick and exact one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from corpus.store import open_store
from drills.inspection import DATABASE
from index.encode import Encoder, load_encoder
from index.engine import Engine, EngineSettings, open_engine
from tests.encoders import WordEncoder

SMALL, REAL = "small", "real"
ANSWERING = EngineSettings(refuse_below=0.0)
"""What is asked must be quoted, however sure the answer is."""


async def open_encoder(kind: str) -> Encoder:
    return WordEncoder() if kind == SMALL else await load_encoder()


@asynccontextmanager
async def opened(directory: Path, encoder: Encoder | None = None) -> AsyncIterator[Engine]:
    """An engine over the directory's store; both are closed in the end."""
    async with await open_store(directory / DATABASE) as store:
        engine = await open_engine(store, encoder or WordEncoder(), directory, ANSWERING)
        try:
            yield engine
        finally:
            await engine.close()
