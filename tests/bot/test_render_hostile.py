"""Hostile titles, texts and names, shown in every way there is: over no limit, no ping, no link but its own.

What Discord would make of it is read by `tests/discord_double/markdown.py`, which knows nothing of the
renderer. A few examples for each function run with every check; HOSTILE_EXAMPLES=10000 runs so many.
"""

import importlib
import inspect
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import discord
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import markup, render, render_admin, render_articles, render_feeds, render_moderation
from bot.errors import RefusedError, explain
from bot.incidents import Incident
from bot.words import ENGLISH, LANGUAGES, speaking
from corpus.feeds.types import FollowedFeed, Look
from corpus.text import clean
from corpus.types import (
    Action,
    Article,
    ArticleDraft,
    ArticleSummary,
    AuditEntry,
    GuildSettings,
    IngestReport,
    KeptQuestion,
    Link,
    Note,
    NoteKind,
    Publisher,
    QueueEntry,
    Refusal,
    ServerAlias,
)
from corpus.web.types import NOTHING_KNOWN, Feed, FeedItem
from index.near import Near, Preview
from index.types import Answer, IndexState, Quote, Source
from tests.discord_double.markdown import read

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "0")) or 60
NOW = datetime(2024, 11, 6, 12, tzinfo=UTC)
OWN = "example.org"
ADDED_BY = 99
CHANNEL = 2**63 - 1
LEGIBLE = 60
"""What is no longer than this is shown in full everywhere."""

FRAGMENTS = (
    *(
        "*",
        "**",
        "_",
        "__",
        "~~",
        "||",
        "`",
        "```",
        "[",
        "]",
        "](",
        "(",
        ")",
        "<",
        ">",
        "\\",
        "\\\\",
        "@",
        ":",
    ),
    *("#", "##", "-#", "-", "+", "1.", ">>>", "|", "/", "&", "!", "?", ".", ",", "{", "}", "{day}", "%s"),
    *("[click](https://evil.example)", "](https://evil.example)", "[x](<https://evil.example>)", "[[a]](b)"),
    *(
        "https://evil.example",
        "<https://evil.example>",
        "HTTP://evil.example/a)b",
        "https://evil.example/_a_",
    ),
    *("@everyone", "@here", "<@1>", "<@!1>", "<@&2>", "<#3>", "</ask:4>", "<:e:5>", "<a:e:5>", "<id:guide>"),
    *("<t:1:R>", "<t:7:D>", "¯\\_(ツ)_/¯", "\n", "\n\n", "\r\n", "\u2028", "\u2029", " ", "  ", "\t", "\xa0"),
    *(
        "\n# ",
        "\n> ",
        "\n>>> ",
        "\n- ",
        "\n1. ",
        "\n-# ",
        "```\n",
        "\x00",
        "\x1b",
        "\x85",
        "\ud800",
        "\udfff",
    ),
    *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u061c"),
    *("\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2060", "\u2063", "\ufeff", "\xad", "\u180e"),
    *(
        "\U000e0041",
        "\U000e007f",
        "\ufff9",
        "e\u0301",
        "\u0301" * 40,
        "🏆",
        "👨‍👩‍👧",
        "Ødegaard",
        "word",
        "a",
        "1",
    ),
)
mixed = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=6), max_size=10).map("".join)
long = st.builds(
    lambda piece, times: (piece * times)[:10_000],
    st.sampled_from(FRAGMENTS),
    st.sampled_from([50, 300, 10_000]),
)
hostile = st.one_of(mixed, mixed, mixed, long)


class Hostile:
    """Texts, links and articles made of hostile pieces, one after the other."""

    def __init__(self, pieces: Sequence[str], size: int) -> None:
        self._pieces = cycle(pieces)
        self.size = size
        self.articles = [self._article(number) for number in range(size)]

    def text(self) -> str:
        return next(self._pieces)

    def link(self) -> str | None:
        forms: tuple[str | None, ...] = (
            f"https://{OWN}/{self.text()}",
            f"https://{OWN}@evil.example/{self.text()}",
            f"javascript:{self.text()}",
            self.text().replace("evil.example", f"{OWN}/"),
            None,
        )
        return forms[len(self.text()) % len(forms)]

    def _article(self, number: int) -> Article:
        title, text, publisher, url = self.text(), self.text(), self.text(), self.link()
        guild = None if number % 2 else 5
        day = NOW - timedelta(days=number * 9) if number % 3 else None
        return Article(number + 1, guild, title, text, publisher, None, day, url, None, "hash", NOW, ADDED_BY)

    @property
    def sources(self) -> list[Source]:
        return [Source(a.id, None, a.title, a.publisher, a.published_at, a.url) for a in self.articles]

    @property
    def quotes(self) -> list[Quote]:
        return [
            Quote(source, article.text, 0, spans(article.text))
            for source, article in zip(self.sources, self.articles, strict=True)
        ]

    @property
    def answer(self) -> Answer:
        return Answer(self.text(), NOW, 412, tuple(self.quotes))

    @property
    def summaries(self) -> list[ArticleSummary]:
        return [
            ArticleSummary(a.id, a.guild_id, a.title, a.publisher, a.published_at, 1) for a in self.articles
        ]

    @property
    def report(self) -> IngestReport:
        refused = tuple(Refusal(self.text(), self.text()) for _ in range(self.size * 3))
        return IngestReport((1,) * self.size, (2,), (3,), refused)


