from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.ingest.read import read_paths
from corpus.types import ArticleDraft

SAMPLES = Path(__file__).parents[2] / "corpus/samples"
ITEMS = list(read_paths([SAMPLES], now=datetime(2026, 1, 1, tzinfo=UTC)))
DRAFTS = [item for item in ITEMS if isinstance(item, ArticleDraft)]


def sample(name: str) -> ArticleDraft:
    return next(draft for draft in DRAFTS if draft.external_id == name)


def test_every_sample_is_an_article() -> None:
    assert ITEMS == DRAFTS
    assert len({draft.external_id for draft in DRAFTS}) == len(list(SAMPLES.glob("*.md"))) == len(DRAFTS)


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.external_id)
def test_every_sample_is_short_and_names_who_reported_it_and_when(draft: ArticleDraft) -> None:
    assert draft.publisher
    assert draft.published_at
    assert 60 <= len(draft.text.split()) <= 180


@pytest.mark.parametrize(
    ("name", "publisher", "day", "facts"),
    [
        (
            "sample-11",
            "TEAMtalk",
            "2024-11-06",
            ["Xabi Alonso", "replace Carlo Ancelotti", "Pérez is extremely unhappy"],
        ),
        ("sample-12", "TEAMtalk", "2024-11-06", ["Raúl would replace Carlo Ancelotti", "interim"]),
        (
            "sample-13",
            "TEAMtalk",
            "2024-11-06",
            ["Tchouaméni would cost around £100m", "Liverpool are interested"],
        ),
        (
            "sample-01",
            "Marca",
            "2023-02-10",
            ["Real Madrid's under-13 side", "B team of Real Sociedad", "Leverkusen"],
        ),
        ("sample-02", "GOAL", "2023-02-10", ["follow Jürgen Klopp as Liverpool manager", "Neil Jones"]),
    ],
)
def test_the_facts_that_the_project_began_with_are_there(
    name: str, publisher: str, day: str, facts: list[str]
) -> None:
    draft = sample(name)
    assert draft.publisher == publisher
    assert draft.published_at
    assert draft.published_at.date().isoformat() == day
    assert [fact for fact in facts if fact not in draft.text] == []
