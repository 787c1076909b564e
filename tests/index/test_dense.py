import asyncio
import math

import numpy as np
import pytest

from index.dense import FaissVectors


def unit(count: int, dimension: int = 8, seed: int = 1) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


async def filled(count: int) -> FaissVectors:
    vectors = FaissVectors(8)
    await vectors.add(np.arange(1, count + 1), unit(count))
    return vectors


async def test_the_nearest_come_first_with_their_cosine() -> None:
    vectors, rows = await filled(50), unit(50)
    hits = await vectors.search(rows[7], 50)
    assert hits[0].passage_id == 8
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    expected = np.sort(rows @ rows[7])[::-1]
    assert np.allclose([hit.score for hit in hits], expected, atol=2e-3)


@pytest.mark.parametrize("allowed", [[], [3], [2, 9, 40]])
async def test_only_what_is_allowed_is_found_however_far_away(allowed: list[int]) -> None:
    vectors = await filled(50)
    hits = await vectors.search(unit(1, seed=9)[0], 10, np.array(allowed, np.int64))
    assert sorted(hit.passage_id for hit in hits) == allowed


async def test_a_removed_vector_is_not_found() -> None:
    vectors = await filled(5)
    await vectors.remove(np.array([2, 4, 99]))
    hits = await vectors.search(unit(1)[0], 10)
    assert sorted(hit.passage_id for hit in hits) == [1, 3, 5]


async def test_an_empty_index_finds_nothing() -> None:
    assert await FaissVectors(8).search(unit(1)[0], 10) == []


async def test_equal_scores_are_ordered_by_id() -> None:
    vectors = FaissVectors(8)
    row = unit(1)
    await vectors.add(np.array([9, 3, 6]), np.repeat(row, 3, axis=0))
    assert [hit.passage_id for hit in await vectors.search(row[0], 3)] == [3, 6, 9]


@pytest.mark.parametrize("broken", [np.full(8, math.nan, np.float32), np.ones(7, np.float32)])
async def test_a_vector_that_is_none_is_refused(broken: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
    with pytest.raises(ValueError, match="finite"):
        await (await filled(3)).search(broken, 1)


async def test_rows_of_the_wrong_dimension_are_refused() -> None:
    with pytest.raises(ValueError, match="dimension"):
        await FaissVectors(8).add(np.array([1]), unit(1, dimension=9))


async def test_adding_removing_and_searching_at_once_is_safe() -> None:
    vectors = await filled(200)

    async def add(first: int) -> None:
        for i in range(first, first + 40):
            await vectors.add(np.array([i]), unit(1, seed=i))
            await vectors.remove(np.array([i - 1]))

    async def search() -> None:
        for i in range(60):
            assert await vectors.search(unit(1, seed=i)[0], 20)

    await asyncio.gather(add(1000), add(2000), search(), search(), search())
    await vectors.close()
