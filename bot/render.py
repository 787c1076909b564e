"""Answers and articles as Discord embeds. All of Discord's limits and all escaping live here, once.

Text from outside (questions, quotes, titles, publishers) is shown as it is written: what Discord would read
as markup gets a backslash, which Discord doesn't show. Only what `clean` takes out is missing.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote as percent_encoded
from urllib.parse import urlsplit

import discord

from bot.words import N_, _, decimal, ngettext, said_of
from corpus.text import clean, clean_line
from corpus.types import Article, ArticleSummary, IngestReport, KeptQuestion, Publisher, Refusal
from index.relations import disagreeing, grouped, overtaken
from index.types import Answer, Quote, Source

TITLE = 256
DESCRIPTION = 4096
CONTENT = 2000
FIELD = 1024
FIELD_NAME = 256
EMBED = 6000  # characters of all that an embed holds
LINK = 2048
CHOICE = 100
CHOICES = 25
PAGE = 10  # articles or publishers of a listing

QUOTE = 300  # characters of a quote, before escaping
AROUND = 900  # characters of what stands around a quote, before escaping
HEADLINE = 150
LINE = 380  # characters of a line of a listing
NAME = 80
RELATED = 800  # characters of the line that names what overtook a quote, or disagrees with it
STRONG_SPANS = 8
REFUSALS = 10  # of a report
REFUSAL = 150
STORED_IDS = 10
LINKED = 5

NEWS = 2  # quotes that are new about a question

CALM = discord.Colour(0x2E8B57)
AMBER = discord.Colour(0xF5A623)
GREY = discord.Colour(0x95A5A6)
OLD = timedelta(days=14)

NOTHING_FOUND = N_("Nothing in the articles answers that.")
TRY_A_NAME = N_("Try the full name of a player, a manager or a club, or a longer time.")
NEAR = N_("The articles do mention {names}: `/rumour about` shows the newest.")
TRY_TO_ADD = N_("Try a longer time, or have a moderator add articles: /article add")
WITHDRAWN = N_("A source that stood here was withdrawn on {day}.")
THAT_WAS_ALL = N_("That was all.")
NO_NAME = "\u200b"  # what Discord takes for a field without a name

_MARKUP = re.compile(r"[\\*_~`|<>\[\]()#:@]")
_BULLET = re.compile(r"^(\s*)([-+])", re.MULTILINE)
_NUMBER = re.compile(r"^(\s*\d+)\.", re.MULTILINE)
_QUOTED = re.compile(r"^> (.*\S) *$", re.MULTILINE)
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")


# Text


def escape(text: str) -> str:
    """`clean(text)` so that Discord shows it as it is written: no markup, mention, time stamp or link."""
    return _escape_cleaned(clean(text))


def unescape(text: str) -> str:
    """What Discord shows of an escaped text."""
    return _ESCAPED.sub(r"\1", text)


def emphasise(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`escape(text)` with the (start, end) spans in bold; plain where `clean` has to change the text."""
    if clean(text) != text:
        return escape(text)
    parts = []
    position = 0
    for start, end in sorted(spans):
        start = max(start, position)
        if start < end:
            parts += [_escape_cleaned(text[position:start]), _strong(text[start:end])]
            position = end
    parts.append(_escape_cleaned(text[position:]))
    return "".join(parts).replace("****", "")  # touching spans become one


def one_line(text: str, limit: int) -> str:
    """`clean(text)` on one line of at most `limit` characters."""
    line = clean_line(text)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def safe_link(url: str | None) -> str | None:
    """`url` fit to stand in `[...](url)`, or None: only http and https, nothing that could end the link."""
    url = (url or "").strip()
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            return None
        link = percent_encoded(url, safe="%/:?#@!$&*+,;=~")
    except ValueError:
        return None
    return link if len(link) <= LINK else None


def _escape_cleaned(text: str) -> str:
    text = _MARKUP.sub(r"\\\g<0>", text)
    text = _BULLET.sub(r"\1\\\2", text)
    return _NUMBER.sub(r"\1\\.", text)


