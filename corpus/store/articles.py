"""Articles. A guild sees its own and the shared ones; the host (no guild) sees the shared ones."""

# ruff: noqa: S608 - the fragments of SQL are constants of this package

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from corpus.errors import ArticleChangedError, ArticleNotFoundError, ArticleTakenError
from corpus.mentions import Mentions, mentions
from corpus.store.audit import write_audit
from corpus.store.database import Database, Transaction
from corpus.store.mentions import write_mentions
from corpus.store.passages import Passages, write_passages
from corpus.store.revision import bump_revision
from corpus.store.rows import (
    ARTICLE_COLUMNS,
    Fetch,
    article_of,
    database_id,
    fetch_each,
    like,
    marks,
    moment,
    moment_or_none,
    seconds,
    seconds_or_none,
)
from corpus.types import (
    Action,
    Article,
    ArticleSummary,
    AuditEntry,
    KnownArticle,
    NewArticle,
    Removed,
    Stored,
)

_VISIBLE = "(guild_id IS NULL OR guild_id = ?)"
_OWN = "COALESCE(guild_id, 0) = ?"


class Articles:
    def __init__(self, database: Database, passages: Passages) -> None:
        self._database = database
        self._passages = passages

    async def get(self, article_id: int, *, guild_id: int | None) -> Article:
        """Raises ArticleNotFoundError unless the guild sees it."""
        found = await self.load([article_id], guild_id=guild_id)
        if article_id not in found:
            raise ArticleNotFoundError(article_id)
        return found[article_id]

    async def load(self, ids: Collection[int], *, guild_id: int | None) -> dict[int, Article]:
        """Those of the articles that the guild sees."""
        return await self._load(ids, _VISIBLE, guild_id)

    async def load_of_any_guild(self, ids: Collection[int]) -> dict[int, Article]:
        """For maintenance only: what a guild may not see never leaves the house."""
        return await self._load(ids, "1 = 1")

    async def _load(self, ids: Collection[int], condition: str, *parameters: object) -> dict[int, Article]:
        rows = await fetch_each(
            self._database.fetch,
            f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id IN (*) AND {condition}",
            map(database_id, ids),
            *parameters,
        )
        return {row[0]: article_of(row) for row in rows}

    async def own(self, guild_id: int) -> list[Article]:
        """Those that are the guild's, in the order of their numbers."""
        rows = await self._database.fetch(
            f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE guild_id = ? ORDER BY id", [guild_id]
        )
        return [article_of(row) for row in rows]

    async def at(self, url: str, *, guild_id: int | None) -> list[Article]:
        """The articles at this address that the guild sees: its own before shared ones, the newest first."""
        rows = await self._database.fetch(
            f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE url = ? AND {_VISIBLE}"
            " ORDER BY guild_id DESC NULLS LAST, id DESC",
            [url, guild_id],
        )
        return [article_of(row) for row in rows]

    async def list(
        self,
        *,
        guild_id: int | None,
        limit: int,
        offset: int = 0,
        matching: str | None = None,
        own_only: bool = False,
    ) -> list[ArticleSummary]:
        """Newest first, undated ones last; `matching` is looked for in title and publisher."""
        rows = await self._database.fetch(
            "SELECT id, guild_id, title, publisher, published_at,"
            " (SELECT COUNT(*) FROM passages WHERE article_id = articles.id) FROM articles"
            f" WHERE {_OWN if own_only else _VISIBLE}"
            " AND (title LIKE ? ESCAPE '!' OR COALESCE(publisher, '') LIKE ? ESCAPE '!')"
            " ORDER BY published_at DESC NULLS LAST, id DESC LIMIT ? OFFSET ?",
            [(guild_id or 0) if own_only else guild_id, *2 * [like(matching)], limit, offset],
        )
        return [
            ArticleSummary(id_, guild, title, publisher, moment_or_none(published), passages)
            for id_, guild, title, publisher, published, passages in rows
        ]

    async def count(
        self,
        *,
        guild_id: int | None,
        as_of: datetime | None = None,
        since: datetime | None = None,
        among: Collection[int] | None = None,
    ) -> int:
        """Articles that the guild sees; undated ones count only where neither end is given.

        `among`: of these, no others.
        """
        conditions, parameters = [_VISIBLE], [guild_id]
        for comparison, time in (("<=", as_of), (">=", since)):
            if time is not None:
                conditions.append(f"published_at {comparison} ?")
                parameters.append(seconds(time))
        sql, condition = "SELECT COUNT(id) FROM articles WHERE", " AND ".join(conditions)
        if among is None:
            counts = await self._database.fetch(f"{sql} {condition}", parameters)
        else:
            chosen = f"{sql} id IN (*) AND {condition}"
            counts = await fetch_each(self._database.fetch, chosen, among, *parameters)
        return sum(count for (count,) in counts)

    async def added_after(self, time: datetime, *, guild_id: int | None) -> frozenset[int]:
        """Articles that the guild sees and that were stored later than that second."""
        rows = await self._database.fetch(
            f"SELECT id FROM articles WHERE {_VISIBLE} AND added_at > ?",
            [guild_id, seconds(time)],
        )
        return frozenset(id_ for (id_,) in rows)

    async def known(self, keys: Collection[str], *, guild_id: int | None) -> dict[str, KnownArticle]:
        """What exactly this scope holds under the keys."""
        return await _known(self._database.fetch, keys, guild_id)

    async def save(
        self,
        articles: Sequence[NewArticle],
        *,
        expected: Mapping[str, KnownArticle],
        model: str,
        guild_id: int | None,
        added_by: int | None,
        now: datetime,
    ) -> Stored | None:
        """Stores new articles and new versions of those in `expected`, all or nothing.

        None, and nothing stored, where the store no longer holds what is `expected` of these keys.
        """
        mentioned = await _mentioned(articles)
        async with self._database.transaction() as transaction:
            if await _known(transaction.fetch, {*expected, *(a.key for a in articles)}, guild_id) != expected:
                return None
            ids = {}
            for article in articles:
                known = expected.get(article.key)
                ids[article.key] = (
                    await _update(transaction, known.id, article)
                    if known
                    else await _insert(transaction, article, guild_id, added_by, now)
                )
            added, removed = await _fill(transaction, model, {ids[a.key]: a for a in articles}, mentioned)
            await write_audit(
                transaction,
                guild_id,
                [
                    AuditEntry(now, added_by, _action(a.key in expected), ids[a.key], a.draft.title)
                    for a in articles
                ],
            )
            revision = await bump_revision(transaction)
        return Stored(revision, ids, await self._passages.every(model, added), tuple(removed))

    async def change(
        self,
        article_id: int,
        article: NewArticle,
        *,
        expected_hash: str,
        model: str,
        guild_id: int | None,
        changed_by: int | None,
        now: datetime,
    ) -> Stored:
        """Gives an article of exactly this scope another content, whatever identity that has.

        Raises ArticleChangedError where it is no longer the one of that hash, and ArticleTakenError.
        """
        mentioned = await _mentioned([article])
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch(
                f"SELECT content_hash FROM articles WHERE id = ? AND {_OWN}",
                [database_id(article_id), guild_id or 0],
            )
            if rows != [(expected_hash,)]:
                raise ArticleChangedError(article_id)
            await _refuse_taken(transaction, article.key, guild_id, but=article_id)
            await _update(transaction, article_id, article)
            added, removed = await _fill(transaction, model, {article_id: article}, mentioned)
            entry = AuditEntry(now, changed_by, "changed", article_id, article.draft.title)
            await write_audit(transaction, guild_id, [entry])
            revision = await bump_revision(transaction)
        return Stored(
            revision, {article.key: article_id}, await self._passages.every(model, added), tuple(removed)
        )

    async def remove(
        self,
        article_id: int,
        *,
        guild_id: int | None,
        removed_by: int | None = None,
        reason: str | None = None,
        now: datetime | None = None,
    ) -> Removed:
        """Deletes an article of exactly this scope (a guild can't remove what is shared).

        A guild's own is kept aside, so that it can be restored.
        """
        now = now or datetime.now(UTC)
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch(
                f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ? AND {_OWN}",
                [database_id(article_id), guild_id or 0],
            )
            if not rows:
                raise ArticleNotFoundError(article_id)
            article = article_of(rows[0])
            passages = await transaction.fetch(
                "SELECT id FROM passages WHERE article_id = ? ORDER BY id", [article_id]
            )
            if guild_id is not None:
                await transaction.fetch(
                    f"INSERT INTO removed ({ARTICLE_COLUMNS}, removed_at, removed_by)"
                    f" SELECT {ARTICLE_COLUMNS}, ?, ? FROM articles WHERE id = ?",
                    [seconds(now), removed_by, article_id],
                )
            await transaction.fetch("DELETE FROM articles WHERE id = ?", [article_id])
            entry = AuditEntry(now, removed_by, "removed", article_id, article.title, reason)
            await write_audit(transaction, guild_id, [entry])
            revision = await bump_revision(transaction)
        return Removed(article, tuple(id_ for (id_,) in passages), revision)

    async def restore(
        self,
        article_id: int,
        article: NewArticle,
        *,
        model: str,
        guild_id: int,
        restored_by: int,
        now: datetime,
    ) -> Stored:
        """Puts what a guild removed back under its number, `article` being its content.

        Raises ArticleNotFoundError where it is not kept, and ArticleTakenError.
        """
        mentioned = await _mentioned([article])
        async with self._database.transaction() as transaction:
            kept = await transaction.fetch(
                "DELETE FROM removed WHERE id = ? AND guild_id = ? RETURNING added_at, added_by",
                [database_id(article_id), guild_id],
            )
            if not kept:
                raise ArticleNotFoundError(article_id)
            await _refuse_taken(transaction, article.key, guild_id)
            [(added_at, added_by)] = kept
            await _insert(transaction, article, guild_id, added_by, moment(added_at), id_=article_id)
            added, _ = await _fill(transaction, model, {article_id: article}, mentioned)
            entry = AuditEntry(now, restored_by, "restored", article_id, article.draft.title)
            await write_audit(transaction, guild_id, [entry])
            revision = await bump_revision(transaction)
        return Stored(revision, {article.key: article_id}, await self._passages.every(model, added))


