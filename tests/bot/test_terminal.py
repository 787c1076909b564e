import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from bot.cli.progress import progress_bar
from bot.terminal import (
    open_console,
    render_answer,
    render_article,
    render_explanation,
    render_figures,
    render_groups,
    render_listing,
    render_miss,
    render_report,
    safe,
)
from corpus.types import Article, ArticleSummary, IngestReport, Refusal
from index.choose import SHOWN
from index.evaluate import Case, Evidence, Outcome, Reply, Shown, judge
from index.explain import Explanation, Judged
from index.question import understand
from index.types import Answer, Quote, Source
from tests.candidates import article, considered, scores

TEXT = "Xabi Alonso is the man whom Real Madrid want to replace Carlo Ancelotti, and he is not far away."
URL = (
    "https://example.org/a-report-whose-address-is-longer-than-any-terminal-that-a-fan-would-want-to-use.html"
)
PUBLISHED = datetime(2024, 11, 6, tzinfo=UTC)
ASKED = datetime(2024, 11, 9, 23, 59, 59, tzinfo=UTC)


def source(
    title: str = "Near an agreement",
    publisher: str | None = "TEAMtalk",
    published_at: datetime | None = PUBLISHED,
    url: str | None = URL,
) -> Source:
    return Source(1, None, title, publisher, published_at, url)


def answer(*quotes: Quote, question: str = "who replaces Ancelotti?", articles: int = 14) -> Answer:
    return Answer(question, ASKED, articles, quotes)


QUOTE = Quote(source(), TEXT, start=0, emphasis=((0, 11),))


def shown(renderable: RenderableType, *, width: int = 80, colour: bool = False) -> str:
    console = Console(
        file=io.StringIO(),
        width=width,
        markup=False,
        emoji=False,
        highlight=False,
        force_terminal=colour,
        color_system="standard" if colour else None,
    )
    console.print(renderable, crop=False)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def unwrapped(output: str) -> str:
    return " ".join(output.replace("│", " ").split())


def test_an_answer_shows_quote_publisher_date_title_link_and_the_day_it_speaks_for() -> None:
    output = unwrapped(shown(render_answer(answer(QUOTE), 3)))
    assert output == (
        f"who replaces Ancelotti? {TEXT} TEAMtalk · 6 November 2024 · Near an agreement {URL} "
        "As of 9 November 2024 · newest source 3 days old · 14 articles looked at"
    )


def test_only_as_many_quotes_are_shown_as_asked_for() -> None:
    other = Quote(source(), "A second quote.", start=99)
    assert "A second quote." not in shown(render_answer(answer(QUOTE, other), 1))
    assert "A second quote." in shown(render_answer(answer(QUOTE, other), 2))


@pytest.mark.parametrize("width", [40, 60, 100, 200])
def test_no_line_but_the_link_is_wider_than_the_terminal(width: int) -> None:
    lines = shown(render_answer(answer(QUOTE), 3), width=width).splitlines()
    assert f"  {URL}" in lines
    assert all(cell_len(line) <= width for line in lines if URL not in line)
    assert not any(line.endswith(" ") for line in lines if line.startswith("│"))


def test_the_decisive_words_are_bold_and_yellow_on_a_terminal() -> None:
    assert "\x1b[1;33mXabi Alonso\x1b[0m is the man" in shown(render_answer(answer(QUOTE), 3), colour=True)


def test_a_pipe_gets_the_quote_without_any_marks() -> None:
    output = shown(render_answer(answer(QUOTE), 3), width=200)
    assert TEXT in output
    assert "\x1b" not in output


def test_emphasis_falls_on_its_words_whatever_the_order_of_the_spans() -> None:
    quote = Quote(source(), "one two three", start=0, emphasis=((8, 13), (0, 3)))
    output = shown(render_answer(answer(quote), 3), colour=True)
    assert "\x1b[1;33mone\x1b[0m two \x1b[1;33mthree\x1b[0m" in output


def test_an_overtaken_quote_is_struck_through_and_names_what_overtook_it() -> None:
    hoped = Quote(source("A deal is near"), "Everton are close to signing Bruno Maier.", 0, ((0, 7),))
    later = replace(
        source("Maier signs", "The Echo"), article_id=2, published_at=datetime(2024, 11, 8, tzinfo=UTC)
    )
    quotes = answer(hoped, Quote(later, "Everton have signed Bruno Maier.", 0))
    words = unwrapped(shown(render_answer(quotes, 2)))
    before, after = words.split("overtaken by The Echo · 8 November 2024 · Maier signs")
    assert "A deal is near" in before
    assert "Everton have signed Bruno Maier." in after
    assert "\x1b[1;9;33mEverton" in shown(render_answer(quotes, 2), colour=True)
    assert "overtaken" not in shown(render_answer(quotes, 1))


