"""Answers and articles as they stand in a terminal: rich renderables, made by pure functions.

What was written elsewhere goes through `safe`: a title must not move the cursor or recolour the screen.
"""

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from bot.verdicts import JudgedAnswer
from corpus.feeds.plan import passes
from corpus.feeds.types import FollowedFeed, Look
from corpus.types import Article, ArticleSummary, IngestReport, Link
from index.choose import MARGIN, SHOWN, WEIGHTS
from index.evaluate import Outcome, figures
from index.explain import Explanation, Judged
from index.relations import grouped, relate
from index.types import Answer, Period, Question, Quote

WIDTH = 100
"""Longer lines are hard to read, however wide the terminal."""

MEANINGS = {
    "right@1": "a right quote first, or rightly refused",
    "right@3": "a right quote among three, or rightly refused",
    "quote@1": "a right quote first, refused or not",
    "quote@3": "a right quote among three, refused or not",
    "MRR@10": "one over the place of the first right quote",
    "span@1": "first quote right, and so are its bold words",
    "fresh@1": "first quote right, and not overtaken",
    "missed": "answerable, but refused (lower is better)",
    "invented": "unanswerable, but answered (lower is better)",
}
GROUP_FIGURES = ("right@1", "right@3", "quote@1", "quote@3", "missed", "invented")
STALE_DAYS = 14
ALSO = 5  # links of an article
OVERTAKEN = Style(strike=True)
EMPHASIS = Style(bold=True, color="yellow")
_DOT = (" · ", "dim")
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def open_console(*, stderr: bool = False) -> Console:
    """A console that takes text as it is: no markup, no emoji codes, nothing highlighted by guess."""
    console = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    console.width = min(console.width, WIDTH)
    return console


def render_answer(answer: Answer, quotes: int) -> RenderableType:
    """The first `quotes` quotes with their sources; or that nothing was found, and what to try."""
    question = Text(safe(answer.question), style="bold cyan")
    if not answer.answered:
        return Group(question, Text(), *_nothing_found(answer))
    shown = answer.quotes[:quotes]
    relations = relate(shown)
    by = relations.overtaken
    parts: list[RenderableType] = []
    for group in grouped(len(shown), relations.disagreeing):
        if len(group) > 1:
            parts.append(Text("these two disagree", "yellow"))
        for number in group:
            parts += [*_quote(shown[number], shown[by[number]] if number in by else None), Text()]
    return Group(question, Text(), *parts, _as_of(answer))


def render_feeds(feeds: Sequence[FollowedFeed]) -> RenderableType:
    """Feeds with how they are, a block each."""
    parts: list[RenderableType] = []
    for feed in feeds:
        counts = ", ".join(f"{number:,} {state}" for state, number in sorted(feed.items.items()))
        only = f"only {', '.join(feed.words)} · " if feed.words else ""
        asked = f"asked {_moment(feed.checked_at)}"
        if not (feed.paused or feed.ended):
            asked += f", next {_moment(feed.next_at)}"
        parts += [
            Text.assemble((f"{feed.id:>4}  ", "dim"), (safe(feed.title or feed.url), "bold")),
            Text(f"      {safe(feed.url)}"),
            Text(f"      {safe(only)}{counts or 'nothing yet'} · {asked}", "dim"),
        ]
        if health := _health(feed):
            parts.append(Text(f"      {safe(health)}", "yellow"))
    return Group(*parts)


def render_look(look: Look, words: Sequence[str]) -> RenderableType:
    """What a feed holds; entries that the filter leaves out are dim."""
    passing = [passes(words, item) for item in look.feed.items]
    lines = [
        Text(("+ " if wanted else "- ") + safe(item.title or "untitled"), "" if wanted else "dim")
        for item, wanted in zip(look.feed.items, passing, strict=True)
    ]
    told = f"{sum(passing):,} of {len(passing):,} would be taken"
    return Group(Text(safe(look.feed.title or look.url), "bold"), *lines, Text(told, "dim"))


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"


def _health(feed: FollowedFeed) -> str:
    if feed.ended:
        return f"ended: {feed.last_error}"
    paused = "paused. " if feed.paused else ""
    failing = f"failing since {_moment(feed.failing_since)}: {feed.last_error}" if feed.failing_since else ""
    return (paused + failing).strip()