def _action(known: bool) -> Action:
    return "changed" if known else "added"


async def _mentioned(articles: Sequence[NewArticle]) -> dict[str, Mentions]:
    """What each mentions, by its key."""
    return await asyncio.to_thread(lambda: {a.key: mentions(a.draft.text) for a in articles})


async def _fill(
    transaction: Transaction,
    model: str,
    articles: Mapping[int, NewArticle],
    mentioned: Mapping[str, Mentions],
) -> tuple[Sequence[int], Sequence[int]]:
    """Gives stored articles their passages and mentions; the ids of the passages that came and went."""
    texts = {id_: (article.draft.text, article.passages) for id_, article in articles.items()}
    added, removed = await write_passages(transaction, model, texts)
    await write_mentions(transaction, {id_: mentioned[article.key] for id_, article in articles.items()})
    return added, removed


async def _refuse_taken(
    transaction: Transaction, key: str, guild_id: int | None, *, but: int | None = None
) -> None:
    for known in (await _known(transaction.fetch, [key], guild_id)).values():
        if known.id != but:
            raise ArticleTakenError(known.id)


async def _known(fetch: Fetch, keys: Iterable[str], guild_id: int | None) -> dict[str, KnownArticle]:
    rows = await fetch_each(
        fetch, f"SELECT key, id, content_hash FROM articles WHERE key IN (*) AND {_OWN}", keys, guild_id or 0
    )
    return {key: KnownArticle(id_, digest) for key, id_, digest in rows}


