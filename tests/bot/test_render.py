import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import markup, render
from corpus.text import clean, clean_line
from corpus.types import KeptQuestion, Link
from index.types import Answer, Quote, Source

NOW = datetime(2024, 11, 6, 12, tzinfo=UTC)
SOURCE = Source(
    7, None, "Real Madrid close to Alonso", "TEAMtalk", NOW - timedelta(days=3), "https://www.teamtalk.com/a"
)
QUOTE = Quote(SOURCE, "Xabi Alonso is Perez’s top choice.", 0, ((0, 11),))
HOSTILE = (
    "**bold** _it_ ~~gone~~ `code` ||spoiler|| [a](https://evil.example) ](https://evil.example) <t:1:R> "
    "</ask:123> <@1> <@&2> <#3> <:e:4> @everyone @here https://evil.example <http://evil.example> "
    "# heading\n# heading\n-# small\n- item\n1. item\n> quoted\n>>> quoted ```\nblock\n``` \\ :smile: "
    "\u202egnp.exe \u200bzero a" + "\u0301" * 40
)

marked = st.text(alphabet="ab1 .-+*_~`|<>[]()#:@\\/!\n\r\u200b\u202e\u0301\u2028\ud800é🏆", max_size=60)
free_text = st.one_of(marked, st.text(max_size=60), st.just(HOSTILE))
times = st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 28)).map(  # noqa: DTZ001
    lambda time: time.replace(tzinfo=UTC)
)
urls = st.one_of(st.none(), free_text, free_text.map(lambda text: f"https://example.org/{text}"))
sources = st.builds(
    Source,
    article_id=st.integers(1, 2**60),
    external_id=st.none(),
    title=free_text,
    publisher=st.none() | free_text,
    published_at=st.none() | times,
    url=urls,
)


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    text = draw(free_text) * draw(st.sampled_from([1, 3, 30]))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    spans = draw(st.permutations(list(zip(cuts[::2], cuts[1::2], strict=False))))
    return Quote(draw(sources), text, 0, tuple(spans))


def bold_parts(text: str) -> list[tuple[bool, str]]:
    """An escaped text as Discord reads it: pieces, each bold or not."""
    pieces: list[tuple[bool, str]] = []
    bold = False
    for piece in re.findall(r"\\[^0-9A-Za-z\s]|\*\*|.", text, re.DOTALL):
        if piece == "**":
            bold = not bold
        else:
            pieces.append((bold, piece[-1]))
    assert not bold, "bold is never left open"
    return pieces


def unescaped_markup(text: str) -> list[str]:
    return re.findall(r"[*_~`|<>\[\]()#:@]", re.sub(r"\\[^0-9A-Za-z\s]", "", text))


# Text


@given(free_text)
@settings(max_examples=500)
def test_escaped_text_reads_as_the_cleaned_text(text: str) -> None:
    assert markup.unescape(markup.escape(text)) == clean(text)


@given(free_text)
@settings(max_examples=500)
def test_escaped_text_holds_no_markup(text: str) -> None:
    escaped = markup.escape(text)
    assert unescaped_markup(escaped) == []
    assert not re.search(r"^\s*([-+]|\d+\.)", escaped, re.MULTILINE)
    escaped.encode()  # no lone surrogate


@given(quotes())
@settings(max_examples=500)
def test_emphasised_quote_reads_as_the_quote_word_for_word(quote: Quote) -> None:
    shown = "".join(text for _, text in bold_parts(markup.emphasise(quote.text, quote.emphasis)))
    assert shown == clean(quote.text)


@given(quotes())
@settings(max_examples=500)
def test_exactly_the_emphasised_words_are_bold(quote: Quote) -> None:
    text = clean(quote.text)
    inside = {i for start, end in quote.emphasis for i in range(start, min(end, len(text)))}
    for i, (bold, character) in enumerate(bold_parts(markup.emphasise(text, quote.emphasis))):
        if not character.isspace():
            assert bold == (i in inside)


def test_decisive_words_are_bold() -> None:
    assert markup.emphasise("Xabi Alonso is close.", [(15, 20), (0, 11)]) == "**Xabi Alonso** is **close**."


