import pytest

from corpus.web.decoding import decoded

TEXT = "<p>Süßkind wechselt für 5 € – „endlich“, sagt Jörg Möller aus Köln.</p>"
HEAD = '<meta charset="{}">'


@pytest.mark.parametrize(
    ("encoding", "charset", "head"),
    [
        ("utf-8", None, ""),
        ("utf-8", "iso-8859-1", ""),
        ("utf-8", "no-such-thing", HEAD.format("windows-1252")),
        ("utf-8-sig", "windows-1252", ""),
        ("utf-16", None, ""),
        ("utf-16-le", "utf-16-le", ""),
        ("utf-16-be", None, ""),
        ("cp1252", "windows-1252", ""),
        ("cp1252", "iso-8859-1", ""),
        ("cp1252", None, HEAD.format("windows-1252")),
        ("cp1252", "utf-8", HEAD.format("utf-8")),
        ("iso-8859-15", "iso-8859-15", ""),
    ],
)
def test_text_comes_out_whatever_is_said_of_its_encoding(
    encoding: str, charset: str | None, head: str
) -> None:
    text = "<p>Süßkind wechselt für 5 €.</p>" if encoding == "iso-8859-15" else TEXT
    assert decoded((head + text).encode(encoding), charset) == head + text


def test_one_broken_letter_makes_no_other_encoding() -> None:
    assert decoded(TEXT.encode() + b"\xc3", "utf-8") == TEXT + "\ufffd"


@pytest.mark.parametrize(
    "charset", ["idna", "punycode", "unicode_escape", "zip", "rot13", "\0", "x" * 1000, "undefined"]
)
def test_what_no_page_is_written_in_is_passed_over(charset: str) -> None:
    assert decoded(TEXT.encode(), charset) == TEXT
    assert isinstance(decoded(b"\xff\xfe\xfd\0\x81\x8d" * 50, charset), str)
