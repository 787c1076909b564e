"""What takes articles in, in place of the engine: no two articles tell one story, unless it is told to."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from corpus.errors import ArticleChangedError
from corpus.store import Store
from corpus.text import article_key, content_hash
from corpus.types import ArticleDraft, KnownArticle, NewArticle, NewPassage, Taken


@dataclass
class StoreTake:
    """Stories that are told in `linked` (text -> number of an article) are not stored again."""

    store: Store
    linked: dict[str, int] = field(default_factory=dict)
    taken: list[ArticleDraft] = field(default_factory=list)

    async def __call__(
        self,
        draft: ArticleDraft,
        *,
        guild_id: int | None,
        added_by: int | None = None,
        replaces: int | None = None,
        expected_hash: str | None = None,
    ) -> Taken:
        self.taken.append(draft)
        if draft.text in self.linked:
            return Taken("linked", self.linked[draft.text])
        key, digest = article_key(draft), content_hash(draft)
        known = await self.store.articles.known([key], guild_id=guild_id)
        if replaces is not None:
            [article] = (await self.store.articles.load([replaces], guild_id=guild_id)).values()
            if expected_hash not in (None, article.content_hash):
                raise ArticleChangedError(replaces)
            key = article_key(draft) if key in known else await self._key(replaces)
            known = {key: KnownArticle(replaces, article.content_hash)}
        if key in known and known[key].content_hash == digest:
            return Taken("unchanged", known[key].id)
        passages = (NewPassage(0, len(draft.text), b"\x00\x3c"),)
        stored = await self.store.articles.save(
            [NewArticle(key, digest, draft, passages)],
            expected=known,
            model="digest",
            guild_id=guild_id,
            added_by=added_by,
            now=datetime.now(UTC),
        )
        if stored is None:
            raise ArticleChangedError(replaces or 0)
        return Taken("changed" if known else "added", stored.article_ids[key])

    async def _key(self, article_id: int) -> str:
        rows = await self.store._database.fetch("SELECT key FROM articles WHERE id = ?", [article_id])
        return str(rows[0][0])
