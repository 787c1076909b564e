"""Discord's Markdown as HTML: what is markup there is markup here, and nothing else ever is."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup import escape
from corpus.text import clean
from gallery.markdown import Reader, line_to_html, to_html

READER = Reader(datetime(2025, 5, 28, 12, tzinfo=UTC), {"12": "Ana", "34": "rumours"})
DAY = 1_748_174_400  # 25 May 2025, noon
BLOCKS = {"p", "blockquote", "small", "h1", "h2", "h3", "ul", "ol", "li", "pre"}
ALLOWED = BLOCKS | {"em", "strong", "u", "s", "mark", "code", "time", "a", "span"}
PIECES = [
    *"\\*_~`|<>[]()#:@-+.!&\"'/ \n19at",
    "https://x.y",
    "<t:1:R>",
    "<script>",
    "**",
    "> ",
    "```",
    "](http",
]
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


class Seen(HTMLParser):
    """The words of some HTML, and its tags; fails where they are not balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("br", "hr"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "**bold** *it* _it_ __u__ ~~old~~",
            "<strong>bold</strong> <em>it</em> <em>it</em> <u>u</u> <s>old</s>",
        ),
        ("word**mid**word", "word<strong>mid</strong>word"),
        ("**“so,”**said", "<strong>“so,”</strong>said"),
        ("*a **b** c*", "<em>a <strong>b</strong> c</em>"),
        ("~~*__all__*~~", "<s><em><u>all</u></em></s>"),
        ("||hidden||", "<mark>hidden</mark>"),
        ("`a*b*` ``x`y``", "<code>a*b*</code> <code>x`y</code>"),
        (r"\*not\* \[a\]\(b\)", "*not* [a](b)"),
        ("snow_white_and *one", "snow_white_and *one"),
        ("* a * b", "* a * b"),
        ("[a **b**](https://x.y/z)", '<a href="https://x.y/z">a <strong>b</strong></a>'),
        (r"[\[x\] y](<https://x.y>)", '<a href="https://x.y">[x] y</a>'),
        ("[x](https://x.y/a_(b)_c)", '<a href="https://x.y/a_(b)_c">x</a>'),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("(https://x.y/z_(a)).", '(<a href="https://x.y/z_(a)">https://x.y/z_(a)</a>).'),
        ("<https://x.y>", '<a href="https://x.y">https://x.y</a>'),
        ("<@12> <#34> <@&9>", "@Ana #rumours @unknown"),
        ("https://discord.com/channels/1/34/5", "#rumours › 💬"),
        ("</article add:99>", "/article add"),
        ("<:shrug:99>", ":shrug:"),
        (f"<t:{DAY}:D>", "<time>25 May 2025</time>"),
        (f"<t:{DAY}:R>", "<time>3 days ago</time>"),
        (f"<t:{DAY + 3 * 86_400 + 20}:R>", "<time>in 20 seconds</time>"),
        (f"<t:{DAY}>", "<time>25 May 2025 12:00</time>"),
        ("<t:99999999999999999:D>", "&lt;t:99999999999999999:D&gt;"),
        ("<b>x</b> &amp; \"'", "&lt;b&gt;x&lt;/b&gt; &amp;amp; &#34;&#39;"),
    ],
)
def test_what_stands_within_a_line(text: str, html: str) -> None:
    shown = line_to_html(text, READER)
    spans = [tag for tag, _ in Seen(shown).tags if tag == "span"]
    assert (Seen(shown).words if spans else shown) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\n\nb", "<p>a\n\nb\n</p>"),
        ("> a\n> b\nc", "<blockquote><p>a\nb\n</p></blockquote><p>c\n</p>"),
        ("a\n>>> b\nc", "<p>a\n</p><blockquote><p>b\nc\n</p></blockquote>"),
        (r"\> a", "<p>&gt; a\n</p>"),
        (">a", "<p>&gt;a\n</p>"),
        ("-# **a**\nb", "<small><strong>a</strong></small><p>b\n</p>"),
        ("# a\n### b", "<h1>a</h1><h3>b</h3>"),
        ("#a", "<p>#a\n</p>"),
        ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("- a\n2. b", '<ul><li>a</li></ul><ol start="2"><li>b</li></ol>'),
        (r"1\. a", "<p>1. a\n</p>"),
        ("a\n```py\nx < *1*\n```\nb", "<p>a\n</p><pre>x &lt; *1*</pre><p>b\n</p>"),
    ],
)
def test_blocks(text: str, html: str) -> None:
    assert to_html(text, READER) == html


@given(HOSTILE)
def test_no_text_becomes_html_of_its_own(text: str) -> None:
    for tag, attributes in Seen(to_html(text, READER)).tags:
        assert tag in ALLOWED
        assert attributes.keys() <= {"href", "class", "start"}
        assert (attributes.get("href") or "http").startswith("http")


@given(HOSTILE)
def test_what_the_bot_escapes_is_shown_as_it_is_written(text: str) -> None:
    assert Seen(to_html(escape(text), READER)).words.strip() == clean(text).strip()


@pytest.mark.parametrize(
    "mark", ["*", "_a", "**", "~~", "||a", "`", "[", "[](", "<", "\\", "> ", "- ", "*__"]
)
def test_however_much_of_a_mark_there_is(mark: str) -> None:
    assert Seen(to_html(mark * (4000 // len(mark)), READER))
