"""Articles that a moderator looks at before they count."""

import json
from dataclasses import asdict
from datetime import datetime

from corpus.store.database import Database
from corpus.store.rows import database_id, moment, seconds
from corpus.types import ArticleDraft, PendingDraft


class Drafts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(
        self,
        draft: ArticleDraft,
        *,
        guild_id: int,
        made_by: int,
        now: datetime,
        edits: int | None = None,
        edited_hash: str | None = None,
    ) -> int:
        """Returns its number."""
        async with self._database.transaction() as transaction:
            [(id_,)] = await transaction.fetch(
                "INSERT INTO drafts (guild_id, made_by, made_at, edits, edited_hash, fields)"
                " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                [guild_id, made_by, seconds(now), edits, edited_hash, _packed(draft)],
            )
        return int(id_)

    async def get(self, draft_id: int, *, guild_id: int | None, made_by: int) -> PendingDraft | None:
        """None for one that is gone, and for what somebody else made, or made elsewhere."""
        rows = await self._database.fetch(
            "SELECT id, edits, edited_hash, fields FROM drafts WHERE id = ? AND guild_id = ? AND made_by = ?",
            [database_id(draft_id), guild_id, made_by],
        )
        for id_, edits, edited_hash, fields in rows:
            return PendingDraft(id_, _unpacked(fields), edits, edited_hash)
        return None

    async def change(self, draft_id: int, draft: ArticleDraft) -> None:
        async with self._database.transaction() as transaction:
            await transaction.fetch(
                "UPDATE drafts SET fields = ? WHERE id = ?", [_packed(draft), database_id(draft_id)]
            )

    async def drop(self, draft_id: int) -> None:
        async with self._database.transaction() as transaction:
            await transaction.fetch("DELETE FROM drafts WHERE id = ?", [database_id(draft_id)])

    async def by(self, user_id: int, *, guild_id: int | None) -> list[ArticleDraft]:
        """What somebody has not yet accepted in exactly this server."""
        rows = await self._database.fetch(
            "SELECT fields FROM drafts WHERE made_by = ? AND guild_id = ? ORDER BY id",
            [database_id(user_id), guild_id],
        )
        return [_unpacked(fields) for (fields,) in rows]

    async def prune(self, before: datetime) -> None:
        """Drops what was made before that moment."""
        async with self._database.transaction() as transaction:
            await transaction.fetch("DELETE FROM drafts WHERE made_at < ?", [seconds(before)])


def _packed(draft: ArticleDraft) -> str:
    fields = asdict(draft)
    if draft.published_at is not None:
        fields["published_at"] = seconds(draft.published_at)
    return json.dumps(fields)


def _unpacked(packed: str) -> ArticleDraft:
    fields = json.loads(packed)
    if fields["published_at"] is not None:
        fields["published_at"] = moment(fields["published_at"])
    return ArticleDraft(**fields)
