"""What the headers of an answer say, as far as it is well-formed. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from corpus.web.types import Validators

MAX_RETRY_AFTER_S = 24 * 3600.0
_MAX_VALIDATOR = 1_024

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})(?!\d)", re.IGNORECASE | re.ASCII)
_NOT_KEPT = re.compile(r"\bno-(?:store|cache)\b", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"\s*([\w.+-]{1,64}/[\w.+-]{1,64})\s*(?:;|$)", re.ASCII)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:+-]{1,40})", re.IGNORECASE | re.ASCII)
_SECONDS = re.compile(r"\s*(\d+)\s*", re.ASCII)


def media_type(headers: Mapping[str, str]) -> str:
    """In lower case, "" where none is said."""
    found = _MEDIA_TYPE.match(headers.get("Content-Type", ""))
    return found[1].lower() if found else ""


def charset(headers: Mapping[str, str]) -> str | None:
    """As it is said, whether or not there is any such."""
    found = _CHARSET.search(headers.get("Content-Type", ""))
    return found[1] if found else None


def fresh_s(headers: Mapping[str, str]) -> float | None:
    said = headers.get("Cache-Control", "")
    age = None if _NOT_KEPT.search(said) else _MAX_AGE.search(said)
    return float(age[1]) if age else None


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """At most a day."""
    said = headers.get("Retry-After", "")
    if seconds := _SECONDS.fullmatch(said):
        return min(float(seconds[1]), MAX_RETRY_AFTER_S)
    try:
        until = parsedate_to_datetime(said)
        wait_s = (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return max(0.0, min(wait_s, MAX_RETRY_AFTER_S))


def validators(headers: Mapping[str, str]) -> Validators:
    return Validators(_sendable(headers.get("ETag")), _sendable(headers.get("Last-Modified")))


def conditions(validators: Validators) -> dict[str, str]:
    """The headers that ask for a document only where it has changed."""
    known = {
        "If-None-Match": _sendable(validators.etag),
        "If-Modified-Since": _sendable(validators.last_modified),
    }
    return {name: value for name, value in known.items() if value}


def _sendable(value: str | None) -> str | None:
    return (
        value if value and len(value) <= _MAX_VALIDATOR and value.isascii() and value.isprintable() else None
    )
