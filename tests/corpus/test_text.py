import re
import unicodedata
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import article_key, canonical_url, checksum, clean, clean_line, content_hash, sentences
from corpus.types import ArticleDraft

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
PROSE = st.lists(
    st.sampled_from(
        ["He", "said", "Raúl", "£1.5m", "No", "me", "?", "!", ".", "…", "“", "”", '"', "’s", "(", ")"]
    )
    | st.sampled_from([" ", " ", " ", "\n", "\n\n", "😀", "\ud800", "\x00", "St", "5", "-", ";", "\u2028"]),
    max_size=60,
).map("".join)


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\u2029b", "a\n\nb"),
        ("a\n\n \n\t\n\nb", "a\n\nb"),
        ("  a \t b\u00a0c\u2003d  \n e ", "a b c d\ne"),
        ("\ufeffa\x00b\x07c\u200bd\u202ee\u2066f\u00adg", "abcdefg"),
        ("lone \ud83d surrogate", "lone surrogate"),
        ("Tchouame\u0301ni", "Tchouaméni"),
        ("Alon\u200dso 👨\u200d👩", "Alonso 👨\u200d👩"),
        ("z" + "\u0301" * 50 + "!", "ź\u0301\u0301\u0301!"),
        ("", ""),
        (" \n\x00\n ", ""),
    ],
)
def test_clean_leaves_plain_paragraphs(dirty: str, expected: str) -> None:
    assert clean(dirty) == expected


@given(ANY_TEXT | PROSE)
def test_clean_text_is_safe_to_store_and_to_show_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode("utf-8")
    assert not re.search(r"[^\S\n ]|\n{3}| \n|\n |  ", cleaned)
    assert not {c for c in cleaned if unicodedata.category(c) in {"Cc", "Cf"}} - {"\n", "\u200d"}


@given(st.text(st.characters(codec="latin-1")))
def test_clean_keeps_every_letter_and_digit(text: str) -> None:
    assert [c for c in clean(text) if c.isalnum()] == [c for c in text if c.isalnum()]


def test_clean_line_is_one_line() -> None:
    assert clean_line(" Here\n\nwe  go\u00a0") == "Here we go"


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Raúl took over.", "Alonso waits."],
        ["He cost £1.5m from St. Pauli at 5 p.m. on Monday.", "Liverpool paid £43.3m.", "Benfica sold."],
        ["J. Smith beat Brighton vs. Leeds.", "No. 10 is free."],
        ["“It was a mess,” he said.", "“I want to go.", "Madrid called.”", "He left."],
        ['"Outstanding," said Pep.', '"He sees all."', "Phillips agreed."],
        ["“Really?” he asked.", "“Yes!” cried the fan."],
        ["It is a big help for me.", "Everything was right."],
        ["They said no.", "Firstly, he stays."],
        ["He leaves in May.", "Everybody knows."],
        ["1. Kylian Mbappé to Madrid", "2. Savio to City"],
        ["It’s the players’ day.", "Raúl’s too."],
        ["A heading", "A sentence.", "Another"],
    ],
)
def test_sentences_of_football_reports(expected: list[str]) -> None:
    text = (
        "\n".join(expected)
        if expected[0] in {"A heading", "1. Kylian Mbappé to Madrid"}
        else " ".join(expected)
    )
    assert split(text) == expected


def test_sentence_without_space_behind_its_quotation_ends_there() -> None:
    assert split('"I take it."Frank was asked.') == ['"I take it."', "Frank was asked."]


def test_numeral_of_a_list_stays_with_its_entry() -> None:
    assert split("9. Archie Gray to Tottenham 10. Savio to City")[0].startswith("9. Archie")


