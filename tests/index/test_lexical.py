import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from index.catalogue import SHARED, UNDATED
from index.lexical import Entry, TantivyWords, content_terms, expanded_terms, keys_of, terms
from index.types import Expansion, Scope

EVERYTHING = Scope()
TEXTS = {
    1: "Xabi Alonso will replace Carlo Ancelotti at Real Madrid.",
    2: "Arsenal want Martin Ødegaard to sign a new contract.",
    3: "Raúl would be the interim manager of Madrid.",
}


def entry(passage_id: int, text: str = "", guild: int = SHARED, published: int = UNDATED) -> Entry:
    return Entry(passage_id, passage_id * 7, passage_id * 10, guild, published, text or TEXTS[passage_id])


def key(passage_id: int) -> int:
    return int(keys_of(np.array([passage_id]), np.array([passage_id * 7]))[0])


async def opened(directory: Path | None) -> TantivyWords:
    words = TantivyWords(directory)
    await words.open()
    return words


async def filled(directory: Path | None) -> TantivyWords:
    words = await opened(directory)
    await words.apply([entry(i) for i in TEXTS], [])
    return words


async def found(words: TantivyWords, question: str, scope: Scope = EVERYTHING) -> list[int]:
    return [hit.passage_id for hit in await words.search(terms(question), 10, scope)]


@pytest.mark.parametrize("question", ["ancelotti's replacement", "ANCELOTTI", "who replaces Ancelotti?"])
async def test_case_endings_and_punctuation_do_not_matter(question: str) -> None:
    assert (await found(await filled(None), question))[0] == 1


async def test_accents_do_not_matter() -> None:
    words = await filled(None)
    assert await found(words, "odegaard") == [2]
    assert await found(words, "RAUL") == [3]


async def test_further_terms_find_passages_and_count_by_their_weight() -> None:
    words = await filled(None)

    async def ranked(weight: float) -> list[int]:
        further = expanded_terms([Expansion("Ødegaard", weight), Expansion("Arsenal", weight)])
        return [hit.passage_id for hit in await words.search(terms("raul"), 10, EVERYTHING, further)]

    assert (await ranked(0.1), await ranked(2.0)) == ([3, 2], [2, 3])
    assert [hit.passage_id for hit in await words.search([], 10, EVERYTHING, {"arsenal": 0.5})] == [2]


async def test_a_term_of_the_question_keeps_its_weight() -> None:
    words = await filled(None)
    alone = await words.search(["arsenal"], 10, EVERYTHING)
    assert await words.search(["arsenal"], 10, EVERYTHING, {"arsenal": 0.1}) == alone


def test_expansions_are_searched_by_their_terms() -> None:
    expansions = [Expansion("Real Madrid", 0.8), Expansion("the madrid club", 0.5)]
    assert expanded_terms(expansions) == {"real": 0.8, "madrid": 0.8, "club": 0.5}


@pytest.mark.parametrize("question", ['"', "AND OR NOT", "text:madrid^9 [a TO b]", "(", "\\", "💥", "*", ""])
async def test_nothing_in_a_question_is_syntax(question: str) -> None:
    assert await found(await filled(None), question) in ([], [1, 3], [3, 1])


async def test_a_passage_of_another_guild_is_not_found() -> None:
    words = await opened(None)
    await words.apply(
        [entry(1, "secret deal", guild=5), entry(2, "secret deal", guild=6), entry(3, "secret")], []
    )
    assert set(await found(words, "secret deal", Scope(guild_id=5))) == {1, 3}
    assert set(await found(words, "secret deal")) == {3}


async def test_time_limits_leave_out_what_is_later_earlier_or_undated() -> None:
    words = await opened(None)
    days = [datetime(2024, month, 1, tzinfo=UTC) for month in (1, 2, 3)]
    dated = [entry(i, "deal", published=int(day.timestamp())) for i, day in enumerate(days, 1)]
    await words.apply([*dated, entry(4, "deal")], [])
    assert set(await found(words, "deal", Scope(as_of=days[1]))) == {1, 2}
    assert set(await found(words, "deal", Scope(since=days[1]))) == {2, 3}
    assert set(await found(words, "deal", Scope(since=days[1], as_of=days[1]))) == {2}
    assert set(await found(words, "deal")) == {1, 2, 3, 4}


async def test_filters_leave_the_scores_alone() -> None:
    words = await opened(None)
    await words.apply([entry(i, text, published=86_400) for i, text in TEXTS.items()], [])
    question = terms("interim manager")
    everything = await words.search(question, 10, EVERYTHING)
    assert everything == await words.search(question, 10, Scope(9, datetime(2024, 1, 1, tzinfo=UTC)))


async def test_a_removed_passage_is_not_found() -> None:
    words = await filled(None)
    await words.apply([], [key(1)])
    assert await found(words, "ancelotti") == []
    assert (await words.keys()).tolist() == [key(2), key(3)]