def spans(text: str) -> tuple[tuple[int, int], ...]:
    """Two words, the second first."""
    return tuple(word.span() for word in re.finditer(r"\w+", text[:400]))[1::-1]


@dataclass
class Shown:
    """What a function gave, and what has to be legible in it, each text cleaned.

    `plain`: Discord reads no markup in it. `pinged` is whom the bot itself may name.
    """

    what: discord.Embed | str | bytes | None
    legible: Sequence[str | None] = ()
    limit: int = 4096
    plain: bool = False
    pinged: frozenset[str] = frozenset()


def with_titles(embed: discord.Embed, sources: Sequence[Source], shown: int, *others: str) -> Shown:
    told = [text for source in sources[:shown] for text in (source.title, source.publisher)]
    return Shown(embed, [*others, *told])


def answered(hostile: Hostile) -> Shown:
    answer = hostile.answer
    embed, shown = render.answer_embed(answer, 3)
    quoted = [quote.text for quote in answer.quotes[:shown]]
    return with_titles(embed, hostile.sources, shown, answer.question, *quoted)


def further(hostile: Hostile) -> Shown:
    embed, shown = render.more_embed(hostile.quotes, 2)
    return with_titles(embed, hostile.sources, shown, *(quote.text for quote in hostile.quotes[:shown]))


def proved(hostile: Hostile) -> Shown:
    around = [(hostile.text(), quote, hostile.text()) for quote in hostile.quotes]
    proofs = [(quote, (before + quote.text + after)[:900], len(before)) for before, quote, after in around]
    return with_titles(render.proof_embed(proofs, 1), hostile.sources, min(1, len(proofs)))


def withdrawn(hostile: Hostile) -> Shown:
    """The title is that of an answer, as Discord gives it back."""
    title = render.answer_embed(hostile.answer, 3)[0].title
    quotes: list[Quote | datetime] = [NOW, *hostile.quotes[:2]]
    return with_titles(render.withdrawn_embed(title, NOW, 412, quotes), hostile.sources, min(1, hostile.size))


def one(hostile: Hostile) -> Article:
    return Hostile([hostile.text(), hostile.text(), hostile.text()], 1).articles[0]


def one_source(hostile: Hostile) -> Source:
    return Hostile([hostile.text(), hostile.text()], 1).sources[0]


def links(hostile: Hostile) -> list[Link]:
    return [
        Link(hostile.link() or "", hostile.text(), hostile.text(), None, NOW) for _ in range(hostile.size)
    ]


def shown_article(hostile: Hostile) -> Shown:
    article = one(hostile)
    pinged = frozenset({f"<@{ADDED_BY}>"})
    return Shown(
        render_articles.article_embed(article, links(hostile)),
        [article.title, article.publisher, article.text],
        pinged=pinged,
    )


def removed(hostile: Hostile) -> Shown:
    article = one(hostile)
    return Shown(render_articles.removed_embed(article, 3, ANSWERS), [article.title, article.publisher])


def first(hostile: Hostile) -> Shown:
    return Shown(render.first_report(hostile.answer), limit=1024)


def chosen(hostile: Hostile) -> Shown:
    article = one(hostile)
    return Shown(render_articles.choice_name(7, article.title), [article.title], 100, plain=True)


def in_line(hostile: Hostile) -> Shown:
    text = hostile.text()
    return Shown(markup.one_line(text, 100), [text], 100, plain=True)


def whole(text: str, shown: str) -> Shown:
    return Shown(shown, [text], limit=10**6)


def most_settings() -> GuildSettings:
    """All that can be chosen, as much as possible of it, with the longest numbers."""
    channels = tuple(range(2**63 - 25, 2**63))
    return GuildSettings(2**63 - 1, 2**63 - 1, channels, private=True, keep_questions=True)