def render_explanation(explanation: Explanation) -> RenderableType:
    """How the question was understood, the candidates with what their totals are made of, what decided."""
    parts: dict[str, list[RenderableType]] = {
        "Understood": [_understood(explanation.question)],
        "Read": [*_candidates(explanation.judged)] if explanation.judged else [],
        "Decided": [_decided(explanation)],
    }
    return Group(
        *(line for name, part in parts.items() if part for line in (Text(), Text(name, "bold cyan"), *part))
    )


def render_article(article: Article, links: Sequence[Link] = ()) -> RenderableType:
    """An article with its whole text, and where else it is told."""
    paragraphs = [part for text in article.text.split("\n\n") for part in (Text(), Text(safe(text)))]
    source = _source_line(article.publisher, article.published_at)
    title = Text(safe(article.title), style="bold")
    return Group(title, source, *_link(article.url), *_also(links), *paragraphs)


def render_listing(articles: Sequence[ArticleSummary]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("id", justify="right")
    table.add_column("date", no_wrap=True)
    table.add_column("publisher")
    table.add_column("title")
    table.add_column("passages", justify="right")
    for article in articles:
        table.add_row(
            str(article.id),
            article.published_at.date().isoformat() if article.published_at else "undated",
            Text(safe(article.publisher or "unknown")),
            Text(safe(article.title)),
            str(article.passages),
        )
    return table


def render_verdicts(judged: Sequence[JudgedAnswer]) -> RenderableType:
    """How many were found right, and each answer with what it quoted."""
    right, wrong = (sum(counts) for counts in zip(*((one.right, one.wrong) for one in judged), strict=True))
    return Group(
        Text(f"{len(judged):,} answers judged: {right:,} times right, {wrong:,} times wrong"),
        *(part for one in judged for part in (Text(), *_verdict(one))),
    )


def render_report(report: IngestReport) -> Text:
    counts = {
        "added": len(report.added),
        "changed": len(report.changed),
        "unchanged": len(report.unchanged),
        "refused": len(report.refused),
    }
    if report.linked:
        counts["linked to an article of the same story"] = len(report.linked)
    width = len(f"{max(counts.values()):,}")
    lines = [Text(f"{n:{width},} {word}", style="" if n else "dim") for word, n in counts.items()]
    return Text("\n").join(lines)


def render_figures(outcomes: Collection[Outcome], not_verbatim: int) -> Table:
    """Every figure with the number of questions that it is about, and what it means."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("figure", no_wrap=True)
    table.add_column("value", justify="right")
    table.add_column("of", justify="right")
    table.add_column("what it says")
    for name, figure in figures(outcomes).items():
        table.add_row(name, f"{figure.value:.3f}", str(figure.of), Text(MEANINGS[name], style="dim"))
    alarm = "bold red" if not_verbatim else ""
    table.add_row(
        "not verbatim",
        Text(str(not_verbatim), style=alarm),
        "",
        Text("quotes that their article lacks", "dim"),
    )
    return table


def render_groups(by: str, groups: Mapping[str, Collection[Outcome]]) -> Table:
    """A line for each group, with the figures that most groups have."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(by, no_wrap=True)
    table.add_column("of", justify="right")
    for name in GROUP_FIGURES:
        table.add_column(name, justify="right")
    for group, outcomes in groups.items():
        found = figures(outcomes)
        values = [f"{found[name].value:.2f}" if name in found else "–" for name in GROUP_FIGURES]
        table.add_row(Text(safe(group)), str(len(outcomes)), *values)
    return table


def render_miss(outcome: Outcome) -> RenderableType:
    """A question that was not answered right at once: what was wanted, and what was shown first."""
    case, reply = outcome.case, outcome.reply
    head = Text.assemble((safe(case.question), "bold cyan"), _DOT, safe(case.kind), _DOT, safe(case.qid))
    wanted = " / ".join(case.accept) if case.answerable else "a refusal"
    said = "answered" if reply.answered else "refused"
    first = reply.quotes[0] if reply.quotes else None
    return Group(
        head,
        _Indented(Text(f"wanted: {safe(wanted) or 'one of the quotes known to answer'}"), "  "),
        _Indented(Text(f"{said} with a confidence of {reply.confidence:.2f}, {_place(outcome.rank)}"), "  "),
        *([_Indented(Text(safe(first.text)), "│ ")] if first else []),
        *([_Indented(Text(safe(first.article), style="dim"), "  ")] if first else []),
    )


def render_finding(sound: bool | None, subject: str, words: str) -> Text:
    """`sound` is None for what is neither right nor wrong."""
    mark, style = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("–", "dim")}[sound]
    return Text.assemble((mark, style), f" {subject}: {safe(words)}")


