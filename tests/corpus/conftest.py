import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.store import Store, open_store
from corpus.text import article_key, content_hash
from corpus.types import ArticleDraft, NewArticle, NewPassage, Stored

MakeArticle = Callable[..., NewArticle]
SaveArticles = Callable[..., object]


class CountingEmbedder:
    """A word is a token, a vector is a digest; what was embedded is remembered."""

    fingerprint = "digest"

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        self.embedded += texts
        return [hashlib.sha256(text.encode()).digest() for text in texts]


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 8, 1, 12, tzinfo=UTC)


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "rumourmill.db"


@pytest.fixture
async def store(database_file: Path) -> AsyncIterator[Store]:
    async with await open_store(database_file) as store:
        yield store


@pytest.fixture
def make_article() -> MakeArticle:
    def make(text: str = "Raúl is ready. Alonso waits.", **fields: object) -> NewArticle:
        draft = ArticleDraft(**{"title": "Madrid", "text": text, "external_id": "a1", **fields})  # type: ignore[arg-type]
        passages = tuple(
            NewPassage(start, start + len(sentence), sentence.encode())
            for sentence in text.split(". ")
            for start in [text.index(sentence)]
        )
        return NewArticle(article_key(draft), content_hash(draft), draft, passages)

    return make


@pytest.fixture
def save(store: Store, now: datetime) -> SaveArticles:
    async def save(*articles: NewArticle, guild_id: int | None = None, model: str = "digest") -> Stored:
        known = await store.articles.known([article.key for article in articles], guild_id=guild_id)
        stored = await store.articles.save(
            articles, expected=known, model=model, guild_id=guild_id, added_by=7, now=now
        )
        assert stored is not None
        return stored

    return save