CHOSEN = frozenset({f"<@&{2**63 - 1}>", f"<@{ADDED_BY}>", *(f"<#{2**63 - n}>" for n in range(1, 26))})


def status(hostile: Hostile) -> Shown:
    """`what` is a command's name in Discord's own characters."""
    incidents = [Incident(NOW, 5, "0" * 8, "article " + "x" * 32) for _ in range(hostile.size * 20)]
    much = 10**9
    index = IndexState(much, level=True)
    seen = render_admin.Status(much, much, NOW, index, NOW, 60.0, 60.0, much, incidents, "1.0.0")
    return Shown(render_admin.status_embed(seen))


def note(hostile: Hostile, number: int) -> QueueEntry:
    kind = NoteKind.REPORT if number % 2 else NoteKind.QUESTION
    channel = 2 if number % 3 else None
    return QueueEntry(number, Note(5, kind, ADDED_BY, NOW, channel, 3, hostile.text(), hostile.text()))


def entry(hostile: Hostile, number: int) -> AuditEntry:
    actions = get_args(Action)
    return AuditEntry(NOW, ADDED_BY, actions[number % len(actions)], 10**9, hostile.text(), hostile.text())


def filter_of(hostile: Hostile) -> tuple[str, ...]:
    return tuple(hostile.text()[:50] for _ in range(20))


def look(hostile: Hostile) -> Look:
    items = tuple(FeedItem(str(n), hostile.link(), hostile.text(), hostile.text()) for n in range(5))
    return Look(hostile.link() or "", Feed(hostile.text(), items), NOTHING_KNOWN, None, NOW)


def feed(hostile: Hostile) -> FollowedFeed:
    return FollowedFeed(
        id=1,
        guild_id=1,
        url=hostile.link() or "",
        title=hostile.text(),
        words=filter_of(hostile),
        channel_id=CHANNEL,
        added_by=ADDED_BY,
        added_at=NOW,
        validators=NOTHING_KNOWN,
        next_at=NOW,
        checked_at=NOW,
        failures=3,
        failing_since=NOW,
        last_error=hostile.text(),
        paused=True,
        items={"taken": 10**6, "filtered": 3, "refused": 2, "pending": 1},
    )


def previewed(hostile: Hostile) -> Shown:
    article = one(hostile)
    draft = ArticleDraft(
        article.title, article.text, article.publisher, hostile.text(), NOW, hostile.link(), hostile.text()
    )
    alike = tuple(Near(other, 0.7) for other in hostile.articles[:3])
    names = tuple(hostile.text() for _ in range(hostile.size * 3))
    return Shown(render_articles.preview_embed(Preview(draft, 3, names, alike), "Note."), [article.title])


def unread(hostile: Hostile) -> Shown:
    title = hostile.text()
    draft = ArticleDraft(title, "", url=hostile.link())
    return Shown(render_articles.unread_embed(draft, hostile.text()), [title])


def alias(hostile: Hostile) -> ServerAlias:
    return ServerAlias(hostile.text()[:50], hostile.text()[:100])


def publisher(hostile: Hostile) -> Publisher:
    return Publisher(hostile.text(), 10**6, 10**5, NOW - timedelta(days=9), NOW)


def news(hostile: Hostile) -> Shown:
    asked = [KeptQuestion(5, 6, NOW, hostile.text(), hostile.text(), True, False) for _ in range(5)]
    quotes = [hostile.quotes[:n] for n in range(5)]
    return Shown(render.changes_embed(list(zip(asked, quotes, strict=True))))


def nothing(hostile: Hostile) -> Shown:
    names = [hostile.text() for _ in range(3)]
    embed, _ = render.answer_embed(Answer(hostile.text(), NOW, 412), 3, names)
    return Shown(embed, names)


