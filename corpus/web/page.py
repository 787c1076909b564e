"""The bytes of a web page -> what it says, as far as that can be found. Pure; slow and hungry for some pages.

How well that goes is measured in docs/web-pages.md.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from corpus.errors import UnreadableError
from corpus.ingest.draft import MAX_NAME_CHARS, MAX_TEXT_CHARS, MAX_TITLE_CHARS
from corpus.text import clean, clean_line
from corpus.web import reasons
from corpus.web.dates import Moment, best, from_lines, moment
from corpus.web.decoding import decoded
from corpus.web.metadata import Metadata, read_metadata, string_of
from corpus.web.plain import plain, seen_pieces
from corpus.web.site import own_address, site_of
from corpus.web.types import Page

MAX_ELEMENTS = 100_000
WHOLE_CHARS = 300
"""A text of fewer characters is not taken for a whole article."""
TEASER_CHARS = 1_500
"""In a text of fewer, one sentence that asks to subscribe, agree or enable scripts makes it a teaser."""

_MARKUP = {"", "text/html", "application/xhtml+xml", "application/xml", "text/xml"}
_OTHER_FILES = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"RIFF",
    b"BZh",
    b"7z\xbc\xaf",
)


def read_page(body: bytes, *, url: str, media_type: str, charset: str | None, now: datetime) -> Page:
    """The article of an HTML page, or of a plain text, found at `url`. Raises UnreadableError."""
    if not body.strip():
        raise UnreadableError(reasons.EMPTY)
    if media_type not in {*_MARKUP, "text/plain"} or body.lstrip().startswith(_OTHER_FILES):
        raise UnreadableError(reasons.NO_PAGE)
    text = decoded(body, charset)
    if _is_binary(text):
        raise UnreadableError(reasons.NO_PAGE)
    if media_type == "text/plain" or _is_json(text):
        return _plain_page(text, url) if media_type == "text/plain" else _refuse_json()
    return _html_page(text, url, now)


def _is_binary(text: str) -> bool:
    sample = text[:2_000]
    return sum((char < " " and char not in "\t\n\r\f") or char == "\ufffd" for char in sample) * 10 > len(
        sample
    )


def _is_json(text: str) -> bool:
    if text.lstrip()[:1] not in {"{", "["}:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse_json() -> Page:
    raise UnreadableError(reasons.NO_PAGE)


def _plain_page(text: str, url: str) -> Page:
    """Lines of one paragraph are joined; a short first paragraph is the title."""
    cleaned = clean(text)
    paragraphs = (
        [" ".join(block.split()) for block in cleaned.split("\n\n")] if "\n\n" in cleaned else [cleaned]
    )
    title = paragraphs.pop(0) if len(paragraphs) > 1 and len(paragraphs[0]) <= 120 else ""
    found, whole = _bounded("\n\n".join(paragraphs))
    if not re.search(r"[^\W_]", found):
        raise UnreadableError(reasons.NO_TEXT)
    address = own_address(None, url)
    return Page(
        address, title, found, publisher=site_of(address) or None, complete=whole and _is_whole(found)
    )


def _html_page(markup: str, url: str, now: datetime) -> Page:
    from trafilatura import load_html

    tree = load_html(markup)
    if tree is None:
        raise UnreadableError(reasons.NO_TEXT)
    if next(islice(tree.iter(), MAX_ELEMENTS, None), None) is not None:
        raise UnreadableError(reasons.TOO_MUCH)
    metadata = read_metadata(tree, url)
    address = own_address(_claimed_address(tree, metadata), url)
    publisher = _publisher(metadata, address)
    lines = clean("".join(seen_pieces(tree, _is_beside))).splitlines()
    published_at = best(_moments(tree, metadata, lines, address, now))
    title = _title(tree, metadata, publisher, address)
    author = _author(tree, address, metadata, publisher, lines)
    text, whole = _bounded(_text(tree, address, title, metadata, now))
    if not re.search(r"[^\W_]", text):
        raise UnreadableError(reasons.NO_TEXT)
    return Page(
        address,
        title,
        text,
        author,
        publisher,
        published_at,
        _language(tree, metadata),
        complete=whole
        and _is_whole(text)
        and not _is_paid(metadata)
        and not _is_front(metadata, published_at),
    )


def _claimed_address(tree: Any, metadata: Metadata) -> str | None:
    for link in tree.iter("link"):
        if "canonical" in link.get("rel", "").lower().split() and link.get("href"):
            return str(link.get("href"))
    return metadata.first("og:url")


def _publisher(metadata: Metadata, address: str) -> str | None:
    """A name that looks like an address must be that of the site."""
    said = [metadata.first("og:site_name")]
    said += [string_of(article.get("publisher")) for article in metadata.articles[:1]]
    said += [metadata.first("application-name", "dc.publisher", "publisher")]
    site = site_of(address)
    for name in said:
        name = clean_line(name or "")[:MAX_NAME_CHARS]
        if name and (" " in name or "." not in name or site_of(f"https://{name.lower()}/") == site):
            return name
    return site or None


_PARTING = re.compile(r"\s+(?:[-–—|•·»«:]|::|\|\|)\s+|\s*\|\s*|:\s+")


def _title(tree: Any, metadata: Metadata, publisher: str | None, address: str) -> str:
    """The heading where the page's head confirms it, else what the head says; without the site's name."""
    element = next(tree.iter("title"), None)
    heads = [metadata.first("og:title"), *(string_of(a.get("headline")) for a in metadata.articles[:1])]
    heads += [metadata.first("twitter:title"), element.text_content() if element is not None else None]
    said = [title for head in heads if (title := _without_site(plain(head or ""), publisher, address))]
    headings = [clean_line("".join(seen_pieces(h1))) for h1 in islice(tree.iter("h1"), 5)]
    confirmed = (heading for heading in headings if any(_is_alike(heading, title) for title in said))
    title = next(confirmed, None) or next(iter(said), None) or next((h for h in headings if h), "")
    return title[:MAX_TITLE_CHARS]


def _is_alike(heading: str, title: str) -> bool:
    ours, theirs = set(_words(heading)), set(_words(title))
    return len(ours & theirs) * 2 > max(len(ours), len(theirs)) or (bool(ours) and title.startswith(heading))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _without_site(title: str, publisher: str | None, address: str) -> str:
    """The title without parts before or behind it that only name the site."""
    title, site = clean_line(title), site_of(address)
    names = {"".join(_words(name)) for name in (publisher or site, site, site.split(".")[0])}
    while parts := list(_PARTING.finditer(title)):
        if "".join(_words(title[parts[-1].end() :])) in names:
            title = title[: parts[-1].start()].rstrip()
        elif "".join(_words(title[: parts[0].start()])) in names:
            title = title[parts[0].end() :].lstrip()
        else:
            break
    return title


def _author(
    tree: Any, address: str, metadata: Metadata, publisher: str | None, lines: list[str]
) -> str | None:
    said = metadata.articles[0].get("author") if metadata.articles else None
    names = [string_of(one) for one in (said if isinstance(said, list) else [said])]
    author = ", ".join(name for name in names[:10] if name)
    if not author:
        author = _found_author(tree, address)
    if not author:
        bylines = (_BYLINE.fullmatch(line) for line in _top(tree, lines))
        author = next((byline["author"] for byline in bylines if byline), "")
    author = re.sub(
        r"^(?:by|von|por|par)\s+", "", clean_line(author.replace("; ", ", ")), flags=re.IGNORECASE
    )
    if re.search(r"https?:|www\.", author) or author == publisher:
        return None
    return author[:MAX_NAME_CHARS] or None


def _found_author(tree: Any, address: str) -> str:
    from trafilatura import extract_metadata

    only_metadata = {"extensive_search": False, "original_date": True, "url": None}
    try:
        return extract_metadata(tree, default_url=address, date_config=only_metadata).author or ""
    except Exception:  # it also looks for a date, and stumbles over some zones
        return ""


_PUBLISHED_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "article.published",
    "publishdate",
    "publish-date",
    "pubdate",
    "publication_date",
    "date.issued",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "citation_publication_date",
    "rnews:datepublished",
    "date",
)
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)/(\d\d?|[a-z]{3})/(\d\d?)(?=/|$)")
_BESIDE = re.compile(r"comment|relat|teaser|sidebar|recommend|most-?read|\bcard", re.IGNORECASE)
_LATER = re.compile(r"updat|modif|edited|aktualisiert|actualizad|mis à jour", re.IGNORECASE)


def _moments(
    tree: Any, metadata: Metadata, lines: list[str], address: str, now: datetime
) -> Iterator[Moment]:
    """When it was published, in the order in which that is to be believed."""
    described = [*metadata.articles[:1], *metadata.others]
    said = [string_of(node.get(key)) for node in described for key in ("datePublished", "uploadDate")]
    said += [one for name in _PUBLISHED_NAMES for one in metadata.named.get(name, [])[:3]]
    said += _times(tree)
    yield from (found for raw in said if raw and (found := moment(raw, now)))
    yield from from_lines(_top(tree, lines), now)
    if day := _IN_ADDRESS.search(address):
        year, month, day_number = day.groups()
        raw = f"{year}-{month}-{day_number}" if month.isdigit() else f"{day_number} {month} {year}"
        yield from (found for found in [moment(raw, now)] if found)


def _times(tree: Any) -> list[str]:
    """The times that are marked as that of publication, else the first one of the article."""
    marked: list[str] = []
    first: list[str] = []
    for element in islice(tree.iter(), MAX_ELEMENTS):
        when = element.get("datetime") or element.get("content")
        if not when or not isinstance(element.tag, str) or element.tag == "meta":
            continue
        if element.get("itemprop", "").lower() == "datepublished" or element.get("pubdate") is not None:
            marked.append(when)
        elif element.tag == "time" and not first and _is_of_article(element):
            first.append(when)
    return marked[:3] + first


def _is_of_article(element: Any) -> bool:
    """Not the time of a change, of a comment, or of another story."""
    before = (
        f"{element.getparent().text or ''} {element.text or ''}" if element.getparent() is not None else ""
    )
    within = [element, *islice(element.iterancestors(), 30)]
    return not (
        any(_is_beside(one) or one.tag == "li" for one in within)
        or _LATER.search(f"{before} {element.get('class', '')}")
    )


def _is_beside(element: Any) -> bool:
    """An element that stands beside the article, by its name or by what its page calls it."""
    if element.tag in {"html", "body", "main", "article"}:
        return False
    marks = f"{element.get('class', '')} {element.get('id', '')}"
    return element.tag in {"nav", "aside", "footer", "form"} or bool(_BESIDE.search(marks))


def _top(tree: Any, lines: list[str]) -> list[str]:
    """Some seen lines around the heading, or the first ones where there is none."""
    heading = next((clean_line("".join(seen_pieces(h1))) for h1 in tree.iter("h1")), "")
    filled = [line for line in lines if line]
    start = filled.index(heading) if heading in filled else 3
    return filled[max(0, start - 3) : start + 10]


def _language(tree: Any, metadata: Metadata) -> str | None:
    said = [tree.get("lang"), metadata.first("og:locale", "content-language", "language")]
    said += [string_of(article.get("inLanguage")) for article in metadata.articles[:1]]
    codes = (re.match(r"\s*([a-zA-Z]{2,3})(?![a-zA-Z])", one) for one in said if isinstance(one, str))
    return next((code[1].lower() for code in codes if code), None)


def _text(tree: Any, address: str, title: str, metadata: Metadata, now: datetime) -> str:
    """What trafilatura takes for the article, or what JSON-LD gives as its body where that is far more.

    Where being strict leaves little of either, as in pages whose layout is a table, it looks again.
    """
    text = _without_head(_extracted(tree, address, strict=True), title, now)
    body = metadata.articles[0].get("articleBody") if metadata.articles else None
    given = plain(body) if isinstance(body, str) else ""
    text = given if len(given) > 2 * len(text) else text
    if len(text) < WHOLE_CHARS:
        more = _without_head(_extracted(tree, address, strict=False), title, now)
        return more if len(more) > 2 * len(text) else text
    return text


def _extracted(tree: Any, address: str, *, strict: bool) -> str:
    from trafilatura import bare_extraction

    document: Any = bare_extraction(
        tree, url=address, favor_precision=strict, include_comments=False, include_tables=False
    )
    return clean(document.text if document else "")


def _without_head(text: str, title: str, now: datetime) -> str:
    """The paragraphs behind the title, byline and dateline; an item of a list is a paragraph."""
    lines = [line for line in text.splitlines() if line]
    if title in lines[:_HEAD_LINES]:
        lines = lines[lines.index(title) + 1 :]
    while lines and _is_about_the_article(lines[0], now):
        del lines[0]
    return "\n\n".join(line.removeprefix("- ") for line in lines)


_HEAD_LINES = 20
_NAME = r"[A-ZÀ-Þ][\w'’.-]{0,30}"
_BYLINE = re.compile(rf"(?i:by|von|por|par)[ :]+(?P<author>{_NAME}(?: (?:[a-zà-ÿ]{{1,3}} )?{_NAME}){{1,3}})")


def _is_about_the_article(line: str, now: datetime) -> bool:
    """A byline or a dateline."""
    return bool(_BYLINE.fullmatch(line)) or next(from_lines([line], now), None) is not None


def _bounded(text: str) -> tuple[str, bool]:
    """The text, cut between paragraphs or words where it is too long, and whether it is all of it."""
    if len(text) <= MAX_TEXT_CHARS:
        return text, True
    cut = text[:MAX_TEXT_CHARS]
    return (cut.rpartition("\n\n")[0] or cut.rpartition(" ")[0] or cut).rstrip(), False


_ASKING = re.compile(
    r"enable javascript|javascript (?:is )?(?:disabled|required)|subscribe (?:now )?to (?:continue|read|keep)"
    r"|(?:log|sign) in to (?:continue|read)|to continue reading|already a subscriber|subscribers? only"
    r"|accept (?:all )?cookies|we use cookies|your privacy|cookies akzeptieren|javascript aktivieren"
    r"|weiterlesen mit|nur für abonnenten|jetzt abonnieren|para seguir leyendo|suscríbete"
    r"|aceptar (?:las )?cookies|pour lire la suite|réservé aux abonnés|accepter les cookies",
    re.IGNORECASE,
)
_CUT_OFF = re.compile(
    r"(?:…|\.\.\.|\[…\]|read more|continue reading|weiterlesen|leer más|lire la suite)[\s»›.\])]*$", re.I
)


def _is_whole(text: str) -> bool:
    """Whether nothing tells that this is only a piece of an article; see docs/web-pages.md."""
    last = text.rpartition("\n\n")[2]
    asked = _ASKING.search(text if len(text) < TEASER_CHARS else last)
    return len(text) >= WHOLE_CHARS and not asked and not _CUT_OFF.search(text[-100:])


def _is_paid(metadata: Metadata) -> bool:
    said = [node.get("isAccessibleForFree") for node in metadata.articles[:1]]
    return any(one is False or (isinstance(one, str) and one.strip().lower() == "false") for one in said)


def _is_front(metadata: Metadata, published_at: datetime | None) -> bool:
    """A page that calls itself a website, tells of no article and has no date lists many articles."""
    return metadata.first("og:type") == "website" and not metadata.articles and published_at is None