def safe(text: str) -> str:
    """`text` without what a terminal obeys or can't show: control characters, direction marks, surrogates."""
    return "".join(_safe(character) for character in text)


def day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


class _Indented:
    """Text that begins every line with the same two characters, however often it is wrapped."""

    def __init__(self, text: Text, prefix: str) -> None:
        self._text = text
        self._prefix = prefix

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        for line in self._text.wrap(console, options.max_width - len(self._prefix)):
            line.rstrip()
            yield Text.assemble((self._prefix, "dim"), line)


def _quote(quote: Quote, overtaken_by: Quote | None = None) -> Iterator[RenderableType]:
    source = quote.source
    text = _emphasised(quote.text, quote.emphasis)
    if overtaken_by:
        text.stylize(OVERTAKEN)
    yield _Indented(text, "│ ")
    yield _Indented(_source_line(source.publisher, source.published_at, source.title), "  ")
    yield from _link(source.url, "  ")
    if overtaken_by:
        by = overtaken_by.source
        line = _source_line(by.publisher, by.published_at, by.title)
        yield _Indented(Text.assemble(("overtaken by ", "yellow"), line), "  ")


def _emphasised(text: str, spans: Sequence[tuple[int, int]]) -> Text:
    result = Text()
    position = 0
    for start, end in sorted(spans):
        result.append(safe(text[position:start]))
        result.append(safe(text[start:end]), EMPHASIS)
        position = end
    return result.append(safe(text[position:]))


def _verdict(judged: JudgedAnswer) -> Iterator[RenderableType]:
    head = f"answer {judged.answer_id} · server {judged.guild_id}"
    yield Text.assemble((f"{judged.right} right, {judged.wrong} wrong", "bold cyan"), _DOT, head)
    for quote in judged.quotes:
        yield from _quote(quote)
    if judged.gone:
        told = f"{judged.gone} of {judged.gone + len(judged.quotes)} quotes no longer stand in their articles"
        yield _Indented(Text(told), "  ")


def _source_line(publisher: str | None, published_at: datetime | None, title: str | None = None) -> Text:
    line = Text(safe(publisher or "unknown publisher"), style="bold" if publisher else "")
    line = Text.assemble(line, _DOT, day(published_at) if published_at else "undated")
    return Text.assemble(line, _DOT, (safe(title), "italic")) if title else line


def _link(url: str | None, prefix: str = "") -> Iterator[Text]:
    """The address on a line that is never broken, so that it can be copied and clicked."""
    if url:
        visible = safe(url)
        line = Text(prefix, no_wrap=True, overflow="ignore")
        yield line.append(visible, Style(dim=True, link=visible))


def _also(links: Sequence[Link]) -> Iterator[Text]:
    """Where else a story is told: a few links, and how many more there are."""
    for link in links[:ALSO]:
        yield Text.assemble(("also: ", "dim"), _source_line(link.publisher, link.published_at))
        yield from _link(link.url, "  ")
    if len(links) > ALSO:
        yield Text(f"and {len(links) - ALSO:,} more", style="dim")


def _nothing_found(answer: Answer) -> Iterator[Text]:
    if not answer.articles:
        yield Text(f"There are no articles to answer from, as of {day(answer.as_of)}.")
        yield Text("Add some: rumourmill ingest PATH", style="dim")
        return
    yield Text("Nothing in the articles answers that.")
    yield Text("Name the player, the coach or the club, or add more: rumourmill ingest PATH", style="dim")
    yield Text()
    yield _as_of(answer)


