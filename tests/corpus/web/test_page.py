from datetime import UTC, datetime

import pytest

from corpus.errors import UnreadableError
from corpus.ingest.draft import MAX_TEXT_CHARS, MAX_TITLE_CHARS
from corpus.web import reasons
from corpus.web.page import read_page
from corpus.web.types import Page
from tests.pages import NOW, PAGES, Looked, looked_at, scores

URL = "https://www.terrace.example/football/ruiz"
STORY = (
    "<p>Sporting Castellar have put the price of Mateo Ruiz at 60m after a second offer was turned down.</p>"
    "<p>The full-back signed a new contract only last spring, and the club see no reason to sell him now.</p>"
    "<p>A decision is expected before the end of the month, and nobody thinks that it will be quick.</p>"
    "<p>Harbour City are thinking about an exchange, for which two of their midfielders could be named.</p>"
)

LONG_STORY = STORY + "".join(
    f"<p>The {number}th of his matches for the club was one that few of those who saw it will forget.</p>"
    for number in range(4, 40)
)
RHYME = "Ruiz - a price for a king"


def read(
    body: bytes | str, *, url: str = URL, media_type: str = "text/html", charset: str | None = "utf-8"
) -> Page:
    raw = body.encode() if isinstance(body, str) else body
    return read_page(raw, url=url, media_type=media_type, charset=charset, now=NOW)


def article(head: str = "", body: str = "<h1>Castellar name price for Ruiz</h1>", story: str = STORY) -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body><article>{body}{story}</article></body></html>"


def described(json_ld: str) -> str:
    return f'<script type="application/ld+json">{json_ld}</script>'


@pytest.fixture(scope="module")
def looked() -> list[Looked]:
    return [looked_at(path) for path in PAGES]


def test_most_of_the_text_of_the_saved_pages_is_found_and_little_else(looked: list[Looked]) -> None:
    precision, recall, _ = scores([one for one in looked if one.there])
    assert len(looked) >= 20
    assert precision >= 0.97
    assert recall >= 0.99


@pytest.mark.parametrize(
    ("field", "most_wrong"),
    [("title", 0), ("author", 1), ("publisher", 0), ("published_at", 0), ("language", 0), ("url", 0)],
)
def test_what_the_saved_pages_say_of_themselves_is_found(
    looked: list[Looked], field: str, most_wrong: int
) -> None:
    assert sum(field in one.wrong for one in looked) <= most_wrong


def test_no_saved_page_without_its_whole_article_is_taken_for_complete(looked: list[Looked]) -> None:
    assert [one.name for one in looked if "complete" in one.wrong] == []
    assert sum(not one.expected["complete"] for one in looked) >= 4


def test_paragraphs_stay_apart(looked: list[Looked]) -> None:
    found = {one.name: one.page for one in looked if one.page}
    for name in ("json_ld_article", "nested_divs", "br_paragraphs", "gossip_list", "script_built"):
        expected = next(one.expected["text"] for one in looked if one.name == name)
        assert found[name].text.split("\n\n") == expected


@pytest.mark.parametrize(
    "head",
    [
        "<title>Castellar name price for Ruiz | Daily Terrace</title>",
        "<title>Castellar name price for Ruiz - Daily Terrace</title>",
        "<title>Castellar name price for Ruiz – Daily Terrace</title>",
        "<title>Daily Terrace: Castellar name price for Ruiz</title>",
        "<title>Castellar name price for Ruiz - terrace.example</title>",
        "<meta property='og:title' content='Castellar name price for Ruiz | Daily Terrace'>",
    ],
)
def test_the_title_is_without_the_name_of_its_site(head: str) -> None:
    named = f"<meta property='og:site_name' content='Daily Terrace'>{head}"
    assert read(article(named, body="")).title == "Castellar name price for Ruiz"


def test_a_dash_within_a_title_stays() -> None:
    assert read(article(f"<title>{RHYME}</title>", body="")).title == RHYME


def test_a_publisher_may_not_take_the_address_of_another_site_for_its_name() -> None:
    for named in ("bbc.co.uk", "www.bbc.co.uk"):
        page = read(article(f"<meta property='og:site_name' content='{named}'>"))
        assert page.publisher == "terrace.example"


def test_a_page_may_not_call_itself_by_the_address_of_another_site() -> None:
    told = "<link rel=canonical href='https://www.bbc.co.uk/sport/1'><meta property=og:url content='https://bbc.com/1'>"
    assert read(article(told)).url == URL


