"""A web of our own on loopback, whose servers may misbehave in every way: they write raw bytes.

`async with WebDouble() as web`, then `web.on("/page", page("Hello"))`, or a function that writes whatever.
"""

import asyncio
import gzip
import socket
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any, Self

from corpus.web.guard import Policy

ANYWHERE = Policy(ports=None, may_connect=lambda address: True)
"""For tests that the guard is no part of: nothing is refused."""

LOOPBACK = Policy(ports=None, may_connect=lambda address: address.is_loopback)
CERTIFICATE = Path(__file__).with_name("web_double.pem")
"""Made out to localhost by nobody that anyone trusts."""


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    """Their names in lower case."""


Behaviour = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class WebDouble:
    """One server. Paths that nothing was said about are not found."""

    tls: bool = False
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    _pages: dict[str, bytes | Behaviour] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        context = None
        if self.tls:
            context = SSLContext(PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._tasks: set[asyncio.Task[None]] = set()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def on(self, path: str, what: bytes | Behaviour) -> str:
        """Let a path answer so from now on; returns its address."""
        self._pages[path] = what
        return self.url(path)

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if task := asyncio.current_task():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            request = _read_request(await reader.readuntil(b"\r\n\r\n"))
            self.requests.append(request)
            what = self._pages.get(request.path, page("", status="404 Not Found"))
            if isinstance(what, bytes):
                writer.write(what)
            else:
                await what(request, writer)
            await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def _read_request(head: bytes) -> Request:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines if line)
    return Request(method, path, {name.lower(): value.strip() for name, _, value in pairs})


def page(
    body: str | bytes, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8"
) -> bytes:
    """A whole and honest answer."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(content)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + content


def redirect(location: str, status: str = "302 Found") -> bytes:
    return page("", f"Location: {location}", status=status)


def packed(data: bytes) -> bytes:
    return page(gzip.compress(data), "Content-Encoding: gzip")


def endless(head: bytes, piece: bytes, pause_s: float = 0.0) -> Behaviour:
    """Begins with `head`, then never stops."""

    async def write(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return write


def silent(head: bytes = b"") -> Behaviour:
    """Says so much, and then nothing any more."""

    async def write(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        await writer.drain()
        await asyncio.sleep(3600)

    return write


async def reset(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
    )
    writer.transport.abort()


class Names:
    """A `getaddrinfo` that knows a few names, each with the addresses of its first lookup, its second ..."""

    def __init__(self, **known: Iterable[str]) -> None:
        self._known = {name.replace("_", "."): list(answers) for name, answers in known.items()}
        self.looked_up: list[str] = []

    def __call__(self, host: str, port: int, *_: Any) -> list[tuple[Any, ...]]:
        self.looked_up.append(host)
        answers = self._known.get(host.rstrip("."))
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        addresses = (answers.pop(0) if len(answers) > 1 else answers[0]).split()
        return [_address_info(address, port) for address in addresses]


def _address_info(address: str, port: int) -> tuple[Any, ...]:
    host, _, zone = address.partition("%")
    kind = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    if ip_address(host).version == 4:
        return (socket.AF_INET, *kind, (host, port))
    return (socket.AF_INET6, *kind, (host, port, 0, int(zone or 0)))
