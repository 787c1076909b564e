import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus.errors import ArticleNotFoundError
from corpus.store import open_store
from corpus.types import ArticleDraft, Refusal
from index.engine import Engine, open_engine
from index.errors import QuestionRefusedError
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
        assert await quotes(engine, "Harry Kane fee") == []
    async with opened(tmp_path) as engine:
        assert await quotes(engine, "Harry Kane fee") == []


async def test_a_changed_article_is_quoted_only_as_it_is_now(tmp_path: Path) -> None:
    changed = ArticleDraft("Kane stays", "Harry Kane stays at Tottenham after all.", external_id="kane")
    async with opened(tmp_path) as engine:
        await engine.add([KANE], guild_id=None)
        assert await quotes(engine, "Harry Kane") == [KANE.text]
        assert len((await engine.add([changed], guild_id=None)).changed) == 1
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
        assert await quotes(other, "who will replace Ancelotti")


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
        assert await quotes(engine, "Harry Kane fee") == [KANE.text]
