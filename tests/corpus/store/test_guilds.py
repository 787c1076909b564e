import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from corpus.store import Store
from corpus.store.guilds import OWNING
from corpus.types import NewArticle, Note, NoteKind, QuoteRef, Receipt, ServerAlias, Stored, Verdict

Make = Callable[..., NewArticle]
Save = Callable[..., Awaitable[Stored]]

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
SOON = NOON + timedelta(seconds=1)
OURS, THEIRS = 5, 6


async def owns_something(store: Store, save: Save, make_article: Make) -> None:
    for guild_id in (OURS, THEIRS, None):
        article = (await save(make_article(), guild_id=guild_id)).article_ids["id:a1"]
        quotes = (QuoteRef(article, 0, 4),)
        await store.answers.save(guild_id=guild_id, asked_at=NOON, as_of=NOON, articles=1, quotes=quotes)
        if guild_id:
            await store.receipts.save(Receipt(1000 + guild_id, 50, guild_id, NOON, 1, quotes))
            await store.queue.put(Note(guild_id, NoteKind.QUESTION, 7, NOON, 50, 500, "Who leaves?"))
            await store.aliases.save(ServerAlias("the professor", "Wenger"), guild_id=guild_id)
            await store.verdicts.save(Verdict(guild_id, guild_id, 7, NOON, True, quotes))


async def test_a_server_counts_as_left_from_when_it_was_first_missed(
    store: Store, save: Save, make_article: Make
) -> None:
    await owns_something(store, save, make_article)
    await store.guilds.reconcile([OURS], NOON)
    await store.guilds.reconcile([OURS], NOON + timedelta(days=9))
    assert await store.guilds.gone(NOON) == []
    assert await store.guilds.gone(SOON) == [THEIRS]


async def test_a_server_that_comes_back_was_never_left(store: Store, save: Save, make_article: Make) -> None:
    await owns_something(store, save, make_article)
    await store.guilds.reconcile([], NOON)
    await store.guilds.reconcile([OURS, THEIRS, 7], SOON)
    assert await store.guilds.gone(SOON + timedelta(days=999)) == []


async def test_a_server_that_owns_nothing_is_not_noted(store: Store) -> None:
    await store.guilds.reconcile([], NOON)
    assert await store.guilds.gone(SOON) == []


async def test_all_that_a_server_owned_is_deleted_and_nothing_else(
    store: Store, save: Save, make_article: Make
) -> None:
    await owns_something(store, save, make_article)
    await store.guilds.reconcile([OURS], NOON)
    revision = await store.revision()
    assert await store.guilds.purge(THEIRS) == 1
    assert await store.revision() == revision + 1
    assert await store.guilds.gone(SOON) == []
    assert await store.articles.count(guild_id=THEIRS) == await store.articles.count(guild_id=None) == 1
    assert await store.articles.count(guild_id=OURS) == 2
    assert [await store.answers.get(n, guild_id=g) is None for n, g in ((1, OURS), (2, THEIRS))] == [
        False,
        True,
    ]
    assert [receipt.guild_id for receipt in await store.receipts.pending()] == [OURS]
    assert [len(await store.queue.list(guild_id=guild_id, limit=9)) for guild_id in (OURS, THEIRS)] == [1, 0]
    assert [len(await store.aliases.list(guild_id=guild_id)) for guild_id in (OURS, THEIRS)] == [1, 0]
    assert [verdict.guild_id for verdict in await store.verdicts.every()] == [OURS]
    assert await store.guilds.purge(THEIRS) == 0
    assert await store.revision() == revision + 1


async def test_no_table_with_something_of_a_servers_is_left_out(store: Store, database_file: Path) -> None:
    with sqlite3.connect(database_file) as connection:
        tables = {
            table
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if "guild_id" in {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        }
    connection.close()
    assert tables - {"departures"} == set(OWNING)
