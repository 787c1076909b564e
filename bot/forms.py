"""Forms that the bot no longer knows, for it was restarted while they were open."""

from io import BytesIO
from typing import Any

import discord

from bot.errors import RefusedError
from bot.render_articles import article_markdown
from bot.respond import Interaction, report
from bot.words import N_, _, language_of, speak

NOTHING_DONE = N_("I was restarted while that form was open, so nothing was done. Begin again.")
WORDS_BACK = N_(
    "I was restarted while that form was open, so nothing was done. Begin again. You had typed: {words}"
)
ARTICLE_BACK = N_(
    "I was restarted while that form was open, so nothing was stored. Hand this file in with /article add; "
    "or, to change an article, with /article edit."
)
ARTICLE = {"title", "publisher", "published_at", "url", "text"}


async def hand_back(interaction: Interaction) -> None:
    """Give back what was typed into a form that nothing in this process waits for: no word is lost."""
    if interaction.type is not discord.InteractionType.modal_submit or _is_awaited(interaction):
        return
    speak(language_of(interaction.locale.value))
    fields = _fields(interaction)
    if fields.keys() == ARTICLE:
        file = discord.File(BytesIO(article_markdown(fields)), "article.md")
        await report(interaction, RefusedError(_(ARTICLE_BACK)), [file])
        return
    words = " ".join(fields.values()).strip()
    told = _(WORDS_BACK).format(words=words) if words else _(NOTHING_DONE)
    await report(interaction, RefusedError(told))


def _is_awaited(interaction: Interaction) -> bool:
    """Whether discord.py knows the form, and has handed it what was typed."""
    data: Any = interaction.data
    return data["custom_id"] in interaction._state._view_store._modals


def _fields(interaction: Interaction) -> dict[str, str]:
    """What stands in the text inputs, by their names."""
    data: Any = interaction.data
    filled = [label.get("component", {}) for label in data["components"]]
    return {one["custom_id"]: one["value"] for one in filled if "value" in one}
