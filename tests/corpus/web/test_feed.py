from datetime import UTC, datetime

import pytest

from corpus.errors import UnreadableError
from corpus.web.feed import LONGEST_TTL_S, MAX_CHARS, MAX_ITEM_CHARS, MAX_ITEMS, MAX_KEY_CHARS, read_feed
from corpus.web.types import Feed

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
URL = "https://www.terrace.example/feeds/all.xml"
RSS = (
    '<?xml version="1.0" encoding="{encoding}"?>'
    '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
    "<channel><title>Terrace &amp; Café</title>{inside}</channel></rss>"
)


def read(body: str | bytes, charset: str | None = None) -> Feed:
    raw = body.encode() if isinstance(body, str) else body
    return read_feed(raw, url=URL, charset=charset, now=NOW)


def rss(inside: str) -> Feed:
    return read(RSS.format(encoding="utf-8", inside=inside))


def test_an_rss_feed_is_read() -> None:
    feed = rss(
        "<item><title>Ruiz &lt;b&gt;stays&lt;/b&gt;</title><link>/news/1?utm_source=rss#top</link>"
        '<guid isPermaLink="false">abc-1</guid><pubDate>Sat, 06 Jul 2024 10:32:00 BST</pubDate>'
        "<dc:creator>Tamsin Coe</dc:creator><description>Short.</description>"
        "<content:encoded><![CDATA[<p>First&nbsp;one.</p><p>Next<br/>line <script>x()</script></p>"
        "]]></content:encoded></item>"
    )
    (item,) = feed.items
    assert feed.title == "Terrace & Café"
    assert (item.key, item.url) == ("abc-1", "https://www.terrace.example/news/1")
    assert (item.title, item.text, item.author) == ("Ruiz stays", "First one.\n\nNext\nline", "Tamsin Coe")
    assert item.published_at == datetime(2024, 7, 6, 9, 32, tzinfo=UTC)


def test_an_atom_feed_is_read_and_updated_is_not_published() -> None:
    feed = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://www.terrace.example/x/"><title>T</title>'
        '<entry><id>tag:1</id><title>One</title><link href="one"/>'
        "<updated>2024-11-06T10:00:00Z</updated>"
        "<summary>Sum.</summary><author><name>Jo</name></author></entry>"
        '<entry><id>tag:2</id><title>Two</title><link href="/two"/>'
        "<published>2024-11-05T10:00:00+02:00</published>"
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a</p><p>b</p></div>'
        "</content></entry></feed>"
    )
    two, one = feed.items
    assert (one.url, one.text, one.author) == ("https://www.terrace.example/x/one", "Sum.", "Jo")
    assert one.published_at is None
    assert (two.url, two.text) == ("https://www.terrace.example/two", "a\n\nb")
    assert two.published_at == datetime(2024, 11, 5, 8, tzinfo=UTC)


def test_an_rss_1_feed_is_read_with_the_only_time_it_has() -> None:
    feed = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>R</title></channel>'
        '<item rdf:about="https://x.example/1"><title>One</title><link>https://x.example/1</link>'
        "<dc:date>2024-01-01T10:00:00+01:00</dc:date></item></rdf:RDF>"
    )
    assert [(i.key, i.published_at) for i in feed.items] == [
        ("https://x.example/1", datetime(2024, 1, 1, 9, tzinfo=UTC))
    ]


def test_a_json_feed_is_read() -> None:
    feed = read(
        '{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": ['
        '{"id": 7, "url": "https://x.example/7", "title": "t", "content_text": "a\\n\\nb <c>",'
        ' "date_published": "2024-11-06T10:00:00-05:00", "authors": [{"name": "N"}]},'
        '{"id": "8", "external_url": "/8", "content_html": "<p>x \\ud800 y</p>"}, 5,'
        ' {"id": {}, "title": []}]}'
    )
    seven, eight = feed.items
    assert (seven.key, seven.text, seven.author) == ("7", "a\n\nb <c>", "N")
    assert seven.published_at == datetime(2024, 11, 6, 15, tzinfo=UTC)
    assert (eight.url, eight.text, eight.published_at) == ("https://www.terrace.example/8", "x y", None)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://[", "ftp://x/"]
)
def test_a_link_that_leads_to_no_web_page_is_dropped(link: str) -> None:
    (item,) = rss(f"<item><guid>1</guid><title>a</title><link>{link}</link></item>").items
    assert item.url is None


