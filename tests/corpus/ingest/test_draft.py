from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ArticleRefusedError
from corpus.ingest.draft import make_draft
from corpus.types import ArticleDraft

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)


def test_row_becomes_a_clean_draft() -> None:
    row = {
        "id": " gd-1 ",
        "url": "https://marca.com/a?utm_source=x",
        "title": "Raúl\u200b  waits\n",
        "publisher": "Marca",
        "author": None,
        "published_at": "2024-11-06T10:30:00+01:00",
        "text": "Raúl\u00a0waits.\r\n\r\n\r\nAlonso comes. ",
        "section": "ignored",
    }
    assert make_draft(row, NOW) == ArticleDraft(
        title="Raúl waits",
        text="Raúl waits.\n\nAlonso comes.",
        publisher="Marca",
        author=None,
        published_at=datetime(2024, 11, 6, 9, 30, tzinfo=UTC),
        url="https://marca.com/a",
        external_id="gd-1",
    )


def test_other_words_for_the_same_fields_are_understood() -> None:
    draft = make_draft({"text": "x", "source": "AS", "date": "2024-11-06", "link": "https://as.com"}, NOW)
    assert (draft.publisher, draft.url) == ("AS", "https://as.com/")
    assert draft.published_at == datetime(2024, 11, 6, tzinfo=UTC)


def test_only_the_text_must_be_there() -> None:
    assert make_draft({"text": "Raúl waits. Alonso too."}, NOW) == ArticleDraft(
        "Raúl waits.", "Raúl waits. Alonso too."
    )


def test_missing_title_is_the_beginning_of_the_text() -> None:
    draft = make_draft({"title": " ", "text": "word " * 100}, NOW)
    assert draft.title.endswith("word…")
    assert len(draft.title) <= 121


def test_numeric_id_is_kept() -> None:
    assert make_draft({"id": 7, "text": "x"}, NOW).external_id == "7"


@pytest.mark.parametrize("text", [None, "", " \n", "😀🎉", "...", "\x00\ud800", "_"])
def test_article_without_words_is_refused(text: str | None) -> None:
    with pytest.raises(ArticleRefusedError, match="no text"):
        make_draft({"title": "Title", "text": text}, NOW)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": ["a"]}, "text must be text, but is a list"),
        ({"title": 7}, "title must be text, but is a number"),
        ({"title": True}, "title must be text, but is true or false"),
        ({"publisher": {"name": "AS"}}, "publisher must be text, but is an object"),
        ({"url": 1.5}, "url must be text"),
        ({"id": True}, "id must be text"),
        ({"id": 2**64}, "id must be text, but is a number"),
        ({"title": "x" * 501}, "501 characters"),
        ({"text": "x" * 200_001}, "200,001 characters.*split it"),
        ({"url": "javascript:alert(1)"}, "no usable http.*leave it out"),
        ({"url": "https://a.com/" + "x" * 3000}, "no usable http"),
        ({"published_at": "soon"}, r"\(soon\).*2024-11-06"),
        ({"published_at": "06/11/2024"}, "2024-11-06"),
        ({"published_at": "2024-13-40"}, "2024-11-06"),
        ({"published_at": 1730880000}, "2024-11-06"),
        ({"published_at": []}, "2024-11-06"),
        ({"published_at": "2026-08-03"}, "in the future"),
        ({"published_at": "9999-12-31T23:59:59-23:00"}, "can't read its date"),
        ({"published_at": "1849-12-31"}, "before 1850"),
        ({"published_at": "0001-01-01T00:00:00+14:00"}, "can't read its date"),
    ],
)
def test_refusal_says_what_is_wrong_with_what(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(ArticleRefusedError, match=reason):
        make_draft({"text": "Raúl waits.", **fields}, NOW)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", None),
        ("2024-11-06", datetime(2024, 11, 6, tzinfo=UTC)),
        (" 2024-11-06 ", datetime(2024, 11, 6, tzinfo=UTC)),
        ("2024-11-06T09:30:15.75Z", datetime(2024, 11, 6, 9, 30, 15, tzinfo=UTC)),
        ("2024-11-06 09:30", datetime(2024, 11, 6, 9, 30, tzinfo=UTC)),
        (date(2024, 11, 6), datetime(2024, 11, 6, tzinfo=UTC)),
        (datetime(2024, 11, 6, 9), datetime(2024, 11, 6, 9, tzinfo=UTC)),  # noqa: DTZ001 - as YAML gives it
    ],
)
def test_dates_without_zone_are_utc_and_without_time_midnight(
    value: object, expected: datetime | None
) -> None:
    assert make_draft({"text": "x", "published_at": value}, NOW).published_at == expected


def test_date_of_tomorrow_is_taken_as_another_zones_today() -> None:
    assert make_draft(
        {"text": "x", "published_at": (NOW + timedelta(hours=23)).isoformat()}, NOW
    ).published_at


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
FIELDS = ["id", "url", "link", "title", "publisher", "source", "author", "published_at", "date", "text"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_any_fields_become_a_draft_or_a_refusal(fields: dict[str, object]) -> None:
    try:
        draft = make_draft(fields, NOW)
    except ArticleRefusedError as refusal:
        str(refusal).encode()
        assert str(refusal).endswith(".")
    else:
        assert draft.title
        assert draft.text
        assert "\n" not in draft.title
