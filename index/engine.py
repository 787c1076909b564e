"""The way through the house: from a question to quotes, from articles to what can be found."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import ArticleTakenError
from corpus.ingest.plan import identify
from corpus.ingest.run import ingest, reembed, restore, rewrite
from corpus.passages import Span, passage_input, split_passages
from corpus.store import Store
from corpus.text import checksum
from corpus.types import Article, ArticleDraft, IngestReport, Refusal, Stored, Taken
from index.answer import checked
from index.books import NameBooks
from index.choose import Considered, chosen, confidence, consider, coverage, ranked, stories, verdict
from index.encode import Encoder, Vectors
from index.excerpt import Candidate
from index.explain import Explanation, Judged
from index.follow import Indexes
from index.lexical import content_terms, expanded_terms, terms
from index.mentioning import mention, opening
from index.namebook import KnownName, NameBook
from index.near import Preview, names_in, near_duplicates, spread
from index.question import understand
from index.rank import few_of_each
from index.same import first_same
from index.taking import Taking
from index.timely import timeliness
from index.types import Answer, IndexState, Question, Quote, Scope

Progress = Callable[[int], None]

TIMELINESS_WEIGHT = 0.4
"""What being of the right time adds to a passage's fused score, 0 to 1, when it is decided what is read."""
MAX_SPELLINGS = 50
COMPARED_PASSAGES = 16
"""So many passages of a draft are looked for among the stored ones, from all over it."""
NEAREST_PASSAGES = 8
"""The articles of so many stored passages are compared with a draft, for each of those."""
MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class EngineSettings:
    refuse_below: float = 0.38
    """Nothing is quoted where it is less likely than this that there is an answer in what was read."""
    pool: int = 100
    """How many passages each ranking contributes."""
    candidates: int = 12
    """How many fused passages are read, a few of each article."""


async def open_engine(
    store: Store, encoder: Encoder, directory: Path, settings: EngineSettings | None = None
) -> "Engine":
    """An engine over the store; the word index is kept in `directory`/words.

    Its indexes are filled by the first `sync` or question.
    """
    indexes = await Indexes.open(store, encoder, directory)
    return Engine(store, encoder, indexes, settings or EngineSettings())


