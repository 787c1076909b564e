"""Articles that wait for whoever made them."""

from datetime import UTC, datetime, timedelta

from corpus.store import Store
from corpus.types import ArticleDraft

OURS, THEIRS = 5, 6
MAKER = 7
DRAFT = ArticleDraft(
    "Título 🏆",
    "Text.",
    "BBC",
    "Me",
    datetime(2024, 11, 6, 12, 30, tzinfo=UTC),
    "https://bbc.co.uk/1",
    "a1",
)


async def test_a_draft_comes_back_as_it_was_to_its_maker_alone(store: Store, now: datetime) -> None:
    number = await store.drafts.save(DRAFT, guild_id=OURS, made_by=MAKER, now=now, edits=3, edited_hash="h")
    found = await store.drafts.get(number, guild_id=OURS, made_by=MAKER)
    assert found is not None
    assert (found.draft, found.edits, found.edited_hash) == (DRAFT, 3, "h")
    for guild_id, made_by in ((THEIRS, MAKER), (OURS, 8), (None, MAKER)):
        assert await store.drafts.get(number, guild_id=guild_id, made_by=made_by) is None
    assert await store.drafts.by(MAKER, guild_id=OURS) == [DRAFT]
    assert await store.drafts.by(MAKER, guild_id=THEIRS) == []


async def test_a_draft_is_changed_and_dropped(store: Store, now: datetime) -> None:
    number = await store.drafts.save(DRAFT, guild_id=OURS, made_by=MAKER, now=now)
    other = ArticleDraft("Other", "Text.")
    await store.drafts.change(number, other)
    found = await store.drafts.get(number, guild_id=OURS, made_by=MAKER)
    assert found is not None
    assert found.draft == other
    await store.drafts.drop(number)
    assert await store.drafts.get(number, guild_id=OURS, made_by=MAKER) is None


async def test_drafts_that_nobody_accepts_are_dropped_in_the_end(store: Store, now: datetime) -> None:
    for age in (0, 2):
        await store.drafts.save(DRAFT, guild_id=OURS, made_by=MAKER, now=now - timedelta(days=age))
    await store.drafts.prune(now - timedelta(days=1))
    assert len(await store.drafts.by(MAKER, guild_id=OURS)) == 1