@given(ANY_TEXT | PROSE)
def test_sentences_hold_every_character_but_spaces_once_and_in_order(text: str) -> None:
    spans = sentences(text)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    for start, end in spans:
        assert text[start:end] == text[start:end].strip() != ""
        assert "\n" not in text[start:end]
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@pytest.mark.parametrize(
    "unit", ["a", ".", "😀", "“a ", "1. 2) ", '"', "? a ", "A. ", " \n", "(", "\u0301", "！ "]
)
def test_hostile_length_is_no_hazard(unit: str) -> None:
    text = (unit * 200_000)[:200_000]
    assert "".join(split(text)).count(unit[0]) == text.count(unit[0]) or unit[0].isspace()
    clean(text)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://WWW.Marca.com:443/a?utm_source=x&id=7&fbclid=z#top", "https://www.marca.com/a?id=7"),
        ("http://marca.com", "http://marca.com/"),
        ("http://marca.com:8080/a/", "http://marca.com:8080/a/"),
        (" https://marca.com/a b(c)<d>[e] ", "https://marca.com/a%20b%28c%29%3Cd%3E%5Be%5D"),
        ("https://marca.com/tchouaméni?q=é&x=100%", "https://marca.com/tchouam%C3%A9ni?q=%C3%A9&x=100%25"),
        ("https://marca.com/%E2%80%98a%E2%80%99", "https://marca.com/%E2%80%98a%E2%80%99"),
        ("https://bücher.de/", "https://xn--bcher-kva.de/"),
        ("https://bbc.com/sport?at_medium=RSS&at_campaign=rss", "https://bbc.com/sport"),
        ("javascript:alert(1)", None),
        ("ftp://marca.com/a", None),
        ("//marca.com/a", None),
        ("marca.com/a", None),
        ("https://user:secret@marca.com/", None),
        ("https://marca.com:99999/", None),
        ("https://[::1]/", None),
        ("https://[broken/", None),
        ("https://marca.com\\@evil.com/", None),
        ("https://mar ca.com/", None),
        ("https://marca.com/a\nb", None),
        ("https://marca.com/\ud800", None),
        ("https:///a", None),
        ("https://" + "a" * 70 + ".com/", None),
        ("https://marca.com/" + "a" * 2048, None),
        ("", None),
    ],
)
def test_canonical_url(url: str, expected: str | None) -> None:
    assert canonical_url(url) == expected


@given(ANY_TEXT | st.from_regex(r"https?://[a-z.]{1,9}(:\d{1,5})?/[^\n]{0,30}", fullmatch=True))
def test_canonical_url_is_final_and_fits_into_a_masked_link(url: str) -> None:
    canonical = canonical_url(url)
    if canonical is not None:
        assert canonical_url(canonical) == canonical
        assert canonical.isascii()
        assert not re.search(r"[\s()<>\[\]\\\x00-\x1f]", canonical)


def draft(**fields: object) -> ArticleDraft:
    return ArticleDraft(**{"title": "Title", "text": "Text", **fields})  # type: ignore[arg-type]


def test_content_hash_sees_every_field_but_the_external_id() -> None:
    changed = [
        draft(title="Other"),
        draft(text="Other"),
        draft(publisher="Marca"),
        draft(author="Marca"),
        draft(url="https://marca.com/"),
        draft(published_at=datetime(2024, 11, 6, tzinfo=UTC)),
    ]
    assert len({content_hash(d) for d in [draft(), *changed]}) == 7
    assert content_hash(draft(external_id="1")) == content_hash(draft())


def test_content_hash_can_not_be_confused_by_moving_text_between_fields() -> None:
    assert content_hash(draft(title="ab", text="c")) != content_hash(draft(title="a", text="bc"))


def test_key_is_the_id_else_the_address_else_the_content() -> None:
    url = "https://marca.com/"
    assert article_key(draft(external_id="7", url=url)) == "id:7"
    assert article_key(draft(url=url)) == f"url:{url}"
    assert article_key(draft()) == f"text:{content_hash(draft())}"


@given(st.text())
def test_checksum_has_24_bits(text: str) -> None:
    assert 0 <= checksum(text) < 2**24


def test_no_control_nor_format_character_is_left() -> None:
    unseen = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) in ("Cc", "Cf", "Cs")]
    assert {c for c in clean("a" + "a".join(unseen)) if c in set(unseen)} == {"\n"}
