"""The questions that members of servers asked, where their administrators turned that on."""

from datetime import datetime

from corpus.store.database import Database
from corpus.store.rows import database_id, moment, rewrite, seconds
from corpus.types import KeptQuestion

_COLUMNS = "guild_id, member, asked_at, text, club, answered, follows"


class Questions:
    """Of what is deleted, no byte stays in the file or in its log, once nobody reads an older state."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, question: KeptQuestion) -> None:
        """Keeps it, to the second, where the server has questions kept."""
        async with self._database.transaction() as transaction:
            await transaction.fetch(
                f"INSERT INTO questions ({_COLUMNS}) SELECT ?, ?, ?, ?, ?, ?, ?"  # noqa: S608
                " WHERE EXISTS (SELECT 1 FROM guild_settings WHERE guild_id = ? AND keep_questions)",
                [
                    question.guild_id,
                    question.member_id,
                    seconds(question.asked_at),
                    question.text,
                    question.club,
                    question.answered,
                    question.follows,
                    question.guild_id,
                ],
            )

    async def of_member(self, member_id: int, *, guild_id: int | None) -> list[KeptQuestion]:
        """What somebody asked in one server, newest first."""
        rows = await self._database.fetch(
            f"SELECT {_COLUMNS} FROM questions"  # noqa: S608
            " WHERE guild_id = ? AND member = ? ORDER BY asked_at DESC, id DESC",
            [guild_id, database_id(member_id)],
        )
        return [
            KeptQuestion(guild, member, moment(asked_at), text, club, bool(answered), bool(follows))
            for guild, member, asked_at, text, club, answered, follows in rows
        ]

    async def prune(self, before: datetime) -> int:
        """Deletes what was asked before that moment; returns how many questions that were."""
        async with self._database.transaction() as transaction:
            gone = await transaction.fetch(
                "DELETE FROM questions WHERE asked_at < ? RETURNING id", [seconds(before)]
            )
            if gone:
                await rewrite(transaction, "questions")
        if gone:
            await self._database.empty_log()
        return len(gone)
