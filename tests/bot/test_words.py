"""The languages in which the bot speaks, and their catalogues."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from datetime import UTC, datetime
from itertools import product
from string import Formatter

import pytest
from babel.messages.catalog import Catalog

from bot.app import open_services
from bot.client import Rumourmill
from bot.config import Config
from bot.errors import explain
from bot.markup import unescape
from bot.render_articles import report_embed
from bot.words import (
    ENGLISH,
    LANGUAGES,
    _,
    decimal,
    language_of,
    ngettext,
    pgettext,
    said_of,
    speak,
    speaking,
)
from corpus.errors import ArticleRefusedError
from corpus.ingest.draft import make_draft
from corpus.ingest.read import read_bytes
from corpus.types import ArticleDraft, IngestReport, Refusal
from corpus.web.failures import status_error
from corpus.wording import Wording
from scripts.catalogues import Command, all_commands, catalogue, template, translated
from tests.bot.conftest import MANAGE_MESSAGES, bot, load_word_engine
from tests.discord_double import Channel, DiscordDouble, Guild, Member, Reply

BRING_UP_TO_DATE = "run `python -m scripts.catalogues`, then translate what is new in bot/locales"
NOW = datetime(2026, 8, 1, tzinfo=UTC)
LOCALES = ("de", "es-ES", "es-419", "fr")
QUESTION = "who replaces Ancelotti?"
COACHES = ("Xabi Alonso", "Raúl González", "José Mourinho", "Arne Slot", "Thomas Tuchel")
SENTENCES = tuple(f"{coach} replaces Ancelotti." for coach in COACHES)


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


async def test_french_has_no_plural_for_none() -> None:
    speak("fr")
    assert [ngettext("{number} article", "{number} articles", n) for n in (0, 1, 2)] == [
        "0 article",
        "1 article",
        "2 articles",
    ]


async def test_a_language_is_spoken_for_a_while_only() -> None:
    speak("fr")
    with speaking("de"):
        assert _("More") == "Mehr"
    assert _("More") == "Plus"


# Reasons of lower layers


async def test_a_reason_is_said_in_the_language_with_its_values() -> None:
    with pytest.raises(ArticleRefusedError) as caught:
        make_draft({"text": "Word. " * 50_000}, NOW)
    assert str(caught.value) == "Its text has 299,999 characters, and 200,000 is the most: split it."
    speak("de")
    told = unescape(explain(caught.value).text)
    assert told == "Der Text hat 299.999 Zeichen, höchstens 200.000 gehen: Teil ihn auf."


async def test_words_within_a_reason_are_said_in_the_language_too() -> None:
    with pytest.raises(ArticleRefusedError) as caught:
        make_draft({"text": "Word.", "title": 7}, NOW)
    speak("fr")
    assert "mais c'est un nombre" in said_of(caught.value.reason)


async def test_a_report_tells_in_the_language_why_lines_were_refused() -> None:
    lines = b'{"text": ""}\n[]\n{"text": "Alonso.", "date": "soon"}\nnonsense\n'
    refused = [item for item in read_bytes("a.jsonl", lines, now=NOW) if isinstance(item, Refusal)]
    speak("de")
    told = unescape(report_embed(IngestReport(refused=tuple(refused))).description or "")
    assert "4 abgelehnt" in told
    assert "a.jsonl:1: Der Artikel hat keinen Text." in told
    assert 'a.jsonl:2: Die Zeile ist kein JSON-Objekt: Schreib {"title": …, "text": …}.' in told
    assert "a.jsonl:3: Das Datum (soon) ist nicht lesbar: Schreib es wie 2024-11-06." in told
    assert "a.jsonl:4: Die Zeile ist kein JSON: Expecting value, Zeichen 1." in told


@pytest.mark.parametrize("status", [401, 402, 403, 404, 410, 418, 429, 451, 502])
async def test_what_a_server_of_the_web_says_is_told_in_the_language(status: int) -> None:
    speak("de")
    told = said_of(status_error(status, {}, NOW).reason)
    assert told.startswith(f"Der Server sagt {status}")


async def test_what_was_handed_in_is_never_read_as_a_template() -> None:
    speak("de")
    reason = Wording("Its date ({date}) is in the future: correct it, or leave it out.", date="{year}")
    assert "({year})" in said_of(reason)
    assert said_of("{date} is no template") == "{date} is no template"


# The catalogues


@pytest.fixture(scope="module")
def commands() -> Sequence[Command]:
    return asyncio.run(all_commands())


@pytest.fixture(scope="module")
def messages(commands: Sequence[Command]) -> Catalog:
    return template(commands)


def ids(messages: Catalog) -> set[tuple[str | None, str]]:
    return {(message.context, forms(message.id)[0]) for message in messages if message.id}


def forms(text: object) -> tuple[str, ...]:
    """The singular and the plurals of a message, or its only form."""
    return tuple(text) if isinstance(text, (tuple, list)) else (str(text),)


def pairs(language: str) -> Iterator[tuple[str, str]]:
    """Each English form of a message with each of its translations."""
    for message in catalogue(language):
        if message.id:
            yield from product(forms(message.id), forms(message.string))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_catalogue_holds_the_messages_of_the_code_and_no_others(
    language: str, messages: Catalog
) -> None:
    said, held = ids(messages), ids(catalogue(language))
    assert (said - held, held - said) == (set(), set()), BRING_UP_TO_DATE


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_message_is_translated_in_all_its_forms(language: str) -> None:
    found = catalogue(language)
    missing = [m.id for m in found if m.id and not translated(m.string)]
    assert not missing, BRING_UP_TO_DATE
    assert {len(forms(m.string)) for m in found if m.pluralizable} == {found.num_plurals}


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_placeholders_and_markdown(language: str) -> None:
    for english, translation in pairs(language):
        assert placeholders(translation) == placeholders(english), translation
        for mark in ("**", "*", "`", "\n"):
            assert translation.count(mark) == english.count(mark), translation


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text)} - {None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_name_commands_and_options_as_their_language_does(
    language: str, commands: Sequence[Command]
) -> None:
    names = dict(zip(paths(commands, ENGLISH), paths(commands, language), strict=True))
    for english, translation in pairs(language):
        expected = [
            (names[command], [pgettext("option", option, language) for option in options])
            for command, options in mentioned(english, names)
        ]
        found = mentioned(translation, names.values())
        assert sorted(found) == sorted(expected), translation


def paths(commands: Sequence[Command], language: str, before: str = "") -> list[str]:
    """What people type to use the commands in that language: "article", "article add"."""
    found = []
    for command in commands:
        path = before + pgettext("command", command.name, language)
        inner = getattr(command, "commands", [])
        found += [path, *paths(list(inner), language, f"{path} ")]
    return found


def mentioned(text: str, commands: Collection[str]) -> list[tuple[str, list[str]]]:
    """The commands after a slash in a text, each with the options that are filled in behind it."""
    found = []
    for words, rest in re.findall(r"(?<![\w./:])/(\w[\w-]*(?: [\w-]+\b(?!:))?)([^`\n/]*)", text):
        command = words if words in commands else words.split()[0]
        found.append((command, re.findall(r"([\w-]+):(?=\S)", rest)))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_name_buttons_and_menus_as_their_language_does(language: str) -> None:
    found = catalogue(language)
    for english, translation in pairs(language):
        for label in labels(english):
            message = found.get(label) or found.get(label, "command")
            assert not message or message.string in labels(translation), translation


def labels(text: str) -> list[str]:
    """What stands in bold, without the menu that it is in."""
    return [bold.rpartition(" › ")[2] for bold in re.findall(r"\*\*(.+?)\*\*", text)]


# In Discord


@pytest.fixture
async def client(double: DiscordDouble, config: Config) -> AsyncIterator[Rumourmill]:
    drafts = [ArticleDraft(coach, text) for coach, text in zip(COACHES, SENTENCES, strict=True)]
    async with open_services(config, load_word_engine) as services:
        await (await services.load()).add(drafts, guild_id=None)
    async with bot(double, config) as client:
        yield client


@pytest.fixture
def german(guild: Guild) -> Member:
    return guild.add_member("Fan", locale="de")


def quoted(reply: Reply) -> set[str]:
    """Which of the articles' sentences stand in it, word for word."""
    text = unescape(reply.text.replace("**", ""))
    return {sentence for sentence in SENTENCES if sentence in text}


