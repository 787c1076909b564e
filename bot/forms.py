"""Forms, that for an article, and those that the bot no longer knows, for it was restarted meanwhile."""

from collections.abc import Awaitable, Callable, Mapping
from io import BytesIO
from typing import Any, Self

import discord

from bot.errors import RefusedError
from bot.markup import LINK
from bot.render_articles import article_markdown
from bot.respond import Interaction, defer, defer_update, report
from bot.words import N_, _, language_of, speak
from corpus.ingest.draft import MAX_NAME_CHARS, MAX_TITLE_CHARS

OPEN_S = 24 * 60 * 60.0
MAX_DATE = 40
MAX_TEXT = 4000
ARTICLE_FIELDS = ("title", "publisher", "published_at", "url", "text")

NOTHING_DONE = N_("I was restarted while that form was open, so nothing was done. Begin again.")
WORDS_BACK = N_(
    "I was restarted while that form was open, so nothing was done. Begin again. You had typed: {words}"
)
ARTICLE_BACK = N_(
    "I was restarted while that form was open, so nothing was stored. Hand this file in with /article add; "
    "or, to change an article, with /article edit."
)


class Form(discord.ui.Modal):
    """Speaks the language of who fills it in, and tells its errors like a command's."""

    def __init__(self, title: str) -> None:
        super().__init__(title=title, timeout=OPEN_S)

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        speak(language_of(interaction.locale.value))
        return True

    async def on_error(self, interaction: Interaction, error: Exception, /) -> None:  # type: ignore[override]
        await report(interaction, error)


class ArticleForm(Form):
    """An article typed in by hand, handed to `submitted` by the names of its fields, `known` ones filled in.

    Of a known text there may be MAX_TEXT characters. The interaction that comes with the fields is deferred;
    the message that it changes is that under which the form was opened, if there was one. Where `submitted`
    fails, the fields are given back as a file that can be handed in later: no word is lost.
    """

    def __init__(
        self,
        submitted: Callable[[Interaction, dict[str, str]], Awaitable[None]],
        known: Mapping[str, str] | None = None,
        title: str | None = None,
    ) -> None:
        super().__init__(title or _("Add an article"))
        self._submitted = submitted
        inputs = (
            discord.ui.TextInput[Self](max_length=MAX_TITLE_CHARS),
            discord.ui.TextInput[Self](max_length=MAX_NAME_CHARS, required=False),
            discord.ui.TextInput[Self](max_length=MAX_DATE, required=False, placeholder="2024-11-06"),
            discord.ui.TextInput[Self](max_length=LINK, required=False),
            discord.ui.TextInput[Self](max_length=MAX_TEXT, style=discord.TextStyle.paragraph),
        )
        self._inputs = dict(zip(ARTICLE_FIELDS, inputs, strict=True))
        labels = (_("Title"), _("Publisher"), _("Date"), _("Link"), _("Text"))
        for label, (name, field) in zip(labels, self._inputs.items(), strict=True):
            field.custom_id = name
            field.default = (known or {}).get(name) or None
            self.add_item(discord.ui.Label(text=label, component=field))

    async def on_submit(self, interaction: Interaction, /) -> None:
        fields = {name: field.value for name, field in self._inputs.items()}
        await (defer_update(interaction) if interaction.message else defer(interaction, private=True))
        try:
            await self._submitted(interaction, fields)
        except Exception as error:
            given_back = discord.File(BytesIO(article_markdown(fields)), "article.md")
            await report(interaction, error, [given_back])


# Forms that were open during a restart


async def hand_back(interaction: Interaction) -> None:
    """Give back what was typed into a form that nothing in this process waits for: no word is lost."""
    if interaction.type is not discord.InteractionType.modal_submit or _is_awaited(interaction):
        return
    speak(language_of(interaction.locale.value))
    fields = _fields(interaction)
    if fields.keys() == set(ARTICLE_FIELDS):
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
