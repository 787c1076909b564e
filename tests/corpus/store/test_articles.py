from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus.errors import ArticleNotFoundError
from corpus.store import Store, open_store
from corpus.types import Article, KnownArticle, NewArticle, Stored

Make = Callable[..., NewArticle]
Save = Callable[..., Awaitable[Stored]]

NOVEMBER = datetime(2024, 11, 6, 9, 30, tzinfo=UTC)


async def test_stored_article_is_what_was_handed_in(
    store: Store, make_article: Make, save: Save, now: datetime
) -> None:
    new = make_article(publisher="Marca", author="Ana", published_at=NOVEMBER, url="https://marca.com/")
    stored = await save(new)
    assert await store.articles.get(stored.article_ids["id:a1"], guild_id=None) == Article(
        id=stored.article_ids["id:a1"],
        guild_id=None,
        title="Madrid",
        text="Raúl is ready. Alonso waits.",
        publisher="Marca",
        author="Ana",
        published_at=NOVEMBER,
        url="https://marca.com/",
        external_id="a1",
        content_hash=new.content_hash,
        added_at=now,
        added_by=7,
    )


async def test_save_tells_what_the_indexes_need(store: Store, make_article: Make, save: Save) -> None:
    stored = await save(make_article(published_at=NOVEMBER), guild_id=5)
    assert [(p.text, p.vector, p.title, p.guild_id, p.published_at) for p in stored.passages] == [
        ("Raúl is ready", "Raúl is ready".encode(), "Madrid", 5, NOVEMBER),
        ("Alonso waits.", b"Alonso waits.", "Madrid", 5, NOVEMBER),
    ]
    assert stored.removed == ()
    assert stored.revision == await store.revision() == 1


async def test_edited_article_keeps_its_id_and_replaces_its_passages(
    store: Store, make_article: Make, save: Save
) -> None:
    first = await save(make_article())
    second = await save(make_article("Alonso comes.", title="Done"))
    assert second.article_ids == first.article_ids
    assert second.removed == tuple(p.id for p in first.passages)
    assert await store.passages.ids("digest") == [p.id for p in second.passages]
    assert (await store.articles.get(second.article_ids["id:a1"], guild_id=None)).title == "Done"
    assert min(p.id for p in second.passages) > max(second.removed)


async def test_ids_are_never_used_again(store: Store, make_article: Make, save: Save) -> None:
    first = await save(make_article())
    await store.articles.remove(first.article_ids["id:a1"], guild_id=None)
    second = await save(make_article())
    assert second.article_ids["id:a1"] > first.article_ids["id:a1"]
    assert second.passages[0].id > first.passages[-1].id


async def test_nothing_is_saved_where_the_store_is_not_as_expected(
    store: Store, make_article: Make, save: Save, now: datetime
) -> None:
    async def save_expecting(expected: dict[str, KnownArticle]) -> Stored | None:
        return await store.articles.save(
            [make_article("New.")], expected=expected, model="digest", guild_id=None, added_by=None, now=now
        )

    assert await save_expecting({"id:a1": KnownArticle(1, "gone")}) is None
    await save(make_article("Old."))
    assert await save_expecting({}) is None
    assert (await store.articles.get(1, guild_id=None)).text == "Old."
    assert await store.revision() == 1


async def test_failing_article_leaves_nothing_of_its_chunk(
    store: Store, make_article: Make, save: Save
) -> None:
    good, bad = make_article(), make_article("Bad.", external_id="a2", title=None)
    with pytest.raises(Exception, match="NOT NULL"):
        await save(good, bad)
    assert await store.articles.count(guild_id=None) == 0
    assert await store.passages.ids("digest") == []
    assert await store.revision() == 0


async def test_guild_sees_its_own_and_the_shared_articles_only(
    store: Store, make_article: Make, save: Save
) -> None:
    shared, own, foreign = [
        (await save(make_article(title=title), guild_id=guild_id)).article_ids["id:a1"]
        for title, guild_id in (("shared", None), ("own", 5), ("foreign", 6))
    ]
    articles = store.articles
    assert set(await articles.load([shared, own, foreign], guild_id=5)) == {shared, own}
    assert set(await articles.load([shared, own, foreign], guild_id=None)) == {shared}
    assert {a.title for a in await articles.list(guild_id=5, limit=9)} == {"shared", "own"}
    assert {a.title for a in await articles.list(guild_id=5, limit=9, own_only=True)} == {"own"}
    assert {a.title for a in await articles.list(guild_id=None, limit=9, own_only=True)} == {"shared"}
    assert await articles.count(guild_id=5) == 2
    assert await articles.count(guild_id=7) == 1
    with pytest.raises(ArticleNotFoundError):
        await articles.get(foreign, guild_id=5)
    assert set(await articles.load_of_any_guild([shared, own, foreign])) == {shared, own, foreign}


