"""The buttons under an answer, and the form for an article."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from io import BytesIO
from re import Match
from typing import Any, Self

import discord

from bot import render
from bot.clicks import answer_click, saved_answer, store_of
from bot.feedback import RightButton
from bot.notes import ReportButton, SendButton
from bot.render_articles import article_markdown
from bot.respond import Interaction, defer, defer_update, report, show
from bot.words import _, language_of, speak
from corpus.ingest.draft import MAX_NAME_CHARS, MAX_TITLE_CHARS
from corpus.types import Article, QuoteRef, SavedAnswer
from index.answer import hydrate
from index.context import context
from index.types import Quote

FORM_S = 24 * 60 * 60.0
MAX_DATE = 40
MAX_TEXT = 4000


# Buttons


def answer_view(answer: SavedAnswer, shown: int) -> discord.ui.View:
    """The buttons under an answer that shows its first `shown` quotes."""
    view = discord.ui.View(timeout=None)
    if shown < len(answer.quotes):
        view.add_item(MoreButton(answer.id, shown))
    view.add_item(ProveButton(answer.id, shown))
    view.add_item(SourcesButton(answer.id))
    view.add_item(RightButton(answer.id, shown))
    view.add_item(ReportButton())
    return view


def nothing_view() -> discord.ui.View:
    """The button under an answer that found nothing."""
    view = discord.ui.View(timeout=None)
    view.add_item(SendButton())
    return view


class MoreButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"more:(?P<answer>[0-9]{1,18}):(?P<start>[0-9]{1,3})",
):
    """Shows the quotes of a saved answer from number `start` on, to whoever clicks. Survives a restart."""

    def __init__(self, answer_id: int, start: int) -> None:
        super().__init__(discord.ui.Button(label=_("More"), custom_id=f"more:{answer_id}:{start}"))
        self.answer_id = answer_id
        self.start = start

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: discord.ui.Item[Any], match: Match[str], /) -> Self:
        return cls(int(match["answer"]), int(match["start"]))

    async def callback(self, interaction: Interaction) -> None:
        await answer_click(interaction, self._show)

    async def _show(self, interaction: Interaction) -> None:
        answer = await saved_answer(interaction, self.answer_id)
        standing = await _standing_quotes(interaction, answer)
        before = [quote for number, quote in standing if number < self.start]
        quotes = standing[len(before) :]
        removed = len(answer.quotes[self.start :]) - len(quotes)
        further = [quote for _, quote in quotes]
        embed, shown = await asyncio.to_thread(render.more_embed, further, removed, before)
        view = discord.ui.View(timeout=None)
        if shown < len(quotes):
            view.add_item(MoreButton(answer.id, quotes[shown][0]))
        await show(interaction, embed=embed, view=view)


class ProveButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"prove:(?P<answer>[0-9]{1,18}):(?P<shown>[0-9]{1,3})",
):
    """Shows the first quotes of a saved answer amid their articles, to whoever clicks. Survives a restart."""

    def __init__(self, answer_id: int, shown: int) -> None:
        super().__init__(discord.ui.Button(label=_("Prove it"), custom_id=f"prove:{answer_id}:{shown}"))
        self.answer_id = answer_id
        self.shown = shown

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: discord.ui.Item[Any], match: Match[str], /) -> Self:
        return cls(int(match["answer"]), int(match["shown"]))

    async def callback(self, interaction: Interaction) -> None:
        await answer_click(interaction, self._show)

    async def _show(self, interaction: Interaction) -> None:
        answer = await saved_answer(interaction, self.answer_id)
        refs = answer.quotes[: self.shown]
        articles = await _articles(interaction, refs)
        proofs = [_proof(quote, articles[quote.source.article_id].text) for quote in hydrate(refs, articles)]
        embed = render.proof_embed(proofs, len(refs) - len(proofs))
        await show(interaction, embed=embed)


class SourcesButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"sources:(?P<answer>[0-9]{1,18})"
):
    """Lists every article behind a saved answer, to whoever clicks. Survives a restart."""

    def __init__(self, answer_id: int) -> None:
        super().__init__(discord.ui.Button(label=_("Sources"), custom_id=f"sources:{answer_id}"))
        self.answer_id = answer_id

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: discord.ui.Item[Any], match: Match[str], /) -> Self:
        return cls(int(match["answer"]))

    async def callback(self, interaction: Interaction) -> None:
        await answer_click(interaction, self._show)

    async def _show(self, interaction: Interaction) -> None:
        answer = await saved_answer(interaction, self.answer_id)
        quotes = await _standing_quotes(interaction, answer)
        sources = {quote.source.article_id: quote.source for _, quote in quotes}
        removed = len({ref.article_id for ref in answer.quotes} - sources.keys())
        links = await store_of(interaction).links.of(sources, guild_id=interaction.guild_id)
        await show(interaction, embed=render.sources_embed([*sources.values()], removed, links))


async def _standing_quotes(interaction: Interaction, answer: SavedAnswer) -> list[tuple[int, Quote]]:
    """The quotes whose articles still hold them, each with its number."""
    articles = await _articles(interaction, answer.quotes)
    return [
        (number, quote) for number, ref in enumerate(answer.quotes) for quote in hydrate((ref,), articles)
    ]


async def _articles(interaction: Interaction, refs: Sequence[QuoteRef]) -> dict[int, Article]:
    ids = {ref.article_id for ref in refs}
    return await store_of(interaction).articles.load(ids, guild_id=interaction.guild_id)


def _proof(quote: Quote, text: str) -> tuple[Quote, str, int]:
    """A quote, what stands around it, and where in that it begins."""
    start, end = context(text, (quote.start, quote.start + len(quote.text)), render.AROUND)
    return quote, text[start:end], quote.start - start


# The form for an article


class ArticleForm(discord.ui.Modal):
    """An article typed in by hand, handed to `submitted` by the names of its fields, `known` ones filled in.

    Of a known text there may be MAX_TEXT characters. The interaction that comes with the fields is deferred;
    the message that it changes is that under which the form was opened, if there was one. Where `submitted`
    fails, the fields are given back as a file that can be handed in later: no word is lost.
    """

    def __init__(
        self,
        submitted: Callable[[Interaction, dict[str, str]], Awaitable[None]],
        known: Mapping[str, str] | None = None,
        title: str | None = None,
    ) -> None:
        super().__init__(title=title or _("Add an article"), timeout=FORM_S)
        self._submitted = submitted
        self._inputs = {
            "title": discord.ui.TextInput[Self](max_length=MAX_TITLE_CHARS),
            "publisher": discord.ui.TextInput[Self](max_length=MAX_NAME_CHARS, required=False),
            "published_at": discord.ui.TextInput[Self](
                max_length=MAX_DATE, required=False, placeholder="2024-11-06"
            ),
            "url": discord.ui.TextInput[Self](max_length=render.LINK, required=False),
            "text": discord.ui.TextInput[Self](max_length=MAX_TEXT, style=discord.TextStyle.paragraph),
        }
        labels = (_("Title"), _("Publisher"), _("Date"), _("Link"), _("Text"))
        for label, (name, field) in zip(labels, self._inputs.items(), strict=True):
            field.custom_id = name
            field.default = (known or {}).get(name) or None
            self.add_item(discord.ui.Label(text=label, component=field))

    async def on_submit(self, interaction: Interaction, /) -> None:
        speak(language_of(interaction.locale.value))
        fields = {name: field.value for name, field in self._inputs.items()}
        await (defer_update(interaction) if interaction.message else defer(interaction, private=True))
        try:
            await self._submitted(interaction, fields)
        except Exception as error:
            given_back = discord.File(BytesIO(article_markdown(fields)), "article.md")
            await report(interaction, error, [given_back])

    async def on_error(self, interaction: Interaction, error: Exception, /) -> None:  # type: ignore[override]
        await report(interaction, error)
