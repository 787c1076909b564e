"""What members say of answers, for whoever runs the bot."""

from datetime import datetime

from corpus.store.database import Database, Row
from corpus.store.rows import moment, packed_quotes, seconds, unpacked_quotes
from corpus.types import Verdict

VERDICT_COLUMNS = "guild_id, answer_id, member_id, at, was_right, quotes"


class Verdicts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, verdict: Verdict) -> None:
        """In place of what the member said of that answer before."""
        async with self._database.transaction() as transaction:
            await transaction.fetch(
                f"INSERT OR REPLACE INTO verdicts ({VERDICT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                [
                    verdict.guild_id,
                    verdict.answer_id,
                    verdict.member_id,
                    seconds(verdict.at),
                    verdict.right,
                    packed_quotes(verdict.quotes),
                ],
            )

    async def every(self) -> list[Verdict]:
        """Of all servers, by answer, the newest answer first."""
        rows = await self._database.fetch(
            f"SELECT {VERDICT_COLUMNS} FROM verdicts ORDER BY answer_id DESC, member_id"  # noqa: S608
        )
        return [verdict_of(row) for row in rows]

    async def prune(self, before: datetime) -> int:
        """Forgets what was said before that moment; returns how many verdicts that were."""
        async with self._database.transaction() as transaction:
            gone = await transaction.fetch(
                "DELETE FROM verdicts WHERE at < ? RETURNING answer_id", [seconds(before)]
            )
        return len(gone)


def verdict_of(row: Row) -> Verdict:
    """The verdict of a row of `VERDICT_COLUMNS`."""
    guild_id, answer_id, member_id, at, right, quotes = row
    return Verdict(guild_id, answer_id, member_id, moment(at), bool(right), unpacked_quotes(quotes))
