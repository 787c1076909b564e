"""Looking names up, without holding anything else up."""

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

Getaddrinfo = Callable[..., list[Any]]
"""Like `socket.getaddrinfo`."""


class Lookup(AbstractResolver):
    """Looks names up in threads of its own: a slow name server holds up nothing but fetches."""

    def __init__(self, getaddrinfo: Getaddrinfo, threads: int) -> None:
        self._getaddrinfo = getaddrinfo
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="lookup")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._getaddrinfo, host, port, family, socket.SOCK_STREAM
        )
        return [
            ResolveResult(
                hostname=host, host=_with_zone(address), port=port, family=kind, proto=protocol, flags=0
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _with_zone(address: tuple[Any, ...]) -> str:
    """An address of a network of our own keeps its mark, by which it is refused."""
    host = str(address[0])
    return f"{host}%{address[3]}" if len(address) > 3 and address[3] and "%" not in host else host
