from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from corpus.store import Store
from corpus.types import NewArticle, Publisher, Stored

Make = Callable[..., NewArticle]
Save = Callable[..., Awaitable[Stored]]

EARLY, LATE = datetime(2024, 11, 6, tzinfo=UTC), datetime(2024, 11, 9, tzinfo=UTC)


async def test_publishers_are_those_of_the_articles_that_a_guild_sees(
    store: Store, make_article: Make, save: Save
) -> None:
    await save(make_article(publisher="Marca", published_at=LATE))
    await save(make_article(publisher="Marca", published_at=EARLY), guild_id=5)
    await save(make_article(external_id="a2", publisher="AS"), guild_id=5)
    await save(make_article(publisher="Sport"), make_article(external_id="a2"), guild_id=6)
    assert await store.sources.publishers(guild_id=5) == [
        Publisher("Marca", 2, 1, EARLY, LATE),
        Publisher("AS", 1, 1, None, None),
    ]
    assert [p.name for p in await store.sources.publishers(guild_id=None)] == ["Marca"]


async def test_a_publishers_articles_are_told_newest_first_and_undated_ones_last(
    store: Store, make_article: Make, save: Save
) -> None:
    for number, day in enumerate((EARLY, None, LATE)):
        article = make_article(external_id=f"a{number}", publisher="Marca", published_at=day)
        await save(article, guild_id=5)
    await save(make_article(publisher="Marca"), guild_id=6)

    async def days(**page: int) -> list[datetime | None]:
        found = await store.sources.articles("Marca", guild_id=5, **page)
        return [article.published_at for article in found]

    assert await days(limit=9) == [LATE, EARLY, None]
    assert await days(limit=1, offset=1) == [EARLY]
    assert await store.sources.articles("Sport", guild_id=5, limit=9) == []