ANSWERS = [f"https://discord.com/channels/{number}/2/3" for number in range(7)]
BUILDERS: dict[str, Callable[[Hostile], Shown]] = {
    "escape": lambda hostile: whole(text := hostile.text(), markup.escape(text)),
    "emphasise": lambda hostile: whole(text := hostile.text(), markup.emphasise(text, spans(text))),
    "one_line": in_line,
    "safe_link": lambda hostile: Shown(markup.safe_link(hostile.link()), limit=2048),
    "answer_embed": answered,
    "source_line": lambda hostile: Shown(markup.source_line(one_source(hostile)), limit=10**4),
    "first_report": first,
    "withdrawn_embed": withdrawn,
    "more_embed": further,
    "proof_embed": proved,
    "sources_embed": lambda hostile: Shown(
        render.sources_embed(
            hostile.sources, 1, {source.article_id: links(hostile) for source in hostile.sources}
        )
    ),
    "also_lines": lambda hostile: Shown("\n".join(markup.also_lines(links(hostile))), limit=markup.RELATED),
    "listing_embed": lambda hostile: with_titles(
        render_articles.listing_embed(hostile.summaries, 1, more=True), hostile.sources, hostile.size
    ),
    "article_embed": shown_article,
    "removed_embed": removed,
    "report_embed": lambda hostile: Shown(render_articles.report_embed(hostile.report, 3, ANSWERS)),
    "choice_name": chosen,
    "article_markdown": lambda hostile: Shown(
        render_articles.article_markdown({"title": hostile.text(), "text": hostile.text()}), plain=True
    ),
    "answer_embed that found nothing": nothing,
    "changes_embed": news,
    "cut_escaped": lambda hostile: Shown(markup.cut_escaped(markup.escape(hostile.text()), 100), limit=100),
    "publishers_embed": lambda hostile: Shown(
        render_articles.publishers_embed([publisher(hostile) for _ in range(hostile.size)], 1)
    ),
    "publisher_embed": lambda hostile: Shown(
        render_articles.publisher_embed(publisher(hostile), hostile.articles, 1)
    ),
    "queue_embed": lambda hostile: Shown(
        render_moderation.queue_embed([note(hostile, n) for n in range(5)], 1, more=True), pinged=CHOSEN
    ),
    "done_embed": lambda hostile: Shown(render_moderation.done_embed(note(hostile, 1)), pinged=CHOSEN),
    "entry_choice": lambda hostile: Shown(
        render_moderation.entry_choice(note(hostile, 1)), limit=100, plain=True
    ),
    "alias_embed": lambda hostile: Shown(render_moderation.alias_embed(alias(hostile), "Added")),
    "aliases_embed": lambda hostile: Shown(
        render_moderation.aliases_embed([alias(hostile) for _ in range(200)], 1)
    ),
    "look_embed": lambda hostile: Shown(
        render_feeds.look_embed(look(hostile), filter_of(hostile), "Added", CHANNEL), pinged=CHOSEN
    ),
    "feeds_embed": lambda hostile: Shown(
        render_feeds.feeds_embed([feed(hostile) for _ in range(8)], 1), pinged=CHOSEN
    ),
    "feed_embed": lambda hostile: Shown(render_feeds.feed_embed(feed(hostile), "Paused"), pinged=CHOSEN),
    "feed_choice": lambda hostile: Shown(render_feeds.feed_choice(feed(hostile)), limit=100, plain=True),
    "new_article_embed": lambda hostile: Shown(render_feeds.new_article_embed(one(hostile))),
    "closed_embed": lambda hostile: Shown(render_feeds.closed_embed(feed(hostile)), pinged=CHOSEN),
    "health_embed": lambda hostile: Shown(render_feeds.health_embed(feed(hostile), "failing")),
    "restored_embed": lambda hostile: Shown(render_articles.restored_embed(one(hostile), 3, ANSWERS)),
    "refusals_file": lambda hostile: Shown(render_articles.refusals_file(hostile.report.refused), plain=True),
    "with_member": lambda hostile: Shown(
        render_articles.with_member(render_articles.report_embed(hostile.report), ADDED_BY), pinged=CHOSEN
    ),
    "preview_embed": previewed,
    "unread_embed": unread,
    "audit_embed": lambda hostile: Shown(
        render_articles.audit_embed([entry(hostile, n) for n in range(10)], 1, more=True), pinged=CHOSEN
    ),
    "settings_embed": lambda _: Shown(render_admin.settings_embed(most_settings()), pinged=CHOSEN),
    "settings_changed_embed": lambda _: Shown(
        render_admin.settings_changed_embed(ADDED_BY, GuildSettings(), most_settings()), pinged=CHOSEN
    ),
    "status_embed": status,
    "explain": lambda hostile: Shown(explain(RefusedError(hostile.text())).text, limit=2000),
}
NOTHING_HOSTILE = {
    *("unescape", "asked_question", "day", "and_more", "followed"),
    *("settings_lines", "exported_embed", "purged_embed"),
    *("progress_embed", "detached_embed", "draft_fields", "waiting_embed"),
}
"""Functions that read back what was shown, show nothing, or are given numbers and days alone."""