def _as_of(answer: Answer) -> Text:
    line = Text(f"As of {day(answer.as_of)}")
    if answer.newest:
        age = max(0, (answer.as_of.date() - answer.newest.date()).days)
        newest = (f"newest source {_age(age)}", "yellow" if age > STALE_DAYS else "green")
        line = Text.assemble(line, _DOT, newest)
    return Text.assemble(
        line, _DOT, f"{answer.articles:,} article{'' if answer.articles == 1 else 's'} looked at"
    )


def _understood(question: Question) -> Table:
    """A line for each thing that was made of the question's words; none for what they do not hold."""
    lines = {
        "searched for": question.query,
        "put right": ", ".join(f"{one.typed} → {one.read}" for one in question.corrections),
        "and also for": ", ".join(f"{one.words} ({one.weight:.2f})" for one in question.expansions),
        "wanted": question.wanted.value,
        "time": _period(question.period) if question.period else "",
        "preferred": "the newest" if question.prefers_newest else "",
        "as of": day(question.as_of),
    }
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    for name, words in lines.items():
        if words:
            table.add_row(name, Text(safe(words)))
    return table


def _period(period: Period) -> str:
    first, last = day(period.start), day(period.end - timedelta(microseconds=1))
    return first if first == last else f"{first} to {last}"


def _candidates(judged: Sequence[Judged]) -> Iterator[RenderableType]:
    """Each with its source and verdict, and what makes its total; a score that adds to none is left out."""
    weights = asdict(WEIGHTS)
    parts = [
        {name: weights[name] * value for name, value in asdict(one.considered.scores).items()}
        for one in judged
    ]
    names = [name for name in weights if any(part[name] for part in parts)]
    yield Text(_columns("total", names, names), style="dim")
    yield Text(_columns("", names, [f"×{weights[name]:.3g}" for name in names]), style="dim")
    for rank, (one, part) in enumerate(zip(judged, parts, strict=True), start=1):
        yield _candidate(rank, one)
        total = f"{one.considered.scores.total:z.2f}"
        yield Text(_columns(total, names, [f"{part[name]:z.2f}" for name in names]), style="dim")


def _columns(total: str, names: Sequence[str], cells: Sequence[str]) -> str:
    """Cells that end where their names do."""
    columns = [f"{cell:>{max(len(name), 5) + 2}}" for name, cell in zip(names, cells, strict=True)]
    return f"{total:>10}{''.join(columns)}"


def _candidate(rank: int, one: Judged) -> Table:
    article = one.considered.candidate.article
    table = Table.grid(expand=True, padding=(0, 2, 0, 0))
    table.add_column(width=2, justify="right")
    table.add_column(ratio=1, no_wrap=True)
    table.add_column(max_width=30, no_wrap=True)
    table.add_row(
        str(rank),
        _source_line(article.publisher, article.published_at, article.title),
        Text(safe(one.verdict), style="green" if one.verdict == SHOWN else "yellow"),
    )
    return table


def _decided(explanation: Explanation) -> Text:
    sure, needed = explanation.answer.confidence, explanation.refuse_below
    if not explanation.judged:
        return Text("Nothing was found to read.")
    if sure < needed:
        return Text(
            f"Refused: there is an answer with a probability of {sure:.2f}, and {needed:.2f} is needed."
        )
    shown = sum(one.verdict == SHOWN for one in explanation.judged)
    return Text(
        f"Answered: there is an answer with a probability of {sure:.2f}, and {needed:.2f} is needed. "
        f"{shown} of {len(explanation.judged)} are shown: what is at most {MARGIN:g} behind the first, "
        "each story once."
    )


def _place(rank: int | None) -> str:
    return "no right quote" if rank is None else f"right quote in place {rank}"


def _age(days: int) -> str:
    return "from the same day" if days == 0 else f"{days:,} day{'' if days == 1 else 's'} old"


def _safe(character: str) -> str:
    if character in "\n\t":
        return " "
    if unicodedata.category(character) in ("Cc", "Cs") or character in _DIRECTION_MARKS:
        return ""
    return character