async def test_rare_words_weigh_more_and_unknown_ones_most() -> None:
    weights = await (await filled(None)).weights(["madrid", "arsenal", "zlatan"])
    assert weights["madrid"] < weights["arsenal"] < weights["zlatan"]


def test_words_that_only_ask_do_not_count_unless_they_are_all_there_is() -> None:
    assert content_terms("who replaces whom, and when?") == ["replac"]
    assert content_terms("who?") == ["who"]


async def test_the_index_survives_on_disk(tmp_path: Path) -> None:
    words = await filled(tmp_path / "words")
    await words.close()
    again = await opened(tmp_path / "words")
    assert (await again.keys()).tolist() == [key(1), key(2), key(3)]
    assert await found(again, "odegaard") == [2]
    await again.close()


async def test_many_small_commits_end_in_a_valid_seal(tmp_path: Path) -> None:
    words = await opened(tmp_path / "words")
    for i in range(1, 25):
        await words.apply([entry(i, f"word{i} deal")], [key(i - 1)] if i > 5 else [])
    await words.close()
    again = await opened(tmp_path / "words")
    assert len(await again.keys()) == 5
    await again.close()


@pytest.mark.parametrize("damage", ["flip", "truncate", "delete", "add", "garbage seal", "no seal"])
async def test_a_damaged_index_is_thrown_away(tmp_path: Path, damage: str) -> None:
    directory = tmp_path / "words"
    await (await filled(directory)).close()
    largest = max((p for p in directory.iterdir() if p.name != "seal.json"), key=lambda p: p.stat().st_size)
    content = largest.read_bytes()
    match damage:
        case "flip":
            middle = len(content) // 2
            largest.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        case "truncate":
            largest.write_bytes(content[: len(content) // 2])
        case "delete":
            largest.unlink()
        case "add":
            (directory / "0123.idx").write_bytes(b"?")
        case "garbage seal":
            (directory / "seal.json").write_bytes(b"\xff[")
        case _:
            (directory / "seal.json").unlink()
    again = await opened(directory)
    assert (await again.keys()).tolist() == []
    await again.apply([entry(2)], [])
    assert await found(again, "odegaard") == [2]
    await again.close()


async def test_a_second_holder_works_in_memory(tmp_path: Path) -> None:
    first = await filled(tmp_path / "words")
    second = await filled(tmp_path / "words")
    assert (first.in_memory, second.in_memory) == (False, True)
    assert await found(second, "odegaard") == [2]
    await second.close()
    await first.close()


async def test_a_directory_that_can_not_be_made_means_memory(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("a file stands here")
    words = await filled(tmp_path / "words")
    assert words.in_memory
    await words.close()


async def test_an_index_that_belongs_to_another_store_is_thrown_away(tmp_path: Path) -> None:
    words = TantivyWords(tmp_path / "words", store="one")
    await words.open()
    await words.apply([entry(1)], [])
    await words.close()
    for store, kept in (("one", 1), ("two", 0)):
        words = TantivyWords(tmp_path / "words", store=store)
        await words.open()
        assert len(await words.keys()) == kept
        await words.close()


async def test_what_is_not_of_the_index_is_left_in_its_directory(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "holiday.jpg").write_bytes(b"sun")
    await (await filled(tmp_path / "words")).close()
    (tmp_path / "words" / "seal.json").unlink()
    await (await filled(tmp_path / "words")).close()
    assert (tmp_path / "words" / "holiday.jpg").read_bytes() == b"sun"


async def test_no_weight_is_negative_when_most_documents_of_a_segment_are_gone() -> None:
    words = await opened(None)
    await words.apply([entry(i, "madrid deal") for i in range(1, 21)], [])
    await words.apply([], [key(i) for i in range(2, 21)])
    assert (await words.weights(["madrid"]))["madrid"] > 0


async def test_an_index_of_another_place_is_accepted_only_with_its_own_keys(tmp_path: Path) -> None:
    await (await filled(tmp_path / "words")).close()
    other = await opened(tmp_path / "other")
    await other.apply([Entry(1, 99, 10, SHARED, UNDATED, "something else")], [])
    await other.close()
    shutil.rmtree(tmp_path / "words")
    shutil.move(tmp_path / "other", tmp_path / "words")
    swapped = await opened(tmp_path / "words")
    assert key(1) not in (await swapped.keys()).tolist()
    await swapped.close()


async def test_of_chosen_articles_no_others_are_found() -> None:
    words = await filled(None)
    assert await found(words, "madrid ancelotti") == [1, 3]
    assert await found(words, "madrid ancelotti", Scope(articles=frozenset((20, 30)))) == [3]
    assert await found(words, "madrid ancelotti", Scope(articles=frozenset())) == []
