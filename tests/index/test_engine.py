import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import faiss
import pytest

from corpus.errors import ArticleNotFoundError, StoreDamagedError
from corpus.store import open_store
from corpus.types import ArticleDraft, Passage, Refusal
from index.encode import Vectors
from index.engine import Engine, open_engine
from index.errors import QuestionRefusedError, WordIndexError
from index.lexical import CHECKSUM_BITS
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
async def opened(directory: Path, encoder: WordEncoder | None = None) -> AsyncIterator[Engine]:
    async with await open_store(directory / "rumourmill.db") as store:
        engine = await open_engine(store, encoder or WordEncoder(), directory)
        try:
            yield engine
        finally:
            await engine.close()


async def assert_indexes_hold_the_store(engine: Engine) -> None:
    """Columns, vectors and words as they are now, without another sync, against the passages stored."""
    ids = await engine._store.passages.ids(engine._encoder.fingerprint)
    assert engine._columns.ids.tolist() == ids
    vectors = engine._vectors._index
    assert sorted(faiss.vector_to_array(vectors.id_map).tolist()) == ids
    assert [int(key) >> CHECKSUM_BITS for key in await engine._words.keys()] == ids


async def quotes(engine: Engine, question: str, guild_id: int | None = None) -> list[str]:
    return [quote.text for quote in (await engine.ask(question, guild_id=guild_id)).quotes]


