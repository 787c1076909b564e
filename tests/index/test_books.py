import asyncio
from pathlib import Path

import pytest

from corpus.ingest.run import ingest
from corpus.store import Store, open_store
from corpus.types import ArticleDraft, ServerAlias
from index import books as module
from index.books import NameBooks
from index.question import understand
from tests.encoders import WordEncoder
from tests.engines import DAY, opened, quotes


async def stored(store: Store, text: str, guild_id: int | None = None) -> None:
    draft = ArticleDraft("Transfers", text, external_id=text)
    await ingest(store, WordEncoder(), [draft], guild_id=guild_id, added_by=None, now=DAY)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def _without_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REST", 0)
    monkeypatch.setattr(module, "_PATIENCE_S", 60)


async def test_a_book_follows_the_store(directory: Path) -> None:
    async with await open_store(directory / "rumourmill.db") as store:
        books = NameBooks(store)
        assert "semenyo" not in (await books.of(None)).spellings
        await stored(store, "They want Antoine Semenyo in January.")
        book = await books.of(None)
        assert "semenyo" in book.spellings
        assert await books.of(None) is book
        [article] = await store.articles.list(guild_id=None, limit=9)
        await store.articles.remove(article.id, guild_id=None)
        assert "semenyo" not in (await books.of(None)).spellings


async def test_nobody_waits_for_a_newer_edition(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE_S", 0)
    async with await open_store(directory / "rumourmill.db") as store:
        books = NameBooks(store)
        before = await books.of(None)
        await stored(store, "They want Antoine Semenyo in January.")
        assert await books.of(None) is before
        await books.close()
        assert "semenyo" in (await books.of(None)).spellings


async def test_a_book_that_was_just_read_is_not_read_again(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_REST", 1e9)
    async with await open_store(directory / "rumourmill.db") as store:
        books = NameBooks(store)
        before = await books.of(None)
        await stored(store, "They want Antoine Semenyo in January.")
        assert await books.of(None) is before


async def test_a_question_given_up_leaves_the_reading_to_others(directory: Path) -> None:
    async with await open_store(directory / "rumourmill.db") as store:
        await stored(store, "They want Antoine Semenyo in January.")
        books = NameBooks(store)
        waiting = asyncio.create_task(books.of(None))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert "semenyo" in (await books.of(None)).spellings


async def test_names_never_cross_guilds(directory: Path) -> None:
    async with await open_store(directory / "rumourmill.db") as store:
        await stored(store, "They want Antoine Semenyo in January.")
        for surname in ("Lammens", "Lammens again", "Lammens still"):
            await stored(store, f"They want Senne {surname}.", guild_id=5)
        books = NameBooks(store)
        own, other, shared = [await books.of(guild_id) for guild_id in (5, 6, None)]
        assert {"semenyo", "lammens"} <= own.spellings.keys()
        assert "lammens" not in {**other.spellings, **shared.spellings, **other.counts, **shared.counts}
        assert other is shared
        read = [understand("is lamens off", now=DAY, names=book).query for book in (own, other)]
        assert read == ["is Lammens off", "is lamens off"]


async def test_own_nicknames_are_understood_at_once_and_in_their_guild_only(directory: Path) -> None:
    async with await open_store(directory / "rumourmill.db") as store:
        await stored(store, "They want Antoine Semenyo in January.")
        books = NameBooks(store)
        texts = []
        for _ in range(2):
            read = [understand("is lamens off", now=DAY, names=await books.of(id_)) for id_ in (5, 6, None)]
            texts.append([question.query for question in read])
            await store.aliases.save(ServerAlias("Lamens", "Antoine Semenyo"), guild_id=5)
        assert texts == [["is lamens off"] * 3, ["is Antoine Semenyo off", "is lamens off", "is lamens off"]]
        await store.aliases.remove("LAMENS", guild_id=5)
        assert (await books.of(5)).own == {}


async def test_more_guilds_than_books_are_kept_each_get_their_own(directory: Path) -> None:
    async with await open_store(directory / "rumourmill.db") as store:
        for guild_id in range(1, 20):
            await stored(
                store, f"They want Guild{'abcdefghijklmnopqrstuvwxyz'[guild_id]}.", guild_id=guild_id
            )
        books = NameBooks(store)
        for guild_id in (*range(1, 20), 1):
            names = {name for name in (await books.of(guild_id)).spellings if name.startswith("guild")}
            assert names == {f"guild{'abcdefghijklmnopqrstuvwxyz'[guild_id]}"}


async def test_a_misspelt_name_finds_the_right_one(directory: Path) -> None:
    drafts = [
        ArticleDraft("Transfers", f"Gyokeres will join Arsenal.{more}", published_at=DAY, external_id=more)
        for more in ("", " He will stay.", " He left.")
    ]
    async with opened(directory) as engine:
        await engine.add(drafts, guild_id=None)
        await engine.add([ArticleDraft("Transfers", "We like Gyokeres.", external_id="g")], guild_id=None)
        found = await quotes(engine, "gyokeris will join arsenal")
        assert any("Gyokeres will join Arsenal." in quote for quote in found)
