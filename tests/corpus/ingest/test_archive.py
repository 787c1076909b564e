"""Archives that people hand in, whatever is in them."""

import io
import json
import struct
import zipfile
from datetime import UTC, datetime

import pytest

from corpus.ingest import archive
from corpus.ingest.archive import read_zip
from corpus.types import ArticleDraft, Refusal

NOW = datetime(2026, 8, 1, tzinfo=UTC)


def packed(files: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return buffer.getvalue()


def read(data: bytes) -> tuple[list[str], dict[str, str]]:
    """The titles of the articles, and the reasons for every refusal by its place."""
    items = list(read_zip("rows.zip", data, now=NOW))
    titles = [item.title for item in items if isinstance(item, ArticleDraft)]
    return titles, {item.where: item.reason for item in items if isinstance(item, Refusal)}


def test_every_kind_is_read_in_any_folder_with_file_and_line_of_what_is_refused() -> None:
    rows = "\n".join([json.dumps({"title": "Row", "text": "Text."}), "{not JSON"])
    titles, refused = read(
        packed({"a.jsonl": rows, "more/b.md": "# Markdown\nText.", "more/deep/C.TXT": "Title: T\n\nText."})
    )
    assert titles == ["Row", "Markdown", "T"]
    assert list(refused) == ["rows.zip/a.jsonl:2"]


def test_other_kinds_are_refused_by_name_and_what_hides_is_passed_over() -> None:
    titles, refused = read(
        packed(
            {
                "a.md": "# A\nText.",
                "b.pdf": "%PDF",
                "inner.zip": packed({"c.md": "# C\nText."}),
                "README.md": "# Read me",
                ".hidden.md": "# H\nText.",
                "__MACOSX/._a.md": "\0",
            }
        )
    )
    assert titles == ["A"]
    assert set(refused) == {"rows.zip/b.pdf", "rows.zip/inner.zip"}
    assert "Only .jsonl, .md and .txt" in refused["rows.zip/b.pdf"]
    assert "within the archive" in refused["rows.zip/inner.zip"]


@pytest.mark.parametrize("name", ["../a.md", "/etc/a.md", "x/../../a.md", "..\\a.md", "\\\\host\\a.md"])
def test_a_name_that_leads_out_of_the_archive_is_refused(name: str) -> None:
    titles, refused = read(packed({name: "# A\nText.", "b.md": "# B\nText."}))
    assert titles == ["B"]
    assert ["leads out" in reason for reason in refused.values()] == [True]


def test_hostile_names_are_shown_in_one_clean_line() -> None:
    _, refused = read(packed({"a\n\u202egnp\u200b@everyone.exe": "MZ"}))
    [where] = refused
    assert where == "rows.zip/a gnp@everyone.exe"


def test_no_more_is_unpacked_than_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 1024 * 1024)
    titles, refused = read(packed({"a.md": "# A\nText.", "bomb.jsonl": b"\n" * 2_000_000}))
    assert titles == []
    assert ["Unpacked it is more than 1 MiB" in reason for reason in refused.values()] == [True]


def test_an_archive_that_lies_about_its_sizes_is_not_unpacked_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 1000)
    honest = packed({"bomb.jsonl": b"\n" * 100_000})
    lying = honest.replace(struct.pack("<L", 100_000), struct.pack("<L", 10))
    titles, refused = read(lying)
    assert titles == []
    assert len(refused) == 1


def test_too_many_files_are_refused_before_they_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILES", 3)
    titles, refused = read(packed({f"{n}.md": "# A\nText." for n in range(4)}))
    assert titles == []
    assert "more than 3 files" in refused["rows.zip"]


def test_an_encrypted_file_is_refused_with_what_to_do() -> None:
    data = bytearray(packed({"a.md": "# A\nText."}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    titles, refused = read(bytes(data))
    assert titles == []
    assert "without a password" in refused["rows.zip/a.md"]


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_compression_is_refused(compression: int) -> None:
    titles, refused = read(packed({"a.md": "# A\nText."}, compression))
    assert titles == []
    assert "ordinary .zip" in refused["rows.zip/a.md"]


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"not a zip", packed({"a.md": "# A\nText."})[:-30], b"PK\x05\x06" + b"\xff" * 18],
    ids=["empty", "two bytes", "text", "cut", "nonsense"],
)
def test_what_is_no_archive_is_refused_in_words(data: bytes) -> None:
    titles, refused = read(data)
    assert titles == []
    assert refused == {"rows.zip": "The archive is damaged, or is none: pack it anew as a .zip file."}


def test_a_damaged_file_keeps_no_other_from_being_read() -> None:
    data = bytearray(packed({"a.md": "# A\n" + "Text. " * 100, "b.md": "# B\nText."}, zipfile.ZIP_STORED))
    data[60] ^= 0xFF
    titles, refused = read(bytes(data))
    assert titles == ["B"]
    assert "damaged" in refused["rows.zip/a.md"]


def test_an_empty_archive_holds_nothing() -> None:
    assert read(packed({})) == ([], {})