def _strong(text: str) -> str:
    return "\n".join(_strong_line(line) for line in text.split("\n"))


def _strong_line(line: str) -> str:
    core = line.strip()
    if not core:
        return line
    before, after = line[: line.index(core)], line[line.index(core) + len(core) :]
    return f"{before}**{_escape_cleaned(core)}**{after}"


def cut_escaped(text: str, limit: int) -> str:
    """An escaped text of at most `limit` characters that doesn't end within an escape."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    backslashes = len(kept) - len(kept.rstrip("\\"))
    return kept[: len(kept) - backslashes % 2] + "…"


# Answers


def answer_embed(answer: Answer, most: int, near: Sequence[str] = ()) -> tuple[discord.Embed, int]:
    """The answer with at most `most` quotes, and how many of its quotes found room.

    Where it has none, `near` are names that the question may mean.
    """
    title = cut_escaped(escape(one_line(answer.question, TITLE)), TITLE)
    if not answer.answered:
        return discord.Embed(title=title, description=_nothing_found(answer, near), colour=GREY), 0
    quotes = answer.quotes[:most]
    body = _body(_quote_blocks(quotes), _opposed(quotes), [_as_of_line(answer)])
    old = answer.newest is None or answer.as_of - answer.newest > OLD
    return body.embed(title, AMBER if old else CALM), body.shown


def first_report(answer: Answer) -> str | None:
    """The source of the oldest quote with a date."""
    dated = [quote for quote in answer.quotes if quote.source.published_at]
    if not dated:
        return None
    oldest = min(dated, key=lambda quote: (quote.source.published_at, quote.source.article_id))
    line = _source_line(oldest.source)
    return line if len(line) <= FIELD else _source_line(oldest.source, linked=False)


def asked_question(embed: discord.Embed) -> str | None:
    """The question that an `answer_embed` answered: cut where it was too long for a title."""
    return unescape(embed.title) if embed.title else None


def withdrawn_embed(
    title: str | None, as_of: datetime, articles: int, quotes: Sequence[Quote | datetime]
) -> discord.Embed:
    """An `answer_embed` some of whose quotes were withdrawn: the day of that stands in their place."""
    standing = tuple(quote for quote in quotes if isinstance(quote, Quote))
    last = _as_of_line(Answer("", as_of, articles, standing)) if standing else f"-# {_as_of(as_of)}"
    standing_blocks = iter(_quote_blocks(standing))
    blocks = [
        next(standing_blocks) if isinstance(quote, Quote) else f"*{_(WITHDRAWN).format(day=day(quote))}*"
        for quote in quotes
    ]
    places = [place for place, quote in enumerate(quotes) if isinstance(quote, Quote)]
    opposed = {(places[n], places[m]): fields for (n, m), fields in _opposed(standing).items()}
    return _body(blocks, opposed, [last]).embed(title, AMBER if standing else GREY)


def more_embed(
    quotes: Sequence[Quote], removed: int, before: Sequence[Quote] = ()
) -> tuple[discord.Embed, int]:
    """Further quotes of an answer, and how many of them found room. `removed` of its quotes are gone.

    Those `before` them were shown already; they too may have overtaken these, or disagree with them.
    """
    last = [_removed_line(removed)] if removed else []
    known = [*before, *quotes]
    blocks = _quote_blocks(known)
    opposed: dict[tuple[int, int], Fields] = {}
    for (n, m), fields in _opposed(known).items():
        if n >= len(before):
            opposed[n - len(before), m - len(before)] = fields
        elif m >= len(before):
            blocks[m] += "\n" + _related_line(_("Disagrees with {source}"), known[n].source)
    body = _body(blocks[len(before) :], opposed, last or ([] if quotes else [_(THAT_WAS_ALL)]))
    return body.embed(None, CALM), body.shown


def proof_embed(proofs: Sequence[tuple[Quote, str, int]], removed: int) -> discord.Embed:
    """Quotes in bold among what stands around them: each with that text, and where in it the quote begins."""
    last = [_removed_line(removed)] if removed else []
    blocks = _fitting([_proof_block(*proof) for proof in proofs], DESCRIPTION - 100)
    text = "\n\n".join([*blocks, *last]) or _(THAT_WAS_ALL)
    return discord.Embed(title=_("In their articles"), description=text, colour=CALM)


def sources_embed(sources: Sequence[Source], removed: int) -> discord.Embed:
    """Every article behind an answer. `removed` of them are gone."""
    last = [_removed_line(removed)] if removed else []
    lines = [f"{number}\\. {_source_line(source)}" for number, source in enumerate(sources, 1)]
    shown = _fitting(lines, DESCRIPTION - 100)
    if len(shown) < len(lines):
        last.append("-# " + and_more(len(lines) - len(shown)))
    text = "\n".join([*shown, *last]) or _(THAT_WAS_ALL)
    return discord.Embed(title=_("Sources"), description=text, colour=CALM)


def changes_embed(found: Sequence[tuple[KeptQuestion, Sequence[Quote]]]) -> discord.Embed:
    """What is new about questions: the best quotes of what was added since, or that there are none."""
    blocks = [block for question, quotes in found if quotes for block in _news_blocks(question, quotes)]
    nothing = [_kept_question(question) for question, quotes in found if not quotes]
    if nothing:
        blocks.append("\n".join(["-# " + _("Nothing new about:"), *nothing]))
    text = "\n\n".join(_fitting(blocks, DESCRIPTION))
    news = len(nothing) < len(found)
    return discord.Embed(title=_("New since you asked"), description=text, colour=CALM if news else GREY)


def _news_blocks(question: KeptQuestion, quotes: Sequence[Quote]) -> list[str]:
    first, *others = [_quote_block(quote) for quote in quotes[:NEWS]]
    return [f"{_kept_question(question)}\n{first}", *others]


def _kept_question(question: KeptQuestion) -> str:
    asked = question.text if question.club is None else f"{question.text} ({question.club})"
    return f"**{escape(one_line(asked, HEADLINE))}** · {day(question.asked_at)}"


def _nothing_found(answer: Answer, near: Sequence[str]) -> str:
    looked_at = f"-# {_looked_at(answer)} · {_as_of(answer.as_of)}"
    advice = _(TRY_A_NAME if answer.articles else TRY_TO_ADD)
    if near:
        names = ", ".join(f"**{escape(one_line(name, NAME))}**" for name in near)
        advice = _(NEAR).format(names=names)
    return f"{_(NOTHING_FOUND)}\n{looked_at}\n{advice}"


def _as_of_line(answer: Answer) -> str:
    return f"-# {_as_of(answer.as_of)} · {_newest(answer)} · {_looked_at(answer)}"


def _as_of(moment: datetime) -> str:
    return _("As of {day}").format(day=day(moment))


def _newest(answer: Answer) -> str:
    if answer.newest is None:
        return _("newest source undated")
    age = answer.as_of - answer.newest
    if age < timedelta(days=1):
        return _("newest source from today")
    if age < timedelta(days=60):
        return ngettext("newest source {number} day old", "newest source {number} days old", age.days)
    if age < timedelta(days=730):
        months = age.days // 30
        return ngettext("newest source {number} month old", "newest source {number} months old", months)
    years = age.days // 365
    return ngettext("newest source {number} year old", "newest source {number} years old", years)


def _looked_at(answer: Answer) -> str:
    return ngettext("{number} article looked at", "{number} articles looked at", answer.articles)


def _removed_line(removed: int) -> str:
    return "-# " + ngettext(
        "{number} source has been removed.", "{number} sources have been removed.", removed
    )


def _quote_blocks(quotes: Sequence[Quote]) -> list[str]:
    """A block for each quote; those that another one overtook are struck through, and name it."""
    by = overtaken(quotes)
    return [
        _overtaken_block(quote, quotes[by[number]].source) if number in by else _quote_block(quote)
        for number, quote in enumerate(quotes)
    ]


def _overtaken_block(quote: Quote, by: Source) -> str:
    return _struck(_quote_block(quote)) + "\n" + _related_line(_("Overtaken by {source}"), by)


def _related_line(words: str, source: Source) -> str:
    lines = ["-# " + words.format(source=_source_line(source, linked=linked)) for linked in (True, False)]
    return lines[len(lines[0]) > RELATED]


def _struck(block: str) -> str:
    """A block whose quoted lines are struck through."""
    return _QUOTED.sub(r"> ~~\g<1>~~", block)


Fields = Sequence[tuple[str, str]]
"""Names and values of an embed's fields."""


