import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.store import open_store
from tests.bot.cli.conftest import Rumourmill


def counts(out: str) -> dict[str, int]:
    """The summary of an ingest: what became of how many articles."""
    return {word: int(number) for number, word in (line.split() for line in out.splitlines())}


def test_ingesting_again_changes_nothing(rumourmill: Rumourmill, samples: Path) -> None:
    result = rumourmill("ingest", samples)
    assert result.code == 0
    assert counts(result.out) == {"added": 0, "changed": 0, "unchanged": 14, "refused": 0}


def test_bad_rows_are_named_the_others_stored_and_the_exit_code_tells(rumourmill: Rumourmill) -> None:
    rows = [
        {"id": "1", "title": "Kane moves", "text": "Kane moves to Bayern Munich."},
        {"id": "2", "title": "Empty"},
    ]
    Path("rows.jsonl").write_text("\n".join([*map(json.dumps, rows), "nonsense"]))
    result = rumourmill("ingest", "rows.jsonl")
    assert result.code == 1
    assert counts(result.out) == {"added": 1, "changed": 0, "unchanged": 0, "refused": 2}
    assert [line.split(": ")[0] for line in result.err.splitlines()] == ["rows.jsonl:2", "rows.jsonl:3"]


def test_a_path_that_is_not_there_is_refused_before_anything_is_read(
    rumourmill: Rumourmill, tmp_path: Path
) -> None:
    result = rumourmill("ingest", "missing.jsonl")
    assert result.code == 2
    assert "missing.jsonl" in result.err
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("samples")
def test_the_newest_articles_are_listed_up_to_the_limit(rumourmill: Rumourmill) -> None:
    result = rumourmill("articles", "list", "--limit", 2)
    assert "Real Madrid appoint Xabi Alonso" in result.out
    assert "Harry Kane" not in result.out
    assert "--limit 10" in result.err
    assert "Harry Kane" in rumourmill("articles", "list", "--limit", 14).out


@pytest.mark.usefixtures("samples")
def test_a_listing_can_be_narrowed_to_a_title_or_publisher(rumourmill: Rumourmill) -> None:
    assert "Harry Kane joins" in rumourmill("articles", "list", "--matching", "kane").out
    assert rumourmill("articles", "list", "--matching", "cricket").out == "No such articles.\n"


@pytest.mark.usefixtures("samples")
def test_an_article_is_shown_and_after_its_removal_no_longer_there(rumourmill: Rumourmill) -> None:
    listing = rumourmill("articles", "list", "--matching", "Harry Kane").out
    article_id = next(line.split()[0] for line in listing.splitlines() if "Harry Kane" in line)
    assert "280 goals" in rumourmill("articles", "show", article_id).out

    removed = rumourmill("articles", "remove", article_id)
    assert removed.out == f"Removed {article_id}: Harry Kane joins Bayern Munich\n"
    for command in ("show", "remove"):
        result = rumourmill("articles", command, article_id)
        assert (result.code, result.out) == (1, "")
        assert f"There is no article {article_id}." in result.err
    assert "280 goals" not in rumourmill("ask", "how many goals did Harry Kane score for Tottenham?").out


@pytest.mark.usefixtures("samples")
def test_an_article_that_is_not_there_keeps_no_other_from_being_removed(rumourmill: Rumourmill) -> None:
    result = rumourmill("articles", "remove", 1, 99, 2)
    assert result.code == 1
    assert [line.split(":")[0] for line in result.out.splitlines()] == ["Removed 1", "Removed 2"]
    assert "There is no article 99." in result.err


@pytest.mark.usefixtures("samples")
def test_after_a_change_of_model_reindex_embeds_what_is_there(rumourmill: Rumourmill) -> None:
    assert rumourmill("reindex").out == "Every article is up to date.\n"
    Path("config.toml").write_text('[model]\nname = "another"\n')
    assert rumourmill("reindex").out == "14 articles embedded again.\n"
    assert rumourmill("reindex").out == "Every article is up to date.\n"
    assert "Xabi Alonso" in rumourmill("ask", "who replaces Ancelotti?").out


@pytest.mark.parametrize(
    "arguments", [["articles", "list"], ["articles", "show", "1"], ["reindex"], ["ask", "who"]]
)
def test_where_nothing_was_ingested_nothing_is_created_and_the_next_step_named(
    rumourmill: Rumourmill, tmp_path: Path, arguments: list[str]
) -> None:
    result = rumourmill(*arguments)
    assert result.code == 1
    assert "rumourmill ingest PATH" in result.err
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("samples")
def test_an_article_is_shown_with_where_else_its_story_is_told(rumourmill: Rumourmill) -> None:
    async def link(number: int, guild_id: int | None) -> None:
        async with await open_store(Path("data/rumourmill.db")) as store:
            await store.links.add(
                1,
                guild_id=guild_id,
                url=f"https://copy.example/{number}",
                title="A copy",
                publisher="The \x1b[31mCopier",
                published_at=None,
                now=datetime(2026, 1, 1, tzinfo=UTC),
            )

    for number in range(7):
        asyncio.run(link(number, None))
    asyncio.run(link(9, 5))
    shown = rumourmill("articles", "show", 1).out
    assert "also: The [31mCopier · undated\n  https://copy.example/0\n" in shown
    assert "and 2 more\n" in shown
    assert "copy.example/5" not in shown
    assert "copy.example/9" not in shown
