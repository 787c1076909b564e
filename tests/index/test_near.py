"""How much of a draft already stands in the articles that a server sees."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from corpus.errors import ArticleTakenError
from corpus.types import ArticleDraft
from index.near import names_in, shared, spread
from tests.engines import DAY, opened

OURS, THEIRS = 5, 6
AGENCY = (
    "Real Madrid have agreed a fee with Bayer Leverkusen for the Spanish midfielder, sources told the "
    "agency on Tuesday.\n\n"
    "The clubs spoke for three weeks before the president signed the papers in his office. The player "
    "will have a medical on Thursday and sign a contract that lasts until the summer of 2029.\n\n"
    "Leverkusen want a replacement before the window closes, and have asked Brighton about their "
    "captain."
)
LAST = AGENCY.split("\n\n")[-1]
OTHER_END = "The coach did not want to speak about it after training, but smiled at the question."
EDITED = AGENCY.replace(LAST, OTHER_END)
INDEPENDENT = (
    "A deal is done between Bayer Leverkusen and Real Madrid: the midfielder from Spain moves to the "
    "capital, as several papers report.\n\n"
    "He is expected for his medical in two days and ties himself to his new club for five years. His "
    "old one is looking at Brighton's captain to take his place."
)


def draft(text: str, title: str = "A deal", **more: str) -> ArticleDraft:
    return ArticleDraft(title, text, published_at=DAY, **more)


def test_the_same_text_is_shared_whole_whatever_its_case_accents_and_marks() -> None:
    assert shared(AGENCY, AGENCY) == 1.0
    assert shared("Raúl left, they SAY: at once!", "raul left they say at once") == 1.0


def test_agency_copy_with_another_last_paragraph_is_shared_for_the_most_part() -> None:
    assert 0.6 < shared(EDITED, AGENCY) < 0.9


def test_the_same_story_in_other_words_is_not_shared() -> None:
    assert shared(INDEPENDENT, AGENCY) < 0.1


def test_what_is_shared_is_a_share_of_the_draft() -> None:
    assert shared(LAST, AGENCY) == 1.0
    assert shared(AGENCY, LAST) < 0.4


@pytest.mark.parametrize(
    ("text", "share"), [("", 0.0), ("🏆!", 0.0), ("Kane left", 1.0), ("Kane stays", 0.0)]
)
def test_few_words_are_compared_as_one(text: str, share: float) -> None:
    assert shared(text, "Kane left") == share


def test_persons_and_clubs_are_named_once() -> None:
    text = "They saw Martin Odegaard and Arsenal. Then Martin Ødegaard left for Real Madrid."
    assert set(names_in(text, frozenset({"then"}))) == {"Martin Odegaard", "Arsenal", "Real Madrid"}


def test_items_are_taken_from_all_over() -> None:
    assert spread(list("abcdefgh"), 3) == ["a", "d", "g"]
    assert spread(list("abc"), 3) == ["a", "b", "c"]
    assert spread([], 3) == []


async def test_near_duplicates_are_told_with_how_much_they_share(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([draft(EDITED), draft(INDEPENDENT, "Done")], guild_id=None)
        await engine.add([draft(AGENCY, "Ours")], guild_id=OURS)
        preview = await engine.preview(draft(AGENCY, "Again"), guild_id=OURS)
        assert [(near.article.title, near.share == 1.0) for near in preview.near] == [
            ("Ours", True),
            ("A deal", False),
        ]
        assert preview.passages > 0
        assert "Real Madrid" in preview.names
        assert (preview.replaces, preview.unchanged) == (None, False)


async def test_near_duplicates_in_other_servers_are_never_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([draft(AGENCY)], guild_id=THEIRS)
        preview = await engine.preview(draft(AGENCY), guild_id=OURS)
        assert preview.near == ()
        assert preview.replaces is None


async def test_what_accepting_would_do_is_told(tmp_path: Path) -> None:
    link = {"url": "https://bbc.co.uk/1"}
    async with opened(tmp_path) as engine:
        await engine.add([draft(AGENCY, **link)], guild_id=OURS)
        same = await engine.preview(draft(AGENCY, **link), guild_id=OURS)
        other = await engine.preview(draft(EDITED, **link), guild_id=OURS)
        assert (same.replaces, same.unchanged, other.replaces, other.unchanged) == (1, True, 1, False)


async def test_a_draft_of_any_length_is_compared_from_all_over(tmp_path: Path) -> None:
    long = "\n\n".join(
        f"Paragraph {n} says that player {n} of club {n} wants to leave soon." for n in range(900)
    )
    async with opened(tmp_path) as engine:
        await engine.add([draft(long, "Long")], guild_id=OURS)
        [near] = (await engine.preview(draft(f"{long} The end.", "Longer"), guild_id=OURS)).near
        assert near.share > 0.99


async def test_an_article_is_changed_under_its_number_whatever_its_identity_becomes(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        await engine.add(
            [draft(AGENCY), draft(INDEPENDENT, "Done", url="https://bbc.co.uk/1")], guild_id=OURS
        )
        old = await engine._store.articles.get(1, guild_id=OURS)
        new = draft(EDITED, url="https://bbc.co.uk/2")
        preview = await engine.preview(new, guild_id=OURS, edited=old)
        assert (preview.replaces, preview.unchanged, preview.near) == (1, False, ())
        await engine.change(1, new, expected_hash=old.content_hash, guild_id=OURS, changed_by=7)
        assert (await engine._store.articles.get(1, guild_id=OURS)).text == EDITED
        assert (await engine.ask("did the coach smile after training?", guild_id=OURS)).quotes
        taken = replace(new, url="https://bbc.co.uk/1")
        changed = await engine._store.articles.get(1, guild_id=OURS)
        with pytest.raises(ArticleTakenError) as refused:
            await engine.preview(taken, guild_id=OURS, edited=changed)
        assert refused.value.article_id == 2
        with pytest.raises(ArticleTakenError):
            await engine.change(1, taken, expected_hash=changed.content_hash, guild_id=OURS, changed_by=7)


async def test_what_was_removed_answers_again_once_it_is_restored(tmp_path: Path) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([draft(AGENCY)], guild_id=OURS, added_by=7)
        before = await engine._store.articles.get(1, guild_id=OURS)
        asked = "when will the player have a medical?"
        await engine.remove(1, guild_id=OURS, removed_by=8)
        assert not (await engine.ask(asked, guild_id=OURS)).quotes
        assert (await engine.preview(draft(AGENCY), guild_id=OURS)).near == ()
        assert await engine.restore(1, guild_id=OURS, restored_by=8) == before
        assert (await engine.ask(asked, guild_id=OURS)).quotes
        assert not (await engine.ask(asked, guild_id=THEIRS)).quotes


async def test_the_indexes_follow_what_was_changed_and_restored_without_reading_all_again(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as engine:
        await engine.add([draft(AGENCY)], guild_id=OURS)
        old = await engine._store.articles.get(1, guild_id=OURS)
        await engine.sync()
        later = replace(draft(EDITED), published_at=DAY + timedelta(days=1))
        await engine.change(1, later, expected_hash=old.content_hash, guild_id=OURS, changed_by=7)
        await engine.remove(1, guild_id=OURS)
        await engine.restore(1, guild_id=OURS, restored_by=7)
        assert engine._indexes._revision == await engine._store.revision()
