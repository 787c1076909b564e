"""What the engine takes and gives. Scores: larger is better, comparable within one run only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


class Wanted(Enum):
    """The kind of answer that a question asks for, as far as its words tell."""

    PERSON = "person"
    LIST = "list"
    """Several persons."""
    PLACE = "place"
    """A club, a league or a country."""
    MONEY = "money"
    COUNT = "count"
    TIME = "time"
    """A moment or a duration."""
    REASON = "reason"
    YES_NO = "yes or no"
    ANYTHING = "anything"


_FADING = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Period:
    """The time [start, end) that a question speaks of: a preference, for reports come before and after."""

    start: datetime
    end: datetime

    def closeness(self, at: datetime) -> float:
        """1 within the period, less and less outside of it: a half after 45 days, a third after 90."""
        outside = max(self.start - at, at - self.end, timedelta())
        return 1 / (1 + outside / _FADING)


@dataclass(frozen=True, slots=True)
class Correction:
    """What was read for a word (or words) that the person typed."""

    typed: str
    read: str


@dataclass(frozen=True, slots=True)
class Expansion:
    """Words that articles may use for the person's own; weighs less than those do, 0 to 1."""

    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class Scope:
    """Which articles may answer: a guild's own and the shared ones, published within [since, as_of].

    Undated articles count only while neither end of the time is set. `articles`: of these, no others.
    """

    guild_id: int | None = None
    as_of: datetime | None = None
    since: datetime | None = None
    articles: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A person's words (`text`), what is searched for (`query`), and what may answer.

    `as_of` is the day the answer will speak for: the scope's, or the present. The query is the person's
    words, those of an earlier question that it leans on in front, with misspelt names as `corrections` read
    them; `expansions` are further words to search for, none of which the query holds.
    """

    text: str
    query: str
    wanted: Wanted
    as_of: datetime
    scope: Scope
    period: Period | None = None
    prefers_newest: bool = False
    corrections: tuple[Correction, ...] = ()
    expansions: tuple[Expansion, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexState:
    """How many passages can be found, and whether these are those that are stored."""

    passages: int
    level: bool


@dataclass(frozen=True, slots=True)
class Hit:
    passage_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What reading a passage for a question gave: text[start:end] answers it best.

    `relevance` is a logit, 0 where the passage is as likely to hold the answer as not; `span` is one that
    tells spans from each other.
    """

    relevance: float
    start: int
    end: int
    span: float


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
    probability that there is an answer in what was read, 0 to 1; also given where nothing is shown.
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