def test_two_quotes_that_disagree_are_printed_together_below_a_line_that_says_so() -> None:
    leaving = Quote(source("Off", "The Echo"), "Bruno Maier is set to leave Everton.", 0)
    staying = Quote(replace(source("Stays", "The Herald"), article_id=2), "Bruno Maier is going nowhere.", 0)
    quotes = answer(leaving, QUOTE, staying)
    words = unwrapped(shown(render_answer(quotes, 3)))
    before, after = words.split("these two disagree")
    assert TEXT not in before
    assert after.index("leave Everton") < after.index("going nowhere") < after.index(TEXT)
    assert "disagree" not in shown(render_answer(quotes, 2))


def test_a_source_without_publisher_date_or_link_says_so() -> None:
    bare = Quote(source(publisher=None, published_at=None, url=None), TEXT, start=0)
    output = unwrapped(shown(render_answer(answer(bare), 3)))
    assert "unknown publisher · undated · Near an agreement" in output
    assert "newest source" not in output


def test_nothing_found_names_how_many_articles_were_looked_at_and_what_to_do() -> None:
    output = shown(render_answer(answer(question="who won the super bowl", articles=1), 3))
    assert "Nothing in the articles answers that." in output
    assert "1 article looked at" in output
    assert "rumourmill ingest PATH" in output


def test_an_empty_collection_is_told_apart_from_an_unanswered_question() -> None:
    assert "no articles to answer from, as of 9 November 2024" in shown(render_answer(answer(articles=0), 3))


def explanation(*judged: Judged, question: str = "who replaces Ancelotti?", sure: float = 0.8) -> Explanation:
    asked = understand(question, now=ASKED)
    return Explanation(asked, Answer(question, ASKED, 14, (), sure), judged, 0.5)


def judged(verdict: str = SHOWN, title: str = "Near an agreement", **given: float) -> Judged:
    return Judged(considered(article(TEXT, title=title, published_at=PUBLISHED), "", "", **given), verdict)


def test_an_explanation_names_each_candidate_with_its_source_and_verdict() -> None:
    candidates = (judged(), judged("far behind the best", "Another title"))
    lines = [
        " ".join(line.split())
        for line in shown(render_explanation(explanation(*candidates)), width=100).splitlines()
    ]
    assert "1 TEAMtalk · 6 November 2024 · Near an agreement shown" in lines
    assert "2 TEAMtalk · 6 November 2024 · Another title far behind the best" in lines


def test_scores_are_explained_weighted_under_their_names_and_what_adds_nothing_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("index.choose", "bot.terminal"):
        monkeypatch.setattr(f"{module}.WEIGHTS", scores(relevance=2.0, fused=0.5))
    candidates = judged(relevance=1.5, fused=-1.0, span=9.0), judged(relevance=-1.0, fused=1.0)
    lines = shown(render_explanation(explanation(*candidates)), width=100).splitlines()
    table = [line.split() for line in lines if line.startswith("    ")]
    assert table == [
        ["total", "fused", "relevance"],
        ["×0.5", "×2"],
        ["2.50", "-0.50", "3.00"],
        ["-1.50", "0.50", "-2.00"],
    ]
    [names] = [line for line in lines if "relevance" in line]
    assert all(len(line) == len(names) for line in lines if line.startswith("    "))


@pytest.mark.parametrize(
    ("sure", "words"),
    [
        (
            0.8,
            "Answered: there is an answer with a probability of 0.80, and 0.50 is needed. 1 of 2 are shown",
        ),
        (0.3, "Refused: there is an answer with a probability of 0.30, and 0.50 is needed."),
    ],
)
def test_an_explanation_ends_with_what_decided(sure: float, words: str) -> None:
    told = explanation(judged(), judged("one quote too many"), sure=sure)
    assert words in unwrapped(shown(render_explanation(told), width=100))


def test_without_candidates_an_explanation_says_what_was_understood_and_that_nothing_was_found() -> None:
    output = shown(render_explanation(explanation(sure=0.0, question="latest on Isak in february 2023?")))
    assert "Read\n" not in output
    assert "time 1 February 2023 to 28 February 2023" in unwrapped(output)
    assert "preferred the newest" in unwrapped(output)
    assert "Nothing was found to read." in output


def test_nothing_from_outside_moves_the_cursor_in_an_explanation() -> None:
    told = explanation(judged("told by \x1b[2J\u202ethem", "\x1b[31mred\x07"))
    typed = replace(told.question, query="who \u202eis\x1b[2J it")
    output = shown(render_explanation(replace(told, question=typed)))
    assert not {"\x1b", "\x07", "\u202e"} & set(output)
    assert "[31mred" in output


@pytest.mark.parametrize("width", [60, 100])
def test_no_line_of_an_explanation_is_wider_than_the_terminal(width: int) -> None:
    told = explanation(judged(title="A title " * 30, relevance=1.0), question="who " * 60)
    assert all(cell_len(line) <= width for line in shown(render_explanation(told), width=width).splitlines())