def test_touching_spans_become_one() -> None:
    assert markup.emphasise("Xabi Alonso", [(0, 5), (5, 11)]) == "**Xabi** **Alonso**"
    assert markup.emphasise("Tchouaméni", [(0, 5), (5, 10)]) == "**Tchouaméni**"


def test_bold_never_spans_a_line_break() -> None:
    assert markup.emphasise("one\ntwo", [(0, 7)]) == "**one**\n**two**"


def test_stars_beside_bold_words_stay_stars() -> None:
    assert markup.emphasise("*a*", [(1, 2)]) == "\\***a**\\*"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\u202eb\u2066c", "abc"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("nul\x00 half \ud83d", "nul half"),
        ("a\tb\r\nc\u2028d", "a b\nc\nd"),
        ("q\u0301", "q\u0301"),
        ("q" + "\u0301" * 30, "q" + "\u0301" * 4),
    ],
)
def test_what_nobody_can_see_is_taken_out(text: str, seen: str) -> None:
    assert markup.escape(text) == seen


# Links


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org/a",
        "//example.org",
        "https://",
        "https://[::1",
        "https://bbc.co.uk@evil.example/",
        "https://example.org/\ud800",
        "https://example.org/" + "a" * 2048,
        "https://example.org/" + "ö" * 500,
    ],
)
def test_unfit_links_are_left_out(url: str | None) -> None:
    assert markup.safe_link(url) is None


def test_links_keep_their_address() -> None:
    url = "https://example.org/a_b/%C3%A9?q=1&r=2#top"
    assert markup.safe_link(url) == url


@given(urls)
@settings(max_examples=500)
def test_no_link_can_break_out_of_its_brackets(url: str | None) -> None:
    link = markup.safe_link(url)
    assert link is None or re.fullmatch(r"https?://[^\s()<>\[\]\\\"'`|]+", link, re.IGNORECASE)


# Answers


def answer(*quotes: Quote, question: str = "who replaces Ancelotti?") -> Answer:
    return Answer(question, NOW, 412, quotes)


def description(embed: discord.Embed) -> str:
    assert embed.description is not None
    return embed.description


def test_answer_shows_quote_publisher_day_and_link() -> None:
    embed, shown = render.answer_embed(answer(QUOTE), 3)
    assert shown == 1
    assert embed.title == "who replaces Ancelotti?"
    assert embed.colour == markup.CALM
    assert description(embed) == (
        "> **Xabi Alonso** is Perez’s top choice.\n"
        "TEAMtalk · <t:1730635200:D> · [Real Madrid close to Alonso](https://www.teamtalk.com/a)\n\n"
        "-# As of <t:1730894400:D> · newest source 3 days old · 412 articles looked at"
    )


def test_day_without_a_time_is_the_same_day_west_and_east_of_greenwich() -> None:
    quote = replace(QUOTE, source=replace(SOURCE, published_at=datetime(2024, 11, 6, tzinfo=UTC)))
    shown = re.findall(r"· <t:(\d+):D> ·", description(render.answer_embed(answer(quote), 3)[0]))
    for hours in (-11, 0, 11):
        there = datetime.fromtimestamp(int(shown[0]), timezone(timedelta(hours=hours)))
        assert there.date() == date(2024, 11, 6)


def test_answer_without_day_publisher_and_link_says_undated() -> None:
    bare = replace(QUOTE, source=Source(7, None, "Alonso", None, None, None))
    embed, _ = render.answer_embed(answer(bare), 3)
    assert "\nundated · Alonso\n" in description(embed)
    assert "newest source undated" in description(embed)
    assert embed.colour == markup.AMBER


@pytest.mark.parametrize(("days", "colour"), [(0, markup.CALM), (14, markup.CALM), (15, markup.AMBER)])
def test_answer_turns_amber_when_its_newest_match_is_over_14_days_old(
    days: int, colour: discord.Colour
) -> None:
    quote = replace(QUOTE, source=replace(SOURCE, published_at=NOW - timedelta(days=days)))
    assert render.answer_embed(answer(quote), 3)[0].colour == colour


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "from today"),
        (0, "from today"),
        (1, "1 day old"),
        (59, "59 days old"),
        (60, "2 months old"),
        (800, "2 years old"),
    ],
)
def test_age_of_the_newest_match_in_words(days: int, words: str) -> None:
    quote = replace(QUOTE, source=replace(SOURCE, published_at=NOW - timedelta(days=days)))
    assert f"newest source {words} ·" in description(render.answer_embed(answer(quote), 3)[0])


