from datetime import UTC, datetime

import pytest

from corpus.web import headers
from corpus.web.types import Validators

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "kind", "charset"),
    [
        ("text/html; charset=utf-8", "text/html", "utf-8"),
        ('Text/HTML;Charset="ISO-8859-1"', "text/html", "ISO-8859-1"),
        ("application/rss+xml", "application/rss+xml", None),
        ("text/html; charset=no-such-thing", "text/html", "no-such-thing"),
        ("text/html; charset=\x00", "text/html", None),
        ("text", "", None),
        ("", "", None),
        ("x" * 9_000 + "/y", "", None),
        ("täxt/html", "", None),
    ],
)
def test_type_and_charset_are_passed_on_as_they_are_said(said: str, kind: str, charset: str | None) -> None:
    assert headers.media_type({"Content-Type": said}) == kind
    assert headers.charset({"Content-Type": said}) == charset


@pytest.mark.parametrize(
    ("said", "fresh_s"),
    [
        ("max-age=600", 600.0),
        ("public, MAX-AGE = 60", 60.0),
        ('max-age="60"', 60.0),
        ("s-maxage=60", None),
        ("max-age=60, no-cache", None),
        ("no-store, max-age=60", None),
        ("max-age=-1", None),
        ("max-age=" + "9" * 5_000, None),
        ("", None),
    ],
)
def test_how_long_a_document_is_fresh(said: str, fresh_s: float | None) -> None:
    assert headers.fresh_s({"Cache-Control": said}) == fresh_s


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("9" * 5_000, 86_400.0),
        ("Sat, 01 Aug 2026 12:10:00 GMT", 600.0),
        ("Sat, 01 Aug 2026 14:10:00 +0200", 600.0),
        ("Sat, 01 Aug 2026 12:10:00", 600.0),
        ("Sat, 01 Aug 2026 11:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
        ("-5", None),
        ("soon", None),
        ("Sat, 99 Aug 2026 12:10:00 GMT", None),
        ("Sat, 01 Aug 99999 12:10:00 GMT", None),
        ("", None),
    ],
)
def test_how_long_a_server_wants_to_be_left_alone(said: str, wait_s: float | None) -> None:
    assert headers.retry_after_s({"Retry-After": said}, NOW) == wait_s


@pytest.mark.parametrize(
    "hostile", ["a\r\nHost: evil", "a\nb", "\x00", "ü", "x" * 1_025, "\udcff", "\x7f", ""]
)
def test_validators_that_would_break_a_request_are_neither_kept_nor_sent(hostile: str) -> None:
    assert headers.validators({"ETag": hostile, "Last-Modified": hostile}) == Validators()
    assert headers.conditions(Validators(hostile, hostile)) == {}


def test_validators_are_sent_back_as_they_came() -> None:
    kept = headers.validators({"ETag": 'W/"1"', "Last-Modified": "Sat, 01 Aug 2026 12:10:00 GMT"})
    assert headers.conditions(kept) == {
        "If-None-Match": 'W/"1"',
        "If-Modified-Since": "Sat, 01 Aug 2026 12:10:00 GMT",
    }
