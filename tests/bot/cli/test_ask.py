import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from index.choose import SHOWN
from tests.bot.cli.conftest import Rumourmill

pytestmark = pytest.mark.usefixtures("samples")


def test_an_answer_is_printed_with_its_sources(rumourmill: Rumourmill) -> None:
    result = rumourmill("ask", "who replaces Ancelotti?")
    assert result.code == 0
    assert "Xabi Alonso" in result.out
    assert "TEAMtalk · 6 November 2024" in result.out
    assert "14 articles looked at" in result.out
    assert result.err == ""


def test_the_words_of_a_question_need_no_quotation_marks(rumourmill: Rumourmill) -> None:
    assert (
        rumourmill("ask", "who", "replaces", "Ancelotti").out
        == rumourmill("ask", "who replaces Ancelotti").out
    )


def test_as_many_quotes_are_printed_as_configured(rumourmill: Rumourmill) -> None:
    Path("config.toml").write_text("[answers]\nquotes = 1\n")
    assert rumourmill("ask", "who replaces Ancelotti?").out.count("│") < 4
    assert len(json.loads(rumourmill("ask", "--json", "who replaces Ancelotti?").out)["quotes"]) == 1


def test_json_is_one_object_with_everything_that_is_shown(rumourmill: Rumourmill) -> None:
    Path("config.toml").write_text("[answers]\nrefuse_below = 0\n")
    answer = json.loads(rumourmill("ask", "--json", "how much would Tchouaméni cost?").out)
    assert set(answer) == {"question", "answered", "as_of", "articles", "quotes"}
    assert answer["question"] == "how much would Tchouaméni cost?"
    quote = answer["quotes"][0]
    assert set(quote) == {
        "text",
        "emphasis",
        "publisher",
        "published_at",
        "title",
        "url",
        "article_id",
        "external_id",
        "score",
        "overtaken_by",
        "disagrees_with",
    }
    assert quote["overtaken_by"] is None
    assert quote["disagrees_with"] is None
    assert (quote["external_id"], quote["publisher"]) == ("sample-13", "TEAMtalk")
    assert quote["published_at"].startswith("2024-11-06")


def test_json_names_the_quote_that_overtook_another(rumourmill: Rumourmill) -> None:
    Path("config.toml").write_text("[answers]\nrefuse_below = 0\n")
    hoped = {
        "title": "Everton close in",
        "text": "Everton are close to signing Bruno Maier.",
        "published_at": "2024-07-01",
    }
    signed = {
        "title": "Maier signs",
        "text": "Bruno Maier has joined Everton.",
        "published_at": "2024-07-04",
        "publisher": "The Echo",
    }
    Path("maier.jsonl").write_text(f"{json.dumps(hoped)}\n{json.dumps(signed)}\n")
    rumourmill("ingest", "maier.jsonl")
    question = ("who is Bruno Maier signing for?", "--as-of", "2024-07-05")
    quotes = json.loads(rumourmill("ask", "--json", *question).out)["quotes"]
    texts = [quote["text"] for quote in quotes]
    older, newer = texts.index(hoped["text"]), texts.index(signed["text"])
    assert quotes[older]["overtaken_by"] == newer
    assert quotes[newer]["overtaken_by"] is None
    printed = unwrapped(rumourmill("ask", *question).out)
    assert "overtaken by The Echo · 4 July 2024 · Maier signs" in printed


