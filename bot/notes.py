"""What members send to their server's moderators: questions without an answer, and what is wrong with one."""

from functools import partial
from re import Match
from typing import Any, Self

import discord

from bot import render
from bot.clicks import answer_click, store_of
from bot.errors import RefusedError
from bot.forms import Form
from bot.render_moderation import waiting_embed
from bot.respond import Interaction, ask_for, defer, reply, report
from bot.words import N_, _, language_of, speak
from corpus.types import Note, NoteKind, Put

MAX_WORDS = 300

SENT = N_("The moderators have your question now.")
SENT_BEFORE = N_("The moderators have that question already.")
REPORTED = N_("The moderators have your report now.")
REPORTED_BEFORE = N_("The moderators have your report already. It holds what you wrote last.")
TOO_MANY = N_("Too much of yours waits for the moderators already. Ask them to look at it.")
FULL = N_("Too much waits for the moderators already. Ask them to look at it.")
NOBODY_KNOWS = N_("I can't read the question any more. Ask it again.")


class SendButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template="send"):
    """Puts the question of the message, which found no answer, before the moderators. Survives a restart."""

    def __init__(self) -> None:
        super().__init__(discord.ui.Button(label=_("Send to moderators"), custom_id="send"))

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: discord.ui.Item[Any], ___: Match[str], /) -> Self:
        return cls()

    async def callback(self, interaction: Interaction) -> None:
        await answer_click(interaction, self._send)

    async def _send(self, interaction: Interaction) -> None:
        question = _question(interaction.message)
        if not question:
            raise RefusedError(_(NOBODY_KNOWS))
        if _asker(interaction.message) not in (None, interaction.user.id):
            raise RefusedError(_("Only who asked can send a question to the moderators. Ask it yourself."))
        put = await _put(interaction, NoteKind.QUESTION, question=question)
        told = _(SENT) if put is Put.ADDED else _(SENT_BEFORE)
        await reply(interaction, content=told)


class ReportButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template="report"):
    """Asks what is wrong with an answer, and puts that before the moderators. Survives a restart."""

    def __init__(self) -> None:
        super().__init__(discord.ui.Button(label=_("Report"), custom_id="report"))

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: discord.ui.Item[Any], ___: Match[str], /) -> Self:
        return cls()

    async def callback(self, interaction: Interaction) -> None:
        speak(language_of(interaction.locale.value))
        try:
            await ask_for(interaction, ReportForm())
        except Exception as error:
            await report(interaction, error)


class ReportForm(Form):
    def __init__(self) -> None:
        super().__init__(_("Report this answer"))
        self._words = discord.ui.TextInput[Self](
            custom_id="words", max_length=MAX_WORDS, required=False, style=discord.TextStyle.paragraph
        )
        described = _("The moderators see it with your name.")
        self.add_item(
            discord.ui.Label(text=_("What is wrong?"), description=described, component=self._words)
        )

    async def on_submit(self, interaction: Interaction, /) -> None:
        await defer(interaction, private=True)
        question = _question(interaction.message) if _is_private(interaction.message) else ""
        put = await _put(interaction, NoteKind.REPORT, question=question, words=self._words.value.strip())
        told = _(REPORTED) if put is Put.ADDED else _(REPORTED_BEFORE)
        await reply(interaction, content=told)


async def _put(interaction: Interaction, kind: NoteKind, *, question: str, words: str = "") -> Put:
    """Raises RefusedError where too much waits already."""
    message = interaction.message
    if message is None or interaction.guild_id is None:
        raise RefusedError(_(NOBODY_KNOWS))
    note = Note(
        interaction.guild_id,
        kind,
        interaction.user.id,
        interaction.created_at,
        None if _is_private(message) else message.channel.id,
        message.id,
        question,
        words,
    )
    put = await store_of(interaction).queue.put(note)
    if put in (Put.TOO_MANY, Put.FULL):
        raise RefusedError(_(TOO_MANY if put is Put.TOO_MANY else FULL))
    if put is Put.ADDED:
        interaction.client.log_channel.tell(note.guild_id, partial(waiting_embed, kind))
    return put


def _question(message: discord.Message | None) -> str:
    """The one that the message answers, or finds no answer to."""
    return (message and message.embeds and render.asked_question(message.embeds[0])) or ""


def _asker(message: discord.Message | None) -> int | None:
    """Who used the command, or wrote what the message answers; None where Discord doesn't tell."""
    if message is None:
        return None
    if message.interaction_metadata is not None:
        return message.interaction_metadata.user.id
    asked = message.reference.resolved if message.reference else None
    return asked.author.id if isinstance(asked, discord.Message) else None


def _is_private(message: discord.Message | None) -> bool:
    return message is not None and message.flags.ephemeral
