import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.store import open_store
from corpus.text import checksum
from corpus.types import QuoteRef, Verdict
from tests.bot.cli.conftest import Rumourmill

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)


async def _judge() -> None:
    async with await open_store(Path("data/rumourmill.db")) as store:
        article = await store.articles.get(1, guild_id=None)
        standing = QuoteRef(1, 0, 20, ((0, 4),), checksum(article.text[:20]))
        refs = (standing, QuoteRef(2, 0, 20, (), 1))
        for answer_id, member_id, right in ((3, 7, True), (3, 8, False), (3, 9, True), (4, 7, False)):
            await store.verdicts.save(Verdict(5, answer_id, member_id, NOON, right, refs))


@pytest.fixture
def judged(samples: Path) -> None:
    asyncio.run(_judge())


def test_the_owner_reads_what_members_said_and_not_who_they_are(rumourmill: Rumourmill, judged: None) -> None:
    result = rumourmill("verdicts")
    assert result.code == 0
    assert "2 answers judged: 2 times right, 2 times wrong" in result.out
    assert result.out.index("0 right, 1 wrong · answer 4") < result.out.index("2 right, 1 wrong · answer 3")
    assert result.out.count("1 of 2 quotes no longer stand in their articles") == 2


def test_verdicts_come_as_json_with_their_quotes(rumourmill: Rumourmill, judged: None) -> None:
    rows = [json.loads(line) for line in rumourmill("verdicts", "--json").out.splitlines()]
    assert [(row["answer"], row["server"], row["right"], row["wrong"]) for row in rows] == [
        (4, "5", 0, 1),
        (3, "5", 2, 1),
    ]
    [quote] = rows[0]["quotes"]
    assert quote["article_id"] == 1
    assert len(quote["text"]) == 20
    assert rows[0]["quotes_gone"] == 1


def test_without_a_verdict_nothing_is_shown(rumourmill: Rumourmill, samples: Path) -> None:
    assert "Nobody has said" in rumourmill("verdicts").out
    assert rumourmill("verdicts", "--json").out == ""