def test_json_names_the_quote_that_disagrees_with_another(rumourmill: Rumourmill) -> None:
    Path("config.toml").write_text("[answers]\nrefuse_below = 0\n")
    texts = ("Everton are close to signing Bruno Maier.", "Bruno Maier is unlikely to join Everton.")
    rows = [
        {"title": publisher, "text": text, "published_at": "2024-07-01", "publisher": publisher}
        for text, publisher in zip(texts, ("The Echo", "The Herald"), strict=True)
    ]
    Path("maier.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    rumourmill("ingest", "maier.jsonl")
    question = ("who is Bruno Maier signing for?", "--as-of", "2024-07-05")
    quotes = json.loads(rumourmill("ask", "--json", *question).out)["quotes"]
    told = [quote["text"] for quote in quotes]
    hoped, denied = (told.index(text) for text in texts)
    assert quotes[hoped]["disagrees_with"] == denied
    assert quotes[denied]["disagrees_with"] == hoped


def unwrapped(output: str) -> str:
    return " ".join(output.split())


def test_an_explanation_tells_after_the_answer_what_was_understood_read_and_decided(
    rumourmill: Rumourmill,
) -> None:
    Path("config.toml").write_text("[answers]\nrefuse_below = 0\n")
    question = "who replaces Ancelotti?"
    answer, explained = rumourmill("ask", question).out, rumourmill("ask", "--explain", question).out
    assert explained.startswith(answer)
    told = explained.removeprefix(answer)
    assert [line for line in told.splitlines() if line in ("Understood", "Read", "Decided")] == [
        "Understood",
        "Read",
        "Decided",
    ]
    assert f"searched for {question}" in unwrapped(told)
    assert "wanted person" in unwrapped(told)
    assert "Answered: there is an answer with a probability of" in unwrapped(told)
    assert "and 0.00 is needed" in unwrapped(told)


def test_an_explanation_tells_how_far_a_refused_answer_fell_short(rumourmill: Rumourmill) -> None:
    Path("config.toml").write_text("[answers]\nrefuse_below = 1\n")
    out = unwrapped(rumourmill("ask", "--explain", "who replaces Ancelotti?").out)
    assert "Nothing in the articles answers that." in out
    assert "Refused: there is an answer with a probability of" in out
    assert "and 1.00 is needed." in out
    assert "shown" not in out


def test_where_nothing_was_read_the_explanation_says_so(rumourmill: Rumourmill) -> None:
    out = rumourmill("ask", "--explain", "--as-of", "2001-01-01", "who replaces Ancelotti?").out
    assert "Nothing was found to read." in out
    assert "as of" in out
    assert "1 January 2001" in out


def test_an_explanation_names_what_was_put_right(rumourmill: Rumourmill) -> None:
    told = unwrapped(rumourmill("ask", "--explain", "who replaces Ancelotty?").out)
    assert "put right Ancelotty → Ancelotti" in told
    assert "searched for who replaces Ancelotti?" in told


def explained(rumourmill: Rumourmill, *arguments: str) -> dict[str, Any]:
    result = rumourmill("ask", "--explain", "--json", *arguments)
    assert (result.code, result.err) == (0, "")
    answer: dict[str, Any] = json.loads(result.out)
    return answer


def test_an_explanation_in_json_stands_beside_the_answer(rumourmill: Rumourmill) -> None:
    Path("config.toml").write_text("[answers]\nrefuse_below = 0\n")
    answer = json.loads(rumourmill("ask", "--json", "--as-of", "2024-12-01", "who replaces Ancelotty?").out)
    told = explained(rumourmill, "--as-of", "2024-12-01", "who replaces Ancelotty?")
    assert {key: told[key] for key in answer} == answer
    assert set(told) - set(answer) == {"confidence", "refuse_below", "understood", "weights", "candidates"}
    assert 0 <= told["confidence"] <= 1
    assert told["refuse_below"] == 0
    assert told["understood"]["wanted"] == "person"
    assert told["understood"]["corrections"] == [{"typed": "Ancelotty", "read": "Ancelotti"}]


def test_the_candidates_in_json_are_those_read_and_the_quotes_are_the_shown_ones(
    rumourmill: Rumourmill,
) -> None:
    Path("config.toml").write_text("[answers]\nrefuse_below = 0\n")
    told = explained(rumourmill, "who replaces Ancelotti?")
    shown = [one["text"] for one in told["candidates"] if one["verdict"] == SHOWN]
    assert shown == [quote["text"] for quote in told["quotes"]]
    assert len(told["candidates"]) > len(shown)
    assert all(one["answer"] in one["text"] for one in told["candidates"])
    assert {one["external_id"][:7] for one in told["candidates"]} == {"sample-"}


def test_the_weights_in_json_make_the_totals_of_the_scores_best_first(rumourmill: Rumourmill) -> None:
    told = explained(rumourmill, "who replaces Ancelotti?")
    totals = [one["total"] for one in told["candidates"]]
    assert totals == sorted(totals, reverse=True)
    for one in told["candidates"]:
        weighted = [told["weights"][name] * score for name, score in one["scores"].items()]
        assert sum(weighted) == pytest.approx(one["total"])


def test_a_time_in_json_is_the_period_that_the_question_names(rumourmill: Rumourmill) -> None:
    period = explained(rumourmill, "who did Chelsea want in february 2023?")["understood"]["period"]
    assert (period["start"][:10], period["end"][:10]) == ("2023-02-01", "2023-03-01")
    assert explained(rumourmill, "who replaces Ancelotti?")["understood"]["period"] is None


def test_as_of_leaves_out_what_was_published_later(rumourmill: Rumourmill) -> None:
    Path("config.toml").write_text("[answers]\nrefuse_below = 0\n")
    answer = json.loads(rumourmill("ask", "--json", "--as-of", "2024-01-31", "who follows Klopp?").out)
    assert answer["as_of"].startswith("2024-01-31T23:59:59")
    assert {quote["published_at"][:10] <= "2024-01-31" for quote in answer["quotes"]} == {True}


def test_a_day_that_is_none_is_refused_with_an_example(rumourmill: Rumourmill) -> None:
    result = rumourmill("ask", "--as-of", "tomorrow", "who")
    assert result.code == 2
    assert "'tomorrow' is not a day. Write it as 2024-11-06." in result.err


@pytest.mark.parametrize("question", ["", "?!", "x" * 6000])
def test_a_question_that_cannot_be_answered_is_refused_in_words(
    rumourmill: Rumourmill, question: str
) -> None:
    result = rumourmill("ask", question)
    assert result.code in (1, 2)
    assert result.out == ""
    assert result.err.splitlines()[-1].startswith("Error: ")
    assert "not foreseen" not in result.err


def test_bytes_that_are_no_text_do_no_harm(rumourmill: Rumourmill) -> None:
    result = rumourmill("ask", os.fsdecode(b"who replaces Ancelotti \xe9\xff?"))
    assert result.code == 0
    assert "who replaces Ancelotti \ufffd\ufffd?" in result.out


def test_a_file_of_questions_is_answered_into_another(rumourmill: Rumourmill, tmp_path: Path) -> None:
    questions, answers = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    questions.write_text('{"qid": "a", "question": "who replaces Ancelotti?"}\n', "utf-8")
    result = rumourmill("ask", "--batch", questions, "--out", answers)
    assert (result.code, result.out) == (0, "")
    assert "1 of 1 questions answered" in result.err
    assert json.loads(answers.read_text("utf-8"))["quotes"][0]["article_id"].startswith("sample-")


def test_rows_that_were_skipped_are_named_and_change_the_exit_code(
    rumourmill: Rumourmill, tmp_path: Path
) -> None:
    questions, answers = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    questions.write_text('{"qid": "a", "question": "who replaces Ancelotti?"}\nnonsense\n', "utf-8")
    result = rumourmill("ask", "--batch", questions, "--out", answers)
    assert result.code == 1
    assert "questions.jsonl:2: not a JSON object" in result.err
    assert len(answers.read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["who", "--batch", "questions.jsonl"],
        ["--batch", "questions.jsonl"],
        ["--out", "answers.jsonl", "who"],
        ["--batch", "questions.jsonl", "--out", "answers.jsonl", "--json"],
        ["--batch", "questions.jsonl", "--out", "answers.jsonl", "--explain"],
        ["--batch", "missing.jsonl", "--out", "answers.jsonl"],
        ["--batch", "questions.jsonl", "--out", "nowhere/answers.jsonl"],
        ["--batch", "questions.jsonl", "--out", "./questions.jsonl"],
        ["--as-of", "", "who"],
    ],
)
def test_options_that_do_not_go_together_are_refused(rumourmill: Rumourmill, arguments: list[str]) -> None:
    Path("questions.jsonl").touch()
    assert rumourmill("ask", *arguments).code == 2