@pytest.mark.parametrize(
    "raw", ["9999-99-99", "31 Feb 2024", "04/05/2024", "1 Jan 1970 00:00 GMT", "1 Jan 2031 00:00 GMT"]
)
def test_an_entry_without_a_certain_time_is_undated(raw: str) -> None:
    (item,) = rss(f"<item><guid>1</guid><title>a</title><pubDate>{raw}</pubDate></item>").items
    assert item.published_at is None


def test_entries_are_told_apart_by_id_else_link_else_title_and_kept_once() -> None:
    feed = rss(
        "<item><guid isPermaLink='false'>1</guid><title>a</title></item><item><link>https://x.example/2</link></item>"
        "<item><title>third</title></item>"
        "<item><guid isPermaLink='false'>1</guid><title>again</title></item><item></item>"
    )
    keys = [item.key for item in feed.items]
    assert keys[:2] == ["1", "https://x.example/2"]
    assert keys[2].startswith("sha256:")
    assert len(keys) == 3
    assert rss("<item><title>third</title></item>").items[0].key == keys[2]


def test_a_key_beyond_measure_is_a_digest_that_stays_the_same() -> None:
    one, other = (
        rss(f"<item><guid>{'k' * 5000}{n}</guid><title>a</title></item>").items[0].key for n in (1, 2)
    )
    assert one != other
    assert len(one) <= MAX_KEY_CHARS


def test_the_newest_entries_come_first_and_the_oldest_beyond_the_most_are_left_out() -> None:
    items = "".join(
        f"<item><guid isPermaLink='false'>{n}</guid>"
        f"<pubDate>{n % 28 + 1} Jan {2000 + n // 28} 10:00 GMT</pubDate></item>"
        for n in range(MAX_ITEMS + 20)
    )
    keys = [int(item.key) for item in rss(items).items]
    assert keys == sorted(keys, reverse=True)
    assert len(keys) == MAX_ITEMS
    assert min(keys) == 20


def test_texts_are_bounded_each_and_together() -> None:
    text = "word " * 8_000
    feed = rss(
        "".join(
            f"<item><guid>{n}</guid><title>a</title><description>{text}</description></item>"
            for n in range(60)
        )
    )
    assert len(feed.items) == 60
    assert max(len(item.text) for item in feed.items) <= MAX_ITEM_CHARS
    assert sum(len(item.text) for item in feed.items) <= MAX_CHARS


@pytest.mark.parametrize(
    ("inside", "ttl_s"),
    [
        ("<ttl>30</ttl>", 1800.0),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800.0),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 86400.0),
        ("<ttl>9999999</ttl>", LONGEST_TTL_S),
        ("<ttl>-5</ttl>", None),
        ("<ttl>often</ttl>", None),
        ("<ttl>99999999999999999999</ttl>", None),
        ("", None),
    ],
)
def test_how_long_a_feed_is_to_be_kept_is_read(inside: str, ttl_s: float | None) -> None:
    assert rss(inside).ttl_s == ttl_s


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16", "windows-1252"])
def test_a_feed_is_read_in_its_encoding(encoding: str) -> None:
    body = RSS.format(encoding=encoding, inside="").encode(encoding)
    assert read(body, None).title == "Terrace & Café"
    assert read(body, encoding).title == "Terrace & Café"


def test_a_wrong_encoding_does_no_harm() -> None:
    for said, real in (("utf-8", "cp1252"), ("utf-16", "utf-8"), ("nonsense", "utf-8")):
        assert read(RSS.format(encoding=said, inside="").encode(real), said).title == "Terrace & Café"


def test_a_web_page_is_no_feed_and_the_feed_that_it_names_is_told() -> None:
    page = "<!DOCTYPE html><html><head>{}</head><body><p>One.</p></body></html>"
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    with pytest.raises(UnreadableError, match=r"Its feed is at https://www\.terrace\.example/rss$"):
        read(page.format(link.format("/rss")))
    for harmless in ("", link.format("javascript:alert(1)"), link.format("file:///etc/passwd")):
        with pytest.raises(UnreadableError, match="a web page, not a feed: give"):
            read(page.format(harmless))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"hello",
        b"/etc/passwd",
        b"file:///etc/passwd",
        b"{}",
        b'{"version": 1}',
        b"{" * 10**5,
        b'{"items":' + b"[" * 10**5,
        b"PK\x03\x04" + bytes(999),
    ],
)
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(body)


def test_no_local_file_is_opened() -> None:
    entity = '<!DOCTYPE x [\n<!ENTITY a SYSTEM "file:///etc/passwd">\n]>'
    feed = read(
        f'<?xml version="1.0"?>{entity}<rss version="2.0"><channel><title>t &a;</title></channel></rss>'
    )
    assert "root:" not in feed.title
