import sqlite3
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

from corpus.store import Store, open_store
from corpus.types import NewArticle, Stored

Make = Callable[..., NewArticle]
Save = Callable[..., Awaitable[Stored]]

FIRST_TABLES = ("meta", "articles", "passages", "answers", "identity")
TEXT = "The keeper is Swedish striker Viktor Gyokeres. Talks with Arsenal go on."


async def test_what_an_article_mentions_is_counted(store: Store, make_article: Make, save: Save) -> None:
    await save(make_article(TEXT), make_article("Today Viktor Gyokeres left.", external_id="a2"))
    tally = await store.mentions.tally(None)
    assert tally.names == {"Viktor Gyokeres": 1, "Today Viktor Gyokeres": 1, "Swedish": 1, "Arsenal": 1}
    assert tally.words["striker"] == 1
    assert tally.countries == {("Sweden", "Viktor Gyokeres"): 1}


async def test_mentions_never_cross_guilds(store: Store, make_article: Make, save: Save) -> None:
    await save(make_article("We saw Raul."))
    await save(make_article("We saw Kane."), guild_id=5)
    await save(make_article("We saw Isak."), guild_id=6)
    found = [await store.mentions.tally(guild_id) for guild_id in (None, 5, 6, 7)]
    assert [set(tally.names) for tally in found] == [{"Raul"}, {"Kane"}, {"Isak"}, set()]


async def test_mentions_change_and_go_with_their_article(
    store: Store, make_article: Make, save: Save
) -> None:
    await save(make_article("We saw Raul."))
    stored = await save(make_article("We saw Kane."))
    assert set((await store.mentions.tally(None)).names) == {"Kane"}
    await store.articles.remove(stored.article_ids["id:a1"], guild_id=None)
    assert not (await store.mentions.tally(None)).names


async def test_articles_of_an_older_version_are_filled_in(
    store: Store, make_article: Make, save: Save, database_file: Path
) -> None:
    articles = [make_article(f"We saw Kane. Player {n} left.", external_id=f"a{n}") for n in range(3)]
    await save(*articles)
    before = await store.mentions.tally(None)
    await store.close()
    with sqlite3.connect(database_file) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if table not in FIRST_TABLES and not table.startswith("sqlite_"):
                connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP INDEX articles_url")
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    async with await open_store(database_file) as opened:
        assert await opened.mentions.tally(None) == before
        assert await opened.articles.count(guild_id=None) == 3


async def test_articles_that_mention_a_name_are_told_newest_first(
    store: Store, make_article: Make, save: Save, now: datetime
) -> None:
    texts = ["We saw Kane. Then", "Harry Kane left. Then", "We saw Hurricane Kaneda. Then", "We saw Kane. So"]
    days = [now - timedelta(days=3), now, now, None]
    articles = [
        make_article(text, external_id=f"a{n}", published_at=day)
        for n, (text, day) in enumerate(zip(texts, days, strict=True))
    ]
    ids = list((await save(*articles)).article_ids.values())
    await save(make_article("We saw Kane.", external_id="theirs"), guild_id=6)
    [ours] = (await save(make_article("We saw Kane.", external_id="ours"), guild_id=5)).article_ids.values()
    found = await store.mentions.articles(["Kane", "Harry Kane"], guild_id=5)
    assert found == [ids[1], ids[0], ours, ids[3]]
    assert await store.mentions.articles(["Kan", "%", "Kane\n"], guild_id=5) == []
    assert await store.mentions.articles([], guild_id=5) == []
