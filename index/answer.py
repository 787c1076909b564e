"""References to quotes, or an honest "nothing". Pure."""

from collections.abc import Mapping, Sequence

from corpus.text import checksum
from corpus.types import Article, QuoteRef
from index.choose import Considered
from index.emphasis import emphasis
from index.errors import NotVerbatimError
from index.types import Question, Quote, Source


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
    chosen: Sequence[Considered], question: Question, articles: Mapping[int, Article]
) -> tuple[Quote, ...]:
    """Quotes of the articles as they stand in the store now, each compared with what was read.

    An article that was removed or changed since it was read is left out.
    A quote that its unchanged article does not hold raises NotVerbatimError.
    """
    quotes = []
    for one in chosen:
        read = one.candidate.article
        article = articles.get(read.id)
        if article is None or article.content_hash != read.content_hash:
            continue
        start, end = one.excerpt.quote
        answer = (one.excerpt.answer[0] - start, one.excerpt.answer[1] - start)
        bold = emphasis(one.quote, answer, question.wanted)
        shown = Quote(source(article), article.text[start:end], start, bold, one.scores.total)
        if shown.text != one.quote or not shown.text:
            raise NotVerbatimError(f"article {article.id} does not hold {one.quote!r} at {start}")
        quotes.append(shown)
    return tuple(quotes)