@pytest.mark.parametrize(
    ("head", "day"),
    [
        (described('[{"@type": "NewsArticle", "datePublished": "2024-11-06"}]'), 6),
        (described('{"@graph": [{"@type": ["Article"], "datePublished": "2024-11-06"}]}'), 6),
        (described('<!-- {"@type": "Article", "datePublished": "2024-11-06"} -->'), 6),
        (described('{"@type": "Article", "dateModified": "2024-11-06"}'), None),
        (described('{"@type": "Article", "datePublished": {"a": [1]}}'), None),
        (described("[" * 100_000), None),
        ('<meta property="article:published_time" content="2024-11-06T10:00:00Z">', 6),
        ('<meta name="parsely-pub-date" content="2024-11-06T10:00:00Z">', 6),
        ('<meta name="DC.date.issued" content="2024-11-06">', 6),
        ('<meta property="article:modified_time" content="2024-11-06">', None),
        ('<meta property="article:published_time" content="2031-11-06">', None),
        ('<meta property="article:published_time" content="04/05/2024">', None),
    ],
)
def test_the_time_of_publication_is_read_from_what_describes_the_page(head: str, day: int | None) -> None:
    published_at = read(article(head)).published_at
    assert (published_at and published_at.day) == day


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ("<h1>Ruiz</h1><time datetime='2024-11-06T10:32:00+01:00'>today</time>", "2024-11-06T09:32"),
        ("<h1>Ruiz</h1><p>Published 6 November 2024, 10:32 GMT</p>", "2024-11-06T10:32"),
        ("<h1>Ruiz</h1><p>Updated <time datetime='2024-11-08T10:00:00Z'>8 November</time></p>", None),
        ("<h1>Ruiz</h1><p>Castellar bought him on 6 November 2021.</p>", None),
        ("<h1>Ruiz</h1><p>Published 10:32</p>", None),
    ],
)
def test_the_time_of_publication_is_read_from_the_top_of_the_article(body: str, at: str | None) -> None:
    expected = datetime.fromisoformat(at).replace(tzinfo=UTC) if at else None
    assert read(article(body=body)).published_at == expected


def test_a_time_that_breaks_a_library_costs_no_page() -> None:
    said = "<time datetime='2024-11-06T10:32:00+99:00' class='published'>x</time>"
    head = "<meta property='article:published_time' content='2024-11-06T10:32:00+99:00'>"
    assert read(article(head, body=f"<h1>Ruiz</h1>{said}")).published_at == datetime(2024, 11, 6, tzinfo=UTC)


def test_the_time_of_another_story_is_not_that_of_the_page() -> None:
    aside = "<aside><time datetime='2024-11-06T10:32:00Z'>x</time></aside>"
    related = "<div class=related><p>Published 6 November 2024</p><time datetime='2024-11-06'>x</time></div>"
    assert read(article(story=STORY + related) + aside).published_at is None


def test_the_day_in_the_address_stands_in_where_nothing_else_does() -> None:
    for path in ("2024/11/06/ruiz", "football/2024/nov/06/ruiz"):
        page = read(article(), url=f"https://www.terrace.example/{path}")
        assert page.published_at == datetime(2024, 11, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("story", "complete"),
    [
        (STORY, True),
        ("<p>Castellar want sixty million for Mateo Ruiz, their full-back, it is said.</p>", False),
        (STORY + "<p>Subscribe to continue reading.</p>", False),
        (STORY + "<p>Ruiz himself has said nothing, and his sister, who …</p>", False),
        (LONG_STORY, True),
        (LONG_STORY + "<p>To continue reading this article you have to log in.</p>", False),
    ],
)
def test_a_text_is_complete_unless_something_tells_that_it_is_not(story: str, complete: bool) -> None:
    assert read(article(story=story)).complete is complete


def test_a_page_that_is_paid_for_is_never_complete() -> None:
    told = '<script type="application/ld+json">{"@type":"Article","isAccessibleForFree":false}</script>'
    assert not read(article(told)).complete


@pytest.mark.parametrize(
    "media_type", ["application/pdf", "image/png", "application/json", "video/mp4", "text/css"]
)
def test_a_file_that_is_no_page_is_refused(media_type: str) -> None:
    with pytest.raises(UnreadableError, match=reasons.NO_PAGE):
        read(article(), media_type=media_type)


@pytest.mark.parametrize(
    "body",
    [b"%PDF-1.7 x", b"PK\x03\x04" + bytes(range(256)), b"\x89PNG\r\n", bytes(range(256)) * 9, b'{"a": 1}'],
)
def test_a_file_that_is_no_page_is_refused_whatever_it_is_called(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(body, charset=None)


@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_an_empty_page_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableError, match="nothing at that address"):
        read(body)


def test_plain_text_is_read_by_its_paragraphs() -> None:
    page = read("A headline\n\nFirst line\nsecond line.\n\nNext one.\n", media_type="text/plain")
    assert (page.title, page.text) == ("A headline", "First line second line.\n\nNext one.")


def test_what_is_found_is_clean_and_bounded() -> None:
    dirty = "Ruiz \u202egnorw\u202c stays\u200b at\x00 Castellar for now, says the club. "
    long = "".join(f"<p>{dirty} {number}</p>" for number in range(6_000))
    page = read(article(f"<title>{dirty * 50}</title>", body="", story=long))
    assert len(page.text) <= MAX_TEXT_CHARS
    assert len(page.title) <= MAX_TITLE_CHARS
    assert not page.complete
    assert not {"\u202e", "\u200b", "\x00"} & set(page.title + page.text)
    assert "Ruiz gnorw stays at Castellar" in page.text
