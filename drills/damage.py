"""The word index deleted, truncated, overwritten, flipped or swapped: every start answers as before."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from corpus.types import ArticleDraft
from drills.articles import GUILD, NAMES, draft, guild_of, question
from drills.inspection import Contents, inspect_indexes, inspect_store
from drills.opening import opened
from drills.outcome import Outcome
from index.types import Quote

WORDS = "words"
VERSIONS = dict.fromkeys((*NAMES[:40], *NAMES[-20:]), 1) | dict.fromkeys(NAMES[:10], 2)
EARLIER = NAMES[:30]
ASKED = (*NAMES[:40:6], *NAMES[-20::6])
AS_OF = datetime(2024, 1, 2, tzinfo=UTC)

Answers = list[tuple[Quote, ...]]
Chance = np.random.Generator
Damage = Callable[[Path, Chance, Path], None]
"""What is done to a word index's directory, given chance and a directory of other word indexes."""


async def drill(
    directory: Path, damages: Sequence[Damage], seed: int, on_start: Callable[[int], None]
) -> Outcome:
    """Do each of the damages to a fresh copy of a good directory, and start from it."""
    outcome = Outcome("damage to the word index")
    good, spare, damaged = directory / "good", directory / "spare", directory / "damaged"
    await _build_all(good, spare)
    contents, outcome.faults = inspect_store(good, {n: frozenset({v}) for n, v in VERSIONS.items()})
    faults, expected = await _start(good, contents)
    outcome.faults += faults
    if not all(expected):
        outcome.faults.append("a question is not answered even before any damage")
    chance = np.random.default_rng(seed)
    for number, damage in enumerate(damages, start=1):
        shutil.copytree(good, damaged)
        damage(damaged / WORDS, chance, spare)
        faults, answers = await _start(damaged, contents)
        if not _same(answers, expected, repaired=damage in REPAIRED):
            faults.append("other answers than before")
        kind = damage.__name__.replace("_", " ")
        outcome.counts[kind] += 1
        outcome.faults += [f"start {number} ({kind}): {fault}" for fault in faults]
        shutil.rmtree(damaged)
        on_start(number)
    return outcome


def _same(answers: Answers, expected: Answers, *, repaired: bool) -> bool:
    """A repaired index still counts what was deleted when it weighs words: its first quotes are compared."""
    if repaired:
        return [quotes[:1] for quotes in answers] == [quotes[:1] for quotes in expected]
    return answers == expected


async def _build_all(good: Path, spare: Path) -> None:
    """A store with a fresh word index, and word indexes that are not, or no longer, its own."""
    await _add(good, dict.fromkeys(EARLIER, 1))
    shutil.copytree(good / WORDS, spare / "earlier")
    await _add(good, VERSIONS)
    shutil.rmtree(good / WORDS)
    await _build_another(spare / "another", dict.fromkeys(VERSIONS, 3))
    await _build_another(spare / "twin", dict.fromkeys(EARLIER, 1), VERSIONS, retitled=True)


async def _build_another(target: Path, *steps: dict[str, int], retitled: bool = False) -> None:
    for versions in steps:
        await _add(target, versions, retitled=retitled)


async def _add(directory: Path, versions: dict[str, int], *, retitled: bool = False) -> None:
    async with opened(directory) as engine:
        await engine.sync()
        for guild_id in (None, GUILD):
            drafts = [
                draft(name, version) for name, version in versions.items() if guild_of(name) == guild_id
            ]
            await engine.add(map(_retitled, drafts) if retitled else drafts, guild_id=guild_id)


def _retitled(article: ArticleDraft) -> ArticleDraft:
    """The same text under another title and date."""
    return replace(article, title="Another title", published_at=datetime(2025, 1, 1, tzinfo=UTC))


async def _start(directory: Path, contents: Contents) -> tuple[list[str], Answers]:
    """The faults of the indexes after a start, and what is quoted (with no regard to scores)."""
    async with opened(directory) as engine:
        faults = await inspect_indexes(contents, engine)
        answers = [
            await engine.ask(question(name), guild_id=guild_of(name), as_of=as_of)
            for name in ASKED
            for as_of in (None, AS_OF)
        ]
    return faults, [tuple(replace(quote, score=0.0) for quote in answer.quotes) for answer in answers]


def flip_a_bit(words: Path, chance: Chance, _: Path) -> None:
    path = _some_file(words, chance)
    data = bytearray(path.read_bytes())
    data[chance.integers(len(data))] ^= 1 << chance.integers(8)
    path.write_bytes(data)


def delete_it(words: Path, *_: object) -> None:
    shutil.rmtree(words)


def empty_it(words: Path, *_: object) -> None:
    shutil.rmtree(words)
    words.mkdir()


def put_a_file_in_its_place(words: Path, *_: object) -> None:
    shutil.rmtree(words)
    words.write_text("not a directory")


def delete_a_file(words: Path, chance: Chance, _: Path) -> None:
    _some_file(words, chance).unlink()


def truncate_a_file(words: Path, chance: Chance, _: Path) -> None:
    path = _some_file(words, chance)
    data = path.read_bytes()
    path.write_bytes(data[: chance.integers(len(data))])


def overwrite_a_file(words: Path, chance: Chance, _: Path) -> None:
    path = _some_file(words, chance)
    path.write_bytes(chance.bytes(path.stat().st_size))


def swap_with_another_collection(words: Path, _: Chance, spare: Path) -> None:
    _replace(words, spare / "another" / WORDS)


def swap_with_the_same_texts_under_other_titles(words: Path, _: Chance, spare: Path) -> None:
    _replace(words, spare / "twin" / WORDS)


def swap_with_its_own_earlier_state(words: Path, _: Chance, spare: Path) -> None:
    _replace(words, spare / "earlier")


def mix_with_its_own_earlier_state(words: Path, chance: Chance, spare: Path) -> None:
    path = _some_file(spare / "earlier", chance)
    shutil.copy(path, words / path.name)


OTHER_DAMAGES: tuple[Damage, ...] = (
    delete_it,
    swap_with_another_collection,
    swap_with_its_own_earlier_state,
    swap_with_the_same_texts_under_other_titles,
    mix_with_its_own_earlier_state,
    truncate_a_file,
    delete_a_file,
    overwrite_a_file,
    put_a_file_in_its_place,
    empty_it,
)

REPAIRED = (swap_with_its_own_earlier_state, swap_with_the_same_texts_under_other_titles)
"""After these the index is repaired, not rebuilt."""


def _replace(words: Path, other: Path) -> None:
    shutil.rmtree(words)
    shutil.copytree(other, words)


def _some_file(words: Path, chance: Chance) -> Path:
    files = sorted(path for path in words.iterdir() if path.stat().st_size)
    return files[chance.integers(len(files))]
