import json
from pathlib import Path

import pytest

from tests.encoders import WordEncoder
from training.material import HELD_OUT_OF, is_held_out, read_material

SENTENCE = "Sporting want £80m for Viktor Gyokeres."
TEXT = f"It was a long day in Lisbon. {SENTENCE}\n\nNobody knows more."


def write(directory: Path, **rows: list[dict[str, object]]) -> Path:
    for name in ("articles", "distractors", "questions"):
        lines = map(json.dumps, rows.get(name, []))
        (directory / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return directory


def article(id_: str, text: str = TEXT) -> dict[str, object]:
    return {"id": id_, "title": "Gyokeres latest", "published_at": "2025-06-02", "text": text}


def question(article_id: str, sentence: str = SENTENCE, answer: str = "£80m") -> dict[str, object]:
    asked = ["how much for gyokeres", "viktors price"]
    return {
        "article_id": article_id,
        "questions": asked,
        "sentence": sentence,
        "answer": answer,
        "style": "alias",
    }


def test_a_row_points_at_the_answer_in_its_passage(tmp_path: Path) -> None:
    directory = write(tmp_path, articles=[article("a")], questions=[question("a")])
    material = read_material(directory, WordEncoder().count_tokens)
    [row] = material.rows
    assert material.answer_text(row) == "£80m"
    assert SENTENCE in material.passages[row.passage].text
    assert row.questions == ("how much for gyokeres", "viktors price")


def test_a_passage_is_read_as_it_is_searched_with_title_and_date(tmp_path: Path) -> None:
    material = read_material(write(tmp_path, articles=[article("a")]), WordEncoder().count_tokens)
    assert material.passages[0].input.startswith("Gyokeres latest (2 June 2025)\nIt was a long day")


@pytest.mark.parametrize(
    "row", [question("a", answer="£90m"), question("a", sentence="Not there."), question("elsewhere")]
)
def test_rows_whose_answer_has_no_place_are_left_out(tmp_path: Path, row: dict[str, object]) -> None:
    directory = write(tmp_path, articles=[article("a")], questions=[row])
    assert read_material(directory, WordEncoder().count_tokens).rows == ()


def test_distractors_are_passages_without_questions(tmp_path: Path) -> None:
    directory = write(tmp_path, articles=[article("a")], distractors=[article("b")])
    material = read_material(directory, WordEncoder().count_tokens)
    assert {passage.article_id for passage in material.passages} == {"a", "b"}


def test_about_a_tenth_of_the_articles_is_held_out_and_always_the_same() -> None:
    held_out = [i for i in range(5_000) if is_held_out(f"article-{i}")]
    assert 0.8 / HELD_OUT_OF < len(held_out) / 5_000 < 1.2 / HELD_OUT_OF
    assert held_out == [i for i in range(5_000) if is_held_out(f"article-{i}")]
