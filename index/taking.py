"""What becomes of an article that comes in by itself: stored, or a link to what tells its story already."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from corpus.errors import ArticleNotFoundError
from corpus.ingest.plan import identify
from corpus.store import Store
from corpus.types import Article, ArticleDraft, IngestReport, Taken
from index.same import first_same


class Stores(Protocol):
    """What stores articles and makes them findable: the engine."""

    async def add(
        self, items: list[ArticleDraft], *, guild_id: int | None, added_by: int | None
    ) -> IngestReport: ...

    async def change(
        self,
        article_id: int,
        draft: ArticleDraft,
        *,
        expected_hash: str,
        guild_id: int | None,
        changed_by: int | None,
    ) -> None: ...

    async def like(self, draft: ArticleDraft, *, guild_id: int | None) -> list[Article]: ...


class Taking:
    """Takes one draft after the other, so that of two copies that come at once the second sees the first."""

    def __init__(self, store: Store, engine: Stores) -> None:
        self._store = store
        self._engine = engine
        self._one_at_a_time = asyncio.Lock()

    async def take(
        self,
        draft: ArticleDraft,
        *,
        guild_id: int | None,
        added_by: int | None,
        replaces: int | None,
        expected_hash: str | None,
    ) -> Taken:
        """See `Engine.take`."""
        async with self._one_at_a_time:
            linked = await self._store.links.article(draft.url, guild_id=guild_id) if draft.url else None
            if replaces is not None and replaces != linked:
                return await self._replace(replaces, draft, guild_id, added_by, expected_hash)
            if await self._store.articles.known([identify(draft).key], guild_id=guild_id):
                return await self._add(draft, guild_id, added_by)
            if linked is not None:
                return Taken("unchanged", linked)
            return await self._take_new(draft, guild_id, added_by)

    async def _take_new(self, draft: ArticleDraft, guild_id: int | None, added_by: int | None) -> Taken:
        """Takes a draft whose identity neither an article of this scope nor a link has."""
        known = await self._at_its_address(draft, guild_id)
        if known is not None:
            return await self._replace(known, draft, guild_id, added_by)
        like = await self._engine.like(draft, guild_id=guild_id)
        told = await asyncio.to_thread(first_same, draft, like)
        if told is not None:
            with contextlib.suppress(ArticleNotFoundError):  # removed in the same moment
                return await self._link(told, draft, guild_id)
        return await self._add(draft, guild_id, added_by)

    async def _at_its_address(self, draft: ArticleDraft, guild_id: int | None) -> int | None:
        """The article of exactly this scope at the draft's address, unless each has an id of its own."""
        if draft.url is None:
            return None
        for article in await self._store.articles.at(draft.url, guild_id=guild_id):
            if article.guild_id == guild_id and not (article.external_id and draft.external_id):
                return article.id
        return None

    async def _link(self, told: Article, draft: ArticleDraft, guild_id: int | None) -> Taken:
        """A draft without an address, or with the article's own, has nothing to link to."""
        if draft.url is None or draft.url == told.url:
            return Taken("unchanged", told.id)
        await self._store.links.add(
            told.id,
            guild_id=guild_id,
            url=draft.url,
            title=draft.title,
            publisher=draft.publisher,
            published_at=draft.published_at,
            now=datetime.now(UTC),
        )
        return Taken("linked", told.id)

    async def _add(self, draft: ArticleDraft, guild_id: int | None, added_by: int | None) -> Taken:
        report = await self._engine.add([draft], guild_id=guild_id, added_by=added_by)
        if report.added:
            return Taken("added", report.added[0])
        if report.changed:
            return Taken("changed", report.changed[0])
        return Taken("unchanged", report.unchanged[0])

    async def _replace(
        self,
        article_id: int,
        draft: ArticleDraft,
        guild_id: int | None,
        changed_by: int | None,
        expected_hash: str | None = None,
    ) -> Taken:
        """The article keeps its id where the draft, as of a page, has none: its file still has that."""
        article = await self._store.articles.get(article_id, guild_id=guild_id)
        if article.guild_id != guild_id:
            raise ArticleNotFoundError(article_id)
        draft = replace(draft, external_id=draft.external_id or article.external_id)
        if article.content_hash == identify(draft).content_hash:
            return Taken("unchanged", article_id)
        await self._engine.change(
            article_id,
            draft,
            expected_hash=expected_hash or article.content_hash,
            guild_id=guild_id,
            changed_by=changed_by,
        )
        return Taken("changed", article_id)
