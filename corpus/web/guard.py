"""Which addresses of the web may be asked for anything, decided twice: by their text, and when connecting.

Only the second can be trusted: a name may lead anywhere, and to another place a moment later. It happens
where sockets are made, because an address that stands in a URL itself is never looked up.
"""

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from yarl import URL

from corpus.errors import FetchError
from corpus.text import MAX_URL_CHARS
from corpus.wording import Wording

Address = IPv4Address | IPv6Address

SCHEMES = ("http", "https")
PORTS = frozenset({80, 443})
RECEIVED_AT_ONCE = 32 * 1024
"""Bytes. What comes at once is read at once, and may be thousands of headers or chunks."""

_SPECIAL = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
            *("192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
            *("224.0.0.0/4", "240.0.0.0/4"),
            "168.63.129.16/32",  # looks public, but is a cloud's own service for the machines in it
            "2001::/23",  # Teredo, benchmarks, ORCHID
            "2001:db8::/32",
            "2002::/16",  # 6to4
            "2620:4f:8000::/48",
            "3ffe::/16",
            "3fff::/20",
        ),
    )
)
_GLOBAL_UNICAST = ip_network("2000::/3")
_ISATAP = (0x00005EFE, 0x02005EFE)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_MAX_NAME = 253


class ForbiddenAddressError(OSError):
    """An address that must not be connected to. An OSError, so that a host's other addresses are tried."""

    def __init__(self) -> None:
        super().__init__("not on the public internet")


def is_public(address: Address) -> bool:
    """Whether it is an ordinary host of the internet.

    Of IPv6 only global unicast is: every form that holds an IPv4 address, to be connected to by somebody on
    the way, lies outside of it or in one of the special networks.
    """
    if isinstance(address, IPv6Address) and (
        address not in _GLOBAL_UNICAST or address.scope_id or (int(address) >> 32) & 0xFFFFFFFF in _ISATAP
    ):
        return False
    return not any(address in network for network in _SPECIAL)


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be asked. Without `ports`, any may."""

    ports: frozenset[int] | None = PORTS
    may_connect: Callable[[Address], bool] = is_public

    def address_of(self, url: str) -> URL:
        """The URL as it is asked for, without its fragment. Raises FetchError."""
        if len(url) > MAX_URL_CHARS:
            raise FetchError(Wording("The address is longer than {most} characters.", most=MAX_URL_CHARS))
        url = url.strip(" \t\r\n")
        try:
            address = URL(url)
        except (ValueError, IndexError):  # the latter for "//[]@"
            raise FetchError(_no_address()) from None
        if _UNPRINTABLE.search(url) or address.scheme not in SCHEMES or not _is_host(address.raw_host or ""):
            raise FetchError(_no_address())
        if address.raw_user is not None or address.raw_password is not None:
            raise FetchError(Wording("The address holds a name or a password to log in with: leave it out."))
        if not self._may_ask(address.port or 0):
            raise FetchError(Wording("Web servers on unusual ports are not asked: paste the text instead."))
        return address.with_fragment(None)

    def open_socket(self, info: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
        """The last word: a socket for what `getaddrinfo` told. Raises ForbiddenAddressError."""
        family, kind, protocol, _, (host, port, *_) = info
        try:
            allowed = self.may_connect(ip_address(host)) and self._may_ask(port)
        except ValueError:
            allowed = False
        if not allowed:
            raise ForbiddenAddressError
        opened = socket.socket(family, kind, protocol)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVED_AT_ONCE)
        return opened

    def _may_ask(self, port: int) -> bool:
        return self.ports is None or port in self.ports


PUBLIC = Policy()


def _is_host(host: str) -> bool:
    """A name, or an address in any form; of an IPv6 address no zone."""
    if ":" not in host:
        name = host.removesuffix(".")
        return len(name) <= _MAX_NAME and all(map(_LABEL.fullmatch, name.split(".")))
    try:
        return not IPv6Address(host).scope_id
    except ValueError:
        return False


def _no_address() -> Wording:
    return Wording("This is no address of a web page: it has to look like https://example.org/page.")
