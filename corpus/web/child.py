"""`python -m corpus.web.child`: reads documents for the bot, where a hostile one can do no harm.

Requests come on stdin, answers go to stdout, both as corpus/web/wire.py says. Memory, files and processes are
limited where the system can do that; the time of a document is up to the parent.
"""

import json
import logging
import os
import sys
import time
from contextlib import suppress
from datetime import datetime
from typing import BinaryIO

from corpus.errors import UnreadableError
from corpus.web import reasons, wire
from corpus.web.feed import read_feed
from corpus.web.page import read_page

MEMORY_BYTES = 1024**3
CPU_S = 60
"""A document takes no more even where nobody is left who would end it."""

MAX_OPEN_FILES = 32
MAX_HEADER_BYTES = 64 * 1024
WARM_UP = b"<html><body><article><h1>Warm</h1><p>The first page takes longest.</p></article></body></html>"


def main() -> None:
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # so that no library's chatter gets among the answers
    logging.disable()
    limit_resources()
    now = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    with suppress(UnreadableError):
        read_page(WARM_UP, url="http://localhost/", media_type="", charset=None, now=now)
    send(answers, wire.framed({"ready": True}))
    while request := receive(requests):
        limit_cpu()
        send(answers, answered(*request))


def limit_resources() -> None:
    """As far as the system knows such limits; those of Windows are the parent's alone."""
    if sys.platform == "win32":
        return
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
        (resource.RLIMIT_NPROC, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def limit_cpu() -> None:
    if sys.platform == "win32":
        return
    import resource

    with suppress(ValueError, OSError):
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + CPU_S, most))


def receive(requests: BinaryIO) -> tuple[dict[str, str], bytes] | None:
    """The header and the body of the next request; None at the end."""
    length = requests.read(wire.LENGTH.size)
    if len(length) < wire.LENGTH.size or (size := wire.LENGTH.unpack(length)[0]) > MAX_HEADER_BYTES:
        return None
    header = json.loads(requests.read(size))
    return header, requests.read(header["bytes"])


def send(answers: BinaryIO, answer: bytes) -> None:
    answers.write(answer)
    answers.flush()


def answered(header: dict[str, str], body: bytes) -> bytes:
    """Without memory this process ends, and its parent starts another one for the next document."""
    try:
        return wire.reply(_document(header, body))
    except UnreadableError as refused:
        return wire.refusal(refused.reason)
    except MemoryError:
        os._exit(1)
    except Exception:  # whatever a library did not expect of a document
        return wire.refusal(reasons.DAMAGED_FEED if header["kind"] == "feed" else reasons.BROKE)


def _document(header: dict[str, str], body: bytes) -> wire.Document:
    url, charset, now = header["url"], header["charset"], datetime.fromisoformat(header["now"])
    if header["kind"] == "feed":
        return read_feed(body, url=url, charset=charset, now=now)
    return read_page(body, url=url, media_type=header["media_type"], charset=charset, now=now)


if __name__ == "__main__":
    main()
