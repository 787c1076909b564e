"""The commands in the languages that the bot speaks, as Discord shows them to each user."""

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Place

from bot.words import ENGLISH, language_of, pgettext

CONTEXTS = {
    Place.command_name: "command",
    Place.group_name: "command",
    Place.parameter_name: "option",
    Place.choice_name: "choice",
}
"""The contexts under which catalogues hold names; descriptions stand under "description"."""


class CommandTranslator(app_commands.Translator):
    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        language = language_of(locale.value)
        if language == ENGLISH:
            return None
        meaning = CONTEXTS.get(context.location, "description")
        translated = pgettext(meaning, string.message, language)
        return None if translated == string.message else translated
