"""The drills in small, and that they notice what they look for. `python -m drills all` runs them in full."""

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.answers import Answers
from bot.client import Rumourmill
from bot.config import Config, DataSection
from bot.receipts import Receipts
from corpus.store.feed_items import FeedItems
from corpus.store.feeds import Feeds
from corpus.types import Article
from drills import damage, faults, feeds, full, isolation, kill, pages, together, web
from drills.articles import GONE, draft
from drills.inspection import DATABASE, inspect_answers, inspect_indexes, inspect_store, inspect_vectors
from drills.ledger import Ledger, begin_line
from drills.opening import SMALL, opened
from drills.uses import USES
from index.engine import Engine
from tests.bot.conftest import bot
from tests.discord_double import DiscordDouble
from tests.encoders import WordEncoder

VERSIONS = {"shared-1": 1, "shared-2": 1, "shared-3": 1}
POSSIBLE = {name: frozenset({version}) for name, version in VERSIONS.items()}


def nobody(done: int) -> None:
    """Wants to know of progress."""


async def test_ingest_killed_at_any_moment_loses_nothing_acknowledged_and_leaves_nothing_half_stored(
    tmp_path: Path,
) -> None:
    outcome = await kill.drill(tmp_path, 5, SMALL, 1, nobody)
    assert outcome.faults == []
    assert outcome.counts["kills"] == 5


async def test_damaged_pages_and_feeds_are_read_or_refused_with_words(tmp_path: Path) -> None:
    outcome = await pages.drill(tmp_path, 200, 1, nobody)
    assert outcome.faults == []
    assert outcome.counts.total() == 200
    assert min(outcome.counts["pages read"], outcome.counts["feeds read"]) > 10


async def test_a_damaged_word_index_changes_no_answer(tmp_path: Path) -> None:
    damages = [damage.flip_a_bit] * 3 + list(damage.OTHER_DAMAGES)
    outcome = await damage.drill(tmp_path, damages, 1, nobody)
    assert outcome.faults == []
    assert outcome.counts.total() == len(damages)


async def test_a_full_disk_loses_nothing_acknowledged_and_still_answers(tmp_path: Path) -> None:
    outcome = await full.drill(tmp_path, [1_200], nobody)
    assert outcome.faults == []
    assert outcome.counts["disks filled"] == 1


async def test_a_full_database_loses_nothing_acknowledged_and_still_answers(tmp_path: Path) -> None:
    """As on systems where no small disk can be mounted."""
    outcome = await full.fill(tmp_path, full.PageLimit(600))
    assert outcome.faults == []
    assert outcome.counts["disks filled"] == 1


async def test_two_processes_may_ingest_the_same_folder_at_once(tmp_path: Path) -> None:
    outcome = await together.drill(tmp_path, 1, nobody)
    assert outcome.faults == []


async def test_no_server_sees_a_word_of_anothers_articles(tmp_path: Path) -> None:
    outcome = await isolation.drill(tmp_path, 4, 200, 1, nobody)
    assert outcome.faults == []
    assert outcome.counts[isolation.OWN] > 30


