import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.ingest import read as module
from corpus.ingest.read import read_bytes, read_paths
from corpus.types import ArticleDraft, Refusal

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
NOVEMBER = datetime(2024, 11, 6, tzinfo=UTC)

DATED_REPORT = """\
 date 2024-11-06 Carlo Ancelotti’s position is at risk following a poor run.

Raúl would take over in an interim role.
"""


def read(*paths: Path) -> list[ArticleDraft | Refusal]:
    return list(read_paths(paths, now=NOW))


def draft_of(path: Path) -> ArticleDraft:
    [draft] = read(path)
    assert isinstance(draft, ArticleDraft)
    return draft


def refusal_of(path: Path) -> Refusal:
    [refusal] = read(path)
    assert isinstance(refusal, Refusal)
    return refusal


def row(text: str = "Raúl waits.", **fields: object) -> bytes:
    return json.dumps({"text": text, **fields}).encode()


def test_every_line_of_a_jsonl_file_is_an_article(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + row("One.", id="1") + b"\r\n\n" + row("Two.", id="2"))
    assert read(file) == [
        ArticleDraft("One.", "One.", external_id="1"),
        ArticleDraft("Two.", "Two.", external_id="2"),
    ]


def test_bad_rows_are_refused_with_file_and_line_and_the_others_read(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    bad = [b"{not json", b"[1]", "Tchouaméni".encode("latin-1"), row(""), b"[" * 100_000, row(title=5)]
    file.write_bytes(b"\n".join([row("First."), *bad, row("Last.")]) + b"\n")
    first, *refusals, last = read(file)
    assert isinstance(first, ArticleDraft)
    assert isinstance(last, ArticleDraft)
    assert [r.where for r in refusals if isinstance(r, Refusal)] == [f"{file}:{n}" for n in range(2, 8)]
    for refusal, words in zip(
        refusals,
        ["not JSON", "no JSON object", "not in UTF-8", "no text", "too deeply", "title"],
        strict=True,
    ):
        assert isinstance(refusal, Refusal)
        assert words in refusal.reason


def test_mistake_in_a_row_is_placed_by_its_character() -> None:
    [_, refusal] = read_bytes("a.jsonl", row() + b'\n{"text"\n', now=NOW)
    assert refusal == Refusal("a.jsonl:2", "The line is not JSON: Expecting ':' delimiter at character 8.")
    [refusal] = read_bytes("a.jsonl", b'{"text": "cut', now=NOW)
    assert refusal == Refusal(
        "a.jsonl:1", "The line is not JSON: Unterminated string starting at character 10."
    )


def test_endless_line_is_refused_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_LINE_BYTES", 100)
    file = tmp_path / "a.jsonl"
    file.write_bytes(row("x" * 950) + b"\n" + row("Last.") + b"\n" + row("y" * 300))
    refusal, draft, at_the_end = read(file)
    assert isinstance(refusal, Refusal)
    assert (refusal.where, "split" in refusal.reason) == (f"{file}:1", True)
    assert isinstance(draft, ArticleDraft)
    assert isinstance(at_the_end, Refusal)


def test_front_matter_gives_the_fields_and_the_rest_is_the_text(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(
        "\ufeff---\r\nTitle: Raúl waits\r\nsource: Marca\r\ndate: 2024-11-06\r\nlink: https://marca.com\r\n"
        "id: 7\r\ntags: [a]\r\n---\r\n\r\nRaúl **waits**.\r\n\r\n---\r\n\r\n## More\r\n",
        newline="",
    )
    assert read(file) == [
        ArticleDraft(
            title="Raúl waits",
            text="Raúl **waits**.\n\n---\n\n## More",
            publisher="Marca",
            published_at=NOVEMBER,
            url="https://marca.com/",
            external_id="7",
        )
    ]


@pytest.mark.parametrize(
    "content", ["\n# Raúl waits #\n\nText.", "---\ntitle: Raúl waits\n---\n# Raúl waits\nText."]
)
def test_first_heading_is_the_title_and_no_part_of_the_text(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.md").write_text(content)
    draft = draft_of(tmp_path / "a.md")
    assert (draft.title, draft.text) == ("Raúl waits", "Text.")


def test_heading_that_is_not_the_given_title_stays(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: Raúl waits\n---\n# Exclusive\nText.")
    assert draft_of(tmp_path / "a.md").text == "# Exclusive\nText."


def test_markdown_with_rules_but_without_front_matter_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("One.\n\n---\n\nTwo.\n\n---\n\nThree.")
    assert draft_of(tmp_path / "a.md").text == "One.\n\n---\n\nTwo.\n\n---\n\nThree."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("---\ntitle: Raúl\nText.", "close it"),
        ("---\nJust prose.\n---\nText.", "publisher: Marca"),
        ("---\ntitle: [\n---\nText.", "can't be read"),
        ("---\ndate: 2024-99-99\n---\nText.", "month"),
        ("---\ndate: soon\n---\nText.", "2024-11-06"),
        ("---\ntitle: 2024\n---\nText.", "quotation marks"),
        ("---\ntitle: Raúl\n---\n", "no text"),
        (f"---\ntags: {'[' * 900}\n---\nText.", "can't be read"),
        (f"---\ntags: {'[' * 19_000}\n---\nText.", "too many brackets"),
        (f"---\ntags: {'{' * 19_000}\n---\nText.", "too many brackets"),
        (f"---\ntags: {'- ' * 9_000}\n---\nText.", "can't be read"),
        (f"---\ntags: {'[' * 20_000}\n---\nText.", "20,000 is the most"),
        ("---\na: &a {b: c}\nd: {<<: [*a, *a]}\n---\nText.", "aliases"),
        (f"---\nid: 0x{'f' * 5_000}\n---\nText.", "quotation marks"),
        (f"---\ndate: 0x{'f' * 5_000}\n---\nText.", "2024-11-06"),
    ],
)
def test_faulty_front_matter_is_explained(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "a.md").write_text(content)
    refusal = refusal_of(tmp_path / "a.md")
    assert refusal.where == str(tmp_path / "a.md")
    assert words in refusal.reason


def test_front_matter_may_hold_what_no_article_has(tmp_path: Path) -> None:
    head = f"title: Raúl\n? 0x{'f' * 5_000}\n: a\n2024-11-06: b\nnull: c\ntags: [d]"
    (tmp_path / "a.md").write_text(f"---\n{head}\n---\nText.")
    assert draft_of(tmp_path / "a.md").title == "Raúl"


def test_dated_text_gives_its_date_and_keeps_every_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DATED_REPORT)
    draft = draft_of(tmp_path / "a.txt")
    assert draft.published_at == NOVEMBER
    assert draft.title == "Carlo Ancelotti’s position is at risk following a poor run."
    assert draft.text.startswith("Carlo Ancelotti’s position")
    assert draft.text.endswith("interim role.")


def test_head_lines_of_a_text_are_its_fields(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "Title: Raúl waits\nPublisher: Marca\nDate: 2024-11-06\nURL: https://marca.com/a:b\n\n"
        "Text: yes.\n\nMore."
    )
    assert read(tmp_path / "a.txt") == [
        ArticleDraft(
            "Raúl waits", "Text: yes.\n\nMore.", "Marca", published_at=NOVEMBER, url="https://marca.com/a:b"
        )
    ]


def test_prose_that_looks_a_little_like_a_head_stays_text(tmp_path: Path) -> None:
    content = "Source: everybody knows it.\nRaúl waits.\n\nMore."
    (tmp_path / "a.txt").write_text(content)
    assert draft_of(tmp_path / "a.txt").text == content


def test_headline_over_a_text_is_its_title(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Raúl in waiting\n\nRaúl waits.")
    draft = draft_of(tmp_path / "a.txt")
    assert (draft.title, draft.text) == ("Raúl in waiting", "Raúl waits.")


@pytest.mark.parametrize("content", ["Raúl waits", "Raúl waits.\n\nAlonso comes."])
def test_text_without_headline_keeps_its_first_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.txt").write_text(content)
    draft = draft_of(tmp_path / "a.txt")
    assert (draft.title, draft.text) == (content.split("\n")[0], content)


def test_file_is_known_by_its_path_unless_it_has_id_or_address(tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("Raúl waits.")
    (tmp_path / "url.md").write_text("---\nurl: https://marca.com\n---\nRaúl waits.")
    (tmp_path / "id.md").write_text("---\nid: x\n---\nRaúl waits.")
    ids = {d.external_id for d in read(tmp_path) if isinstance(d, ArticleDraft)}
    assert ids == {f"file:{tmp_path.resolve() / 'plain.txt'}", None, "x"}


def test_folder_is_read_whole_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.md", "a.txt", "c/d.jsonl", "c/A.TXT"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(row(name) if name.endswith("jsonl") else f"Text of {name}.".encode())
    assert [d.text for d in read(tmp_path) if isinstance(d, ArticleDraft)] == [
        "Text of a.txt.",
        "Text of b.md.",
        "Text of c/A.TXT.",
        "c/d.jsonl",
    ]


def test_folder_tells_how_many_other_files_it_holds_but_not_of_readmes_and_hidden_ones(
    tmp_path: Path,
) -> None:
    for name in (
        "README",
        "README.md",
        "readme.txt",
        ".hidden.txt",
        ".git/a.txt",
        "photo.png",
        "b.pdf",
        "a.txt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Raúl waits.")
    draft, refusal = read(tmp_path)
    assert isinstance(draft, ArticleDraft)
    assert isinstance(refusal, Refusal)
    assert refusal.where == str(tmp_path)
    assert "2 of another kind (such as b.pdf)" in refusal.reason


def test_links_that_go_round_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Raúl waits.")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    kinds = [type(item) for item in read(tmp_path)]
    assert kinds == [ArticleDraft, Refusal, Refusal]


@pytest.mark.parametrize("name", ["missing.txt", "missing", "nul\x00.txt"])
def test_missing_path_is_refused(tmp_path: Path, name: str) -> None:
    assert "no such file" in refusal_of(tmp_path / name).reason


def test_named_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("x")
    assert ".jsonl, .md and .txt" in refusal_of(tmp_path / "a.pdf").reason


def test_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "can be read" in refusal_of(tmp_path / "a.txt").reason


def test_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(20_000_000)
    monkeypatch.delattr(Path, "read_bytes")
    assert "20.0 MB" in refusal_of(tmp_path / "a.txt").reason


def test_latin_1_file_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Tchouaméni".encode("latin-1"))
    assert "iconv" in refusal_of(tmp_path / "a.txt").reason


def test_uploads_are_read_by_the_ending_of_their_name() -> None:
    [text] = read_bytes("a.TXT", DATED_REPORT.encode(), now=NOW)
    [markdown] = read_bytes("a.md", b"# Title\nText.", now=NOW)
    rows = list(read_bytes("a.jsonl", row("One.") + b"\n" + row("Two."), now=NOW))
    assert isinstance(text, ArticleDraft)
    assert text.published_at == NOVEMBER
    assert text.external_id is None
    assert markdown == ArticleDraft("Title", "Text.")
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("photo.png", b"x", ".jsonl, .md and .txt"),
        ("", b"x", ".jsonl, .md and .txt"),
        ("a.txt", b"x" * 20_000_000, "20.0 MB"),
        ("a.txt", b"\xff\xfeR\x00", "UTF-8"),
        ("a.txt", b"\x00\x00", "no text"),
        ("a.jsonl", b"{", "not JSON"),
    ],
)
def test_unusable_uploads_are_refused(name: str, data: bytes, words: str) -> None:
    [refusal] = read_bytes(name, data, now=NOW)
    assert isinstance(refusal, Refusal)
    assert words in refusal.reason


@given(
    st.sampled_from(["a.txt", "a.md", "a.jsonl"]),
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from(["---\n", "title: x\n", "# a\n", "date 2024-11-06 ", "\n\n", "{", '"text":', '"a"}'])
    )
    .map("".join)
    .map(str.encode),
)
def test_any_bytes_become_drafts_or_refusals(name: str, data: bytes) -> None:
    assert all(isinstance(item, ArticleDraft | Refusal) for item in read_bytes(name, data, now=NOW))
