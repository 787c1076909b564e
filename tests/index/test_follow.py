import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import faiss
import pytest

from corpus.errors import StoreDamagedError
from corpus.types import ArticleDraft, Stored
from index.engine import Engine
from index.errors import WordIndexError
from index.lexical import CHECKSUM_BITS
from tests.engines import ALONSO, KANE, opened, quotes


async def assert_indexes_hold_the_store(engine: Engine) -> None:
    """Columns, vectors and words as they are now, without another sync, against the passages stored."""
    indexes = engine._indexes
    ids = await engine._store.passages.ids(engine._encoder.fingerprint)
    assert indexes._columns.ids.tolist() == ids
    vectors = indexes._vectors._index
    assert sorted(faiss.vector_to_array(vectors.id_map).tolist()) == ids
    assert [int(key) >> CHECKSUM_BITS for key in await indexes._words.keys()] == ids


async def test_the_indexes_follow_each_addition_change_and_removal(tmp_path: Path) -> None:
    changed = replace(KANE, text="Harry Kane stays at Tottenham after all.")
    async with opened(tmp_path) as engine:
        await engine.sync()
        [_, kane] = (await engine.add([ALONSO, KANE], guild_id=None)).added
        await assert_indexes_hold_the_store(engine)
        assert (await engine.add([changed], guild_id=None)).changed == (kane,)
        await assert_indexes_hold_the_store(engine)
        await engine.remove(kane, guild_id=None)
        await assert_indexes_hold_the_store(engine)


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


async def test_what_is_stored_while_the_indexes_are_filled_is_indexed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([ALONSO], guild_id=None)
        stored, adding = asyncio.Event(), []
        ids, follow = engine._store.passages.ids, engine._indexes.follow

        async def tell_and_follow(change: Stored) -> None:
            stored.set()
            await follow(change)

        async def store_and_list(model: str) -> list[int]:
            adding.append(asyncio.create_task(engine.add([KANE], guild_id=None)))
            await stored.wait()
            return await ids(model)

        monkeypatch.setattr(engine._indexes, "follow", tell_and_follow)
        monkeypatch.setattr(engine._store.passages, "ids", store_and_list)
        await engine.sync()
        monkeypatch.undo()
        await asyncio.gather(*adding)
        await assert_indexes_hold_the_store(engine)


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
        monkeypatch.setattr(engine._indexes._words, "apply", full)
        asked = [asyncio.create_task(quotes(engine, "who will replace Ancelotti")) for _ in range(20)]
        assert len((await engine.add([KANE], guild_id=None)).added) == 1
        assert all(await asyncio.gather(*asked))
        assert await quotes(engine, "Harry Kane fee") == [KANE.text]
        assert engine._indexes._words.in_memory


async def test_a_word_index_that_can_not_be_searched_goes_on_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise WordIndexError("segment gone")

    async with opened(tmp_path) as engine:
        await engine.add([KANE], guild_id=None)
        await engine.sync()
        monkeypatch.setattr(engine._indexes._words, "search", broken)
        assert await quotes(engine, "Harry Kane fee") == [KANE.text]
        assert engine._indexes._words.in_memory


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
