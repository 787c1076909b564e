"""The bytes of a document -> its text, whatever its server and its head say of their encoding. Pure."""

import codecs
import re
from collections.abc import Iterator

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_HEAD_BYTES = 4096
_NOT_OF_PAGES = {
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "utf-7",
    "undefined",
    "mbcs",
    "oem",
}
_AS_BROWSERS_DO = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}


def decoded(body: bytes, charset: str | None) -> str:
    """By its mark, else as UTF-8 where it is that, else as the header or the document says, else a guess.

    Never fails: what has no meaning becomes U+FFFD.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.removeprefix(mark).decode(encoding, "replace")
    for encoding in _encodings(body, charset):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            if encoding == "utf-8" and _slips_only(text := body.decode(encoding, "replace")):
                return text
    return body.decode("cp1252", "replace")


def _encodings(body: bytes, charset: str | None) -> Iterator[str]:
    head = body[:_HEAD_BYTES]
    declared = [charset or "", *(name.decode("ascii") for name in _DECLARED.findall(head)[:3])]
    known = [encoding for name in declared if (encoding := _known(name))]
    if head.count(0) * 4 > len(head):
        yield from (encoding for encoding in known if encoding.startswith("utf-16"))
        yield from ("utf-16-le", "utf-16-be") if head[1:2] == b"\0" else ("utf-16-be", "utf-16-le")
    yield "utf-8"
    yield from (encoding for encoding in known if encoding != "utf-8")
    yield from _guessed(body)


def _known(name: str) -> str | None:
    """What Python calls an encoding that a page may have, with the same leniency as browsers."""
    try:
        encoding = codecs.lookup(name.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    return None if encoding in _NOT_OF_PAGES else _AS_BROWSERS_DO.get(encoding, encoding)


def _slips_only(text: str) -> bool:
    """Whether all but a few of the letters beyond ASCII are what they should be."""
    strays = text.count("\ufffd")
    return strays * 10 < sum(char > "\x7f" for char in text)


def _guessed(body: bytes) -> Iterator[str]:
    from trafilatura.utils import detect_encoding

    yield from (encoding for guess in detect_encoding(body)[:3] if (encoding := _known(guess)))