def test_answer_shows_no_more_quotes_than_asked_for() -> None:
    embed, shown = render.answer_embed(answer(*[QUOTE] * 10), 3)
    assert shown == 3
    assert description(embed).count("> **Xabi") == 3


def test_nothing_found_is_said_in_grey() -> None:
    embed, shown = render.answer_embed(answer(question="who won the super bowl"), 3)
    assert shown == 0
    assert embed.colour == markup.GREY
    assert description(embed).startswith("Nothing in the articles answers that.\nTry the full name")
    assert description(embed).split("\n")[-1].startswith("-# 412 articles looked at · As of")
    empty, _ = render.answer_embed(replace(answer(), articles=0), 3)
    assert "/article add" in description(empty)
    checked, _ = render.answer_embed(answer(), 3, nothing=render.NOTHING_SAID)
    assert description(checked).startswith("The articles say nothing about that.\nTry the full name")


def test_the_first_report_is_the_oldest_and_nothing_where_there_is_no_other() -> None:
    older = replace(QUOTE, source=replace(SOURCE, title="Earlier", published_at=NOW - timedelta(days=9)))
    assert "Earlier" in (render.first_report(answer(QUOTE, older)) or "")
    assert render.first_report(answer(QUOTE)) is None


@given(st.lists(quotes(), max_size=10), free_text, st.integers(1, 10), times)
@settings(max_examples=300)
def test_no_answer_is_longer_than_discord_takes(
    found: list[Quote], question: str, most: int, as_of: datetime
) -> None:
    embed, shown = render.answer_embed(Answer(question, as_of, 3, tuple(found)), most)
    assert_within_limits(embed)
    assert 0 < shown <= most if found else shown == 0


@given(st.lists(quotes(), max_size=10), st.integers(0, 10))
@settings(max_examples=200)
def test_no_list_of_quotes_or_sources_is_longer_than_discord_takes(found: list[Quote], removed: int) -> None:
    embed, shown = render.more_embed(found, removed)
    assert_within_limits(embed)
    assert bool(shown) == bool(found)
    assert_within_limits(render.sources_embed([quote.source for quote in found], removed))


@given(st.lists(quotes() | times, min_size=1, max_size=5), st.none() | st.just("t" * 256), times)
@settings(max_examples=200)
def test_no_answer_with_withdrawn_quotes_is_longer_than_discord_takes(
    quotes: list[Quote | datetime], title: str | None, as_of: datetime
) -> None:
    embed = render.withdrawn_embed(title, as_of, 412, quotes)
    assert_within_limits(embed)
    assert embed.title == title
    assert (embed.colour == markup.GREY) == all(isinstance(quote, datetime) for quote in quotes)


@pytest.mark.parametrize(("days", "colour"), [(0, markup.CALM), (15, markup.AMBER)])
def test_what_is_left_of_an_answer_is_amber_where_it_is_old(days: int, colour: discord.Colour) -> None:
    as_of = NOW + timedelta(days=days)
    assert render.withdrawn_embed("who", as_of, 412, [QUOTE, as_of]).colour == colour


@given(st.lists(st.tuples(quotes(), free_text, free_text), max_size=5), st.integers(0, 3))
@settings(max_examples=200)
def test_no_proof_is_longer_than_discord_takes(found: list[tuple[Quote, str, str]], removed: int) -> None:
    proofs = [
        (quote, f"{before}{quote.text}{after}"[: render.AROUND], len(before))
        for quote, before, after in found
    ]
    assert_within_limits(render.proof_embed(proofs, removed))


def test_a_quote_is_bold_among_what_stands_around_it() -> None:
    text = description(render.proof_embed([(QUOTE, f"Before.\n\n{QUOTE.text} After.", 9)], 0))
    assert text.startswith(f"> Before.\n> \n> **{markup.escape(QUOTE.text)}** After.\n{SOURCE.publisher} · ")


