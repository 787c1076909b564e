from datetime import UTC, datetime, timedelta

import numpy as np

from training.material import Material, Row, TrainingPassage
from training.mine import mine

DAY = datetime(2025, 6, 2, tzinfo=UTC)


def passage(text: str, days: int) -> TrainingPassage:
    return TrainingPassage("a", "T", DAY + timedelta(days=days), text, 0)


def mined(others: list[tuple[TrainingPassage, float]]) -> list[str]:
    """The texts of the negatives of one row; its gold passage scores 0.8, the others as they are given."""
    gold = (passage("The fee is £80m.", 0), 0.8)
    filler = [(passage(f"filler {i}", 99), 0.0) for i in range(80)]
    passages, scores = zip(gold, *others, *filler, strict=True)
    row = Row(("how much",), 0, (11, 15), "plain", False)
    vectors = np.array([[score] for score in scores], np.float32)
    negatives = mine(Material(passages, (row,)), np.ones((1, 1), np.float32), vectors)
    return [passages[i].text for i in negatives[0]]


def test_the_likest_come_first_and_the_gold_one_never() -> None:
    texts = mined([(passage("less like", 9), 0.3), (passage("more like", 9), 0.7)])
    assert texts[:2] == ["more like", "less like"]
    assert "The fee is £80m." not in texts


def test_a_passage_that_holds_the_answer_is_no_negative() -> None:
    assert "They paid £80M." not in mined([(passage("They paid £80M.", 300), 0.7)])


def test_a_passage_as_like_as_the_gold_one_of_the_same_days_may_be_a_true_answer() -> None:
    texts = mined([(passage("same days", 2), 0.79), (passage("months later", 90), 0.79)])
    assert "same days" not in texts
    assert texts[0] == "months later"
