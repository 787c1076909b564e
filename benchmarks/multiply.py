"""A store of many passages out of one of some thousand: copies with words and vectors changed."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.material import change_words
from corpus.store import Store, open_store
from corpus.text import article_key, content_hash
from corpus.types import ArticleDraft, NewArticle, NewPassage, StoredPassage

VECTOR_NOISE = 0.3
"""Length of what is added to a unit vector: the cosine to the original is about 0.96."""
ARTICLES_PER_TRANSACTION = 400

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Original:
    """A stored article's passages with their vectors, a row each."""

    title: str
    published_at: datetime | None
    texts: tuple[str, ...]
    vectors: Floats


async def multiply(
    store: Store,
    target: Path,
    *,
    model: str,
    passages: int,
    chance: np.random.Generator,
    on_progress: Callable[[int], None],
) -> None:
    """Fill a new store with so many passages: those of `store` first, then changed copies of them."""
    originals = [original async for original in _originals(store, model)]
    words = " ".join(text for original in originals for text in original.texts).split()
    articles = _multiplied(originals, words, passages, chance)
    done = 0
    async with await open_store(target) as copy:
        while chunk := list(islice(articles, ARTICLES_PER_TRANSACTION)):
            await copy.articles.save(
                chunk, expected={}, model=model, guild_id=None, added_by=None, now=datetime.now(UTC)
            )
            done += sum(len(article.passages) for article in chunk)
            on_progress(done)


async def _originals(store: Store, model: str) -> AsyncIterator[_Original]:
    by_article: dict[int, list[StoredPassage]] = {}
    async for batch in store.passages.stream(model):
        for passage in batch:
            by_article.setdefault(passage.article_id, []).append(passage)
    for stored in by_article.values():
        rows = np.frombuffer(b"".join(p.vector for p in stored), "<f2").reshape(len(stored), -1)
        texts = tuple(p.text for p in stored)
        yield _Original(stored[0].title, stored[0].published_at, texts, rows.astype(np.float32))


def _multiplied(
    originals: Sequence[_Original], words: Sequence[str], passages: int, chance: np.random.Generator
) -> Iterator[NewArticle]:
    number = 0
    while passages > 0:
        original = originals[number % len(originals)]
        texts, vectors = original.texts[:passages], original.vectors[:passages]
        if number >= len(originals):
            texts = tuple(change_words(text, words, chance) for text in texts)
            vectors = _moved(vectors, chance)
        yield _article(f"article-{number}", original, texts, vectors)
        passages -= len(texts)
        number += 1


def _moved(vectors: Floats, chance: np.random.Generator) -> Floats:
    noise = chance.standard_normal(vectors.shape, np.float32) * (VECTOR_NOISE / np.sqrt(vectors.shape[1]))
    moved: Floats = vectors + noise.astype(np.float32)
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    return moved


def _article(name: str, original: _Original, texts: Sequence[str], vectors: Floats) -> NewArticle:
    """Its text holds one passage a paragraph."""
    gap = "\n\n"
    starts = np.cumsum([0, *(len(text) + len(gap) for text in texts)])
    draft = ArticleDraft(
        original.title, gap.join(texts), published_at=original.published_at, external_id=name
    )
    passages = tuple(
        NewPassage(int(start), int(start) + len(text), vector.astype("<f2").tobytes())
        for start, text, vector in zip(starts, texts, vectors, strict=False)
    )
    return NewArticle(article_key(draft), content_hash(draft), draft, passages)