async def test_removal_takes_article_and_passages_of_exactly_that_scope(
    store: Store, make_article: Make, save: Save
) -> None:
    stored = await save(make_article(), guild_id=5)
    id_ = stored.article_ids["id:a1"]
    for guild_id in (6, None):
        with pytest.raises(ArticleNotFoundError):
            await store.articles.remove(id_, guild_id=guild_id)
    removed = await store.articles.remove(id_, guild_id=5)
    assert removed.article.id == id_
    assert removed.passages == tuple(p.id for p in stored.passages)
    assert removed.revision == await store.revision() == 2
    assert await store.passages.load(removed.passages) == {}
    with pytest.raises(ArticleNotFoundError):
        await store.articles.get(id_, guild_id=5)


async def test_guild_can_not_remove_what_is_shared(store: Store, make_article: Make, save: Save) -> None:
    stored = await save(make_article())
    with pytest.raises(ArticleNotFoundError):
        await store.articles.remove(stored.article_ids["id:a1"], guild_id=5)
    assert await store.articles.count(guild_id=5) == 1


@pytest.mark.parametrize("article_id", [0, -1, 999, 2**63, 10**30])
async def test_impossible_ids_are_not_found(store: Store, article_id: int) -> None:
    with pytest.raises(ArticleNotFoundError, match="no article"):
        await store.articles.get(article_id, guild_id=5)
    with pytest.raises(ArticleNotFoundError):
        await store.articles.remove(article_id, guild_id=5)
    assert await store.articles.load([article_id], guild_id=5) == {}


async def test_more_ids_than_a_statement_takes_are_loaded(
    store: Store, make_article: Make, save: Save
) -> None:
    stored = await save(*[make_article(external_id=str(i)) for i in range(1_200)])
    assert len(await store.articles.load(range(5_000), guild_id=None)) == 1_200
    assert len(await store.passages.load({p.id for p in stored.passages})) == 2_400


async def test_list_is_newest_first_undated_last_and_in_pages(
    store: Store, make_article: Make, save: Save
) -> None:
    for title, days in (("undated", None), ("old", 10), ("new", 1), ("newest", 0)):
        published = None if days is None else NOVEMBER - timedelta(days=days)
        await save(make_article(title=title, external_id=title, published_at=published))
    listed = await store.articles.list(guild_id=None, limit=9)
    assert [article.title for article in listed] == ["newest", "new", "old", "undated"]
    assert [a.title for a in await store.articles.list(guild_id=None, limit=2, offset=1)] == ["new", "old"]
    assert {article.passages for article in listed} == {2}


@pytest.mark.parametrize(
    ("matching", "titles"),
    [
        ("MADRID", {"Madrid wait"}),
        ("marca", {"Klopp"}),
        ("100%", {"100% fit"}),
        ("%", {"100% fit"}),
        ("_", set()),
        ("!", set()),
        ("\ud800\x00", {"Madrid wait", "Klopp", "100% fit"}),
        ("'; DROP TABLE articles; --", set()),
    ],
)
async def test_list_matches_titles_and_publishers_literally(
    store: Store, make_article: Make, save: Save, matching: str, titles: set[str]
) -> None:
    for title, publisher in (("Madrid wait", "AS"), ("Klopp", "Marca"), ("100% fit", None)):
        await save(make_article(title=title, external_id=title, publisher=publisher))
    listed = await store.articles.list(guild_id=None, limit=9, matching=matching)
    assert {article.title for article in listed} == titles


async def test_count_knows_what_was_published_by_then(store: Store, make_article: Make, save: Save) -> None:
    second = timedelta(seconds=1)
    await save(make_article(external_id="dated", published_at=NOVEMBER), make_article(external_id="undated"))
    count = store.articles.count
    assert await count(guild_id=None) == 2
    assert await count(guild_id=None, as_of=NOVEMBER) == 1
    assert await count(guild_id=None, as_of=NOVEMBER - second) == 0
    assert await count(guild_id=None, since=NOVEMBER) == 1
    assert await count(guild_id=None, since=NOVEMBER + second) == 0
    assert await count(guild_id=None, as_of=NOVEMBER, since=NOVEMBER) == 1


async def test_dates_before_1970_are_kept(store: Store, make_article: Make, save: Save) -> None:
    long_ago = datetime(1863, 10, 26, tzinfo=UTC)
    await save(make_article(published_at=long_ago))
    assert (await store.articles.get(1, guild_id=None)).published_at == long_ago


async def test_same_key_in_two_guilds_is_two_articles(store: Store, make_article: Make, save: Save) -> None:
    ids = {(await save(make_article(), guild_id=g)).article_ids["id:a1"] for g in (None, 5, 6)}
    assert len(ids) == 3
    assert set(await store.articles.known(["id:a1"], guild_id=5)) == {"id:a1"}
    assert await store.articles.known(["id:a1"], guild_id=7) == {}


async def test_revision_tells_another_process_of_changes(
    store: Store, make_article: Make, save: Save, database_file: Path
) -> None:
    async with await open_store(database_file) as other:
        assert await other.revision() == 0
        await save(make_article())
        assert await other.revision() == 1
        await other.articles.remove(1, guild_id=None)
    assert await store.revision() == 2


async def test_sound_store_passes_its_check(store: Store, make_article: Make, save: Save) -> None:
    await save(make_article())
    await store.check()
