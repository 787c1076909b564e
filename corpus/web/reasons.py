"""Why a document can't be read, in words. Pure."""

from collections.abc import Mapping

from corpus.text import canonical_url
from corpus.wording import Wording

TOO_LONG = Wording("It took too long to read that page: paste its text instead.")
FEED_TOO_LONG = Wording("It took too long to read that feed: try another one.")
BROKE = Wording("That page could not be read: paste its text instead.")
TOO_MUCH = Wording("That page says too much to be one article: paste its text instead.")
EMPTY = Wording("There is nothing at that address: check it, or paste the text instead.")
NO_PAGE = Wording("That is no web page, but a file of another kind: paste its text instead.")
NO_TEXT = Wording("I found no article on that page: paste its text instead.")
NO_FEED = Wording("That is no feed: give the address of an RSS, Atom or JSON feed.")
PAGE_NOT_FEED = Wording("That is a web page, not a feed: give the address of the site's RSS or Atom feed.")
DAMAGED_FEED = Wording("That feed is damaged and can't be read: tell its publisher, or try another one.")

_PLAIN = (
    TOO_LONG,
    BROKE,
    TOO_MUCH,
    EMPTY,
    FEED_TOO_LONG,
    NO_PAGE,
    NO_TEXT,
    NO_FEED,
    PAGE_NOT_FEED,
    DAMAGED_FEED,
)
_KNOWN = {reason.template: reason for reason in _PLAIN}


def page_with_feed(address: str) -> Wording:
    return Wording("That is a web page, not a feed. Its feed is at {address}", address=address)


def told(template: object, values: object) -> Wording:
    """One of these reasons, as somebody says who isn't trusted. Raises ValueError for any other."""
    if isinstance(template, str) and template in _KNOWN:
        return _KNOWN[template]
    address = values.get("address") if isinstance(values, Mapping) else None
    safe = canonical_url(address) if isinstance(address, str) else None
    if safe and template == page_with_feed("").template:
        return page_with_feed(safe)
    raise ValueError("no known reason")
