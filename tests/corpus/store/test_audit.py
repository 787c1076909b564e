"""Who changed which article, and when, written with the change itself."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from corpus.errors import ArticleChangedError, ArticleNotFoundError, ArticleTakenError
from corpus.store import Store
from corpus.types import AuditEntry, NewArticle, Stored

Make = Callable[..., NewArticle]
Save = Callable[..., Awaitable[Stored]]

OURS, THEIRS = 5, 6
ADDER, REMOVER, RESTORER = 7, 8, 9
"""The first is whoever adds articles in these tests; see the fixture `save`."""


async def acts(store: Store, guild_id: int = OURS) -> list[tuple[str, int | None, int, str, str | None]]:
    found = await store.audit.list(guild_id=guild_id, limit=100)
    return [(e.action, e.member, e.article_id, e.title, e.reason) for e in found]


async def removed(store: Store, now: datetime, article_id: int = 1) -> None:
    await store.articles.remove(article_id, guild_id=OURS, removed_by=REMOVER, reason="a hoax", now=now)


async def changed(store: Store, article: NewArticle, expected: str, now: datetime) -> None:
    await store.articles.change(
        1, article, expected_hash=expected, model="digest", guild_id=OURS, changed_by=REMOVER, now=now
    )


async def restored(store: Store, article: NewArticle, now: datetime, **more: int) -> Stored:
    kept = {"article_id": 1, "guild_id": OURS} | more
    return await store.articles.restore(
        kept["article_id"], article, model="digest", guild_id=kept["guild_id"], restored_by=RESTORER, now=now
    )


async def test_every_change_of_an_article_is_told_the_newest_first(
    store: Store, make_article: Make, save: Save, now: datetime
) -> None:
    await save(make_article(), guild_id=OURS)
    stays = make_article("Raúl stays.", title="Raúl stays")
    await save(stays, guild_id=OURS)
    await removed(store, now)
    await restored(store, stays, now)
    again = make_article("Raúl goes.", title="Raúl goes")
    await changed(store, again, stays.content_hash, now)
    assert await acts(store) == [
        ("changed", REMOVER, 1, "Raúl goes", None),
        ("restored", RESTORER, 1, "Raúl stays", None),
        ("removed", REMOVER, 1, "Raúl stays", "a hoax"),
        ("changed", ADDER, 1, "Raúl stays", None),
        ("added", ADDER, 1, "Madrid", None),
    ]
    assert (await store.audit.list(guild_id=OURS, limit=1, offset=4))[0].at == now


async def test_other_servers_and_the_host_leave_no_trace_here(
    store: Store, make_article: Make, save: Save
) -> None:
    await save(make_article(), guild_id=THEIRS)
    shared = await save(make_article())
    await store.articles.remove(shared.article_ids["id:a1"], guild_id=None)
    assert await acts(store) == []
    assert len(await acts(store, THEIRS)) == 1


async def test_what_is_refused_is_not_told(
    store: Store, make_article: Make, save: Save, now: datetime
) -> None:
    first, second = make_article(), make_article(external_id="a2")
    await save(first, second, guild_id=OURS)
    before = await acts(store)
    with pytest.raises(ArticleChangedError):
        await changed(store, first, "another", now)
    with pytest.raises(ArticleTakenError):
        await changed(store, second, first.content_hash, now)
    with pytest.raises(ArticleNotFoundError):
        await store.articles.remove(1, guild_id=THEIRS)
    with pytest.raises(ArticleNotFoundError):
        await restored(store, first, now)
    assert await acts(store) == before


async def test_what_is_old_and_what_is_too_much_is_forgotten(
    store: Store, make_article: Make, save: Save, now: datetime
) -> None:
    await save(*(make_article(external_id=f"a{n}", title=f"T{n}") for n in range(5)), guild_id=OURS)
    await save(make_article(), guild_id=THEIRS)
    await store.audit.prune(now, most=3)
    assert [entry[3] for entry in await acts(store)] == ["T4", "T3", "T2"]
    assert len(await acts(store, THEIRS)) == 1
    await store.audit.prune(now + timedelta(seconds=1), most=3)
    assert await acts(store) == []


async def test_what_somebody_did_is_told_in_one_server_only(
    store: Store, make_article: Make, save: Save, now: datetime
) -> None:
    await save(make_article(), guild_id=OURS)
    await removed(store, now)
    assert await store.audit.by(REMOVER, guild_id=OURS) == [
        AuditEntry(now, REMOVER, "removed", 1, "Madrid", "a hoax")
    ]
    assert await store.audit.by(REMOVER, guild_id=THEIRS) == []


# What was removed


async def test_what_a_server_removed_is_kept_for_it_alone(
    store: Store, make_article: Make, save: Save, now: datetime
) -> None:
    await save(make_article(), guild_id=OURS)
    await removed(store, now)
    assert await store.removed.list(guild_id=OURS, limit=5) == [(1, "Madrid")]
    assert await store.removed.list(guild_id=OURS, limit=5, matching="%") == []
    assert await store.removed.list(guild_id=THEIRS, limit=5) == []
    assert (await store.removed.get(1, guild_id=OURS)).text == "Raúl is ready. Alonso waits."
    for guild_id in (THEIRS, None):
        with pytest.raises(ArticleNotFoundError):
            await store.removed.get(1, guild_id=guild_id)
    assert await store.articles.count(guild_id=OURS) == 0


async def test_what_is_shared_is_not_kept(store: Store, make_article: Make, save: Save) -> None:
    stored = await save(make_article())
    await store.articles.remove(stored.article_ids["id:a1"], guild_id=None)
    assert await store.removed.list(guild_id=0, limit=5) == []


async def test_a_restored_article_is_the_one_that_was_removed(
    store: Store, make_article: Make, save: Save, now: datetime
) -> None:
    article = make_article()
    await save(article, guild_id=OURS)
    before = await store.articles.get(1, guild_id=OURS)
    await removed(store, now)
    with pytest.raises(ArticleNotFoundError):
        await restored(store, article, now, guild_id=THEIRS)
    stored = await restored(store, article, now + timedelta(days=3))
    assert await store.articles.get(1, guild_id=OURS) == before
    assert len(stored.passages) == 2
    assert await store.removed.list(guild_id=OURS, limit=5) == []


async def test_an_article_whose_place_is_taken_waits_until_that_is_free(
    store: Store, make_article: Make, save: Save, now: datetime
) -> None:
    article = make_article()
    await save(article, guild_id=OURS)
    await removed(store, now)
    await save(make_article("Another."), guild_id=OURS)
    with pytest.raises(ArticleTakenError) as taken:
        await restored(store, article, now)
    assert taken.value.article_id == 2
    await removed(store, now, 2)
    await restored(store, article, now)
    assert await store.articles.count(guild_id=OURS) == 1


async def test_what_was_removed_long_ago_is_gone(
    store: Store, make_article: Make, save: Save, now: datetime
) -> None:
    await save(make_article(), guild_id=OURS)
    await removed(store, now)
    await store.removed.prune(now)
    assert await store.removed.list(guild_id=OURS, limit=5) != []
    await store.removed.prune(now + timedelta(seconds=1))
    assert await store.removed.list(guild_id=OURS, limit=5) == []