@dataclass(frozen=True, slots=True)
class _Body:
    """The text and the fields, side by side, of an embed, and how many quotes stand in them."""

    text: str
    fields: Fields
    shown: int

    @property
    def fits(self) -> bool:
        """With room for a title, and for one more field."""
        others = TITLE + FIELD_NAME + FIELD + sum(len(name) + len(value) for name, value in self.fields)
        return len(self.text) <= min(DESCRIPTION, EMBED - others)

    def embed(self, title: str | None, colour: discord.Colour) -> discord.Embed:
        embed = discord.Embed(title=title, description=self.text, colour=colour)
        for name, value in self.fields:
            embed.add_field(name=name, value=value, inline=True)
        return embed


def _body(blocks: Sequence[str], opposed: Mapping[tuple[int, int], Fields], last: Sequence[str]) -> _Body:
    """The first of `blocks` that find room, those that disagree together; below them, what comes `last`."""
    bodies = (_laid_out(blocks[:shown], opposed, last) for shown in range(len(blocks), -1, -1))
    return next(body for body in bodies if body.fits or not body.shown)


def _laid_out(blocks: Sequence[str], opposed: Mapping[tuple[int, int], Fields], last: Sequence[str]) -> _Body:
    """Two that disagree stand side by side, where they are the first so short, else one below the other."""
    pairs = [pair for pair in opposed if max(pair) < len(blocks)]
    short = (pair for pair in pairs if all(len(value) <= FIELD for __, value in opposed[pair]))
    beside = next(short, None)
    parts = [
        block for group in grouped(len(blocks), pairs) if group != beside for block in _grouped(group, blocks)
    ]
    under = [] if beside is None else ["**" + _("Reports disagree:") + "**"]
    text = "\n\n".join([*parts, *last, *under])
    return _Body(text, opposed[beside] if beside else [], len(blocks))


