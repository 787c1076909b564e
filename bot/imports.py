"""Files with many articles: stored without a preview, with how far it is, and every refusal told."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import PurePath
from re import Match
from typing import TYPE_CHECKING, Any, Self

import aiohttp
import discord

from bot.app import Services
from bot.attachments import MEBIBYTE, read_attachment
from bot.changes import show_change, tell_log
from bot.errors import RefusedError
from bot.moderators import require_moderator
from bot.receipts import Receipts
from bot.render_articles import detached_embed, progress_embed, refusals_file, report_embed
from bot.respond import Interaction, defer, reply, report
from bot.words import _, language_of, speak
from corpus.ingest.archive import read_zip
from corpus.ingest.read import KINDS, Item, read_bytes
from corpus.types import IngestReport, Refusal
from corpus.wording import Wording

if TYPE_CHECKING:
    from bot.client import Rumourmill

log = logging.getLogger(__name__)

MAX_BYTES = 25 * MEBIBYTE
MOST_REFUSALS = 20_000
"""So many are told one by one."""
TOLD_EVERY_S = 3.0
EDITABLE_S = 14 * 60.0
"""An answer can be changed for fifteen minutes; an import that takes longer goes on without it."""
AT_ONCE = 2


@dataclass(slots=True)
class Import:
    """How far one is, and what came of it in the end."""

    done: int = 0
    report: IngestReport | None = None
    error: Exception | None = None


class Imports:
    """One at a time in each server, and few at a time in all.

    Of each server, the latest that could not tell its end in the answer to its command is remembered.
    """

    def __init__(self, services: Services, receipts: Receipts) -> None:
        self._services = services
        self._receipts = receipts
        self._detached: dict[int, Import] = {}
        self._under_way: set[int] = set()
        self._few = asyncio.Semaphore(AT_ONCE)

    async def run(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Store what is in a file, in the answer to a deferred interaction."""
        until = asyncio.get_running_loop().time() + EDITABLE_S
        guild_id = interaction.guild_id or 0
        with self._alone(guild_id):
            async with self._few:
                name, data = await read_attachment(file, (*KINDS, ".zip"), MAX_BYTES)
                state = Import()
                telling = asyncio.create_task(self._tell(interaction, state, until))
                try:
                    await self._store(interaction, state, _not_too_many(name, _items(name, data)))
                except Exception as error:
                    state.error = error.with_traceback(None)  # which would keep the whole file in memory
                    raise
                finally:
                    if not self._is_detached(state, guild_id):
                        telling.cancel()
                    await asyncio.wait([telling])
        if self._is_detached(state, guild_id):
            await self._receipts.sweep(interaction.guild_id)
            told = state.report
            tell_log(interaction, lambda: report_embed(told or IngestReport()))
        else:
            await show_change(interaction, self._receipts, _ready(state.report), report_embed, refusals)

    async def show(self, interaction: Interaction) -> None:
        """How far the import of this server is whose answer no longer changes, or what came of it."""
        state = self._detached.get(interaction.guild_id or 0)
        if state is None:
            raise RefusedError(_("I don't remember that import. /audit tells what was stored."))
        if state.error is not None:
            raise state.error.with_traceback(None)
        if state.report is None:
            await reply(interaction, embed=progress_embed(state.done))
        else:
            await reply(
                interaction, embed=report_embed(state.report), attachments=await refusals(state.report)
            )

    async def _store(self, interaction: Interaction, state: Import, items: Iterator[Item]) -> None:
        def note(done: int) -> None:
            state.done = done

        state.report = await self._services.engine.add(
            items, guild_id=interaction.guild_id, added_by=interaction.user.id, on_progress=note
        )

    async def _tell(self, interaction: Interaction, state: Import, until: float) -> None:
        """Show every few seconds how far it is; in the end, that it goes on out of sight."""
        loop = asyncio.get_running_loop()
        while (left_s := until - loop.time()) > TOLD_EVERY_S:
            await asyncio.sleep(TOLD_EVERY_S)
            await _edit(interaction, progress_embed(state.done), None)
        await asyncio.sleep(left_s)
        self._detached[interaction.guild_id or 0] = state
        view = discord.ui.View(timeout=None)
        view.add_item(ImportButton())
        await _edit(interaction, detached_embed(state.done), view)

    def _is_detached(self, state: Import, guild_id: int) -> bool:
        return self._detached.get(guild_id) is state

    def under_way(self, guild_id: int) -> bool:
        return guild_id in self._under_way

    @contextmanager
    def _alone(self, guild_id: int) -> Iterator[None]:
        if self.under_way(guild_id):
            raise RefusedError(_("An import is under way here. Hand this in when it is done."))
        self._under_way.add(guild_id)
        try:
            yield
        finally:
            self._under_way.discard(guild_id)


class ImportButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"import:report"):
    """Shows what came of an import that took longer than its message could be changed."""

    def __init__(self) -> None:
        super().__init__(discord.ui.Button(label=_("How far is it?"), custom_id="import:report"))

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: discord.ui.Item[Any], ___: Match[str], /) -> Self:
        return cls()

    async def callback(self, interaction: Interaction) -> None:
        speak(language_of(interaction.locale.value))
        client: Rumourmill = interaction.client
        try:
            await defer(interaction, private=True)
            require_moderator(interaction)
            await client.imports.show(interaction)
        except Exception as error:
            await report(interaction, error)


async def refusals(told: IngestReport) -> list[discord.File]:
    """A file with every refusal, where there is any."""
    if not told.refused:
        return []
    return [discord.File(BytesIO(await asyncio.to_thread(refusals_file, told.refused)), "refused.txt")]


def _items(name: str, data: bytes) -> Iterator[Item]:
    """Read when they are asked for, which is in another thread."""
    now = datetime.now(UTC)
    if PurePath(name).suffix.lower() == ".zip":
        return read_zip(name, data, now=now)
    return read_bytes(name, data, now=now)


def _not_too_many(name: str, items: Iterator[Item]) -> Iterator[Item]:
    """The items, but of the refusals so many as a report can hold, and the number of the others."""
    refused = 0
    for item in items:
        refused += isinstance(item, Refusal)
        if refused <= MOST_REFUSALS or not isinstance(item, Refusal):
            yield item
    if refused > MOST_REFUSALS:
        rest = refused - MOST_REFUSALS
        yield Refusal(name, Wording("It holds {rest} more rows that are refused.", rest=rest))


async def _ready(told: IngestReport | None) -> IngestReport:
    return told or IngestReport()


async def _edit(interaction: Interaction, embed: discord.Embed, view: discord.ui.View | None) -> None:
    try:
        await reply(interaction, embed=embed, view=view)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        log.info("How far an import is could not be shown: %s", error)
