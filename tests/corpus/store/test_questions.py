from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus.store import Store, open_store
from corpus.types import GuildSettings, KeptQuestion

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
KEPT = GuildSettings(keep_questions=True)
ASKED = KeptQuestion(5, 77, NOON, "who replaces Ancelotti?", "Real Madrid", answered=True, follows=False)


async def test_what_a_member_asked_in_a_server_is_told_newest_first(store: Store) -> None:
    later = replace(ASKED, asked_at=NOON + timedelta(days=1), club=None, answered=False, follows=True)
    await store.settings.save(5, KEPT)
    await store.settings.save(6, KEPT)
    for question in (ASKED, later, replace(ASKED, guild_id=6), replace(ASKED, member_id=78)):
        await store.questions.save(question)
    assert await store.questions.of_member(77, guild_id=5) == [later, ASKED]
    assert await store.questions.of_member(79, guild_id=5) == []


@pytest.mark.parametrize("chosen", [(), (GuildSettings(),), (KEPT, GuildSettings())], ids=len)
async def test_where_none_are_kept_none_gets_in(store: Store, chosen: tuple[GuildSettings, ...]) -> None:
    for settings in chosen:
        await store.settings.save(5, settings)
    await store.questions.save(ASKED)
    assert await store.questions.of_member(77, guild_id=5) == []


async def test_only_old_questions_are_pruned(store: Store) -> None:
    await store.settings.save(5, KEPT)
    await store.questions.save(ASKED)
    assert await store.questions.prune(NOON) == 0
    assert await store.questions.prune(NOON + timedelta(seconds=1)) == 1
    assert await store.questions.of_member(77, guild_id=5) == []


Delete = Callable[[Store], Awaitable[object]]


@pytest.mark.parametrize(
    "delete",
    [
        lambda store: store.people.forget(77),
        lambda store: store.settings.save(5, GuildSettings(keep_questions=False)),
        lambda store: store.questions.prune(NOON + timedelta(seconds=1)),
    ],
    ids=["forgotten", "turned off", "too old"],
)
async def test_no_byte_of_what_was_asked_stays_on_the_disk(database_file: Path, delete: Delete) -> None:
    other = replace(ASKED, member_id=78, guild_id=6, asked_at=NOON + timedelta(days=1))
    async with await open_store(database_file) as store:
        await store.settings.save(5, KEPT)
        await store.settings.save(6, KEPT)
        for number in range(300):
            await store.questions.save(replace(ASKED, text=f"where will Secretson go, {number}? {'x' * 99}"))
            await store.questions.save(replace(other, text=f"who is number {number}? {'y' * 150}"))
        assert b"Secretson" in _bytes(database_file)
        await delete(store)
        assert b"Secretson" not in _bytes(database_file)
        assert len(await store.questions.of_member(78, guild_id=6)) == 300
    assert b"Secretson" not in _bytes(database_file)


def _bytes(database_file: Path) -> bytes:
    """Of the database and of its log."""
    log = database_file.with_name(f"{database_file.name}-wal")
    return database_file.read_bytes() + (log.read_bytes() if log.exists() else b"")
