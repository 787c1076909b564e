"""Candidates as the engine reads them, made of a text."""

from dataclasses import fields
from datetime import UTC, datetime

from corpus.types import Article, Passage
from index.choose import Considered, Scores
from index.excerpt import Candidate, Excerpt

NOW = datetime(2024, 11, 7, tzinfo=UTC)


def article(
    text: str, *, article_id: int = 1, title: str = "A title", published_at: datetime | None = NOW
) -> Article:
    url = f"https://a.example/{article_id}"
    return Article(
        article_id,
        None,
        title,
        text,
        "TEAMtalk",
        None,
        published_at,
        url,
        f"x{article_id}",
        "hash",
        NOW,
        None,
    )


def candidate(article: Article) -> Candidate:
    return Candidate(article, Passage(article.id, article.id, 0, len(article.text), 0), 0.5, 0.3)


def scores(**given: float) -> Scores:
    """Those that are given; every other is 0."""
    return Scores(**{field.name: given.get(field.name, 0.0) for field in fields(Scores)})


def considered(article: Article, quote: str = "", answer: str = "", **given: float) -> Considered:
    """The article's text was read as one passage; `quote` and `answer` are all of it unless given."""
    quote = quote or article.text
    at = article.text.index(quote)
    inside = at + quote.index(answer)
    place = Excerpt((at, at + len(quote)), (inside, inside + len(answer or quote)))
    return Considered(candidate(article), place, scores(**given))