async def test_commands_pass_the_rules_of_discord_in_every_language(
    client: Rumourmill, double: DiscordDouble
) -> None:
    await client.tree.sync()
    [ask] = [command for command in double.commands[None] if command["name"] == "ask"]
    assert {locale: ask["name_localizations"][locale] for locale in LOCALES} == {
        "de": "fragen",
        "es-ES": "preguntar",
        "es-419": "preguntar",
        "fr": "demander",
    }


async def test_a_german_fan_is_answered_in_german_with_the_quotes_as_they_are(
    client: Rumourmill, channel: Channel, german: Member, fan: Member
) -> None:
    answer = await german.slash(channel, "ask", question=QUESTION)
    assert len(quoted(answer)) == 3
    assert "Stand: <t:" in answer.text
    assert "neueste Quelle ohne Datum" in answer.text
    assert answer.buttons == ["Mehr", "Belege zeigen", "Quellen", "Hat das gestimmt?", "Melden"]
    more = await answer.click(german, "Mehr")
    assert quoted(more) == {*SENTENCES} - quoted(answer)
    assert "ohne Datum" in more.text
    assert "undated" in (await answer.click(fan, "Mehr")).text


async def test_a_server_is_answered_in_its_own_language(client: Rumourmill, double: DiscordDouble) -> None:
    server = double.add_guild("Ultras Nord", locale="de")
    fan = server.add_member("fan")
    reply = await fan.mention(server.add_channel("gerüchte"), QUESTION)
    assert quoted(reply)
    assert "Stand: <t:" in reply.text


async def test_a_german_fan_is_helped_and_refused_in_german(
    client: Rumourmill, channel: Channel, german: Member
) -> None:
    assert "`/fragen`" in (await german.slash(channel, "help")).text
    refused = await german.slash(channel, "ask", question="🏆🏆🏆")
    assert refused.text.startswith("In der Frage stehen keine Wörter.")
    forbidden = await german.slash(channel, "article list", validate=False)
    assert forbidden.text == "Dafür brauchst du die Berechtigung „Nachrichten verwalten“."


@pytest.mark.parametrize("locale", LOCALES)
async def test_everything_finds_room_in_discord_in_every_language(
    client: Rumourmill, guild: Guild, channel: Channel, locale: str
) -> None:
    moderator = guild.add_member("Mod", permissions=MANAGE_MESSAGES, locale=locale)
    form = await moderator.slash(channel, "article add")
    answer = await moderator.slash(channel, "ask", question=QUESTION)
    replies = [
        answer,
        await form.submit(moderator, title="A", text="B."),
        await moderator.slash(channel, "help"),
        await moderator.slash(channel, "privacy show"),
        await moderator.slash(channel, "article list"),
        *[await answer.click(moderator, label) for label in answer.buttons],
    ]
    shown = "\n".join(reply.text for reply in replies)
    english = ("undated", "As of", "Added", "answer questions", "I keep nothing", "shared by")
    assert [words for words in english if words in shown] == []