def test_the_day_of_withdrawal_stands_where_the_quote_stood() -> None:
    text = description(render.withdrawn_embed("who", NOW, 412, [NOW, QUOTE]))
    assert text.startswith("*A source that stood here was withdrawn on <t:1730894400:D>.*\n\n> **Xabi")
    assert text.endswith("412 articles looked at")


@given(st.lists(quotes(), min_size=1, max_size=4))
@settings(max_examples=200)
def test_nothing_from_outside_becomes_a_link_or_a_mention(found: list[Quote]) -> None:
    text = description(render.answer_embed(answer(*found), 4)[0])
    bare = re.sub(r"\\[^0-9A-Za-z\s]", "", text)
    bare = re.sub(r"<t:-?\d+:D>", "", bare)
    bare = re.sub(r"\[[^\[\]()]*\]\(https?://[^\s()<>]+\)", "", bare, flags=re.IGNORECASE)
    bare = re.sub(r"^(> |-# )", "", bare, flags=re.MULTILINE).replace("… (shortened) ", "")
    assert not re.search(r"[<>\[\]()#:@`_~|]", bare)


HOPED = Quote(
    replace(SOURCE, article_id=8, title="A deal is near", published_at=NOW - timedelta(days=9)),
    "Everton are close to signing *Bruno Maier*.\n\nA medical ~~may~~ follow.",
    0,
    ((0, 7),),
)
SIGNED = Quote(
    replace(SOURCE, title="Maier [signs]", publisher="The Echo"), "Everton have signed Bruno Maier.", 0
)
STRUCK = (
    "> ~~**Everton** are close to signing \\*Bruno Maier\\*.~~\n> \n> ~~A medical \\~\\~may\\~\\~ follow.~~\n"
)
BY = "\n-# Overtaken by The Echo · <t:1730635200:D> · [Maier \\[signs\\]](https://www.teamtalk.com/a)"


def test_an_overtaken_quote_is_struck_through_line_by_line_and_names_what_overtook_it() -> None:
    text = description(render.answer_embed(answer(HOPED, SIGNED), 3)[0])
    first, second = text.split("\n\n")[:2]
    assert (
        f"{first}\n"
        == f"{STRUCK}TEAMtalk · <t:1730116800:D> · [A deal is near](https://www.teamtalk.com/a){BY}\n"
    )
    assert second.startswith("> Everton have signed Bruno Maier.\n")


def test_a_quote_is_overtaken_only_by_one_that_is_shown_with_it() -> None:
    assert "~~" not in description(render.answer_embed(answer(HOPED, SIGNED), 1)[0]).replace("\\~\\~", "")


def test_a_quote_whose_successor_was_withdrawn_is_overtaken_no_longer() -> None:
    whole = description(render.withdrawn_embed("who", NOW, 412, [NOW, HOPED, SIGNED]))
    assert STRUCK in whole
    assert BY in whole
    rest = description(render.withdrawn_embed("who", NOW, 412, [NOW, HOPED, NOW]))
    assert "Overtaken" not in rest
    assert "> **Everton** are" in rest


def test_further_quotes_are_overtaken_by_those_shown_before_them() -> None:
    embed, shown = render.more_embed([HOPED], 0, [SIGNED])
    assert shown == 1
    assert description(embed).startswith(STRUCK)
    assert description(embed).endswith(BY)


@given(quotes(), quotes(), times)
@settings(max_examples=300)
def test_whatever_is_struck_through_stays_balanced_and_within_limits(
    older: Quote, newer: Quote, as_of: datetime
) -> None:
    before = replace(older.source, article_id=1, published_at=NOW - timedelta(days=9))
    after = replace(newer.source, article_id=2, published_at=NOW)
    words = f"{HOPED.text}\n"
    spans = tuple((start + len(words), end + len(words)) for start, end in older.emphasis)
    hoped = Quote(before, words + older.text, 0, spans)
    signed = Quote(after, f"{SIGNED.text}\n{newer.text}", 0)
    embed, shown = render.answer_embed(Answer("who", as_of, 3, (hoped, signed)), 2)
    assert_within_limits(embed)
    assert shown > 0
    lines = [line for line in description(embed).split("\n") if line.startswith("> ~~")]
    assert lines
    for line in lines:
        bare = re.sub(r"\\[^0-9A-Za-z\s]", "", line)
        assert bare.endswith("~~")
        assert bare.count("~~") == 2
        assert bare.count("**") % 2 == 0


