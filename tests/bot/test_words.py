"""The languages in which the bot speaks."""

import pytest

from bot.words import _, decimal, language_of, ngettext, speak


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de", "de"), ("es-ES", "es"), ("es-419", "es"), ("fr", "fr"), ("en-US", "en"), ("zh-CN", "en")],
)
def test_each_locale_has_a_language(locale: str, language: str) -> None:
    assert language_of(locale) == language


async def test_what_no_catalogue_holds_is_said_in_english() -> None:
    speak("de")
    assert _("Held in no catalogue") == "Held in no catalogue"
    assert ngettext("{number} word", "{number} words", 1) == "1 word"


async def test_numbers_are_grouped_as_the_language_does_it() -> None:
    speak("de")
    assert decimal(12345) == "12.345"
    speak("en")
    assert ngettext("{number} word", "{number} words", 12345) == "12,345 words"