def chat(rumourmill: Rumourmill, monkeypatch: pytest.MonkeyPatch, *lines: str) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    result = rumourmill("chat")
    assert result.code == 0
    return result.out


def test_a_chat_answers_until_an_empty_line(rumourmill: Rumourmill, monkeypatch: pytest.MonkeyPatch) -> None:
    out = chat(rumourmill, monkeypatch, "who replaces Ancelotti?", "", "how much would Tchouaméni cost?")
    assert "who replaces Ancelotti?" in out
    assert "Tchouaméni cost" not in out


class Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_chat_at_a_terminal_says_how_it_ends(
    rumourmill: Rumourmill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Keyboard())
    assert "an empty line or Ctrl-D ends" in rumourmill("chat").err
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert rumourmill("chat").err == ""


def test_a_chat_goes_on_after_a_question_that_was_refused(
    rumourmill: Rumourmill, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "TEAMtalk" in chat(rumourmill, monkeypatch, "?!", "who replaces Ancelotti?")


def test_a_chat_remembers_its_questions_until_told_to_forget(
    rumourmill: Rumourmill, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, followed = "how much would Tchouaméni cost?", "and who wants him?"
    fresh = chat(rumourmill, monkeypatch, followed)
    assert fresh not in chat(rumourmill, monkeypatch, first, followed)
    assert fresh in chat(rumourmill, monkeypatch, first, "/new", followed)