LEAVING = Quote(
    replace(SOURCE, article_id=11, title="Maier off", publisher="The *Echo*"),
    "Bruno Maier is set to leave Everton.",
    0,
    ((0, 11),),
)
STAYING = Quote(
    replace(SOURCE, article_id=12, title="Maier stays", publisher="The Herald", url=None),
    "Bruno Maier is going nowhere.",
    0,
)
SIDE_BY_SIDE = [
    (
        "The \\*Echo\\*",
        "> **Bruno Maier** is set to leave Everton.\n<t:1730635200:D> · [Maier off](https://www.teamtalk.com/a)",
    ),
    ("The Herald", "> Bruno Maier is going nowhere.\n<t:1730635200:D> · Maier stays"),
]


def fields(embed: discord.Embed) -> list[tuple[str | None, str | None]]:
    assert all(field.inline for field in embed.fields)
    return [(field.name, field.value) for field in embed.fields]


def test_reports_that_disagree_stand_side_by_side_below_the_others() -> None:
    embed, shown = render.answer_embed(answer(LEAVING, QUOTE, STAYING), 3)
    assert shown == 3
    assert fields(embed) == SIDE_BY_SIDE
    first, as_of, under = description(embed).split("\n\n")
    assert first.startswith("> **Xabi Alonso**")
    assert as_of.startswith("-# As of")
    assert under == "**Reports disagree:**"


def test_a_report_disagrees_only_with_one_that_is_shown_with_it() -> None:
    embed, _ = render.answer_embed(answer(LEAVING, QUOTE, STAYING), 2)
    assert not embed.fields
    assert "disagree" not in description(embed)


def test_reports_too_long_to_stand_side_by_side_stand_one_below_the_other() -> None:
    far = replace(STAYING, source=replace(STAYING.source, url="https://example.org/" + "a" * 1000))
    embed, shown = render.answer_embed(answer(LEAVING, QUOTE, far), 3)
    assert shown == 3
    assert not embed.fields
    first, second, third, _ = description(embed).split("\n\n")
    assert first.startswith("-# The next two reports disagree\n> **Bruno Maier** is set to leave")
    assert second.startswith("> Bruno Maier is going nowhere.\nThe Herald · ")
    assert third.startswith("> **Xabi Alonso**")


def test_of_two_pairs_only_one_stands_side_by_side() -> None:
    others = [replace(quote, source=replace(quote.source, article_id=20)) for quote in (LEAVING, STAYING)]
    embed, shown = render.answer_embed(answer(LEAVING, STAYING, *others), 4)
    assert shown == 4
    assert fields(embed) == SIDE_BY_SIDE
    assert description(embed).startswith("-# The next two reports disagree\n> **Bruno")


def test_a_report_whose_opposite_was_withdrawn_disagrees_no_longer() -> None:
    whole = render.withdrawn_embed("who", NOW, 412, [NOW, LEAVING, STAYING])
    assert fields(whole) == SIDE_BY_SIDE
    assert description(whole).startswith("*A source that stood here")
    rest = render.withdrawn_embed("who", NOW, 412, [NOW, LEAVING, NOW])
    assert not rest.fields
    assert "> **Bruno Maier** is set to leave" in description(rest)


def test_further_reports_stand_side_by_side_or_name_the_one_shown_before() -> None:
    embed, shown = render.more_embed([LEAVING, STAYING], 0, [QUOTE])
    assert shown == 2
    assert fields(embed) == SIDE_BY_SIDE
    assert description(embed) == "**Reports disagree:**"
    embed, shown = render.more_embed([STAYING], 0, [LEAVING])
    assert shown == 1
    assert not embed.fields
    assert description(embed).endswith(
        "\n-# Disagrees with The \\*Echo\\* · <t:1730635200:D> · [Maier off](https://www.teamtalk.com/a)"
    )


