from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from corpus.store import Store, open_store
from corpus.types import NewArticle, Stored

Make = Callable[..., NewArticle]
Save = Callable[..., Awaitable[Stored]]

SOMEBODY = 7
"""Whoever adds articles in these tests; see the fixture `save`."""


async def test_whoever_added_articles_is_told_which_in_one_server_only(
    store: Store, make_article: Make, save: Save
) -> None:
    await save(make_article(), guild_id=5)
    await save(make_article(), make_article(external_id="a2", title="Two"), guild_id=6)
    assert [article.title for article in await store.people.added(SOMEBODY, guild_id=6)] == ["Madrid", "Two"]
    assert await store.people.added(8, guild_id=6) == []


async def test_whoever_is_forgotten_is_on_no_article_any_more(
    store: Store, make_article: Make, save: Save
) -> None:
    for guild_id in (5, 6, None):
        await save(make_article(), guild_id=guild_id)
    assert await store.people.forget(SOMEBODY) == 3
    assert await store.people.forget(SOMEBODY) == 0
    assert await store.people.added(SOMEBODY, guild_id=5) == []
    assert await store.articles.count(guild_id=5) == 2


async def test_no_byte_of_a_forgotten_person_stays_on_the_disk(
    database_file: Path, make_article: Make, now: datetime
) -> None:
    number = 0x5EC2E7A1B2C3D4E5
    async with await open_store(database_file) as store:
        for title in ("One", "Two", "Three"):
            article = make_article(external_id=title, title=title)
            await store.articles.save(
                [article], expected={}, model="digest", guild_id=5, added_by=number, now=now
            )
        assert number.to_bytes(8, "big") in _bytes(database_file)
        removed = (await store.people.added(number, guild_id=5))[0]
        await store.articles.remove(removed.id, guild_id=5)
        assert await store.people.forget(number) == 2
        assert number.to_bytes(8, "big") not in _bytes(database_file)
    assert number.to_bytes(8, "big") not in _bytes(database_file)


def _bytes(database_file: Path) -> bytes:
    """Of the database and of its log."""
    log = database_file.with_name(f"{database_file.name}-wal")
    return database_file.read_bytes() + (log.read_bytes() if log.exists() else b"")
