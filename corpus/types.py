"""The nouns of the collection. Times are aware UTC; offsets count characters of `Article.text`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import Enum
from typing import Literal, Self

Action = Literal["added", "changed", "removed", "restored"]


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article as it was handed in: cleaned, complete, not yet stored."""

    title: str
    text: str
    publisher: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    url: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article. `guild_id` is None where it is shared by every server."""

    id: int
    guild_id: int | None
    title: str
    text: str
    publisher: str | None
    author: str | None
    published_at: datetime | None
    url: str | None
    external_id: str | None
    content_hash: str
    added_at: datetime
    added_by: int | None


@dataclass(frozen=True, slots=True)
class Link:
    """Where else the story of an article is told."""

    url: str
    title: str
    publisher: str | None
    published_at: datetime | None
    added_at: datetime


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """A line of a listing."""

    id: int
    guild_id: int | None
    title: str
    publisher: str | None
    published_at: datetime | None
    passages: int


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whose articles a guild sees: how many, how many of them its own, and of what time."""

    name: str
    articles: int
    own: int
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Passage:
    """`article.text[start:end]`: the unit that is embedded and ranked.

    `checksum` (`corpus.text.checksum` of that text) tells whether an article is the one it was cut from.
    """

    id: int
    article_id: int
    start: int
    end: int
    checksum: int


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage with its vector (float16, little-endian), ready to be stored."""

    start: int
    end: int
    vector: bytes


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """Everything that the indexes need to know of a passage."""

    id: int
    article_id: int
    guild_id: int | None
    published_at: datetime | None
    title: str
    text: str
    vector: bytes


@dataclass(frozen=True, slots=True)
class VectorBatch:
    """Columns of passages, without any text: what the indexes are built from at each start.

    `published_at` counts seconds since 1970; a checksum is `corpus.text.checksum` of the passage's text.
    """

    ids: tuple[int, ...]
    article_ids: tuple[int, ...]
    guild_ids: tuple[int | None, ...]
    published_at: tuple[int | None, ...]
    checksums: tuple[int, ...]
    vectors: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """What the store holds under a key."""

    id: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article ready to be stored."""

    key: str
    content_hash: str
    draft: ArticleDraft
    passages: tuple[NewPassage, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """What a committed transaction changed: article ids by key, passages that came and went."""

    revision: int
    article_ids: dict[str, int] = field(default_factory=dict)
    passages: tuple[StoredPassage, ...] = ()
    removed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """An article that is gone, and the ids of the passages that went with it."""

    article: Article
    passages: tuple[int, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class QuoteRef:
    """Where a quote stands: `article.text[start:end]`, with the emphasised spans relative to `start`.

    `checksum` (`corpus.text.checksum` of the quote) tells whether the article still says so.
    """

    article_id: int
    start: int
    end: int
    emphasis: tuple[tuple[int, int], ...] = ()
    checksum: int | None = None


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """What an answer showed, kept so that its buttons work after a restart. Holds no question text."""

    id: int
    guild_id: int | None
    asked_at: datetime
    as_of: datetime
    articles: int
    quotes: tuple[QuoteRef, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message in Discord, the quotes it showed, and when which of them (by number) was withdrawn.

    `language` is the one that its other words are in.
    """

    message_id: int
    channel_id: int
    guild_id: int
    as_of: datetime
    articles: int
    quotes: tuple[QuoteRef, ...]
    withdrawn: Mapping[int, datetime] = field(default_factory=dict)
    language: str = "en"


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """What a member asked, only of what mentions `club` if there is one, and whether it was answered.

    `follows` tells that it followed up on another question, and may not be clear without it.
    """

    guild_id: int
    member_id: int
    asked_at: datetime
    text: str
    club: str | None
    answered: bool
    follows: bool


@dataclass(frozen=True, slots=True)
class ServerAlias:
    """What a server's members call somebody, and the name that articles use."""

    alias: str
    name: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an answer, of which a member saw these quotes, was right for that member."""

    guild_id: int
    answer_id: int
    member_id: int
    at: datetime
    right: bool
    quotes: tuple[QuoteRef, ...]


class NoteKind(Enum):
    QUESTION = "question"
    """One that found no answer."""
    REPORT = "report"
    """What is wrong with an answer."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a member sends to the moderators: all its words are the member's own.

    It is about the answer in message `message_id`, which nobody else sees where `channel_id` is None.
    """

    guild_id: int
    kind: NoteKind
    member_id: int
    at: datetime
    channel_id: int | None
    message_id: int
    question: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A note that waits for the moderators, under its number."""

    id: int
    note: Note


class Put(Enum):
    """What became of a note."""

    ADDED = "added"
    THERE = "there already"
    TOO_MANY = "too many of this member"
    FULL = "no room"


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What the administrators of a server chose; the defaults are those of a server that chose nothing."""

    moderator_role: int | None = None
    """Its members are moderators, besides those with Manage Messages."""
    log_channel: int | None = None
    """Where it is told what moderators change."""
    ask_channels: tuple[int, ...] = ()
    """Where all may see answers; everywhere, where there are none."""
    private: bool = False
    """Whether commands answer whoever asks alone, unless they say otherwise."""
    keep_questions: bool = False
    """Whether what members ask is kept for a while."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which article; `member` is None for nobody of Discord, or somebody forgotten."""

    at: datetime
    member: int | None
    action: Action
    article_id: int
    title: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PendingDraft:
    """A draft that waits for its maker. `edits` is the article it is to replace, which held `edited_hash`."""

    id: int
    draft: ArticleDraft
    edits: int | None = None
    edited_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an article that came in by itself; "linked" to one that tells the same story."""

    outcome: Literal["added", "changed", "unchanged", "linked"]
    article_id: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """An input that was not stored: where it stands (`file:line`) and why."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of everything that was handed in. The ids are of the articles stored, or linked to."""

    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    unchanged: tuple[int, ...] = ()
    refused: tuple[Refusal, ...] = ()
    linked: tuple[int, ...] = ()

    @classmethod
    def of(cls, taken: Sequence[Taken], refused: Sequence[Refusal] = ()) -> Self:
        """What became of articles that came in one by one."""
        ids: dict[str, list[int]] = {"added": [], "changed": [], "unchanged": [], "linked": []}
        for one in taken:
            ids[one.outcome].append(one.article_id)
        added, changed, unchanged, linked = map(tuple, ids.values())
        return cls(added, changed, unchanged, tuple(refused), linked)

    def with_more(self, other: Self) -> Self:
        """Both reports in one."""
        return replace(self, **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})

    @property
    def total(self) -> int:
        stored = len(self.added) + len(self.changed) + len(self.unchanged) + len(self.linked)
        return stored + len(self.refused)
