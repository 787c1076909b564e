"""Whose an address is, and which of its own a page may call itself by. Pure."""

from urllib.parse import urljoin, urlsplit

from corpus.text import canonical_url

_SAME_SITE = ("www.", "m.", "mobile.", "amp.")


def site_of(url: str) -> str:
    """The host, without what only tells browsers or telephones apart."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    for prefix in _SAME_SITE:
        if host.startswith(prefix) and "." in host.removeprefix(prefix):
            return host.removeprefix(prefix)
    return host


def absolute(link: str, base: str) -> str | None:
    """A link of a document as an http(s) address without tracking; None where it is none."""
    try:
        return canonical_url(urljoin(base, link.strip()))
    except ValueError:
        return None


def own_address(claimed: str | None, found_at: str) -> str:
    """What a page calls itself, if that is an article's address of the same site; else where it was found."""
    found = canonical_url(found_at) or found_at
    claim = absolute(claimed, found) if claimed else None
    if claim is None or site_of(claim) != site_of(found) or _port(claim) != _port(found) or _is_front(claim):
        return found
    if found.startswith("https:") and claim.startswith("http:"):
        return "https:" + claim.removeprefix("http:")
    return claim


def _port(canonical: str) -> str:
    """What another program of the same host may listen on, "" for its usual one."""
    return urlsplit(canonical).netloc.partition(":")[2]


def _is_front(url: str) -> bool:
    """Many sites call each of their pages by the address of the first one."""
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query
