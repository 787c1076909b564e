"""Cleaning, sentences and identity of articles. Pure, and linear in the length of the text."""

import hashlib
import json
import re
import unicodedata
import zlib
from collections.abc import Iterator
from itertools import chain
from urllib.parse import SplitResult, quote, urlsplit

import sentencex  # type: ignore[import-untyped]

from corpus.types import ArticleDraft

MAX_URL_CHARS = 2048

_LINE_BREAKS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028]")
_JOINER = "\u200d"
_STRAY_JOINER = re.compile(r"(?<![\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])\u200d")
_UNSEEN = frozenset(
    chr(code)
    for code in chain(
        range(0x10000),
        range(0x110BD, 0x110CE),
        range(0x13430, 0x13460),
        range(0x1BCA0, 0x1D17B),
        range(0xE0000, 0xE0080),
    )
    if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs"}
) - {"\n", "\t"}
_DELETE_UNSEEN = dict.fromkeys(map(ord, _UNSEEN - {_JOINER}))
_MARKS = frozenset(chr(code) for code in range(0x300, 0x1F000) if unicodedata.combining(chr(code)))
_HEAP_OF_MARKS = re.compile("([{0}]{{4}})[{0}]+".format("".join(sorted(_MARKS))))
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_LINE_EDGES = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """Plain text in NFC: lines without outer spaces, paragraphs parted by one blank line.

    Controls, lone surrogates, and format characters (byte order mark, zero-width, bidirectional) are gone,
    every space is a plain one, and no letter carries more than four combining marks.
    """
    text = _LINE_BREAKS.sub("\n", text.replace("\u2029", "\n\n"))
    if not _UNSEEN.isdisjoint(text):
        text = _STRAY_JOINER.sub("", text.translate(_DELETE_UNSEEN))
    text = _without_heaps(unicodedata.normalize("NFC", _without_heaps(text)))
    text = _LINE_EDGES.sub("\n", _SPACES.sub(" ", text))
    return _BLANK_LINES.sub("\n\n", text).strip()


def _without_heaps(text: str) -> str:
    return text if _MARKS.isdisjoint(text) else _HEAP_OF_MARKS.sub(r"\1", text)


def clean_line(text: str) -> str:
    """`clean`, in one line."""
    return " ".join(clean(text).split())


# The segmenter takes a quotation or a bracket for one unbreakable piece, and what it takes for a pair may be
# an apostrophe and the next quotation's mark: it sees neither (see docs/sentences.md).
_HIDDEN = re.compile(
    r"""["“”„‟«»‹›()\[\]{}<>（）【】「」『』《》〈〉\ud800-\udfff]|(?<!\w)['‘’‚‛]|['‘’‚‛](?!\w)"""
)
# Abbreviations to the segmenter, but words to everybody else when a capital letter follows.
_WORDS_NOT_ABBREVIATIONS = re.compile(r"\b(?i:me|no|may|miss|ill|ok|art)\.(?=\s+[^\W\d_a-z])")
_TAIL_CHARS = 8
_CLOSING = frozenset("\"”’'»›)]}")
_ENDS_IN_CRY = re.compile(r"[?!…][\"”’'»)\]]*$")
_BEGINS_SMALL = re.compile(r"[a-zà-öø-ÿ]+[\s,.;:’']")


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences stand, as `text[start:end]` without outer spaces, never across a line break."""
    return [
        (line.start() + start, line.start() + end)
        for line in re.finditer(r"[^\n]+", text)
        for start, end in _line_sentences(line.group())
    ]


def _line_sentences(line: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in _pieces(line):
        if found and _is_one_sentence(line, found[-1], (start, end)):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _is_one_sentence(line: str, previous: tuple[int, int], piece: tuple[int, int]) -> bool:
    """A list's numeral or a lone mark is no sentence, and “Really?” he asked is one."""
    start, end = previous
    tail = line[max(start, end - _TAIL_CHARS) : end]
    if end - start < _TAIL_CHARS and not any(map(str.isalpha, tail)):
        return True
    following = line[slice(*piece)]
    if not any(map(str.isalnum, following)):
        return True
    return bool(_ENDS_IN_CRY.search(tail) and _BEGINS_SMALL.match(following))


def _pieces(line: str) -> Iterator[tuple[int, int]]:
    """What lies between the segmenter's borders; marks that close a quotation stay with its sentence."""
    masked = _WORDS_NOT_ABBREVIATIONS.sub(lambda m: "x" * (len(m[0]) - 1) + ".", _HIDDEN.sub(" ", line))
    start = 0
    for boundary in sentencex.get_sentence_boundaries("en", masked):
        border = boundary["end_index"]
        end = start + len(masked[start:border].rstrip())
        while end < border and line[end] in _CLOSING:
            end += 1
        if (piece := _trimmed(line, start, end))[0] < piece[1]:
            yield piece
            start = end
    if (rest := _trimmed(line, start, len(line)))[0] < rest[1]:
        yield rest


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


_TRACKING = re.compile(
    r"(?:utm_\w*|at_(?:medium|campaign|link_\w+|format|bbc_team|ptr_name)|_ga|_gl|[a-z]*clid|msclkid|mc_[ce]id|igsh(?:id)?"
    r"|cmp(?:id)?|ref_(?:src|url)|ns_(?:source|campaign|mchannel|linkname|fee)|ocid|ito|traffic_source)",
    re.IGNORECASE,
)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str | None:
    """The address without fragment and tracking, safe inside a Markdown link; None where it can't be one."""
    url = url.strip(" \t\r\n")
    if re.search(r"[\x00-\x1f\x7f\\\ud800-\udfff]", url):
        return None
    try:
        parts = urlsplit(url)
        netloc = _netloc(parts)
    except ValueError:  # also what an unencodable host raises
        return None
    if netloc is None:
        return None
    wanted = [p for p in parts.query.split("&") if p and not _TRACKING.fullmatch(p.partition("=")[0])]
    query = "?" + _encoded("&".join(wanted)) if wanted else ""
    canonical = f"{parts.scheme}://{netloc}{_encoded(parts.path) or '/'}{query}"
    return canonical if len(canonical) <= MAX_URL_CHARS else None


def _netloc(parts: SplitResult) -> str | None:
    if parts.scheme not in _DEFAULT_PORTS or "@" in parts.netloc or not parts.hostname:
        return None
    host = parts.hostname.encode("idna").decode("ascii").lower()
    if not _HOST.fullmatch(host):
        return None
    return host if parts.port in {None, _DEFAULT_PORTS[parts.scheme]} else f"{host}:{parts.port}"


def _encoded(part: str) -> str:
    part = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", part)
    return quote(part, safe="%/?:@!$&'*+,;=~-._")


def content_hash(draft: ArticleDraft) -> str:
    """A digest of all that is shown of an article."""
    published = draft.published_at and draft.published_at.isoformat()
    fields = [draft.title, draft.text, draft.publisher, draft.author, published, draft.url]
    return hashlib.sha256(json.dumps(fields).encode("ascii")).hexdigest()


def article_key(draft: ArticleDraft) -> str:
    """What makes two drafts the same article within one scope: its id, else its address, else its content."""
    if draft.external_id:
        return f"id:{draft.external_id}"
    return f"url:{draft.url}" if draft.url else f"text:{content_hash(draft)}"


def checksum(text: str) -> int:
    """24 bits that tell whether a text is still the same (no protection against intent)."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) & 0xFFFFFF