def _grouped(group: Sequence[int], blocks: Sequence[str]) -> list[str]:
    first, *others = [blocks[number] for number in group]
    if others:
        first = "-# " + _("The next two reports disagree") + f"\n{first}"
    return [first, *others]


def _opposed(quotes: Sequence[Quote]) -> dict[tuple[int, int], Fields]:
    """The numbers of each two quotes that disagree -> the fields that show them."""
    return {(n, m): [_field(quotes[n]), _field(quotes[m])] for n, m in disagreeing(quotes)}


def _field(quote: Quote) -> tuple[str, str]:
    name = escape(one_line(quote.source.publisher or "", NAME)) or NO_NAME
    return name, _quote_block(replace(quote, source=replace(quote.source, publisher=None)))


def _quote_block(quote: Quote) -> str:
    """A quote and the line of its source; without the link where that is too long for a message."""
    text = quote.text[:QUOTE].rstrip()
    spans = [(start, min(end, len(text))) for start, end in quote.emphasis[:STRONG_SPANS]]
    shortened = _("… (shortened)") + " " if len(text) < len(quote.text) else ""
    return _with_source(emphasise(text, spans), shortened, quote.source)


def _proof_block(quote: Quote, around: str, start: int) -> str:
    return _with_source(emphasise(around, [(start, start + len(quote.text))]), "", quote.source)


