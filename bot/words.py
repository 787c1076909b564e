"""The bot's own words in the languages that it speaks. Quotes, titles and names stay as they are.

The words in the code are English; `bot/locales` holds a catalogue for each other language.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from corpus.wording import Wording

ENGLISH = "en"
LANGUAGES = ("de", "es", "fr")

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language_of(locale: str) -> str:
    """The language for one of Discord's locales ("es-419"): English where there is no catalogue."""
    language = locale.partition("-")[0]
    return language if language in LANGUAGES else ENGLISH


def speak(language: str) -> None:
    """Say everything in that language from now on, within the task under way."""
    _language.set(language)


def spoken() -> str:
    """The language of the task under way."""
    return _language.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything in that language for a while."""
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


def _(message: str) -> str:
    """`message` in the language that is spoken."""
    return catalogue(spoken()).gettext(message)


def ngettext(singular: str, plural: str, number: int, **values: str) -> str:
    """The form of a message that goes with so many, `{number}` and the other values filled in."""
    form = catalogue(spoken()).ngettext(singular, plural, number)
    return form.format(number=decimal(number), **values)


def pgettext(context: str, message: str, language: str) -> str:
    """`message` in that language, where its context (such as "command") tells which meaning it has."""
    return catalogue(language).pgettext(context, message)


def said_of(text: str) -> str:
    """A `Wording` in the language that is spoken; any other text as it is."""
    if not isinstance(text, Wording):
        return text
    values = {
        name: said_of(value) if isinstance(value, str) else decimal(value)
        for name, value in text.values.items()
    }
    return _(text.template).format(**values)


def N_(message: str) -> str:  # noqa: N802 - the customary name
    """Marks a constant that `_` translates where it is used."""
    return message


def decimal(number: float) -> str:
    """A number with its thousands grouped as the language that is spoken does it."""
    return format_decimal(number, locale=spoken())


@cache
def catalogue(language: str) -> NullTranslations:
    if language == ENGLISH:
        return NullTranslations()
    file = resources.files("bot") / "locales" / f"{language}.po"
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(file.read_bytes()), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