def public_functions() -> Iterator[str]:
    """Of `markup`, `render` and the modules beside it that are called after it."""
    for path in (Path(markup.__file__), *Path(render.__file__).parent.glob("render*.py")):
        module = importlib.import_module(f"bot.{path.stem}")
        for name, member in inspect.getmembers(module, inspect.isfunction):
            if member.__module__ == module.__name__ and name[0] != "_":
                yield name


def test_every_function_that_shows_something_is_shown_hostile_text() -> None:
    assert set(public_functions()) - NOTHING_HOSTILE - BUILDERS.keys() == set()


@pytest.mark.parametrize("name", BUILDERS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    pieces=st.lists(hostile, min_size=1, max_size=7),
    size=st.integers(0, 10),
    language=st.sampled_from([ENGLISH, *LANGUAGES]),
)
def test_hostile_text_is_shown_as_it_is_written_and_does_nothing(
    name: str, pieces: list[str], size: int, language: str
) -> None:
    with speaking(language):
        assert_harmless(BUILDERS[name](Hostile(pieces, size)))


@pytest.mark.parametrize(
    ("piece", "escaped"),
    [
        ("[click](https://evil.example)", "[click](https://evil.example)"),
        ("word](https://evil.example)", "word](https://evil.example)"),
        ("<@1>", "<@1>"),
        ("@everyone", "@everyone"),
        ("<https://evil.example>", "<https://evil.example>"),
        ("**", "**"),
        ("*", "*"),
        ("# word", "# word"),
        ("word\n> word", "word\n> word"),
        ("wo\u202erd", "wo\u202erd"),
        ("word", "another"),
    ],
)
def test_text_that_is_not_or_wrongly_escaped_is_noticed(
    monkeypatch: pytest.MonkeyPatch, piece: str, escaped: str
) -> None:
    hostile = Hostile([piece], 1)
    assert_harmless(answered(hostile))
    for module in (markup, render):
        monkeypatch.setattr(module, "escape", lambda _: escaped)
        monkeypatch.setattr(module, "emphasise", lambda *_: escaped)
    with pytest.raises(AssertionError):
        assert_harmless(answered(hostile))


def assert_harmless(shown: Shown) -> None:
    """Within Discord's limits, without pings, foreign links and hidden characters; and legible."""
    if isinstance(shown.what, bytes):
        shown.what.decode()
        return
    texts = [shown.what or ""] if not isinstance(shown.what, discord.Embed) else embed_texts(shown.what)
    assert all(len(text) <= shown.limit for text in texts)
    for text in texts:
        assert hidden(text) == set()
    if shown.plain:
        legible_in("\n".join(texts), shown.legible)
        return
    readings = [read(text) for text in texts]
    for reading in readings:
        assert set(reading.mentions) <= shown.pinged
        assert {urlsplit(link).hostname for link in reading.links} <= {OWN, "discord.com"}
        assert not {"<t:1:R>", "<t:7:D>"} & set(reading.times)
        assert set(reading.blocks) <= {"> ", "-# "}
        for marks in reading.marks:
            assert marks == [] or balanced(marks)
    legible_in("\n".join(reading.text for reading in readings), shown.legible)


def embed_texts(embed: discord.Embed) -> list[str]:
    """The texts in which Discord reads markup, each within its limit, and all together."""
    assert len(embed) <= 6000
    assert len(embed.fields) <= 25
    limited = [(embed.title, 256), (embed.footer.text, 2048), (embed.author.name, 256)]
    limited += [(text, limit) for f in embed.fields for text, limit in ((f.name, 256), (f.value, 1024))]
    assert all(len(text or "") <= limit for text, limit in limited)
    assert all(text and text.strip() for f in embed.fields for text in (f.name, f.value))
    return [text for text, _ in [*limited, (embed.description, 4096)] if text]


def hidden(text: str) -> set[str]:
    """Characters that nobody sees, or that change the order of others."""
    bare = re.sub("(?<=[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])\u200d", "", text)  # joins emoji
    return {c for c in set(bare) if unicodedata.category(c) in ("Cc", "Cf", "Cs")} - {"\n"}


def balanced(marks: list[str]) -> bool:
    """Bold, struck out, slanted and code, as only the bot itself puts them, each closed within its line."""
    open_marks: list[str] = []
    for mark in marks:
        if open_marks and open_marks[-1] == mark:
            open_marks.pop()
        else:
            open_marks.append(mark)
    return not open_marks and set(marks) <= {"**", "~~", "*", "`"}


def legible_in(shown: str, texts: Sequence[str | None]) -> None:
    for text in texts:
        cleaned = clean(text or "")
        if len(cleaned) <= LEGIBLE:
            assert cleaned in shown or " ".join(cleaned.split()) in shown
