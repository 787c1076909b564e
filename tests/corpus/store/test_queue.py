from dataclasses import replace
from datetime import UTC, datetime

import pytest

from corpus.store import Store
from corpus.store import queue as module
from corpus.types import Note, NoteKind, Put

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
QUESTION = Note(5, NoteKind.QUESTION, 7, NOON, 50, 500, question="Who replaces Ancelotti?")
REPORT = Note(5, NoteKind.REPORT, 7, NOON, 50, 501, words="Another Alonso.")


async def waiting(store: Store, guild_id: int = 5, matching: str = "") -> list[Note]:
    return [e.note for e in await store.queue.list(guild_id=guild_id, limit=999, matching=matching)]


async def test_what_was_sent_waits_newest_first_in_its_own_server_only(store: Store) -> None:
    elsewhere = replace(QUESTION, guild_id=6)
    for note in (QUESTION, REPORT, elsewhere):
        assert await store.queue.put(note) is Put.ADDED
    assert await waiting(store) == [REPORT, QUESTION]
    assert await waiting(store, 6) == [elsewhere]
    [second] = await store.queue.list(guild_id=5, limit=1, offset=1)
    assert second.note == QUESTION


async def test_a_question_waits_once_whoever_sends_it(store: Store) -> None:
    await store.queue.put(QUESTION)
    again = replace(QUESTION, member_id=8, message_id=502, question="who replaces ancelotti?")
    assert await store.queue.put(again) is Put.THERE
    assert await waiting(store) == [QUESTION]


async def test_a_report_of_the_same_answer_takes_the_place_of_the_first(store: Store) -> None:
    await store.queue.put(REPORT)
    assert await store.queue.put(replace(REPORT, words="")) is Put.THERE
    assert await waiting(store) == [REPORT]
    assert await store.queue.put(replace(REPORT, words="It is old.")) is Put.THERE
    assert [note.words for note in await waiting(store)] == ["It is old."]
    assert await store.queue.put(replace(REPORT, member_id=8)) is Put.ADDED
    assert await store.queue.put(replace(REPORT, message_id=502)) is Put.ADDED


async def test_what_is_done_is_gone_and_may_come_again(store: Store) -> None:
    await store.queue.put(QUESTION)
    [entry] = await store.queue.list(guild_id=5, limit=1)
    assert await store.queue.done(entry.id, guild_id=6) is None
    assert await store.queue.done(entry.id, guild_id=5) == entry
    assert await store.queue.done(entry.id, guild_id=5) is None
    assert await store.queue.put(QUESTION) is Put.ADDED


async def test_entries_are_found_by_words_and_number(store: Store) -> None:
    for note in (QUESTION, REPORT):
        await store.queue.put(note)
    assert await waiting(store, matching="ANCELOTTI") == [QUESTION]
    assert await waiting(store, matching="alonso") == [REPORT]
    assert await waiting(store, matching="2") == [REPORT]
    assert await waiting(store, matching="%") == []


async def test_one_member_fills_no_queue(store: Store) -> None:
    for number in range(module.MOST_OF_A_MEMBER):
        assert await store.queue.put(replace(REPORT, message_id=number)) is Put.ADDED
    assert await store.queue.put(replace(REPORT, message_id=99)) is Put.TOO_MANY
    assert await store.queue.put(QUESTION) is Put.ADDED
    assert await store.queue.put(replace(REPORT, message_id=99, guild_id=6)) is Put.ADDED


async def test_the_oldest_question_makes_room_and_no_report_does(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    for number in range(2):
        await store.queue.put(replace(QUESTION, question=f"Question {number}"))
    await store.queue.put(REPORT)
    assert await store.queue.put(replace(REPORT, message_id=502)) is Put.ADDED
    assert [note.question for note in await waiting(store)] == ["", "", "Question 1"]
    assert await store.queue.put(replace(REPORT, message_id=503)) is Put.ADDED
    assert await store.queue.put(replace(REPORT, message_id=504)) is Put.FULL
    assert len(await waiting(store)) == 3
