from datetime import UTC, datetime

import numpy as np

from index.catalogue import SHARED, UNDATED, Columns
from index.types import Scope

DAY = 86_400


def columns(*rows: tuple[int, int, int]) -> Columns:
    """Rows of passage, guild, day of publication (or UNDATED)."""
    ids, guilds, days = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    published = np.where(days == UNDATED, UNDATED, days * DAY)
    return Columns(ids, ids * 10, guilds, published, ids * 3)


def visible(rows: Columns, scope: Scope) -> list[int]:
    return [int(i) for i in rows.ids[rows.visible(scope)]]


def day(number: int) -> datetime:
    return datetime.fromtimestamp(number * DAY, UTC)


def test_a_guild_sees_its_own_and_the_shared_passages() -> None:
    rows = columns((1, SHARED, 5), (2, 77, 5), (3, 88, 5))
    assert visible(rows, Scope()) == [1]
    assert visible(rows, Scope(guild_id=77)) == [1, 2]


def test_the_ends_of_a_time_span_belong_to_it() -> None:
    rows = columns((1, 0, 4), (2, 0, 5), (3, 0, 6), (4, 0, UNDATED))
    assert visible(rows, Scope(as_of=day(5))) == [1, 2]
    assert visible(rows, Scope(since=day(5))) == [2, 3]
    assert visible(rows, Scope(since=day(5), as_of=day(5))) == [2]
    assert visible(rows, Scope()) == [1, 2, 3, 4]


def test_of_chosen_articles_no_others_are_visible() -> None:
    rows = columns((1, SHARED, 4), (2, 77, 5), (3, SHARED, 6))
    assert visible(rows, Scope(articles=frozenset((10, 20)))) == [1]
    assert visible(rows, Scope(guild_id=77, articles=frozenset((10, 20, 99)))) == [1, 2]
    assert visible(rows, Scope(articles=frozenset())) == []


def test_rows_stay_sorted_by_passage_whatever_comes_and_goes() -> None:
    rows = columns((5, 20, 1), (9, 30, 1)).with_rows([columns((1, 10, 1), (7, 40, 1))])
    assert rows.ids.tolist() == [1, 5, 7, 9]
    assert rows.guilds.tolist() == [10, 20, 40, 30]
    assert rows.without(np.array([5, 6])).ids.tolist() == [1, 7, 9]


def test_times_are_told_of_dated_passages_that_are_known() -> None:
    rows = columns((2, SHARED, 5), (4, 77, 6), (6, SHARED, UNDATED))
    assert rows.times(np.array([1, 2, 6, 9], np.int64)) == {2: day(5)}
    assert Columns.empty().times(np.array([1], np.int64)) == {}
