"""The buttons under an answer."""

import asyncio
from collections.abc import Sequence
from re import Match
from typing import Any, Self

import discord

from bot import render
from bot.clicks import answer_click, saved_answer, store_of
from bot.feedback import RightButton
from bot.notes import ReportButton, SendButton
from bot.respond import Interaction, reply
from bot.words import _
from corpus.types import Article, QuoteRef, SavedAnswer
from index.answer import hydrate
from index.context import context
from index.types import Quote


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
        await reply(interaction, embed=embed, view=view)


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
        await reply(interaction, embed=embed)


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
        await reply(interaction, embed=render.sources_embed([*sources.values()], removed, links))


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