class Engine:
    """Answers questions from the store, through two indexes that follow it."""

    def __init__(self, store: Store, encoder: Encoder, indexes: Indexes, settings: EngineSettings) -> None:
        self._store = store
        self._encoder = encoder
        self._indexes = indexes
        self._books = NameBooks(store)
        self._settings = settings
        self._taking = Taking(store, self)

    async def ask(
        self,
        question: str,
        *,
        guild_id: int | None = None,
        as_of: datetime | None = None,
        since: datetime | None = None,
        about: KnownName | None = None,
        added_after: datetime | None = None,
        history: Sequence[str] = (),
        limit: int = 10,
    ) -> Answer:
        """The best quotes, at most `limit` and each story once; none where nothing answers the question.

        Only articles that mention whom it is `about` may answer, and only those stored later than
        `added_after`. `history` holds the earlier questions of a conversation, the latest last.
        Raises QuestionRefusedError.
        """
        explanation = await self.explain(
            question,
            guild_id=guild_id,
            as_of=as_of,
            since=since,
            about=about,
            added_after=added_after,
            history=history,
            limit=limit,
        )
        return explanation.answer

    async def explain(
        self,
        question: str,
        *,
        guild_id: int | None = None,
        as_of: datetime | None = None,
        since: datetime | None = None,
        about: KnownName | None = None,
        added_after: datetime | None = None,
        history: Sequence[str] = (),
        limit: int = 10,
    ) -> Explanation:
        """An answer as `ask` gives it, with everything that led to it. Raises QuestionRefusedError."""
        asked = understand(
            question,
            now=datetime.now(UTC),
            names=await self._books.of(guild_id),
            history=history,
            guild_id=guild_id,
            as_of=as_of,
            since=since,
            articles=await self._chosen(about, added_after, guild_id),
        )
        await self.sync()
        return await self._explain(asked, limit)

    async def _chosen(
        self, about: KnownName | None, added_after: datetime | None, guild_id: int | None
    ) -> frozenset[int] | None:
        """The only articles that may answer; None for all."""
        choices = []
        if about is not None:
            choices.append(frozenset(await self._mentioning(about, guild_id)))
        if added_after is not None:
            choices.append(await self._store.articles.added_after(added_after, guild_id=guild_id))
        return frozenset.intersection(*choices) if choices else None

    async def _explain(self, asked: Question, limit: int) -> Explanation:
        scope = asked.scope
        considered, articles = await asyncio.gather(
            self._consider(asked),
            self._store.articles.count(
                guild_id=scope.guild_id, as_of=scope.as_of, since=scope.since, among=scope.articles
            ),
        )
        sure, told = confidence(considered), stories(considered)
        shown = chosen(told, limit) if sure >= self._settings.refuse_below else []
        present = await self._store.articles.load(
            {one.candidate.article.id for one in shown}, guild_id=scope.guild_id
        )
        quotes = checked(shown, asked, present)
        return Explanation(
            asked,
            Answer(asked.text, asked.as_of, articles, quotes, sure),
            tuple(Judged(one, verdict(one, same, shown)) for one, same in told),
            self._settings.refuse_below,
        )

    async def names(self, guild_id: int | None) -> NameBook:
        """The names that the guild's articles hold."""
        return await self._books.of(guild_id)

    async def about(self, name: KnownName, *, guild_id: int | None, limit: int = 10) -> Answer:
        """What the newest articles say that mention the name, newest first; `articles` counts them all."""
        ids = await self._mentioning(name, guild_id)
        return await self._newest(
            name.written, ids[:limit], len(ids), guild_id, lambda article: mention(article, name.spellings)
        )

    async def latest(self, title: str, *, guild_id: int | None, limit: int = 10) -> Answer:
        """How the newest articles begin, newest first."""
        newest = await self._store.articles.list(guild_id=guild_id, limit=limit)
        count = await self._store.articles.count(guild_id=guild_id)
        return await self._newest(title, [article.id for article in newest], count, guild_id, opening)

    async def _mentioning(self, name: KnownName, guild_id: int | None) -> list[int]:
        """The articles that the guild sees and that mention the name, newest first."""
        return await self._store.mentions.articles(name.spellings[:MAX_SPELLINGS], guild_id=guild_id)

    async def _newest(
        self,
        title: str,
        ids: Sequence[int],
        count: int,
        guild_id: int | None,
        quoted: Callable[[Article], Quote | None],
    ) -> Answer:
        articles = await self._store.articles.load(ids, guild_id=guild_id)
        found = [articles[id_] for id_ in ids if id_ in articles]
        quotes = await asyncio.to_thread(lambda: [quote for article in found if (quote := quoted(article))])
        return Answer(title, datetime.now(UTC), count, tuple(quotes), 1.0)

    async def add(
        self,
        items: Iterable[ArticleDraft | Refusal],
        *,
        guild_id: int | None,
        added_by: int | None = None,
        on_progress: Progress | None = None,
    ) -> IngestReport:
        """Store articles and make them findable. What is reported as added or changed survives a crash."""
        return await ingest(
            self._store,
            self._encoder,
            items,
            guild_id=guild_id,
            added_by=added_by,
            now=datetime.now(UTC),
            on_progress=on_progress,
            on_stored=self._indexes.follow,
        )

    async def preview(self, draft: ArticleDraft, *, guild_id: int, edited: Article | None = None) -> Preview:
        """What storing a draft would do, in place of `edited` where that is given.

        Raises ArticleTakenError where another article than that has the draft's id or address.
        """
        one = identify(draft)
        known = (await self._store.articles.known([one.key], guild_id=guild_id)).get(one.key)
        if edited and known and known.id != edited.id:
            raise ArticleTakenError(known.id)
        replaced = edited or known
        spans = await asyncio.to_thread(split_passages, draft.text, self._encoder.count_tokens)
        like = await self._like(draft, spans, guild_id)
        near = await asyncio.to_thread(near_duplicates, draft, like)
        ordinary = (await self._books.of(guild_id)).ordinary
        return Preview(
            draft,
            len(spans),
            await asyncio.to_thread(names_in, draft.text, ordinary),
            tuple(n for n in near if edited is None or n.article.id != edited.id)[:MOST_NEAR],
            replaced.id if replaced else None,
            replaced is not None and replaced.content_hash == one.content_hash,
            None if replaced else await self._same(draft, like),
        )

    async def _same(self, draft: ArticleDraft, like: Sequence[Article]) -> int | None:
        """The article to which the draft could become a link."""
        told = await asyncio.to_thread(first_same, draft, like) if draft.url else None
        return told.id if told else None

    async def like(self, draft: ArticleDraft, *, guild_id: int | None) -> list[Article]:
        """The articles that the guild sees and that hold passages like the draft's, the newest first."""
        spans = await asyncio.to_thread(split_passages, draft.text, self._encoder.count_tokens)
        return await self._like(draft, spans, guild_id)

    async def _like(self, draft: ArticleDraft, spans: Sequence[Span], guild_id: int | None) -> list[Article]:
        await self.sync()
        texts = [passage_input(draft.title, draft.published_at, draft.text[a:b]) for a, b in spans]
        vectors = await self._encoder.encode(spread(texts, COMPARED_PASSAGES))
        found = await self._indexes.nearest(vectors, NEAREST_PASSAGES, Scope(guild_id))
        passages = await self._store.passages.load(found)
        articles = await self._store.articles.load(
            {passage.article_id for passage in passages.values()}, guild_id=guild_id
        )
        return sorted(articles.values(), key=lambda article: -article.id)

    async def take(
        self,
        draft: ArticleDraft,
        *,
        guild_id: int | None,
        added_by: int | None = None,
        replaces: int | None = None,
        expected_hash: str | None = None,
    ) -> Taken:
        """Store an article that came in by itself, unless what the guild sees tells its story already.

        A draft with the id or the address of an article of exactly this scope is its newer version, and so
        is one that `replaces` an article by its number. A copy of what the guild sees becomes a link to it,
        and where the copy's address is known already, nothing changes.

        Raises ArticleNotFoundError where the article that it replaces is gone, ArticleChangedError where
        that no longer holds what is expected, or somebody changed it in the same moment, and
        ArticleTakenError where another article has the draft's id or address.
        """
        return await self._taking.take(
            draft, guild_id=guild_id, added_by=added_by, replaces=replaces, expected_hash=expected_hash
        )

    async def change(
        self,
        article_id: int,
        draft: ArticleDraft,
        *,
        expected_hash: str,
        guild_id: int | None,
        changed_by: int | None,
    ) -> None:
        """Give an article of exactly this scope another content, under the number that it has.

        Raises ArticleChangedError where it no longer holds what is expected, and ArticleTakenError where
        another article has that id or address.
        """
        stored = await rewrite(
            self._store,
            self._encoder,
            article_id,
            draft,
            expected_hash=expected_hash,
            guild_id=guild_id,
            changed_by=changed_by,
            now=datetime.now(UTC),
        )
        await self._indexes.follow(stored)

    async def restore(self, article_id: int, *, guild_id: int, restored_by: int) -> Article:
        """Bring back what a guild removed. Raises ArticleNotFoundError, and ArticleTakenError."""
        stored = await restore(
            self._store,
            self._encoder,
            article_id,
            guild_id=guild_id,
            restored_by=restored_by,
            now=datetime.now(UTC),
        )
        await self._indexes.follow(stored)
        return await self._store.articles.get(article_id, guild_id=guild_id)

    async def remove(
        self,
        article_id: int,
        *,
        guild_id: int | None,
        removed_by: int | None = None,
        reason: str | None = None,
    ) -> Article:
        """Remove an article of exactly this guild (or a shared one for None) from store and indexes.

        What a guild removed can be restored for a while. Raises ArticleNotFoundError.
        """
        removed = await self._store.articles.remove(
            article_id, guild_id=guild_id, removed_by=removed_by, reason=reason
        )
        await self._indexes.follow(Stored(removed.revision, removed=removed.passages))
        return removed.article

    async def reembed(self, on_progress: Progress | None = None) -> int:
        """Embed anew what another model embedded; returns the number of articles."""
        stale = await self._store.passages.stale(self._encoder.fingerprint)
        await reembed(self._store, self._encoder, stale, on_progress=on_progress)
        return len(stale)

    async def sync(self) -> None:
        """Make the indexes equal to the store; at once where nothing changed since the last time."""
        await self._indexes.sync()

    async def state(self, guild_id: int | None) -> IndexState:
        """What can be found in a guild now, without waiting for it to become more."""
        return IndexState(self._indexes.visible(guild_id), await self._indexes.level())

    async def close(self) -> None:
        await self._books.close()
        await self._indexes.close()
        await self._encoder.close()

    async def _consider(self, asked: Question) -> list[Considered]:
        """The candidates as they were read, best first."""
        [vector] = await self._encoder.encode([asked.query])
        candidates = await self._candidates(asked, vector)
        findings = await self._encoder.read(asked.query, [(c.head, c.text) for c in candidates])
        weights = await self._indexes.weights(content_terms(asked.query))

        def covered(text: str) -> float:
            return coverage(weights, terms(text))

        return ranked(
            [
                consider(asked, candidate, finding, covered)
                for candidate, finding in zip(candidates, findings, strict=True)
            ]
        )

    async def _candidates(self, asked: Question, vector: Vectors) -> list[Candidate]:
        """The passages to read, best first, with their articles as stored now.

        A passage whose article was changed between reading the one and the other is left out.
        """
        further = expanded_terms(asked.expansions)
        found = await self._indexes.search(
            vector, terms(asked.query), self._settings.pool, asked.scope, further
        )
        found.sort(key=lambda hit: -(hit.score + TIMELINESS_WEIGHT * timeliness(asked, hit.published_at)))
        passages = await self._store.passages.load([hit.passage_id for hit in found])
        present = [(hit, passages[hit.passage_id]) for hit in found if hit.passage_id in passages]
        chosen = few_of_each(present, lambda pair: pair[1].article_id)[: self._settings.candidates]
        articles = await self._store.articles.load(
            {passage.article_id for _, passage in chosen}, guild_id=asked.scope.guild_id
        )
        return [
            Candidate(article, passage, hit.score, hit.cosine)
            for hit, passage in chosen
            if (article := articles.get(passage.article_id)) is not None
            and checksum(article.text[passage.start : passage.end]) == passage.checksum
        ]
