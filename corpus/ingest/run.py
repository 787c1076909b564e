"""Drafts -> stored articles with embedded passages, chunk by chunk: plan, split, embed, one transaction."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Protocol

from corpus.errors import StoreBusyError
from corpus.ingest.plan import Identified, Outcome, identify, plan
from corpus.passages import Span, passage_input, split_passages
from corpus.store import Store
from corpus.types import Article, ArticleDraft, IngestReport, NewArticle, NewPassage, Refusal, Stored

CHUNK_ARTICLES = 128
CHUNK_CHARS = 1_000_000
ATTEMPTS = 5

OnProgress = Callable[[int], None]
OnStored = Callable[[Stored], Awaitable[None]]


class Embedder(Protocol):
    """What ingest needs to know of a model."""

    @property
    def fingerprint(self) -> str:
        """Another one for every model whose vectors can't be compared with this one's."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The model's own tokens, without special ones. May be called from any thread."""

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        """A vector for each text, in order: float16, little-endian."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """For whom and by whom articles are added, and when."""

    guild_id: int | None
    added_by: int | None
    now: datetime


async def ingest(
    store: Store,
    embedder: Embedder,
    items: Iterable[ArticleDraft | Refusal],
    *,
    guild_id: int | None,
    added_by: int | None,
    now: datetime,
    on_progress: OnProgress | None = None,
    on_stored: OnStored | None = None,
) -> IngestReport:
    """Stores the drafts for a guild, or for all (None); refusals are passed on into the report.

    `items` is read in another thread. What a chunk stored survives a crash from the moment `on_stored` is
    called with it, and stays stored where a later chunk fails. `on_progress` is told how many items are done.
    """
    scope = _Scope(guild_id, added_by, now)
    found: dict[Outcome, list[int]] = defaultdict(list)
    refused: list[Refusal] = []
    done = 0
    source = iter(items)
    while chunk := await asyncio.to_thread(_next_chunk, source):
        refused += [item for item in chunk if isinstance(item, Refusal)]
        drafts = [item for item in chunk if not isinstance(item, Refusal)]
        for outcome, article_id in await _store_chunk(store, embedder, drafts, scope, on_stored):
            found[outcome].append(article_id)
        done += len(chunk)
        if on_progress:
            on_progress(done)
    return IngestReport(
        tuple(found["added"]), tuple(found["changed"]), tuple(found["unchanged"]), tuple(refused)
    )


async def reembed(
    store: Store,
    embedder: Embedder,
    article_ids: Sequence[int],
    *,
    on_progress: OnProgress | None = None,
    on_stored: OnStored | None = None,
) -> None:
    """Splits and embeds stored articles anew; those removed or changed meanwhile are left alone."""
    for start in range(0, len(article_ids), CHUNK_ARTICLES):
        chunk = article_ids[start : start + CHUNK_ARTICLES]
        articles = list((await store.articles.load_of_any_guild(chunk)).values())
        passages = await _embedded(embedder, articles)
        stored = await store.passages.replace(
            embedder.fingerprint,
            {a.id: (a.content_hash, new) for a, new in zip(articles, passages, strict=True)},
        )
        if on_stored:
            await on_stored(stored)
        if on_progress:
            on_progress(start + len(chunk))


async def rewrite(
    store: Store,
    embedder: Embedder,
    article_id: int,
    draft: ArticleDraft,
    *,
    expected_hash: str,
    guild_id: int | None,
    changed_by: int | None,
    now: datetime,
) -> Stored:
    """Gives an article of exactly this scope another content; see `Articles.change` for what it raises."""
    return await store.articles.change(
        article_id,
        await _new(embedder, draft),
        expected_hash=expected_hash,
        model=embedder.fingerprint,
        guild_id=guild_id,
        changed_by=changed_by,
        now=now,
    )


async def restore(
    store: Store, embedder: Embedder, article_id: int, *, guild_id: int, restored_by: int, now: datetime
) -> Stored:
    """Brings back what a guild removed, embedded anew; see `Articles.restore` for what it raises."""
    removed = await store.removed.get(article_id, guild_id=guild_id)
    return await store.articles.restore(
        article_id,
        await _new(embedder, draft_of(removed)),
        model=embedder.fingerprint,
        guild_id=guild_id,
        restored_by=restored_by,
        now=now,
    )


def draft_of(article: Article) -> ArticleDraft:
    """What was handed in to make this article."""
    return ArticleDraft(**{f.name: getattr(article, f.name) for f in fields(ArticleDraft)})


async def _new(embedder: Embedder, draft: ArticleDraft) -> NewArticle:
    one = identify(draft)
    [passages] = await _embedded(embedder, [draft])
    return NewArticle(one.key, one.content_hash, draft, passages)


def _next_chunk(source: Iterator[ArticleDraft | Refusal]) -> list[Identified | Refusal]:
    chunk: list[Identified | Refusal] = []
    chars = 0
    for item in source:
        chunk.append(item if isinstance(item, Refusal) else identify(item))
        chars += 0 if isinstance(item, Refusal) else len(item.text)
        if len(chunk) >= CHUNK_ARTICLES or chars >= CHUNK_CHARS:
            break
    return chunk


async def _store_chunk(
    store: Store,
    embedder: Embedder,
    drafts: Sequence[Identified],
    scope: _Scope,
    on_stored: OnStored | None,
) -> list[tuple[Outcome, int]]:
    """What became of each draft, and the id of its article."""
    prepared: dict[str, tuple[NewPassage, ...]] = {}
    for _ in range(ATTEMPTS):
        known = await store.articles.known({d.key for d in drafts}, guild_id=scope.guild_id)
        planned = plan(known, drafts)
        ids = {key: article.id for key, article in known.items()}
        if planned.writes:
            prepared |= await _prepare(
                embedder, [w for w in planned.writes if w.content_hash not in prepared]
            )
            stored = await store.articles.save(
                [
                    NewArticle(w.key, w.content_hash, w.draft, prepared[w.content_hash])
                    for w in planned.writes
                ],
                expected=known,
                model=embedder.fingerprint,
                guild_id=scope.guild_id,
                added_by=scope.added_by,
                now=scope.now,
            )
            if stored is None:
                continue
            if on_stored:
                await on_stored(stored)
            ids |= stored.article_ids
        return [(outcome, ids[d.key]) for outcome, d in zip(planned.outcomes, drafts, strict=True)]
    raise StoreBusyError("Another process keeps changing the same articles: try again in a moment.")


async def _prepare(embedder: Embedder, articles: Sequence[Identified]) -> dict[str, tuple[NewPassage, ...]]:
    passages = await _embedded(embedder, [article.draft for article in articles])
    return {article.content_hash: new for article, new in zip(articles, passages, strict=True)}


async def _embedded(
    embedder: Embedder, articles: Sequence[ArticleDraft | Article]
) -> list[tuple[NewPassage, ...]]:
    """The passages of each article, split in another thread and embedded all together."""
    spans = await asyncio.to_thread(_split, embedder, articles)
    vectors = await embedder.embed(
        [
            passage_input(article.title, article.published_at, article.text[start:end])
            for article, places in zip(articles, spans, strict=True)
            for start, end in places
        ]
    )
    supply = iter(vectors)
    return [tuple(NewPassage(start, end, next(supply)) for start, end in places) for places in spans]


def _split(embedder: Embedder, articles: Sequence[ArticleDraft | Article]) -> list[list[Span]]:
    return [split_passages(article.text, embedder.count_tokens) for article in articles]
