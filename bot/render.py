"""Answers as Discord embeds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import discord

from bot.markup import (
    AMBER,
    CALM,
    DESCRIPTION,
    EMBED,
    FIELD,
    FIELD_NAME,
    GREY,
    HEADLINE,
    NAME,
    RELATED,
    TITLE,
    also_lines,
    and_more,
    cut_escaped,
    day,
    emphasise,
    escape,
    one_line,
    source_line,
    unescape,
)
from bot.words import N_, _, ngettext
from corpus.types import KeptQuestion, Link
from index.relations import grouped, relate
from index.types import Answer, Quote, Source

QUOTE = 300  # characters of a quote, before escaping
AROUND = 900  # characters of what stands around a quote, before escaping
STRONG_SPANS = 8

NEWS = 2  # quotes that are new about a question

OLD = timedelta(days=14)

NOTHING_FOUND = N_("Nothing in the articles answers that.")
NOTHING_SAID = N_("The articles say nothing about that.")
TRY_A_NAME = N_("Try the full name of a player, a manager or a club, or a longer time.")
NEAR = N_("The articles do mention {names}: `/rumour about` shows the newest.")
TRY_TO_ADD = N_("Try a longer time, or have a moderator add articles: /article add")
WITHDRAWN = N_("A source that stood here was withdrawn on {day}.")
THAT_WAS_ALL = N_("That was all.")
NO_NAME = "\u200b"  # what Discord takes for a field without a name

_QUOTED = re.compile(r"^> (.*\S) *$", re.MULTILINE)


def answer_embed(
    answer: Answer, most: int, near: Sequence[str] = (), nothing: str = NOTHING_FOUND
) -> tuple[discord.Embed, int]:
    """The answer with at most `most` quotes, and how many of its quotes found room.

    Where it has none, it says `nothing`, and `near` are names that the question may mean.
    """
    title = cut_escaped(escape(one_line(answer.question, TITLE)), TITLE)
    if not answer.answered:
        return discord.Embed(title=title, description=_nothing(answer, near, nothing), colour=GREY), 0
    quotes = answer.quotes[:most]
    body = _body(*_related(quotes), [_as_of_line(answer)])
    return body.embed(title, _colour(answer)), body.shown


def first_report(answer: Answer) -> str | None:
    """The source of the oldest quote with a date; none where there is no other that could be older."""
    dated = [quote for quote in answer.quotes if quote.source.published_at]
    if not dated or len(answer.quotes) == 1:
        return None
    oldest = min(dated, key=lambda quote: (quote.source.published_at, quote.source.article_id))
    line = source_line(oldest.source)
    return line if len(line) <= FIELD else source_line(oldest.source, linked=False)


def asked_question(embed: discord.Embed) -> str | None:
    """The question that an `answer_embed` answered: cut where it was too long for a title."""
    return unescape(embed.title) if embed.title else None


def withdrawn_embed(
    title: str | None, as_of: datetime, articles: int, quotes: Sequence[Quote | datetime]
) -> discord.Embed:
    """An `answer_embed` some of whose quotes were withdrawn: the day of that stands in their place."""
    standing = tuple(quote for quote in quotes if isinstance(quote, Quote))
    left = Answer("", as_of, articles, standing)
    last = _as_of_line(left) if standing else f"-# {_as_of(as_of)}"
    standing_blocks, opposed = _related(standing)
    left_blocks = iter(standing_blocks)
    blocks = [
        next(left_blocks) if isinstance(quote, Quote) else f"*{_(WITHDRAWN).format(day=day(quote))}*"
        for quote in quotes
    ]
    places = [place for place, quote in enumerate(quotes) if isinstance(quote, Quote)]
    moved = {(places[n], places[m]): fields for (n, m), fields in opposed.items()}
    return _body(blocks, moved, [last]).embed(title, _colour(left) if standing else GREY)


def more_embed(
    quotes: Sequence[Quote], removed: int, before: Sequence[Quote] = ()
) -> tuple[discord.Embed, int]:
    """Further quotes of an answer, and how many of them found room. `removed` of its quotes are gone.

    Those `before` them were shown already; they too may have overtaken these, or disagree with them.
    """
    last = [_removed_line(removed)] if removed else []
    known = [*before, *quotes]
    blocks, related = _related(known)
    opposed: dict[tuple[int, int], Fields] = {}
    for (n, m), fields in related.items():
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


def sources_embed(
    sources: Sequence[Source], removed: int, links: Mapping[int, Sequence[Link]] | None = None
) -> discord.Embed:
    """Every article behind an answer, and by its number where else it is told. `removed` of them are gone."""
    last = [_removed_line(removed)] if removed else []
    lines = [
        "\n".join(
            [f"{number}\\. {source_line(source)}", *also_lines((links or {}).get(source.article_id, ()))]
        )
        for number, source in enumerate(sources, 1)
    ]
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


def _colour(answer: Answer) -> discord.Colour:
    """Amber where its newest source is old, or of no known age."""
    old = answer.newest is None or answer.as_of - answer.newest > OLD
    return AMBER if old else CALM


def _nothing(answer: Answer, near: Sequence[str], nothing: str) -> str:
    looked_at = f"-# {_looked_at(answer)} · {_as_of(answer.as_of)}"
    advice = _(TRY_A_NAME if answer.articles else TRY_TO_ADD)
    if near:
        names = ", ".join(f"**{escape(one_line(name, NAME))}**" for name in near)
        advice = _(NEAR).format(names=names)
    return f"{_(nothing)}\n{advice}\n{looked_at}"


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


Fields = Sequence[tuple[str, str]]
"""Names and values of an embed's fields."""


def _related(quotes: Sequence[Quote]) -> tuple[list[str], dict[tuple[int, int], Fields]]:
    """A block for each quote, and the numbers of each two that disagree -> the fields that show them.

    A quote that another one overtook is struck through, and names it.
    """
    relations = relate(quotes)
    by = relations.overtaken
    blocks = [
        _overtaken_block(quote, quotes[by[number]].source) if number in by else _quote_block(quote)
        for number, quote in enumerate(quotes)
    ]
    return blocks, {(n, m): (_field(quotes[n]), _field(quotes[m])) for n, m in relations.disagreeing}


def _overtaken_block(quote: Quote, by: Source) -> str:
    return _struck(_quote_block(quote)) + "\n" + _related_line(_("Overtaken by {source}"), by)


def _related_line(words: str, source: Source) -> str:
    lines = ["-# " + words.format(source=source_line(source, linked=linked)) for linked in (True, False)]
    return lines[len(lines[0]) > RELATED]


def _struck(block: str) -> str:
    """A block whose quoted lines are struck through."""
    return _QUOTED.sub(r"> ~~\g<1>~~", block)


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
    block = f"{quoted}\n{remark}{source_line(source)}"
    return (
        block if len(block) <= DESCRIPTION // 2 else f"{quoted}\n{remark}{source_line(source, linked=False)}"
    )


def _fitting(blocks: Sequence[str], room: int) -> list[str]:
    """The first of `blocks` that fit into `room` characters together, a blank line between them."""
    fitting: list[str] = []
    for block in blocks:
        room -= len(block) + 2
        if room < 0:
            break
        fitting.append(block)
    return fitting
