"""Articles, drafts and what becomes of them, as Discord shows them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import render_articles
from bot.markup import AMBER, CALM
from corpus.ingest.read import make_draft, read_bytes
from corpus.types import (
    Article,
    ArticleDraft,
    ArticleSummary,
    AuditEntry,
    IngestReport,
    Link,
    Publisher,
    Refusal,
)
from index.near import Near, Preview
from tests.bot.test_render import (
    HOSTILE,
    assert_within_limits,
    description,
    free_text,
    times,
    unescaped_markup,
    urls,
)

NOW = datetime(2024, 11, 6, 12, tzinfo=UTC)
LINKS = [f"https://discord.com/channels/{2**63 - n}/{2**63}/{2**63}" for n in range(100)]
ARTICLE = Article(7, 5, "Alonso", "Text.", "BBC", None, NOW, "https://bbc.co.uk/a", None, "hash", NOW, 99)


@given(
    st.lists(
        st.builds(
            ArticleSummary,
            st.integers(1, 2**62),
            st.none() | st.just(1),
            free_text.map(lambda text: text * 5),
            st.none() | free_text.map(lambda text: text * 5),
            st.none() | times,
            st.just(1),
        ),
        max_size=render_articles.PAGE,
    )
)
@settings(max_examples=200)
def test_no_listing_is_longer_than_discord_takes(summaries: list[ArticleSummary]) -> None:
    assert_within_limits(render_articles.listing_embed(summaries, 999_999, more=True))
    for summary in summaries:
        assert 0 < len(render_articles.choice_name(summary.id, summary.title)) <= 100


def test_listing_marks_shared_articles() -> None:
    own = ArticleSummary(2, 5, "Own", "BBC", NOW, 1)
    embed = render_articles.listing_embed(
        [own, replace(own, id=1, guild_id=None, title="Shared")], 1, more=False
    )
    assert description(embed).split("\n") == [
        "`2` Own",
        "-# BBC · <t:1730894400:D>",
        "`1` Shared",
        "-# BBC · <t:1730894400:D> · shared",
    ]


def test_listing_says_how_to_see_more() -> None:
    embed = render_articles.listing_embed([], 2, more=True)
    assert embed.footer.text == "Page 2 · /article list page:3 shows more"


@given(free_text, free_text, urls)
@settings(max_examples=200)
def test_no_article_is_longer_than_discord_takes(title: str, text: str, url: str | None) -> None:
    assert_within_limits(
        render_articles.article_embed(replace(ARTICLE, title=title, text=text * 200, url=url))
    )
    assert_within_limits(
        render_articles.removed_embed(replace(ARTICLE, title=title * 50, url=url), 10**6, LINKS)
    )


def test_article_says_who_added_it() -> None:
    assert "-# added <t:1730894400:D> by <@99>\n\nText." in description(
        render_articles.article_embed(ARTICLE)
    )
    shared = replace(ARTICLE, guild_id=None, added_by=None)
    assert "-# added <t:1730894400:D> · shared by all servers\n" in description(
        render_articles.article_embed(shared)
    )


def test_article_says_where_else_its_story_is_told() -> None:
    links = [
        Link(f"https://copy.example/{n}", f"Copy *{n}*", publisher, None, ARTICLE.added_at)
        for n, publisher in enumerate(["The *Copier*", None, "Third", "Fourth", "Fifth"])
    ]
    told = description(render_articles.article_embed(ARTICLE, links[:2]))
    expected = r"-# also: [The \*Copier\*](https://copy.example/0), [Copy \*1\*](https://copy.example/1)"
    assert f"\n{expected}\n\nText." in told
    assert "also" not in description(render_articles.article_embed(ARTICLE))
    many = description(render_articles.article_embed(ARTICLE, links))
    assert "[Third](https://copy.example/2) … and 2 more\n\nText." in many
    far = [replace(link, url=f"{link.url}/{'x' * 400}") for link in links]
    assert "also: The \\*Copier\\*, Copy" in description(render_articles.article_embed(ARTICLE, far))


def test_report_counts_and_gives_reasons() -> None:
    report = IngestReport((1, 2), (3,), (), (Refusal("a.jsonl:4", "no *text*"),))
    embed = render_articles.report_embed(report)
    assert embed.colour == AMBER
    assert description(embed).split("\n") == [
        "Added 2 (articles 1, 2)",
        "Changed 1 (article 3)",
        "Refused 1",
        "> a.jsonl\\:4\\: no \\*text\\*",
    ]


def test_report_names_an_article_once_however_many_rows_hold_it() -> None:
    report = IngestReport(added=(1,), unchanged=(1,) * 99 + (2,))
    assert (
        description(render_articles.report_embed(report))
        == "Added 1 (article 1)\nUnchanged 100 (articles 1, 2)"
    )


@given(free_text, st.integers(0, 2000))
@settings(max_examples=100)
def test_no_report_is_longer_than_discord_takes(reason: str, many: int) -> None:
    ids = tuple(range(2**60, 2**60 + many))
    refused = (Refusal(reason * 5, reason * 5),) * many
    assert_within_limits(render_articles.report_embed(IngestReport(ids, ids, ids, refused), 10**6, LINKS))


def test_answers_that_followed_are_counted_and_those_out_of_reach_named() -> None:
    text = description(render_articles.report_embed(IngestReport(changed=(3,)), 1, LINKS[:2]))
    assert text.split("\n") == [
        "Changed 1 (article 3)",
        "-# 1 earlier answer changed with it",
        f"-# Out of my reach, but still there: {LINKS[0]} {LINKS[1]}",
    ]


def test_empty_report_says_so() -> None:
    assert description(render_articles.report_embed(IngestReport())) == "There was no article in it."


def test_form_is_given_back_as_markdown_with_front_matter() -> None:
    fields = {"title": 'A "b": c', "publisher": "", "text": "One.\n\nTwo."}
    assert (
        render_articles.article_markdown(fields).decode()
        == '---\ntitle: "A \\"b\\": c"\n---\n\nOne.\n\nTwo.\n'
    )


@given(st.text(st.characters(exclude_categories=["Cn"]), max_size=100))
@example('Haaland 🔥 \x85 \ud800 " \\')
def test_form_that_is_given_back_is_read_as_it_was_typed(title: str) -> None:
    fields = {"title": title, "publisher": title, "text": "Text."}
    assert list(read_bytes("article.md", render_articles.article_markdown(fields), now=NOW)) == [
        make_draft(fields, NOW)
    ]


# Publishers


@given(st.lists(st.tuples(free_text, urls), max_size=10), free_text)
@settings(max_examples=200)
def test_no_publisher_is_longer_than_discord_takes(articles: list[tuple[str, str | None]], name: str) -> None:
    publisher = Publisher(name, 10**6, 10**6, NOW, NOW + timedelta(days=9))
    embed = render_articles.publisher_embed(
        publisher, [replace(ARTICLE, title=t, url=u) for t, u in articles], 10_000
    )
    assert_within_limits(embed)
    assert description(embed).count("· of this server") >= len(articles)
    assert_within_limits(render_articles.publishers_embed([publisher] * 11, 1))


# Previews


DRAFT = ArticleDraft("Alonso", "Alonso is close. Then more.", "BBC", None, NOW, "https://bbc.co.uk/a")


def test_preview_shows_what_accepting_does_and_what_is_like_it() -> None:
    near = (Near(replace(ARTICLE, title="Earlier"), 0.996), Near(replace(ARTICLE, id=8, title="Older"), 0.5))
    embed = render_articles.preview_embed(Preview(DRAFT, 1, ("Xabi Alonso", "Arsenal"), near, 7))
    assert (embed.title, embed.url, embed.colour) == ("Alonso", "https://bbc.co.uk/a", AMBER)
    assert description(embed).split("\n") == [
        "BBC · <t:1730894400:D>",
        "",
        "Alonso is close. Then more.",
        "",
        "-# 1 passage · 27 characters",
        "Names: Xabi Alonso, Arsenal",
        "≈ 99 % of it also stands in article 7: Earlier",
        "≈ 50 % of it also stands in article 8: Older",
        "**Accept replaces article 7.**",
    ]


def test_preview_of_something_new_is_calm() -> None:
    embed = render_articles.preview_embed(Preview(ArticleDraft("A", "B"), 1, (), ()))
    assert embed.colour == CALM
    assert description(embed).startswith("undated\n")
    assert description(embed).endswith("**Accept adds it.**")
    same = render_articles.preview_embed(Preview(DRAFT, 1, (), (), 7, unchanged=True))
    assert description(same).endswith("**Accept changes nothing: article 7 says exactly this already.**")


@given(free_text, urls, st.none() | times, st.integers(1, 400))
@settings(max_examples=300)
def test_no_preview_is_longer_than_discord_takes(
    text: str, url: str | None, at: datetime | None, many: int
) -> None:
    draft = ArticleDraft((text * 50)[:500], text * many, (text * 30)[:300], None, at, url)
    near = (Near(replace(ARTICLE, title=text * 50), 1.0),) * 3
    embed = render_articles.preview_embed(Preview(draft, 999, (text * 9,) * many, near, 2**62))
    assert_within_limits(embed)


def test_a_long_text_is_shown_as_shortened_with_how_long_it_is() -> None:
    text = description(render_articles.preview_embed(Preview(ArticleDraft("A", "b" * 5000), 9, (), ())))
    assert "bbb…\n" in text
    assert "5,000 characters" in text


# The audit and refusals


def test_the_audit_tells_who_did_what_and_why() -> None:
    entries = [
        AuditEntry(NOW, 99, "removed", 7, "A *title*", "a hoax"),
        AuditEntry(NOW, None, "added", 7, "A *title*"),
    ]
    embed = render_articles.audit_embed(entries, 2, more=True)
    assert description(embed).split("\n") == [
        "<t:1730894400:f> · <@99> removed article 7: A \\*title\\*",
        "-# Reason: a hoax",
        "<t:1730894400:f> · somebody added article 7: A \\*title\\*",
    ]
    assert embed.footer.text == "Page 2 · /audit page:3 shows more"
    assert "Nothing happened" in description(render_articles.audit_embed([], 1, more=False))


@given(free_text, free_text)
@settings(max_examples=200)
def test_no_page_of_the_audit_is_longer_than_discord_takes(title: str, reason: str) -> None:
    entry = AuditEntry(NOW, 2**63, "restored", 2**62, title * 50, reason * 50)
    embed = render_articles.audit_embed([entry] * render_articles.PAGE, 10_000, more=True)
    assert_within_limits(embed)
    assert description(embed).count("restored article") == render_articles.PAGE


def test_names_and_titles_in_a_preview_are_no_markup() -> None:
    names = (HOSTILE,)
    near = (Near(replace(ARTICLE, title=HOSTILE), 1.0),)
    embed = render_articles.preview_embed(Preview(ArticleDraft(HOSTILE, HOSTILE, HOSTILE), 1, names, near))
    shown = description(embed).replace("**", "").replace("-# ", "").replace("Names: ", "").replace("7: ", "")
    assert unescaped_markup(shown) == []
    assert unescaped_markup(embed.title or "") == []


def test_every_refusal_stands_in_the_file_on_a_line_of_its_own() -> None:
    refused = [Refusal(f"rows.jsonl:{n}", "It has\nno text.\ud800") for n in range(2000)]
    lines = render_articles.refusals_file(refused).decode().splitlines()
    assert lines == [f"rows.jsonl:{n}: It has no text." for n in range(2000)]
