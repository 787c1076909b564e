"""Why a document can't be had, in words that say what to do. Pure."""

import zlib
from collections.abc import Mapping
from datetime import datetime

import aiohttp
from aiohttp import http_exceptions

from corpus.errors import FetchError
from corpus.web.guard import ForbiddenAddressError
from corpus.web.headers import retry_after_s
from corpus.wording import Wording

_MAX_HOST = 80
_OVERLOADED = (429, 503)
_STATUSES = {
    401: Wording("Its server says 401: it asks for a login. Open the page and paste its text instead."),
    402: Wording("Its server says 402: it asks for money. Open the page and paste its text instead."),
    403: Wording(
        "Its server says 403: it doesn't let programs in. Open the page and paste its text instead."
    ),
    404: Wording("Its server says 404: the page is not there."),
    410: Wording("Its server says 410: the page is gone for good."),
    429: Wording("Its server says 429: it was asked too often. Try again later, or paste the text instead."),
    451: Wording("Its server says 451: the page is blocked by law. Paste its text instead."),
}
_BROKEN = (
    aiohttp.ClientPayloadError,
    aiohttp.ServerDisconnectedError,
    aiohttp.ClientOSError,
    ConnectionError,
    EOFError,
)
_GARBLED = (aiohttp.ClientResponseError, http_exceptions.HttpProcessingError, zlib.error)


def status_error(status: int, headers: Mapping[str, str], now: datetime) -> FetchError:
    """For every status that comes without a document."""
    wait_s = retry_after_s(headers, now) if status in _OVERLOADED else None
    return FetchError(_status_words(status), gone=status == 410, retry_after_s=wait_s)


def _status_words(status: int) -> Wording:
    if status in _STATUSES:
        return _STATUSES[status]
    if 500 <= status < 600:
        return Wording(
            "Its server says {status}: something is wrong there. Try again later, or paste the text instead.",
            status=status,
        )
    return Wording(
        "Its server says {status} and sends no page: open it and paste its text instead.", status=status
    )


def failure(error: Exception, host: str, most_s: float) -> FetchError:
    """For whatever a library raises about a server."""
    return FetchError(_words(error, host[:_MAX_HOST], most_s))


def _words(error: Exception, host: str, most_s: float) -> Wording:
    match error:
        case TimeoutError():
            return Wording(
                "{host} takes longer than {most} seconds: try again later, or paste the text instead.",
                host=host,
                most=round(most_s, 1),
            )
        case aiohttp.ClientConnectorDNSError():
            return Wording(
                "There is no {host}, or its name can't be looked up: check the address.", host=host
            )
        case aiohttp.ClientConnectorCertificateError():
            return Wording(
                "The certificate of {host} is not valid, so that it may be another server: "
                "open the page and paste its text instead.",
                host=host,
            )
        case aiohttp.ClientSSLError():
            return Wording(
                "No secure connection to {host} comes about: open the page and paste its text instead.",
                host=host,
            )
        case aiohttp.ClientConnectorError() if isinstance(error.os_error, ForbiddenAddressError):
            return Wording("{host} is not on the public internet: paste the text instead.", host=host)
        case aiohttp.InvalidURL():
            return Wording("{host} is no address that can be asked: paste the text instead.", host=host)
        case aiohttp.ClientConnectorError():
            return Wording("{host} can't be reached: try again later, or paste the text instead.", host=host)
        case _ if isinstance(error, _GARBLED):
            return Wording(
                "{host} answers in a way that makes no sense: open the page and paste its text instead.",
                host=host,
            )
        case _ if isinstance(error, _BROKEN):
            return Wording(
                "{host} broke off in the middle: try again later, or paste the text instead.", host=host
            )
    return Wording("The page can't be fetched from {host}: open it and paste its text instead.", host=host)


def too_long(most_bytes: int) -> FetchError:
    return FetchError(
        Wording(
            "It is longer than {most} MB: open it and paste the text of the article instead.",
            most=round(most_bytes / 1024**2, 1),
        )
    )