async def test_a_word_that_crosses_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every server saw all articles."""
    monkeypatch.setattr("corpus.store.articles._VISIBLE", "(1 OR guild_id = ?)")
    outcome = await isolation.drill(tmp_path, 4, 150, 1, nobody)
    assert outcome.faults != []


async def test_whatever_goes_wrong_in_discord_everyone_is_answered_or_told(tmp_path: Path) -> None:
    outcome = await faults.drill(tmp_path, 6, 40, 0.5, 1, nobody)
    assert outcome.faults == []
    assert outcome.counts[faults.ANSWERED] > 15
    assert outcome.counts[faults.LOST] > 0


async def test_feeds_are_polled_without_losing_anything_or_doing_it_twice(tmp_path: Path) -> None:
    outcome = await feeds.drill(tmp_path, 8, 12, 3, nobody)
    assert outcome.faults == []
    assert outcome.counts[feeds.RESTARTS] > 3
    assert outcome.counts[feeds.ITEMS] > 50


async def keeps_nothing(*_: object, **__: object) -> None:
    """Notes nothing of what it was told."""


async def says_yes(*_: object) -> bool:
    return True


@pytest.mark.parametrize(
    ("part", "name", "instead", "noticed"),
    [
        (Feeds, "keep_quiet", keeps_nothing, "wanted to be left alone"),
        (FeedItems, "note_posted", keeps_nothing, "was posted again"),
        (FeedItems, "refuse", keeps_nothing, "still waits"),
        (FeedItems, "is_ours", says_yes, "edited by hand and overwritten"),
    ],
)
async def test_feeds_that_are_followed_wrongly_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: type, name: str, instead: Any, noticed: str
) -> None:
    monkeypatch.setattr(part, name, instead)
    monkeypatch.setattr(feeds, "SETTLING", timedelta(hours=3))
    outcome = await feeds.drill(tmp_path, 8, 16, 4, nobody)
    assert any(noticed in fault for fault in outcome.faults)


async def test_feeds_that_are_asked_for_too_often_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.store.feeds.LEAST", timedelta(minutes=3))
    monkeypatch.setattr("corpus.feeds.plan.LEAST_S", 180.0)
    outcome = await feeds.drill(tmp_path, 3, 2, 1, nobody)
    assert any("was asked again after" in fault for fault in outcome.faults)


BUTTONS = {
    "MoreButton": {"More"},
    "ProveButton": {"Prove it"},
    "SourcesButton": {"Sources"},
    "RightButton": {"Was this right?"},
    "VerdictButton": {"Yes", "No"},
    "ReportButton": {"Report"},
    "SendButton": {"Send to moderators"},
    "DraftButton": {"Accept", "Edit", "Cancel"},
    "ImportButton": {"How far is it?"},
}


def used(client: Rumourmill) -> Iterator[str]:
    """What the uses of the faults drill have to be called."""
    for command in client.tree.walk_commands():
        if isinstance(command, app_commands.Command):
            yield f"/{command.qualified_name}"
            offering = [parameter for parameter in command.parameters if parameter.autocomplete]
            yield from (f"/{command.qualified_name} {one.display_name}: while typing" for one in offering)
    for menu in client.tree.walk_commands(type=discord.AppCommandType.message):
        yield f"menu {menu.qualified_name}"
    for button in discord.ui.DynamicItem.__subclasses__():
        if button.__module__.startswith("bot."):
            yield from (f"button {label}" for label in BUTTONS[button.__name__])


async def test_no_command_offer_or_button_is_spared_by_the_faults(tmp_path: Path) -> None:
    names = [use.name for use in USES]
    assert len(set(names)) == len(names)
    config = Config(data=DataSection(directory=tmp_path))
    async with DiscordDouble() as double, bot(double, config) as client:
        assert set(used(client)) - set(names) == set()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few ways to use the bot, and whoever hears nothing is soon taken for silent."""
    moderating = [use for use in USES if use.name in ("/article show with none", "/article remove")]
    monkeypatch.setattr(faults, "USES", [*USES[:2], *moderating])
    monkeypatch.setattr(faults, "WORD_S", 3.0)


async def nothing(*_: object, **__: object) -> None:
    """Doesn't do what it was asked."""


async def test_a_person_who_is_told_nothing_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, impatient: None
) -> None:
    monkeypatch.setattr("bot.client.report", nothing)
    outcome = await faults.drill(tmp_path, 3, 6, 0.5, 1, nobody)
    assert any(faults.SILENT in fault for fault in outcome.faults)
    assert any("the bot counted" in fault for fault in outcome.faults)


async def test_an_answer_that_is_half_stored_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, impatient: None
) -> None:
    """As if it wasn't remembered where it stands, so that it can't follow its articles."""
    monkeypatch.setattr(Receipts, "keep", nothing)
    outcome = await faults.drill(tmp_path, 1, 1, 0.5, 1, nobody)
    assert any("A quote stands that was withdrawn" in fault for fault in outcome.faults)


async def test_a_removal_that_is_told_but_not_done_and_a_task_left_hanging_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, impatient: None
) -> None:
    show, hanging = Answers.show, []

    async def show_and_hang(self: Answers, *what: Any, **more: Any) -> None:
        hanging.append(asyncio.create_task(asyncio.sleep(60)))
        await show(self, *what, **more)

    async def keep(self: Engine, article_id: int, *, guild_id: int | None, **_: Any) -> Article:
        return await self._store.articles.get(article_id, guild_id=guild_id)

    monkeypatch.setattr(Answers, "show", show_and_hang)
    monkeypatch.setattr(Engine, "remove", keep)
    outcome = await faults.drill(tmp_path, 1, 1, 0.5, 1, nobody)
    for task in hanging:
        task.cancel()
    found = "\n".join(outcome.faults)
    assert "Tasks were left hanging: {'sleep'" in found
    assert "confirmed that it is not" in found


async def filled(directory: Path) -> None:
    async with opened(directory) as engine:
        await engine.add([draft(name, version) for name, version in VERSIONS.items()], guild_id=None)


