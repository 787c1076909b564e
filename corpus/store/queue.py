"""What waits for a server's moderators: questions without an answer, and reports of answers."""

from corpus.store.database import Database, Row, Transaction
from corpus.store.rows import database_id, moment, seconds
from corpus.types import Note, NoteKind, Put, QueueEntry

MOST = 500
"""Of a server; then its oldest question makes room."""
MOST_OF_A_MEMBER = 5
"""Of each kind, in a server."""

NOTE_COLUMNS = "guild_id, kind, member_id, at, channel_id, message_id, question, words"


class Queue:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, note: Note) -> Put:
        """A question waits once, whoever sent it; a member's report of an answer too, with its last words."""
        async with self._database.transaction() as transaction:
            if await _waits(transaction, note):
                return Put.THERE
            [(of_member,)] = await transaction.fetch(
                "SELECT COUNT(*) FROM queue WHERE guild_id = ? AND kind = ? AND member_id = ?",
                [note.guild_id, note.kind.value, note.member_id],
            )
            if of_member >= MOST_OF_A_MEMBER:
                return Put.TOO_MANY
            if not await _has_room(transaction, note.guild_id):
                return Put.FULL
            await transaction.fetch(
                f"INSERT INTO queue ({NOTE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                _values(note),
            )
        return Put.ADDED

    async def list(
        self, *, guild_id: int | None, limit: int, offset: int = 0, matching: str = ""
    ) -> list[QueueEntry]:
        """The newest first; `matching` is a part of what was asked or written, or the number."""
        rows = await self._database.fetch(
            f"SELECT id, {NOTE_COLUMNS} FROM queue WHERE guild_id = ?"  # noqa: S608
            " AND (instr(lower(question || char(10) || words), lower(?)) OR CAST(id AS TEXT) = ?)"
            " ORDER BY id DESC LIMIT ? OFFSET ?",
            [guild_id, matching, matching, limit, offset],
        )
        return [*map(_entry, rows)]

    async def done(self, number: int, *, guild_id: int | None) -> QueueEntry | None:
        """Takes an entry out; None where the server has none of that number."""
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch(
                f"DELETE FROM queue WHERE id = ? AND guild_id = ? RETURNING id, {NOTE_COLUMNS}",  # noqa: S608
                [database_id(number), guild_id],
            )
        return next(map(_entry, rows), None)


def note_of(row: Row) -> Note:
    """The note of a row of `NOTE_COLUMNS`."""
    guild_id, kind, member_id, at, channel_id, message_id, question, words = row
    return Note(guild_id, NoteKind(kind), member_id, moment(at), channel_id, message_id, question, words)


def _entry(row: Row) -> QueueEntry:
    return QueueEntry(row[0], note_of(row[1:]))


def _values(note: Note) -> list[object]:
    place = (note.channel_id, note.message_id)
    return [
        note.guild_id,
        note.kind.value,
        note.member_id,
        seconds(note.at),
        *place,
        note.question,
        note.words,
    ]


async def _waits(transaction: Transaction, note: Note) -> bool:
    """Whether the note is there already; if so, a report says what this one says."""
    if note.kind is NoteKind.QUESTION:
        same = await transaction.fetch(
            "SELECT 1 FROM queue WHERE guild_id = ? AND kind = ? AND lower(question) = lower(?)",
            [note.guild_id, note.kind.value, note.question],
        )
    else:
        same = await transaction.fetch(
            "UPDATE queue SET words = COALESCE(NULLIF(?, ''), words)"
            " WHERE guild_id = ? AND kind = ? AND member_id = ? AND message_id = ? RETURNING id",
            [note.words, note.guild_id, note.kind.value, note.member_id, note.message_id],
        )
    return bool(same)


async def _has_room(transaction: Transaction, guild_id: int) -> bool:
    """Drops the oldest question where there is no room otherwise."""
    [(count,)] = await transaction.fetch("SELECT COUNT(*) FROM queue WHERE guild_id = ?", [guild_id])
    return count < MOST or bool(
        await transaction.fetch(
            "DELETE FROM queue WHERE id = (SELECT MIN(id) FROM queue WHERE guild_id = ? AND kind = ?)"
            " RETURNING id",
            [guild_id, NoteKind.QUESTION.value],
        )
    )
