"""Every way in which a web server may misbehave, and what is said of it."""

import asyncio
import gzip
import os
import zlib
from collections.abc import Callable

from tests.web_double import Behaviour, Request, endless, packed, page, reset, silent


def bomb(bits: int) -> bytes:
    """Inflates to 420 MB."""
    packer = zlib.compressobj(9, wbits=bits)
    zeros = b"\0" * 1024**2
    return b"".join(packer.compress(zeros) for _ in range(420)) + packer.flush()


def made(make: Callable[[], bytes], coding: str) -> Behaviour:
    """A body that takes a while to make, made when it is asked for."""

    async def write(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(page(make(), f"Content-Encoding: {coding}"))

    return write


GZIP, DEFLATE, RAW = 31, 15, -15
BOMBS: dict[str, Behaviour] = {
    "gzip": made(lambda: bomb(GZIP), "gzip"),
    "deflate": made(lambda: bomb(DEFLATE), "deflate"),
    "raw deflate": made(lambda: bomb(RAW), "deflate"),
    "gzip within gzip": made(lambda: gzip.compress(bomb(GZIP)), "gzip"),
    "members": made(lambda: gzip.compress(b"") * 300_000, "gzip"),
}

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
ZIPPED = gzip.compress(os.urandom(1_000))
HOSTILE: dict[str, tuple[bytes | Behaviour, str]] = {
    "says nothing": (silent(), "takes longer than 0.4 seconds"),
    "stops in its headers": (silent(HEAD), "takes longer"),
    "stops in its body": (silent(HEAD + b"Content-Length: 9\r\n\r\nKane"), "takes longer"),
    "one byte at a time": (endless(HEAD + b"\r\n", b"x", 0.05), "takes longer"),
    "headers one byte at a time": (endless(HEAD + b"X: ", b"y", 0.05), "takes longer"),
    "goes on and on": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 99, 0.01), "takes longer"),
    "endless chunk head": (endless(CHUNKED + b"5;", b"x" * 9_999, 0.01), "takes longer"),
    "endless body": (endless(HEAD + b"\r\n", b"x" * 65_536), "longer than 5.0 MB"),
    "endless chunks": (endless(CHUNKED, b"3e8\r\n" + b"x" * 1_000 + b"\r\n"), "longer than 5.0 MB"),
    "claims to be huge": (HEAD + b"Content-Length: 99999999999\r\n\r\nx", "broke off"),
    "endless header": (endless(HEAD + b"X: ", b"y" * 9_999), "no sense"),
    "giant header": (HEAD + b"X: " + b"y" * 20_000 + b"\r\n\r\n", "no sense"),
    "endless headers": (endless(HEAD, b"X: y\r\n" * 99), "no sense"),
    "too many headers": (HEAD + b"X: y\r\n" * 200 + b"\r\n", "no sense"),
    "endless trailers": (endless(CHUNKED + b"1\r\nx\r\n0\r\n", b"X: y\r\n" * 99), "no sense"),
    "endless status": (endless(b"HTTP/1.1 200 ", b"y" * 9_999), "no sense"),
    "another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "no sense"),
    "no status": (b"HTTP/1.1\r\n\r\n", "no sense"),
    "strange status": (b"HTTP/1.1 2000 OK\r\n\r\n", "no sense"),
    "negative length": (HEAD + b"Content-Length: -1\r\n\r\nx", "no sense"),
    "two lengths": (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "no sense"),
    "bad chunk": (CHUNKED + b"zz\r\nx\r\n", "no sense"),
    "ends in a chunk": (CHUNKED + b"9\r\nx", "broke off"),
    "ends early": (HEAD + b"Content-Length: 9\r\n\r\nKane", "broke off"),
    "ends in its headers": (HEAD + b"X: y\r\n", "broke off"),
    "closes at once": (b"", "broke off"),
    "resets": (reset, "broke off"),
    "damaged gzip": (page(ZIPPED[:99] + b"x" * 99, "Content-Encoding: gzip"), "no sense|broke off"),
    "gzip that is none": (page("<html>", "Content-Encoding: gzip"), "no sense"),
    "gzip that ends early": (page(ZIPPED[:-9], "Content-Encoding: gzip"), "broke off"),
    "gzip in gzip": (page(gzip.compress(ZIPPED), "Content-Encoding: gzip, gzip"), "packs the page"),
    "packed otherwise": (page("x", "Content-Encoding: br"), "packs the page"),
    "packed twice": (page("x", "Content-Encoding: gzip", "Content-Encoding: br"), "packs the page"),
    "a bomb": (packed(b"\0" * 50_000_000), "longer than 5.0 MB"),
}
