"""Where else the story of an article is told, and who sees that."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from corpus.errors import ArticleNotFoundError
from corpus.store import Store
from corpus.types import Link, NewArticle, Stored

Make = Callable[..., NewArticle]
Save = Callable[..., Awaitable[Stored]]

OURS, THEIRS = 5, 6
URL = "https://copy.example/1"


async def add(
    store: Store, article_id: int, now: datetime, guild_id: int | None = OURS, url: str = URL
) -> bool:
    return await store.links.add(
        article_id,
        guild_id=guild_id,
        url=url,
        title="A copy",
        publisher="The Copier",
        published_at=None,
        now=now,
    )


async def saved(save: Save, article: NewArticle, guild_id: int | None) -> int:
    return (await save(article, guild_id=guild_id)).article_ids[article.key]


async def test_a_link_is_kept_once_as_it_first_came(
    store: Store, save: Save, make_article: Make, now: datetime
) -> None:
    article = await saved(save, make_article(), OURS)
    assert await add(store, article, now)
    assert not await add(store, article, now + timedelta(days=1))
    assert await store.links.of([article], guild_id=OURS) == {
        article: (Link(URL, "A copy", "The Copier", None, now),)
    }
    assert await store.links.article(URL, guild_id=OURS) == article


async def test_a_servers_link_to_a_shared_article_is_seen_there_only(
    store: Store, save: Save, make_article: Make, now: datetime
) -> None:
    article = await saved(save, make_article(), None)
    await add(store, article, now)
    for other in (THEIRS, None):
        assert await store.links.of([article], guild_id=other) == {}
        assert await store.links.article(URL, guild_id=other) is None


async def test_a_shared_link_is_seen_by_every_server_and_told_once(
    store: Store, save: Save, make_article: Make, now: datetime
) -> None:
    article = await saved(save, make_article(), None)
    await add(store, article, now, None)
    await add(store, article, now, OURS)
    for guild_id in (OURS, THEIRS, None):
        links = await store.links.of([article], guild_id=guild_id)
        assert [link.url for link in links[article]] == [URL]


@pytest.mark.parametrize("guild_id", [THEIRS, None])
async def test_nothing_is_linked_to_an_article_that_is_not_seen(
    store: Store, save: Save, make_article: Make, now: datetime, guild_id: int | None
) -> None:
    article = await saved(save, make_article(), OURS)
    with pytest.raises(ArticleNotFoundError):
        await add(store, article, now, guild_id)
    with pytest.raises(ArticleNotFoundError):
        await add(store, 2**70, now, guild_id)


async def test_links_go_with_their_article_and_do_not_come_back_with_it(
    store: Store, save: Save, make_article: Make, now: datetime
) -> None:
    made = make_article()
    article = await saved(save, made, OURS)
    await add(store, article, now)
    await store.articles.remove(article, guild_id=OURS)
    assert await store.links.article(URL, guild_id=OURS) is None
    await store.articles.restore(article, made, model="m", guild_id=OURS, restored_by=7, now=now)
    assert await store.links.of([article], guild_id=OURS) == {}


async def test_links_stay_with_an_article_that_is_changed(
    store: Store, save: Save, make_article: Make, now: datetime
) -> None:
    article = await saved(save, make_article(), OURS)
    await add(store, article, now)
    assert await saved(save, make_article("Raúl is not ready. Alonso waits."), OURS) == article
    assert await store.links.article(URL, guild_id=OURS) == article


async def test_links_of_many_articles_are_told_at_once(
    store: Store, save: Save, make_article: Make, now: datetime
) -> None:
    ids = [await saved(save, make_article(external_id=f"a{n}"), None) for n in range(3)]
    for n, article in enumerate(ids):
        await add(store, article, now, url=f"{URL}{n}")
    links = await store.links.of([*ids, 10**6, *range(10**4, 10**4 + 600)], guild_id=OURS)
    assert {article: [link.url for link in found] for article, found in links.items()} == {
        article: [f"{URL}{n}"] for n, article in enumerate(ids)
    }


async def test_the_links_of_a_server_are_exported_and_purged_with_it(
    store: Store, save: Save, make_article: Make, now: datetime
) -> None:
    shared = await saved(save, make_article(), None)
    await add(store, shared, now, OURS)
    await add(store, shared, now, THEIRS, f"{URL}?theirs")
    assert [row["url"] for row in (await store.guilds.export(OURS))["links"]] == [URL]
    await store.guilds.reconcile([], now)
    assert await store.guilds.gone(now + timedelta(seconds=1)) == [OURS, THEIRS]
    await store.guilds.purge(OURS)
    assert await store.links.of([shared], guild_id=OURS) == {}
    assert len(await store.links.of([shared], guild_id=THEIRS)) == 1