@given(st.lists(quotes(), min_size=2, max_size=4), st.integers(1, 5), times)
@settings(max_examples=40, deadline=None)
def test_no_reports_that_disagree_are_longer_than_discord_takes(
    found: list[Quote], most: int, as_of: datetime
) -> None:
    named = [
        Quote(
            replace(
                quote.source,
                article_id=number,
                publisher=f"{number}{quote.source.publisher}",
                published_at=NOW,
            ),
            f"{(LEAVING, STAYING)[number % 2].text}\n{quote.text[:400]}",
            0,
        )
        for number, quote in enumerate(found)
    ]
    embed, shown = render.answer_embed(Answer("*" * 300, as_of, 3, tuple(named)), most)
    assert 0 < shown <= most
    embed.add_field(name="f" * 256, value="v" * 1024, inline=False)
    for each in (
        embed,
        render.more_embed(named, 2, named[:1])[0],
        render.withdrawn_embed("t", NOW, 1, named),
    ):
        assert_within_limits(each)
        assert all(len(field.name or "") <= 256 and len(field.value or "") <= 1024 for field in each.fields)


def test_quote_too_long_to_show_is_cut_and_says_so() -> None:
    embed, _ = render.answer_embed(answer(replace(QUOTE, text="word " * 200)), 3)
    assert "\n… (shortened) TEAMtalk" in description(embed)


def test_link_too_long_beside_its_quote_is_left_out() -> None:
    far = replace(QUOTE, source=replace(SOURCE, url="https://example.org/" + "a" * 2020))
    embed, shown = render.answer_embed(answer(far), 3)
    assert shown == 1
    assert "\nTEAMtalk · <t:1730635200:D> · Real Madrid close to Alonso\n" in description(embed)


@given(free_text)
@settings(max_examples=500)
def test_the_question_can_be_read_back_from_its_answer(question: str) -> None:
    embed, _ = render.answer_embed(answer(question=question), 3)
    asked = render.asked_question(embed)
    whole = clean_line(question)
    assert (asked or "") == whole or (asked or "").endswith("…")


def test_long_question_is_cut_to_a_title() -> None:
    embed, _ = render.answer_embed(answer(question="*" * 300), 3)
    assert embed.title is not None
    assert len(embed.title) <= 256
    assert embed.title.endswith("\\*…")


def test_further_quotes_say_how_many_are_gone() -> None:
    embed, _ = render.more_embed([QUOTE], 2)
    assert description(embed).endswith("-# 2 sources have been removed.")


def test_removed_source_is_named_as_removed() -> None:
    assert "1 source has been removed." in description(render.more_embed([], 1)[0])
    assert "1 source has been removed." in description(render.sources_embed([], 1))


def test_sources_are_numbered() -> None:
    assert description(render.sources_embed([SOURCE, SOURCE], 0)).splitlines()[1].startswith("2\\. TEAMtalk")


def test_a_source_is_followed_by_where_else_its_story_is_told() -> None:
    link = Link("https://copy.example/1", "A copy", "The Copier", None, NOW)
    told = description(render.sources_embed([SOURCE], 0, {SOURCE.article_id: [link]})).splitlines()
    assert told[1:] == ["-# also: [The Copier](https://copy.example/1)"]
    assert (
        len(description(render.sources_embed([SOURCE], 0, {SOURCE.article_id + 1: [link]})).splitlines()) == 1
    )


def test_sources_that_found_no_room_are_counted() -> None:
    far = replace(SOURCE, url="https://example.org/" + "a" * 1500)
    assert description(render.sources_embed([far] * 5, 0)).endswith("-# … and 3 more")


# News


@given(st.lists(st.tuples(free_text, st.lists(quotes(), max_size=3)), min_size=1, max_size=5))
@settings(max_examples=200)
def test_no_news_are_longer_than_discord_takes(found: list[tuple[str, list[Quote]]]) -> None:
    asked = [
        (KeptQuestion(5, 77, NOW, text, "Real Madrid", answered=True, follows=False), quotes)
        for text, quotes in found
    ]
    embed = render.changes_embed(asked)
    assert_within_limits(embed)
    assert ("Nothing new about:" in description(embed)) <= any(not quotes for _, quotes in found)


def assert_within_limits(embed: discord.Embed) -> None:
    assert len(embed.title or "") <= 256
    assert 0 < len(embed.description or "") <= 4096
    assert len(embed.footer.text or "") <= 2048
    assert len(embed) <= 6000
    str(embed.to_dict()).encode()
