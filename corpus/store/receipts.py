"""Where in Discord quotes stand. Only messages that all can see and that quote a stored article are kept."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from corpus.store.database import Database, Row
from corpus.store.rows import moment, packed_quotes, seconds, unpacked_quotes
from corpus.types import Article, Receipt

_COLUMNS = "message_id, channel_id, guild_id, as_of, articles, quotes, withdrawn, language"


class Receipts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, receipt: Receipt) -> None:
        async with self._database.transaction() as transaction:
            await transaction.fetch(
                f"INSERT INTO receipts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                [
                    receipt.message_id,
                    receipt.channel_id,
                    receipt.guild_id,
                    seconds(receipt.as_of),
                    receipt.articles,
                    packed_quotes(receipt.quotes),
                    _packed(receipt.withdrawn),
                    receipt.language,
                ],
            )
            await transaction.execute_many(
                "INSERT INTO receipt_articles (message_id, article_id) VALUES (?, ?)",
                [(receipt.message_id, article) for article in {quote.article_id for quote in receipt.quotes}],
            )

    async def pending(self) -> list[Receipt]:
        """Those with an article that is gone, or that has changed since it was last compared."""
        rows = await self._database.fetch(
            f"SELECT {_COLUMNS} FROM receipts WHERE message_id IN ("  # noqa: S608
            "SELECT message_id FROM receipt_articles LEFT JOIN articles ON articles.id = article_id"
            " WHERE compared IS NULL OR compared IS NOT content_hash) ORDER BY message_id"
        )
        return [_receipt(row) for row in rows]

    async def settle(
        self, receipt: Receipt, withdrawn: Mapping[int, datetime], compared: Collection[Article]
    ) -> None:
        """Note which quotes the message no longer shows, and the articles that hold the others.

        Nothing is left of a receipt that no article stands behind.
        """
        async with self._database.transaction() as transaction:
            await transaction.fetch("DELETE FROM receipt_articles WHERE message_id = ?", [receipt.message_id])
            if not compared:
                await transaction.fetch("DELETE FROM receipts WHERE message_id = ?", [receipt.message_id])
                return
            await transaction.fetch(
                "UPDATE receipts SET withdrawn = ? WHERE message_id = ?",
                [_packed(withdrawn), receipt.message_id],
            )
            await transaction.execute_many(
                "INSERT INTO receipt_articles (message_id, article_id, compared)"
                " SELECT message_id, ?, ? FROM receipts WHERE message_id = ?",
                [(article.id, article.content_hash, receipt.message_id) for article in compared],
            )


def _receipt(row: Row) -> Receipt:
    message_id, channel_id, guild_id, as_of, articles, quotes, withdrawn, language = row
    return Receipt(
        message_id,
        channel_id,
        guild_id,
        moment(as_of),
        articles,
        unpacked_quotes(quotes),
        {int(number): moment(at) for number, at in json.loads(withdrawn).items()},
        language,
    )


def _packed(withdrawn: Mapping[int, datetime]) -> str:
    return json.dumps({number: seconds(at) for number, at in withdrawn.items()}, separators=(",", ":"))
