"""References to quotes, or an honest "nothing". Pure."""

from collections.abc import Mapping, Sequence

from corpus.text import checksum
from corpus.types import Article, QuoteRef
from index.errors import NotVerbatimError
from index.read import Candidate, Reader, Reading, Sentence
from index.types import Quote, Source

COVERAGE_WORTH = 0.5
"""How a share of words compares with a cosine: four fifths of the question's words are as good as 0.4."""


def fit(reader: Reader, candidate: Candidate, found: Sequence[Sentence]) -> float:
    """How well a candidate fits the question, 0 to 1: by meaning, its own or a sentence's, or by words."""
    words = reader.coverage(f"{candidate.article.title}\n{candidate.text}")
    return max(candidate.cosine, COVERAGE_WORTH * words, *(sentence.cosine for sentence in found))


def source(article: Article) -> Source:
    return Source(
        article.id, article.external_id, article.title, article.publisher, article.published_at, article.url
    )


def quote(ref: QuoteRef, article: Article, score: float = 0.0) -> Quote:
    return Quote(source(article), article.text[ref.start : ref.end], ref.start, ref.emphasis, score)


def reference(shown: Quote) -> QuoteRef:
    """Where a quote stands, to be kept instead of its words; `hydrate` is the way back."""
    end = shown.start + len(shown.text)
    return QuoteRef(shown.source.article_id, shown.start, end, shown.emphasis, checksum(shown.text))


def hydrate(references: Sequence[QuoteRef], articles: Mapping[int, Article]) -> tuple[Quote, ...]:
    """The quotes as the articles hold them now; those that their article no longer holds are left out."""
    present = [(r, quote(r, articles[r.article_id])) for r in references if r.article_id in articles]
    return tuple(shown for ref, shown in present if checksum(shown.text) == ref.checksum)


def checked(
    readings: Sequence[tuple[Reading, QuoteRef]], articles: Mapping[int, Article]
) -> tuple[Quote, ...]:
    """Quotes of the articles as they stand in the store now, each compared with what was read.

    An article that was removed or changed since it was read is left out.
    A quote that its unchanged article does not hold raises NotVerbatimError.
    """
    quotes = []
    for reading, ref in readings:
        article = articles.get(reading.article.id)
        if article is None or article.content_hash != reading.article.content_hash:
            continue
        shown = quote(ref, article, reading.score)
        if shown.text != reading.text or not shown.text:
            raise NotVerbatimError(f"article {article.id} does not hold {reading.text!r} at {reading.start}")
        quotes.append(shown)
    return tuple(quotes)
