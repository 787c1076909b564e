"""Articles that come in by themselves: each story once, with all its links, and apart for each server."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import ArticleChangedError, ArticleNotFoundError, ArticleTakenError
from corpus.types import Article, ArticleDraft, Taken
from index.engine import Engine
from tests.engines import opened
from tests.index.test_same import REPORT, article, paragraph

OURS, THEIRS = 5, 6
ORIGINAL = replace(REPORT, url="https://origin.example/1", publisher="The Agency")
COPY = replace(
    REPORT, title="They copied it", url="https://copy.example/1", publisher="The Copier", published_at=None
)
NEWS = "The two clubs have called the whole thing off this morning, and both have said so."
NEWER = replace(ORIGINAL, text=f"{NEWS}\n\n{ORIGINAL.text}")


async def links(engine: Engine, article_id: int, guild_id: int | None) -> list[str]:
    found = await engine._store.links.of([article_id], guild_id=guild_id)
    return [link.url for link in found.get(article_id, ())]


async def count(engine: Engine, guild_id: int | None) -> int:
    return await engine._store.articles.count(guild_id=guild_id)


@pytest.mark.parametrize("guild_id", [OURS, None])
async def test_a_story_is_kept_once_with_all_its_links(tmp_path: Path, guild_id: int | None) -> None:
    further = replace(COPY, url="https://copy.example/2")
    async with opened(tmp_path) as engine:
        taken = [await engine.take(draft, guild_id=guild_id) for draft in (ORIGINAL, COPY, further)]
        number = taken[0].article_id
        assert taken == [Taken("added", number), Taken("linked", number), Taken("linked", number)]
        assert await links(engine, number, guild_id) == [COPY.url, further.url]
        assert await count(engine, guild_id) == 1


async def test_what_is_known_under_its_address_changes_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        number = (await engine.take(ORIGINAL, guild_id=OURS)).article_id
        await engine.take(COPY, guild_id=OURS)
        edited = replace(COPY, text=f"{NEWS}\n\n{COPY.text}")
        for draft in (ORIGINAL, COPY, edited, replace(ORIGINAL, url=None, text=ORIGINAL.text + " Yes.")):
            assert await engine.take(draft, guild_id=OURS) == Taken("unchanged", number)
        assert await count(engine, OURS) == 1
        assert await links(engine, number, OURS) == [COPY.url]


async def test_what_no_longer_holds_what_is_expected_is_not_replaced(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        number = (await engine.take(ORIGINAL, guild_id=OURS)).article_id
        before = await engine._store.articles.get(number, guild_id=OURS)
        await engine.take(replace(ORIGINAL, text="By hand."), guild_id=OURS, replaces=number)
        with pytest.raises(ArticleChangedError):
            await engine.take(NEWER, guild_id=OURS, replaces=number, expected_hash=before.content_hash)
        after = await engine._store.articles.get(number, guild_id=OURS)
        assert after.text == "By hand."


async def test_a_newer_version_at_the_same_address_is_a_change(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        number = (await engine.take(ORIGINAL, guild_id=OURS, added_by=7)).article_id
        assert await engine.take(NEWER, guild_id=OURS) == Taken("changed", number)
        with_id = replace(ORIGINAL, external_id="item-1")
        assert await engine.take(with_id, guild_id=OURS) == Taken("changed", number)
        assert await engine.take(NEWER, guild_id=OURS) == Taken("changed", number)
        assert await count(engine, OURS) == 1


async def test_an_article_keeps_its_id_where_its_page_has_none(tmp_path: Path) -> None:
    of_file = replace(ORIGINAL, external_id="item-1")
    async with opened(tmp_path) as engine:
        number = (await engine.take(of_file, guild_id=OURS)).article_id
        assert await engine.take(NEWER, guild_id=OURS) == Taken("changed", number)
        assert await engine.take(NEWER, guild_id=OURS, replaces=number) == Taken("unchanged", number)
        assert (await engine.add([of_file], guild_id=OURS)).changed == (number,)
        assert await count(engine, OURS) == 1


async def test_items_with_ids_of_their_own_at_one_address_are_all_kept(tmp_path: Path) -> None:
    items = [
        replace(article(*range(n, n + 8)), url=ORIGINAL.url, external_id=f"item-{n}") for n in (0, 10, 20)
    ]
    async with opened(tmp_path) as engine:
        assert [(await engine.take(item, guild_id=OURS)).outcome for item in items] == ["added"] * 3
        assert await count(engine, OURS) == 3


async def test_independent_reports_stay_apart(tmp_path: Path) -> None:
    own = replace(article(0, *range(30, 37)), url="https://own.example/1")
    async with opened(tmp_path) as engine:
        assert (await engine.take(ORIGINAL, guild_id=OURS)).outcome == "added"
        assert (await engine.take(own, guild_id=OURS)).outcome == "added"


async def test_a_copy_of_a_shared_article_is_linked_for_its_server_alone(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        number = (await engine.take(ORIGINAL, guild_id=None)).article_id
        assert await engine.take(COPY, guild_id=OURS) == Taken("linked", number)
        assert await links(engine, number, THEIRS) == await links(engine, number, None) == []
        assert await engine.take(COPY, guild_id=THEIRS) == Taken("linked", number)
        assert await engine.take(COPY, guild_id=None) == Taken("linked", number)
        assert await links(engine, number, OURS) == [COPY.url]
        assert await engine.take(ORIGINAL, guild_id=OURS) == Taken("unchanged", number)


@pytest.mark.parametrize("guild_id", [THEIRS, None])
async def test_another_servers_article_is_never_looked_at(tmp_path: Path, guild_id: int | None) -> None:
    async with opened(tmp_path) as engine:
        number = (await engine.take(ORIGINAL, guild_id=OURS)).article_id
        await engine.take(replace(COPY, url="https://copy.example/2"), guild_id=OURS)
        for draft in (ORIGINAL, replace(COPY, url="https://copy.example/2"), COPY):
            taken = await engine.take(draft, guild_id=guild_id)
            assert taken.article_id != number
        assert await links(engine, number, OURS) == ["https://copy.example/2"]
        assert await links(engine, number, guild_id) == []


async def test_a_removed_article_takes_its_links_along(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        number = (await engine.take(ORIGINAL, guild_id=OURS)).article_id
        await engine.take(COPY, guild_id=OURS)
        await engine.remove(number, guild_id=OURS)
        assert (await engine.take(COPY, guild_id=OURS)).outcome == "added"
        await engine.restore(number, guild_id=OURS, restored_by=7)
        assert await links(engine, number, OURS) == []


async def test_a_copy_of_what_is_removed_in_the_same_moment_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as engine:
        number = (await engine.take(ORIGINAL, guild_id=OURS)).article_id
        like = engine.like

        async def early(draft: ArticleDraft, *, guild_id: int | None) -> list[Article]:
            found = await like(draft, guild_id=guild_id)
            await engine.remove(number, guild_id=OURS)
            return found

        monkeypatch.setattr(engine, "like", early)
        assert (await engine.take(COPY, guild_id=OURS)).outcome == "added"
        assert await count(engine, OURS) == 1


@pytest.mark.parametrize("guild_id", [OURS, None])
async def test_an_edited_item_replaces_its_article_under_its_number(
    tmp_path: Path, guild_id: int | None
) -> None:
    async with opened(tmp_path) as engine:
        number = (await engine.take(ORIGINAL, guild_id=guild_id)).article_id
        moved = replace(NEWER, url="https://origin.example/moved")
        for outcome in ("changed", "unchanged"):
            assert (await engine.take(moved, guild_id=guild_id, replaces=number)).outcome == outcome
        stored = await engine._store.articles.get(number, guild_id=guild_id)
        assert (stored.text, stored.url) == (moved.text, moved.url)
        answer = await engine.ask("called the whole thing off", guild_id=guild_id)
        assert {quote.source.article_id for quote in answer.quotes} == {number}


async def test_an_edited_item_replaces_nothing_that_is_not_exactly_of_its_scope(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        shared = (await engine.take(ORIGINAL, guild_id=None)).article_id
        own = (await engine.take(replace(article(*range(40, 48)), url=COPY.url), guild_id=OURS)).article_id
        for number, guild_id in ((shared, OURS), (own, THEIRS), (own, None), (own + 1, OURS), (2**70, OURS)):
            with pytest.raises(ArticleNotFoundError):
                await engine.take(NEWER, guild_id=guild_id, replaces=number)


async def test_an_edited_item_does_not_take_the_address_of_another_article(tmp_path: Path) -> None:
    others = replace(article(*range(40, 48)), url="https://other.example/1")
    async with opened(tmp_path) as engine:
        number = (await engine.take(ORIGINAL, guild_id=OURS)).article_id
        other = (await engine.take(others, guild_id=OURS)).article_id
        with pytest.raises(ArticleTakenError) as error:
            await engine.take(replace(NEWER, url=others.url), guild_id=OURS, replaces=number)
        assert error.value.article_id == other


async def test_an_edited_copy_does_not_replace_what_it_is_linked_to(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        number = (await engine.take(ORIGINAL, guild_id=OURS)).article_id
        await engine.take(COPY, guild_id=OURS)
        edited = replace(COPY, text=f"{NEWS}\n\n{COPY.text}")
        assert await engine.take(edited, guild_id=OURS, replaces=number) == Taken("unchanged", number)
        assert (await engine._store.articles.get(number, guild_id=OURS)).text == ORIGINAL.text


async def test_what_somebody_changes_in_the_same_moment_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as engine:
        number = (await engine.take(ORIGINAL, guild_id=OURS)).article_id
        change = engine.change

        async def late(article_id: int, draft: ArticleDraft, **others: object) -> None:
            await engine.add([replace(ORIGINAL, text=paragraph(70))], guild_id=OURS)
            await change(article_id, draft, **others)  # type: ignore[arg-type]

        monkeypatch.setattr(engine, "change", late)
        with pytest.raises(ArticleChangedError):
            await engine.take(NEWER, guild_id=OURS, replaces=number)
        assert (await engine._store.articles.get(number, guild_id=OURS)).text == paragraph(70)


async def test_a_hundred_at_once_make_one_article(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        taken = await asyncio.gather(*(engine.take(ORIGINAL, guild_id=OURS) for _ in range(100)))
        assert Counter(one.outcome for one in taken) == {"added": 1, "unchanged": 99}
        assert len({one.article_id for one in taken}) == await count(engine, OURS) == 1


async def test_two_copies_at_once_make_one_article_and_one_link(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        taken = await asyncio.gather(*(engine.take(draft, guild_id=OURS) for draft in (ORIGINAL, COPY)))
        assert sorted(one.outcome for one in taken) == ["added", "linked"]
        assert await count(engine, OURS) == 1
        assert len(await links(engine, taken[0].article_id, OURS)) == 1
