"""What the engine takes and gives. Scores: larger is better, comparable within one run only."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Wanted(Enum):
    """The kind of answer that a question asks for, as far as its words tell."""

    PERSON = "person"
    PLACE = "place"
    MONEY = "money"
    TIME = "time"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which articles may answer: a guild's own and the shared ones, published within [since, as_of].

    Undated articles count only while neither end of the time is set.
    """

    guild_id: int | None = None
    as_of: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A person's words (`text`), what is searched for (`query`), and what may answer.

    `as_of` is the day the answer will speak for: the scope's, or the present.
    """

    text: str
    query: str
    wanted: Wanted
    as_of: datetime
    scope: Scope


@dataclass(frozen=True, slots=True)
class Hit:
    passage_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Source:
    """The article behind a quote."""

    article_id: int
    external_id: str | None
    title: str
    publisher: str | None
    published_at: datetime | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim sentences: `article.text[start:start + len(text)] == text`.

    `emphasis` holds the decisive words as (start, end) within `text`, best first, never overlapping.
    """

    source: Source
    text: str
    start: int
    emphasis: tuple[tuple[int, int], ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The best quotes first; no quotes means that nothing was found.

    `as_of` is the day the answer speaks for; `articles` is how many were looked at. `confidence` is the
    probability that the first quote answers the question, 0 to 1; also given where nothing is shown.
    """

    question: str
    as_of: datetime
    articles: int
    quotes: tuple[Quote, ...] = ()
    confidence: float = 0.0

    @property
    def answered(self) -> bool:
        return bool(self.quotes)

    @property
    def newest(self) -> datetime | None:
        """When the newest of the quoted articles was published."""
        return max((q.source.published_at for q in self.quotes if q.source.published_at), default=None)
