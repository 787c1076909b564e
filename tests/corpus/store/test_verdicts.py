from dataclasses import replace
from datetime import UTC, datetime, timedelta

from corpus.store import Store
from corpus.types import QuoteRef, Verdict

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
RIGHT = Verdict(5, 3, 7, NOON, True, (QuoteRef(1, 0, 4, ((0, 2),), 99),))


async def test_a_member_s_last_word_on_an_answer_counts(store: Store) -> None:
    wrong = replace(RIGHT, right=False)
    for verdict in (RIGHT, replace(RIGHT, member_id=8), wrong):
        await store.verdicts.save(verdict)
    assert await store.verdicts.every() == [wrong, replace(RIGHT, member_id=8)]


async def test_verdicts_outlive_the_answers_but_not_for_ever(store: Store) -> None:
    late = replace(RIGHT, answer_id=4, at=NOON + timedelta(days=1))
    for verdict in (RIGHT, late):
        await store.verdicts.save(verdict)
    await store.answers.prune(NOON + timedelta(days=9))
    assert await store.verdicts.every() == [late, RIGHT]
    assert await store.verdicts.prune(late.at) == 1
    assert await store.verdicts.every() == [late]