async def _insert(
    transaction: Transaction,
    article: NewArticle,
    guild_id: int | None,
    added_by: int | None,
    now: datetime,
    *,
    id_: int | None = None,
) -> int:
    """Returns its number: the next one, unless one is given."""
    columns = _content(article) | {
        "id": id_,
        "guild_id": guild_id,
        "added_by": added_by,
        "added_at": seconds(now),
    }
    [(new,)] = await transaction.fetch(
        f"INSERT INTO articles ({', '.join(columns)}) VALUES ({marks(columns)}) RETURNING id",
        [*columns.values()],
    )
    return int(new)


async def _update(transaction: Transaction, article_id: int, article: NewArticle) -> int:
    columns = _content(article)
    changes = ", ".join(f"{name} = ?" for name in columns)
    await transaction.fetch(f"UPDATE articles SET {changes} WHERE id = ?", [*columns.values(), article_id])
    return article_id


def _content(article: NewArticle) -> dict[str, str | int | None]:
    draft = article.draft
    return {
        "key": article.key,
        "content_hash": article.content_hash,
        "external_id": draft.external_id,
        "title": draft.title,
        "text": draft.text,
        "publisher": draft.publisher,
        "author": draft.author,
        "published_at": seconds_or_none(draft.published_at),
        "url": draft.url,
    }