async def test_a_question_is_answered_with_the_sentence_and_its_source(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([ALONSO, KANE], guild_id=None)
        answer = await engine.ask("who will replace Ancelotti?")
    quote = answer.quotes[0]
    assert quote.text == "Xabi Alonso is the choice of Real Madrid to replace Carlo Ancelotti."
    assert (quote.source.publisher, quote.source.published_at, quote.source.external_id) == (
        "TEAMtalk",
        DAY,
        "alonso",
    )
    assert [quote.text[a:b] for a, b in quote.emphasis] == ["Xabi Alonso"]
    assert answer.articles == 2


async def test_nothing_that_fits_is_an_answer_without_quotes(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([ALONSO, KANE], guild_id=None)
        answer = await engine.ask("when does the bakery open tomorrow")
    assert not answer.answered
    assert answer.articles == 2


async def test_an_empty_collection_answers_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        assert (await engine.ask("who replaces Ancelotti?")).articles == 0


async def test_a_question_without_words_is_refused(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        with pytest.raises(QuestionRefusedError):
            await engine.ask("🔥")


async def test_an_article_is_found_as_soon_as_it_is_added_and_never_after_it_is_removed(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as engine:
        assert await quotes(engine, "Harry Kane fee") == []
        report = await engine.add([KANE], guild_id=None)
        assert await quotes(engine, "Harry Kane fee") == [KANE.text]
        await engine.remove(report.added[0], guild_id=None)
        await assert_indexes_hold_the_store(engine)
        assert await quotes(engine, "Harry Kane fee") == []
    async with opened(tmp_path) as engine:
        assert await quotes(engine, "Harry Kane fee") == []


async def test_a_changed_article_is_quoted_only_as_it_is_now(tmp_path: Path) -> None:
    changed = ArticleDraft("Kane stays", "Harry Kane stays at Tottenham after all.", external_id="kane")
    async with opened(tmp_path) as engine:
        await engine.add([KANE], guild_id=None)
        assert await quotes(engine, "Harry Kane") == [KANE.text]
        assert len((await engine.add([changed], guild_id=None)).changed) == 1
        await assert_indexes_hold_the_store(engine)
        assert await quotes(engine, "Harry Kane") == [changed.text]


async def test_a_guild_finds_its_own_and_the_shared_articles_only(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([ALONSO], guild_id=None)
        [kane] = (await engine.add([KANE], guild_id=5)).added
        assert await quotes(engine, "Harry Kane fee", guild_id=5) == [KANE.text]
        assert await quotes(engine, "Harry Kane fee", guild_id=6) == []
        assert await quotes(engine, "Harry Kane fee") == []
        assert await quotes(engine, "who will replace Ancelotti", guild_id=6)
        assert (await engine.ask("Ancelotti", guild_id=5)).articles == 2
        assert (await engine.ask("Ancelotti", guild_id=6)).articles == 1
        with pytest.raises(ArticleNotFoundError):
            await engine.remove(kane, guild_id=6)


async def test_nothing_published_after_the_asked_day_is_quoted(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([ALONSO, KANE], guild_id=None)
        before = await engine.ask("will Alonso replace Ancelotti", as_of=DAY - timedelta(days=1))
        on_the_day = await engine.ask("will Alonso replace Ancelotti", as_of=DAY)
        lately = await engine.ask("Harry Kane fee", since=DAY)
    assert (before.answered, before.articles, before.as_of) == (False, 1, DAY - timedelta(days=1))
    assert on_the_day.quotes[0].source.external_id == "alonso"
    assert (lately.answered, lately.articles) == (False, 1)


async def test_a_follow_up_is_understood_with_the_question_before_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([ALONSO, KANE], guild_id=None)
        answer = await engine.ask("and what was the fee?", history=["did Harry Kane join Bayern Munich?"])
    assert answer.quotes[0].source.external_id == "kane"
    assert answer.question == "and what was the fee?"


async def test_what_another_process_stores_or_removes_is_seen_at_the_next_question(tmp_path: Path) -> None:
    async with opened(tmp_path) as running, opened(tmp_path) as other:
        await running.add([ALONSO], guild_id=None)
        assert await quotes(running, "Harry Kane fee") == []
        [kane] = (await other.add([KANE], guild_id=None)).added
        assert await quotes(running, "Harry Kane fee") == [KANE.text]
        await other.remove(kane, guild_id=None)
        assert await quotes(running, "Harry Kane fee") == []
        await assert_indexes_hold_the_store(running)
        assert await quotes(other, "who will replace Ancelotti")


async def test_an_addition_after_another_process_added_brings_both_into_the_indexes(tmp_path: Path) -> None:
    async with opened(tmp_path) as running, opened(tmp_path) as other:
        await running.sync()
        await other.add([KANE], guild_id=None)
        await running.add([ALONSO], guild_id=None)
        assert await quotes(running, "Harry Kane fee") == [KANE.text]
        await assert_indexes_hold_the_store(running)


class Paused(WordEncoder):
    """Lets something happen while the sentences of the candidates are encoded."""

    def __init__(self, happens: Callable[[], Awaitable[object]]) -> None:
        super().__init__()
        self._happens = happens

    async def encode(self, texts: Sequence[str]) -> Vectors:
        if len(texts) > 1:
            await self._happens()
        return await super().encode(texts)


async def test_an_article_that_is_removed_while_it_is_read_is_not_quoted(tmp_path: Path) -> None:
    async def remove() -> None:
        await engine._store.articles.remove(1, guild_id=None)

    async with opened(tmp_path, Paused(remove)) as engine:
        await engine.add([ALONSO], guild_id=None)
        assert await quotes(engine, "who will replace Ancelotti") == []


async def test_an_article_that_is_changed_while_it_is_looked_up_is_never_quoted_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied = replace(KANE, text=f"It is not true that {KANE.text}")
    async with opened(tmp_path) as engine:
        await engine.add([KANE], guild_id=None)
        load = engine._store.passages.load

        async def load_and_change(ids: Collection[int]) -> dict[int, Passage]:
            passages = await load(ids)
            await engine.add([denied], guild_id=None)
            return passages

        monkeypatch.setattr(engine._store.passages, "load", load_and_change)
        assert await quotes(engine, "did Harry Kane join Bayern") == []


async def test_a_question_given_up_leaves_no_index_ahead_of_the_other(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([ALONSO, KANE], guild_id=None)
    for steps in range(1, 40, 3):
        async with opened(tmp_path) as engine:
            asking = asyncio.create_task(engine.ask("Harry Kane fee"))
            for _ in range(steps):
                await asyncio.sleep(0)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            assert await quotes(engine, "Harry Kane fee") == [KANE.text]
            await assert_indexes_hold_the_store(engine)


async def test_a_word_index_that_can_not_be_written_goes_on_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise WordIndexError("no space left on device")

    async with opened(tmp_path) as engine:
        await engine.add([ALONSO], guild_id=None)
        await engine.sync()
        monkeypatch.setattr(engine._words, "apply", full)
        asked = [asyncio.create_task(quotes(engine, "who will replace Ancelotti")) for _ in range(20)]
        assert len((await engine.add([KANE], guild_id=None)).added) == 1
        assert all(await asyncio.gather(*asked))
        assert await quotes(engine, "Harry Kane fee") == [KANE.text]
        assert engine._words.in_memory


async def test_a_word_index_that_can_not_be_searched_goes_on_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise WordIndexError("segment gone")

    async with opened(tmp_path) as engine:
        await engine.add([KANE], guild_id=None)
        await engine.sync()
        monkeypatch.setattr(engine._words, "search", broken)
        assert await quotes(engine, "Harry Kane fee") == [KANE.text]
        assert engine._words.in_memory


@pytest.mark.parametrize("damaged", [b"short", b"\x00\x7e" * 256])
async def test_a_damaged_vector_is_told_in_words(tmp_path: Path, damaged: bytes) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([KANE], guild_id=None)
    with closing(sqlite3.connect(tmp_path / "rumourmill.db")) as database:
        database.execute("UPDATE passages SET vector = ?", [damaged])
        database.commit()
    async with opened(tmp_path) as engine:
        with pytest.raises(StoreDamagedError, match="backup"):
            await engine.ask("Harry Kane fee")


async def test_clearing_out_makes_no_nonsense_fit(tmp_path: Path) -> None:
    matches = [
        ArticleDraft(f"Match {i}", f"Madrid beat Chelsea {i} to 0 in London.", external_id=str(i))
        for i in range(20)
    ]
    async with opened(tmp_path) as engine:
        report = await engine.add(matches, guild_id=None)
        await engine.sync()
        for article_id in report.added[1:]:
            await engine.remove(article_id, guild_id=None)
        assert await quotes(engine, "zebra soup with Chelsea buns for breakfast") == []


async def test_nothing_is_embedded_twice(tmp_path: Path) -> None:
    encoder = WordEncoder()
    async with opened(tmp_path, encoder) as engine:
        await engine.add([ALONSO, KANE], guild_id=None)
        embedded = len(encoder.embedded)
        report = await engine.add([ALONSO, KANE, Refusal("x:1", "no text")], guild_id=None)
    async with opened(tmp_path, encoder) as engine:
        assert await quotes(engine, "Harry Kane fee")
    assert (len(report.unchanged), len(report.refused), len(encoder.embedded)) == (2, 1, embedded)


@pytest.mark.parametrize("damage", ["deleted", "truncated", "swapped"])
async def test_the_same_answers_come_after_the_word_index_was_damaged(tmp_path: Path, damage: str) -> None:
    questions = ["who will replace Ancelotti", "Harry Kane fee", "the interim manager"]
    async with opened(tmp_path / "a") as engine:
        await engine.add([ALONSO, KANE], guild_id=None)
        before = [await engine.ask(question) for question in questions]
    words = tmp_path / "a" / "words"
    if damage == "deleted":
        shutil.rmtree(words)
    elif damage == "truncated":
        for path in words.iterdir():
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    else:
        async with opened(tmp_path / "b") as engine:
            await engine.add([KANE, ALONSO], guild_id=None)
            await quotes(engine, "Kane")
        shutil.rmtree(words)
        shutil.move(tmp_path / "b" / "words", words)
    async with opened(tmp_path / "a") as engine:
        after = [await engine.ask(question) for question in questions]
    assert [a.quotes for a in after] == [b.quotes for b in before]
    assert all(answer.answered for answer in after)


async def test_passages_of_another_model_are_embedded_anew_on_demand_only(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([ALONSO, KANE], guild_id=None)
    async with opened(tmp_path, WordEncoder(128, "other")) as engine:
        assert await quotes(engine, "Harry Kane fee") == []
        assert await engine.reembed() == 2
        assert await quotes(engine, "Harry Kane fee") == [KANE.text]
        assert await engine.reembed() == 0


async def test_questions_additions_and_removals_at_once_keep_the_indexes_equal_to_the_store(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as engine:

        async def come_and_go(name: str) -> None:
            for turn in range(4):
                draft = ArticleDraft(f"{name} {turn}", f"{name} signs for {turn} years.", external_id=name)
                report = await engine.add([draft], guild_id=None)
                assert f"{name} signs for {turn} years." in await quotes(engine, f"{name} signs")
            await engine.remove((*report.added, *report.changed)[0], guild_id=None)

        await asyncio.gather(*(come_and_go(name) for name in ("Saka", "Rice", "Isak", "Palmer")))
        assert await quotes(engine, "Saka Rice Isak Palmer signs") == []
        await engine.add([KANE], guild_id=None)
        await assert_indexes_hold_the_store(engine)
        assert await quotes(engine, "Harry Kane fee") == [KANE.text]
