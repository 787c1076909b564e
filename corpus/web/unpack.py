"""Bodies as they come over the line -> bytes, piece by piece, and never more than was agreed."""

import zlib
from typing import Protocol

from corpus.errors import FetchError
from corpus.wording import Wording

CODINGS = "gzip, deflate"
"""What may be sent, as `Accept-Encoding` has it."""

PIECE = 16 * 1024
"""So many bytes of the line are to be fed at once, lest the event loop wait for them."""

_GZIP = 16 + zlib.MAX_WBITS


class Unpacker(Protocol):
    def feed(self, data: bytes) -> None:
        """The next bytes of the line. Raises TooMuchError, and zlib.error where they are damaged."""

    def finish(self) -> None:
        """There are no more bytes. Raises EOFError where some are missing."""

    def body(self) -> bytes:
        """What was unpacked, at most as much as was agreed."""


class TooMuchError(Exception):
    """There is more than was agreed."""


def unpacker(coding: str, most: int) -> Unpacker:
    """For a value of `Content-Encoding`; raises FetchError where it is none of ours."""
    match coding.strip().lower():
        case "" | "identity":
            return Plain(most)
        case "gzip" | "x-gzip":
            return Deflated(most, _GZIP)
        case "deflate":
            return Deflated(most, None)
    raise FetchError(
        Wording("Its server packs the page in a way that is not read: open it and paste its text instead.")
    )


class Plain:
    def __init__(self, most: int) -> None:
        self._most = most
        self._body = bytearray()

    def feed(self, data: bytes) -> None:
        self._body += data
        if len(self._body) > self._most:
            del self._body[self._most :]
            raise TooMuchError

    def finish(self) -> None:
        pass

    def body(self) -> bytes:
        return bytes(self._body)


class Deflated:
    """gzip, of one member or several, or deflate with or without its head, where `bits` are None."""

    def __init__(self, most: int, bits: int | None) -> None:
        self._plain = Plain(most)
        self._left = most
        self._bits = bits
        self._stream: zlib._Decompress | None = None

    def feed(self, data: bytes) -> None:
        self._unpack(data)
        self._left -= len(data)
        if self._left < 0:
            raise TooMuchError

    def finish(self) -> None:
        if self._stream and not self._stream.eof:
            raise EOFError

    def body(self) -> bytes:
        return self._plain.body()

    def _unpack(self, data: bytes) -> None:
        while data:
            if self._stream is None or self._stream.eof:
                if self._stream and not data.strip(b"\0"):
                    return
                self._stream = zlib.decompressobj(self._bits or _deflate_bits(data))
            self._plain.feed(self._stream.decompress(data, PIECE))
            data = self._stream.unused_data or self._stream.unconsumed_tail
        while self._stream and not self._stream.eof and (rest := self._stream.decompress(b"", PIECE)):
            self._plain.feed(rest)


def _deflate_bits(data: bytes) -> int:
    """Some servers leave out the head that says how a deflated body is to be unpacked."""
    return zlib.MAX_WBITS if data[0] & 0xF == zlib.DEFLATED else -zlib.MAX_WBITS