def behind_its_back(directory: Path, *statements: str) -> None:
    with closing(sqlite3.connect(directory / DATABASE)) as database, database:
        for statement in statements:
            database.execute(statement)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("DELETE FROM articles WHERE external_id = 'shared-2'", "shared-2 is lost"),
        ("DELETE FROM passages WHERE article_id = 1", "don't cover"),
        ("DELETE FROM passages WHERE id IN (SELECT MAX(id) FROM passages)", "don't cover"),
        ("UPDATE passages SET start_char = start_char + 1 WHERE id = 1", "don't cover"),
        ("UPDATE passages SET checksum = checksum + 1 WHERE id = 1", "wrong checksum"),
        ("UPDATE passages SET vector = zeroblob(512) WHERE id = 1", "wrong checksum or vector"),
        ("UPDATE passages SET article_id = 77 WHERE id = 1", "belongs to no article"),
        ("UPDATE articles SET text = text || '!' WHERE id = 1", "the text of shared-1"),
        ("UPDATE articles SET guild_id = 5 WHERE id = 1", "should not have"),
        ("UPDATE articles SET external_id = 'shared-9' WHERE id = 1", "should not have"),
    ],
)
async def test_what_is_wrong_in_the_store_is_noticed(tmp_path: Path, statement: str, fault: str) -> None:
    await filled(tmp_path)
    assert inspect_store(tmp_path, POSSIBLE)[1] == []
    behind_its_back(tmp_path, statement)
    assert fault in "; ".join(inspect_store(tmp_path, POSSIBLE)[1])


async def test_an_article_in_an_older_version_than_the_acknowledged_one_is_noticed(tmp_path: Path) -> None:
    await filled(tmp_path)
    _, faults = inspect_store(tmp_path, POSSIBLE | {"shared-1": frozenset({2})})
    assert any("lost" in fault for fault in faults)


async def test_hostile_web_servers_end_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    few = ("says nothing", "endless body", "resets", "gzip within gzip")
    monkeypatch.setattr(web, "ANSWERS", {name: web.ANSWERS[name] for name in few})
    outcome = await web.drill(2.0, nobody)
    assert outcome.faults == []
    assert (outcome.counts["documents"], outcome.counts["ended in words"]) == (1, 3)


def test_a_fetch_that_takes_too_much_is_noticed() -> None:
    report = {"took_s": 17.0, "late_s": 0.3, "grew_mb": 30.0, "told": []}
    assert len(web.faults_in(report, 15.0)) == 3


async def test_vectors_of_other_texts_are_noticed(tmp_path: Path) -> None:
    await filled(tmp_path)
    behind_its_back(tmp_path, "UPDATE passages SET vector = (SELECT vector FROM passages WHERE id = 1)")
    contents, faults = inspect_store(tmp_path, POSSIBLE)
    assert not faults
    assert await inspect_vectors(contents, WordEncoder())


async def without_words(engine: Engine) -> None:
    words = engine._indexes._words
    await words.apply([], (await words.keys()).tolist())


async def without_a_vector(engine: Engine) -> None:
    indexes = engine._indexes
    await indexes._vectors.remove(indexes._columns.ids[:1])


@pytest.mark.parametrize("lose", [without_words, without_a_vector])
async def test_indexes_that_differ_from_the_store_are_noticed(
    tmp_path: Path, lose: Callable[[Engine], Awaitable[None]]
) -> None:
    await filled(tmp_path)
    contents, _ = inspect_store(tmp_path, POSSIBLE)
    async with opened(tmp_path) as engine:
        assert await inspect_indexes(contents, engine) == []
        await lose(engine)
        assert await inspect_indexes(contents, engine)


async def test_a_quote_of_a_removed_article_and_a_missing_quote_are_noticed(tmp_path: Path) -> None:
    await filled(tmp_path)
    async with opened(tmp_path) as engine:
        assert await inspect_answers(VERSIONS, ["shared-1"], engine) == []
        assert await inspect_answers({"shared-1": GONE}, ["shared-1"], engine)
        assert await inspect_answers({"shared-8": 1}, ["shared-8"], engine)


def test_the_ledger_knows_what_was_acknowledged_and_what_was_under_way() -> None:
    ledger = Ledger()
    for line in ("open", begin_line([("a", 1), ("b", 2), ("c", 3)]), "embed", "stored 2", "store"):
        ledger.read(line)
    assert dict(ledger.possible) == {"a": {1}, "b": {2}, "c": {GONE, 3}}
    assert (ledger.phase, ledger.acknowledged) == ("store", 2)

    ledger.settle({"a": 1, "b": 2})
    ledger.read(begin_line([("a", GONE), ("c", 4)]))
    assert dict(ledger.possible) == {"a": {1, GONE}, "b": {2}, "c": {GONE, 4}}


async def test_a_database_that_is_damaged_is_noticed(tmp_path: Path) -> None:
    await filled(tmp_path)
    shutil.rmtree(tmp_path / damage.WORDS)
    behind_its_back(
        tmp_path,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, 'guild_id, published_at', 'published_at, guild_id')"
        " WHERE name = 'articles_published'",
    )
    assert any(fault.startswith("integrity_check") for fault in inspect_store(tmp_path, POSSIBLE)[1])