def test_markup_and_emoji_codes_from_outside_are_shown_as_they_are_written() -> None:
    quote = Quote(source(title="[bold]Talks[/bold] :fire:"), "A [red]quote[/red].", start=0)
    output = shown(render_answer(answer(quote, question="[link=x]who[/link]"), 3))
    for words in ("[bold]Talks[/bold] :fire:", "A [red]quote[/red].", "[link=x]who[/link]"):
        assert words in output


@given(st.text())
def test_no_text_from_outside_moves_the_cursor_or_turns_the_line(text: str) -> None:
    hostile = f"\x1b[2J\x9b31m{text}\u202e\x07"
    quote = Quote(source(title=hostile, publisher=hostile, url=hostile), hostile, start=0)
    output = shown(render_answer(answer(quote, question=hostile), 3))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", output)


def test_ordinary_words_of_any_script_stay_untouched() -> None:
    words = "Tchouaméni — «Ødegaard» 三笘薫 👩‍👦 £100m"
    assert safe(words) == words


def test_a_listing_holds_id_date_publisher_and_title() -> None:
    dated = ArticleSummary(7, None, "Near an agreement", "TEAMtalk", PUBLISHED, 3)
    undated = ArticleSummary(8, None, "No date", None, None, 1)
    lines = [line.split() for line in shown(render_listing([dated, undated])).splitlines()]
    assert ["7", "2024-11-06", "TEAMtalk", "Near", "an", "agreement", "3"] in lines
    assert ["8", "undated", "unknown", "No", "date", "1"] in lines


def test_an_article_is_shown_with_its_paragraphs() -> None:
    article = Article(
        1,
        None,
        "Title",
        "First part.\n\nSecond part.",
        "Marca",
        None,
        PUBLISHED,
        URL,
        None,
        "",
        PUBLISHED,
        None,
    )
    assert shown(render_article(article)) == (
        f"Title\nMarca · 6 November 2024\n{URL}\n\nFirst part.\n\nSecond part.\n"
    )


def test_a_report_counts_what_became_of_the_articles() -> None:
    report = IngestReport(added=(1, 2), unchanged=(3,), refused=(Refusal("a.jsonl:1", "no text"),))
    lines = [line.split() for line in shown(render_report(report)).splitlines()]
    assert lines == [["2", "added"], ["0", "changed"], ["1", "unchanged"], ["1", "refused"]]


def outcome(words: str = "who", *, answerable: bool = True, quotes: int = 1) -> Outcome:
    case = Case(words, words, words, answerable, (Evidence("a"),), accept=(words,), tags=("newest",))
    return judge(case, Reply(True, (Shown("a", words),) * quotes, confidence=0.62))


def test_figures_stand_with_how_many_questions_they_are_about() -> None:
    output = shown(render_figures([outcome(), outcome(answerable=False)], not_verbatim=0))
    lines = [line.split() for line in output.splitlines()]
    assert ["right@1", "0.500", "2"] in [line[:3] for line in lines]
    assert ["invented", "1.000", "1"] in [line[:3] for line in lines]
    assert all(cell_len(line) <= 80 and "…" not in line for line in output.splitlines())


def test_quotes_that_are_not_verbatim_are_shown_in_red() -> None:
    assert "[1;31m" in shown(render_figures([outcome()], not_verbatim=2), colour=True)
    assert "[1;31m" not in shown(render_figures([outcome()], not_verbatim=0), colour=True)


def test_a_group_lacks_the_figures_that_none_of_its_questions_counts_for() -> None:
    groups = {"false-premise": [outcome(answerable=False)], "how-much": [outcome(), outcome()]}
    output = shown(render_groups("kind", groups))
    lines = [line.split() for line in output.splitlines()]
    assert ["false-premise", "1", "0.00", "0.00", "–", "–", "–", "1.00"] in lines
    assert ["how-much", "2", "1.00", "1.00", "1.00", "1.00", "0.00", "–"] in lines


def test_a_miss_shows_what_was_wanted_and_what_came_first() -> None:
    output = unwrapped(shown(render_miss(outcome("who"))))
    assert output == (
        "who · who · who wanted: who answered with a confidence of 0.62, right quote in place 1 who a"
    )
    unanswerable = unwrapped(shown(render_miss(outcome(answerable=False, quotes=0))))
    assert "wanted: a refusal answered with a confidence of 0.62, no right quote" in unanswerable


@given(st.text())
def test_no_question_of_a_file_moves_the_cursor(text: str) -> None:
    hostile = outcome(f"\x1b[2J\x9b31m{text}\u202e\x07")
    for part in (render_miss(hostile), render_groups("kind", {hostile.case.kind: [hostile]})):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", shown(part))


def test_lines_stay_readable_on_a_wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    assert open_console().width == 100


def test_a_progress_bar_whose_total_is_known_only_later_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    monkeypatch.setattr("bot.terminal.open_console", lambda **_: console)
    with progress_bar("Feeds") as told:
        told(1, 3)
        told(2)
    assert isinstance(console.file, io.StringIO)
    assert "2/3" in console.file.getvalue()