def _with_source(text: str, remark: str, source: Source) -> str:
    quoted = "\n".join(f"> {line}" for line in text.split("\n"))
    block = f"{quoted}\n{remark}{_source_line(source)}"
    return (
        block if len(block) <= DESCRIPTION // 2 else f"{quoted}\n{remark}{_source_line(source, linked=False)}"
    )


def _source_line(source: Source, *, linked: bool = True) -> str:
    title = escape(one_line(source.title, HEADLINE)) or _("untitled")
    link = safe_link(source.url) if linked else None
    parts = [
        escape(one_line(source.publisher or "", NAME)),
        _("undated") if source.published_at is None else day(source.published_at),
        f"[{title}]({link})" if link else title,
    ]
    return " · ".join(part for part in parts if part)


def _fitting(blocks: Sequence[str], room: int) -> list[str]:
    """The first of `blocks` that fit into `room` characters together, a blank line between them."""
    fitting: list[str] = []
    for block in blocks:
        room -= len(block) + 2
        if room < 0:
            break
        fitting.append(block)
    return fitting


def day(time: datetime) -> str:
    """A day that Discord shows in everybody's own time zone.

    Midnight means that only the day is known: noon is the same day nearly everywhere.
    """
    if (time.hour, time.minute, time.second) == (0, 0, 0):
        time += timedelta(hours=12)
    return f"<t:{int(time.timestamp())}:D>"


def and_more(number: int) -> str:
    return ngettext("… and {number} more", "… and {number} more", number)


# Articles


def listing_embed(summaries: Sequence[ArticleSummary], page: int, *, more: bool) -> discord.Embed:
    """A page of a listing; shared articles are marked, for they can't be removed from a server."""
    lines = [_listing_line(summary) for summary in summaries]
    footer = _("Page {page}").format(page=page)
    if more:
        footer = _("Page {page} · /article list page:{next} shows more").format(page=page, next=page + 1)
    text = "\n".join(lines) or _("No articles here.")
    embed = discord.Embed(title=_("Articles"), description=text, colour=CALM)
    return embed.set_footer(text=footer)


def article_embed(article: Article) -> discord.Embed:
    """An article with where it is from, and as much of its text as fits."""
    added = _("added {day} by {member}") if article.added_by else _("added {day}")
    added = added.format(day=day(article.added_at), member=f"<@{article.added_by}>")
    shared = " · " + _("shared by all servers") if article.guild_id is None else ""
    head = f"{_source_line(_source(article))}\n-# {added}{shared}\n\n"
    return discord.Embed(
        title=_("Article {number}").format(number=article.id),
        description=head + cut_escaped(escape(article.text[:DESCRIPTION]), DESCRIPTION - len(head)),
        colour=CALM,
    )


def removed_embed(article: Article, changed: int = 0, unreached: Sequence[str] = ()) -> discord.Embed:
    """Which article has been removed, and what became of the answers that quoted it."""
    about = "\n".join([_source_line(_source(article)), *followed(changed, unreached)])
    return discord.Embed(
        title=_("Removed article {number}").format(number=article.id), description=about, colour=GREY
    )


def report_embed(report: IngestReport, changed: int = 0, unreached: Sequence[str] = ()) -> discord.Embed:
    """What became of the articles handed in, and of answers that quoted what is no longer in them."""
    lines = [
        _stored_line(_("Added {count} (article {numbers})"), report.added),
        _stored_line(_("Changed {count} (article {numbers})"), report.changed),
        _stored_line(_("Unchanged {count} (article {numbers})"), report.unchanged),
        _("Refused {count}").format(count=decimal(len(report.refused))) if report.refused else "",
        *(f"> {_refusal(refusal)}" for refusal in report.refused[:REFUSALS]),
        "> " + and_more(len(report.refused) - REFUSALS) if len(report.refused) > REFUSALS else "",
        *followed(changed, unreached),
    ]
    text = "\n".join(line for line in lines if line) or _("There was no article in it.")
    return discord.Embed(description=text, colour=AMBER if report.refused else CALM)


def choice_name(summary: ArticleSummary) -> str:
    """An article as one of the choices of an option: plain text."""
    return one_line(f"{summary.id} · {summary.title}", CHOICE)


