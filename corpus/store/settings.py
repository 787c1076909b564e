"""What the administrators of servers chose."""

import json

from corpus.store.database import Database
from corpus.store.rows import rewrite
from corpus.types import GuildSettings

_COLUMNS = "guild_id, moderator_role, log_channel, ask_channels, private, keep_questions"


class Settings:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def every(self) -> dict[int, GuildSettings]:
        """Of each server that chose anything."""
        rows = await self._database.fetch(f"SELECT {_COLUMNS} FROM guild_settings")  # noqa: S608
        return {
            guild_id: GuildSettings(role, log, tuple(json.loads(channels)), bool(private), bool(keep))
            for guild_id, role, log, channels, private, keep in rows
        }

    async def save(self, guild_id: int, settings: GuildSettings) -> None:
        """Where questions are kept no longer, none stays: no byte of them in the file or in its log."""
        async with self._database.transaction() as transaction:
            await transaction.fetch(
                f"INSERT OR REPLACE INTO guild_settings ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                [
                    guild_id,
                    settings.moderator_role,
                    settings.log_channel,
                    json.dumps(settings.ask_channels),
                    settings.private,
                    settings.keep_questions,
                ],
            )
            gone = not settings.keep_questions and await transaction.fetch(
                "DELETE FROM questions WHERE guild_id = ? RETURNING id", [guild_id]
            )
            if gone:
                await rewrite(transaction, "questions")
        if gone:
            await self._database.empty_log()
