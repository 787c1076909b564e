"""Answers that stand in channels follow the articles: a quote that was withdrawn is taken out of them."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import discord

from bot import render
from bot.words import speaking, spoken
from corpus.errors import StoreError
from corpus.store import Store
from corpus.types import Receipt
from index.answer import hydrate, reference
from index.types import Answer, Quote

log = logging.getLogger(__name__)

UNKNOWN_MESSAGE = 10008


@dataclass(slots=True)
class Swept:
    """How many messages were changed, and links to those that can't be any more."""

    changed: int = 0
    unreached: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.changed or self.unreached)


class Receipts:
    def __init__(self, client: discord.Client, store: Store) -> None:
        self._client = client
        self._store = store
        self._sweeping = asyncio.Lock()

    async def keep(self, message: discord.Message, guild_id: int, answer: Answer, shown: int) -> None:
        """Remember that a message all can see shows the first quotes of an answer."""
        quotes = tuple(map(reference, answer.quotes[:shown]))
        receipt = Receipt(
            message.id,
            message.channel.id,
            guild_id,
            answer.as_of,
            answer.articles,
            quotes,
            language=spoken(),
        )
        try:
            await self._store.receipts.save(receipt)
        except StoreError as error:
            log.warning("An answer will not follow its articles: %s", error)

    async def sweep(self, told_guild: int | None = None) -> Swept:
        """Change every message with a quote that its article no longer holds, whichever server it stands in.

        Tells of one server's messages, or of all. What fails for now is tried again the next time.
        """
        async with self._sweeping:
            told, untold = Swept(), Swept()
            for receipt in await self._store.receipts.pending():
                try:
                    await self._settle(receipt, told if told_guild in (None, receipt.guild_id) else untold)
                except StoreError:
                    raise
                except Exception:
                    log.exception("Message %d can't be changed: the others are.", receipt.message_id)
            return told

    async def _settle(self, receipt: Receipt, swept: Swept) -> None:
        ids = {quote.article_id for quote in receipt.quotes}
        articles = await self._store.articles.load(ids, guild_id=receipt.guild_id)
        standing = {
            number: quote
            for number, ref in enumerate(receipt.quotes)
            if number not in receipt.withdrawn
            for quote in hydrate((ref,), articles)
        }
        now = datetime.now(UTC)
        withdrawn = {
            number: receipt.withdrawn.get(number, now)
            for number in range(len(receipt.quotes))
            if number not in standing
        }
        compared = {quote.source.article_id for quote in standing.values()}
        if withdrawn.keys() != receipt.withdrawn.keys():
            quotes = [standing.get(i) or withdrawn[i] for i in range(len(receipt.quotes))]
            try:
                await self._edit(receipt, quotes)
                swept.changed += 1
            except (discord.NotFound, discord.Forbidden) as error:
                log.info("Message %d can't be changed: %s", receipt.message_id, error)
                if error.code != UNKNOWN_MESSAGE:
                    swept.unreached.append(_link(receipt))
            except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
                log.warning("Message %d is not changed yet: %s", receipt.message_id, error)
                return
        await self._store.receipts.settle(receipt, withdrawn, [articles[i] for i in sorted(compared)])

    async def _edit(self, receipt: Receipt, quotes: Sequence[Quote | datetime]) -> None:
        channel = self._client.get_partial_messageable(receipt.channel_id, guild_id=receipt.guild_id)
        title = None
        try:
            message = await channel.fetch_message(receipt.message_id)
            title = message.embeds[0].title if message.embeds else None
        except discord.Forbidden:
            log.info("Message %d can't be read: its question is lost.", receipt.message_id)
        with speaking(receipt.language):
            embed = await asyncio.to_thread(
                render.withdrawn_embed, title, receipt.as_of, receipt.articles, quotes
            )
        await channel.get_partial_message(receipt.message_id).edit(embed=embed)


def _link(receipt: Receipt) -> str:
    return f"https://discord.com/channels/{receipt.guild_id}/{receipt.channel_id}/{receipt.message_id}"