def article_markdown(fields: Mapping[str, str]) -> bytes:
    """The fields of a form as a Markdown file with front matter, which can be handed in as an attachment."""
    named = {name: clean_line(value) for name, value in fields.items() if name != "text"}
    head = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in named.items() if value]
    return "\n".join(["---", *head, "---", "", fields["text"], ""]).encode(errors="replace")


def publishers_embed(publishers: Sequence[Publisher], page: int) -> discord.Embed:
    """A page of all publishers."""
    shown = publishers[(page - 1) * PAGE : page * PAGE]
    lines = [f"{escape(one_line(p.name, NAME))}\n-# {_published(p)}" for p in shown]
    text = "\n".join(lines) or _("No publishers here.")
    embed = discord.Embed(title=_("Publishers"), description=text, colour=CALM)
    return embed.set_footer(text=_page(page, -(-len(publishers) // PAGE)))


def publisher_embed(publisher: Publisher, articles: Sequence[Article], page: int) -> discord.Embed:
    """A publisher with a page of its articles; the server's own are marked."""
    text = "\n".join([f"-# {_published(publisher)}", "", *map(_article_line, articles)])
    title = cut_escaped(escape(one_line(publisher.name, NAME)), TITLE)
    embed = discord.Embed(title=title, description=text, colour=CALM)
    return embed.set_footer(text=_page(page, -(-publisher.articles // PAGE)))


def _published(publisher: Publisher) -> str:
    """How many articles, of what time, and how many of them are the server's own."""
    days = dict.fromkeys(day(time) for time in (publisher.oldest, publisher.newest) if time)
    parts = [
        ngettext("{number} article", "{number} articles", publisher.articles),
        " – ".join(days) or _("undated"),
        ngettext("{number} of this server", "{number} of this server", publisher.own)
        if publisher.own
        else "",
    ]
    return " · ".join(part for part in parts if part)


def _article_line(article: Article) -> str:
    """Its day and title; linked where all lines of a page still find room."""
    source = replace(_source(article), publisher=None)
    own = "" if article.guild_id is None else " · " + _("of this server")
    linked = len(_source_line(source)) <= LINE
    return _source_line(source, linked=linked) + own


def _page(page: int, pages: int) -> str:
    return _("Page {page} of {pages}").format(page=decimal(page), pages=decimal(max(pages, 1)))


def _source(article: Article) -> Source:
    return Source(
        article.id, article.external_id, article.title, article.publisher, article.published_at, article.url
    )


def _listing_line(summary: ArticleSummary) -> str:
    publisher = escape(one_line(summary.publisher or "", NAME))
    published = _("undated") if summary.published_at is None else day(summary.published_at)
    shared = _("shared") if summary.guild_id is None else ""
    about = " · ".join(part for part in (publisher, published, shared) if part)
    return f"`{summary.id}` {escape(one_line(summary.title, NAME))}\n-# {about}"


def followed(changed: int = 0, unreached: Sequence[str] = ()) -> list[str]:
    """What became of earlier answers, after their articles changed."""
    lines = []
    if changed:
        told = ngettext(
            "{number} earlier answer changed with it", "{number} earlier answers changed with it", changed
        )
        lines.append(f"-# {told}")
    if unreached:
        links = " ".join(unreached[:LINKED]) + (" …" if len(unreached) > LINKED else "")
        lines.append("-# " + _("Out of my reach, but still there: {links}").format(links=links))
    return lines


def _refusal(refusal: Refusal) -> str:
    return escape(one_line(f"{refusal.where}: {said_of(refusal.reason)}", REFUSAL))


def _stored_line(told: str, ids: Sequence[int]) -> str:
    if not ids:
        return ""
    different = list(dict.fromkeys(ids))
    numbers = ", ".join(map(str, different[:STORED_IDS])) + (", …" if len(different) > STORED_IDS else "")
    return told.format(count=decimal(len(ids)), numbers=numbers)
