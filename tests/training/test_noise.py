import random

from hypothesis import given
from hypothesis import strategies as st

from training.noise import MISSPELT_QUESTIONS, misspelt


def test_about_as_many_questions_as_promised_are_misspelt_in_one_word() -> None:
    chance = random.Random(1)
    question = "where is gyokeres going"
    changed = [made for _ in range(2_000) if (made := misspelt(question, chance)) != question]
    assert 0.7 * MISSPELT_QUESTIONS < len(changed) / 2_000 < 1.1 * MISSPELT_QUESTIONS
    for made in changed:
        differing = [a for a, b in zip(question.split(), made.split(), strict=True) if a != b]
        assert differing in (["where"], ["gyokeres"], ["going"])


@given(st.text(max_size=80), st.integers())
def test_any_question_keeps_its_number_of_words(question: str, seed: int) -> None:
    assert len(misspelt(question, random.Random(seed)).split(" ")) == len(question.split(" "))
