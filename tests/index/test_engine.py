from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus.errors import ArticleNotFoundError
from corpus.types import ArticleDraft, Passage, Refusal
from index.engine import EngineSettings
from index.errors import QuestionRefusedError
from index.types import Finding
from tests.encoders import WordEncoder
from tests.engines import ALONSO, DAY, KANE, opened, quotes


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
    assert [quote.text[a:b] for a, b in quote.emphasis] == [quote.text.removesuffix(".")]
    assert answer.articles == 2


async def test_nothing_that_fits_is_an_answer_without_quotes(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([ALONSO, KANE], guild_id=None)
        answer = await engine.ask("when does the bakery open tomorrow")
    assert not answer.answered
    assert answer.articles == 2


async def test_only_articles_that_mention_the_name_may_answer(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([ALONSO, KANE], guild_id=None)
        await engine.add([replace(ALONSO, external_id="theirs", text=f"{ALONSO.text} Theirs.")], guild_id=6)
        known = {name.written: name for name in (await engine.names(None)).known}
        question = "who will replace Ancelotti?"
        answer = await engine.ask(question, guild_id=5, about=known["Real Madrid"])
        assert (answer.quotes[0].source.external_id, answer.articles) == ("alonso", 1)
        answer = await engine.ask(question, guild_id=5, about=known["Harry Kane"])
        assert not any("Ancelotti" in quote.text for quote in answer.quotes)
        assert answer.articles == 1
        lately = await engine.ask(question, about=known["Harry Kane"], since=DAY)
        assert (lately.quotes, lately.articles) == ((), 0)


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


async def test_a_long_article_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    paragraphs = [f"Harry Kane fee {i}. " + "Harry Kane fee, the fee, the Kane fee. " * 12 for i in range(20)]
    long = ArticleDraft("Harry Kane fee", "\n\n".join(paragraphs), external_id="long")
    async with opened(tmp_path) as engine:
        await engine.add([long, KANE], guild_id=None)
        explanation = await engine.explain("Harry Kane fee")
    read = [one.considered.candidate.article.external_id for one in explanation.judged]
    assert set(read) == {"long", "kane"}


@pytest.mark.parametrize(("question", "read"), [("Harry Kane fee", "new"), ("Harry Kane fee in 2023", "old")])
async def test_of_reports_that_fit_alike_the_one_of_the_right_time_is_read(
    tmp_path: Path, question: str, read: str
) -> None:
    old = replace(
        KANE, external_id="old", published_at=datetime(2023, 8, 1, tzinfo=UTC), text=f"{KANE.text} Yes."
    )
    new = replace(KANE, external_id="new", published_at=DAY, text=f"{KANE.text} So.")
    async with opened(tmp_path, settings=EngineSettings(candidates=1)) as engine:
        await engine.add([old, new, ALONSO], guild_id=None)
        explanation = await engine.explain(question, as_of=DAY)
    assert [one.considered.candidate.article.external_id for one in explanation.judged] == [read]


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


class Paused(WordEncoder):
    """Lets something happen while the candidates are read."""

    def __init__(self, happens: Callable[[], Awaitable[object]]) -> None:
        super().__init__()
        self._happens = happens

    async def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Finding]:
        await self._happens()
        return await super().read(question, passages)


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


async def test_passages_of_another_model_are_embedded_anew_on_demand_only(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([ALONSO, KANE], guild_id=None)
    async with opened(tmp_path, WordEncoder(128, "other")) as engine:
        assert await quotes(engine, "Harry Kane fee") == []
        assert await engine.reembed() == 2
        assert await quotes(engine, "Harry Kane fee") == [KANE.text]
        assert await engine.reembed() == 0
