"""An engine over a store of its own, and two articles to put into it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from corpus.store import open_store
from corpus.types import ArticleDraft
from index.engine import Engine, EngineSettings, open_engine
from tests.encoders import WordEncoder

DAY = datetime(2024, 11, 6, tzinfo=UTC)
ALONSO = ArticleDraft(
    "Madrid close to Alonso",
    "Xabi Alonso is the choice of Real Madrid to replace Carlo Ancelotti.\n\n"
    "Raúl would be the interim manager.",
    "TEAMtalk",
    published_at=DAY,
    external_id="alonso",
)
KANE = ArticleDraft(
    "Kane joins Bayern",
    "Harry Kane has joined Bayern Munich for a fee of around €100m.",
    "IOL",
    published_at=DAY - timedelta(days=450),
    external_id="kane",
)


@asynccontextmanager
async def opened(
    directory: Path, encoder: WordEncoder | None = None, settings: EngineSettings | None = None
) -> AsyncIterator[Engine]:
    async with await open_store(directory / "rumourmill.db") as store:
        engine = await open_engine(store, encoder or WordEncoder(), directory, settings)
        try:
            yield engine
        finally:
            await engine.close()


async def quotes(engine: Engine, question: str, guild_id: int | None = None) -> list[str]:
    return [quote.text for quote in (await engine.ask(question, guild_id=guild_id)).quotes]
