import errno
import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import pytest

from corpus.errors import FetchError
from corpus.web.fetch import Fetcher, Limits
from corpus.web.guard import PUBLIC, Address, ForbiddenAddressError, Policy, is_public
from corpus.web.types import Fetched
from corpus.wording import Wording
from tests.web_double import ANYWHERE, Names, WebDouble, page, redirect

FORBIDDEN = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200"),  # noqa: S104
    "127.0.0.1",
    *("127.1.2.3", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8"),
    *("192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7"),
    *("203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::8.8.8.8"),
    *("::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::7f00:1", "100::1"),
    *("2001::1", "2001:0:7f00:1::", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::"),
    *("2002:a00:1::1", "2002:808:808::1", "3ffe::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1"),
    *("fd00:ec2::254", "fe80::1", "fe80::5efe:7f00:1", "febf::1", "fec0::1", "ff02::1", "ff0e::1"),
    *("2620:fe::5efe:7f00:1", "2620:fe::200:5efe:a00:1"),
)
"""Each of them as a literal, and as where a name leads."""
OTHER_FORMS = (
    *("127.1", "127.0.1", "0", "2130706433", "017700000001", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001"),
    *("0x7f.1", "127.0.0.1.", "１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1", "127.0.0.01", "00127.0.0.1"),
    *("localhost", "LOCALHOST", "localhost.", "ⓛocalhost", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:7f00:1]"),
    *("[::ffff:127.0.0.1]", "[::ffff:0x7f.1]", "[::1%25lo]", "[fe80::1%25eth0]", "[::1%lo]", "127.0.0.1%00"),
)
ALLOWED = (
    *("8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1"),
    *(
        "198.17.0.1",
        "223.255.255.255",
        "2001:4860:4860::8888",
        "2606:4700::1111",
        "2a00:1450::1",
        "2620:fe::fe",
    ),
)
INTERNAL = Policy(ports=None)
"""What the double's port may be asked for, but not its address."""

Connects = list[Any]


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> Connects:
    """Every address that anything tried to connect to. No connect leaves this machine."""
    tried: Connects = []
    connect = socket.socket.connect

    def counted(self: socket.socket, address: Any) -> None:
        tried.append(address)
        if not ip_address(address[0].partition("%")[0]).is_loopback:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", counted)
    return tried


def fetcher(policy: Policy, getaddrinfo: Callable[..., Any] = socket.getaddrinfo) -> Fetcher:
    limits = Limits(total_s=5.0)
    return Fetcher(agent="tests", policy=policy, limits=limits, obey_robots=False, getaddrinfo=getaddrinfo)


def literal(address: str) -> str:
    return f"[{address}]" if ":" in address else address


@pytest.mark.parametrize("address", FORBIDDEN)
def test_an_address_that_is_no_ordinary_host_of_the_internet_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ALLOWED)
def test_an_ordinary_host_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


async def test_no_form_of_a_forbidden_address_is_ever_connected_to(
    web: WebDouble, connects: Connects
) -> None:
    tried = [*map(literal, FORBIDDEN), *OTHER_FORMS]
    assert len(tried) >= 60
    async with fetcher(INTERNAL) as fetching, fetcher(PUBLIC) as strict:
        for host in tried:
            for url in (web.url(host=host), web.url(host=host).replace("http:", "https:")):
                with pytest.raises(FetchError):
                    await fetching.fetch(url)
            with pytest.raises(FetchError):
                await strict.fetch(f"http://{host}/")
    assert (connects, web.connections) == ([], 0)


async def test_without_the_guard_forbidden_addresses_would_be_connected_to(
    web: WebDouble, connects: Connects
) -> None:
    loopback = ("127.0.0.1", "0x7f.1", "１２７.0.0.1", "127。0。0。1", "localhost", "ⓛocalhost")
    async with fetcher(ANYWHERE) as fetching:
        for host in loopback:
            with pytest.raises(FetchError, match="404"):
                await fetching.fetch(web.url(host=host))
        assert web.connections == len(loopback)
        for address in FORBIDDEN:
            connects.clear()
            with pytest.raises(FetchError):
                await fetching.fetch(web.url(host=literal(address)))
            assert connects, address


@pytest.mark.parametrize("policy", [INTERNAL, ANYWHERE], ids=["guarded", "control"])
async def test_no_name_leads_to_a_forbidden_address(
    web: WebDouble, connects: Connects, policy: Policy
) -> None:
    for address in (*FORBIDDEN, "fe80::1%1", "127.0.0.1 ::1", "10.0.0.1 192.168.0.1 fd00::1"):
        connects.clear()
        names = Names(inside_example=[address])
        async with fetcher(policy, names) as fetching:
            with pytest.raises(FetchError):
                await fetching.fetch(web.url(host="inside.example"))
        assert names.looked_up
        assert bool(connects) == (policy is ANYWHERE), address
    assert policy is ANYWHERE or web.connections == 0


async def test_of_a_name_s_addresses_only_the_public_ones_are_tried(connects: Connects) -> None:
    async with fetcher(PUBLIC, Names(both_example=["127.0.0.1 9.9.9.9 10.0.0.1"])) as fetching:
        with pytest.raises(FetchError):
            await fetching.fetch("http://both.example/")
    assert {address[0] for address in connects} == {"9.9.9.9"}


async def test_a_name_that_leads_inside_the_second_time_is_not_followed_there(
    web: WebDouble, connects: Connects
) -> None:
    policy = Policy(ports=None, may_connect=lambda address: str(address) == "127.0.0.2")
    names = Names(rebound_example=["127.0.0.2", "127.0.0.1"])
    async with fetcher(policy, names) as fetching:
        with pytest.raises(FetchError, match="can't be reached"):
            await fetching.fetch(web.url(host="rebound.example"))
        with pytest.raises(FetchError, match="not on the public internet"):
            await fetching.fetch(web.url(host="rebound.example"))
    assert [address[0] for address in connects] == ["127.0.0.2"]
    assert len(names.looked_up) == 2


class FirstOnly:
    """Takes the first address for a public one, whatever it is."""

    def __init__(self) -> None:
        self._used = False

    def __call__(self, address: Address) -> bool:
        first, self._used = not self._used, True
        return first or is_public(address)


@pytest.mark.parametrize("host", [*map(literal, FORBIDDEN), *OTHER_FORMS, "start.example"])
async def test_no_redirect_leads_to_a_forbidden_address(
    web: WebDouble, connects: Connects, host: str
) -> None:
    web.on("/inside", page("inside"))
    web.on("/start", redirect(web.url("/inside", host)))
    names = Names(start_example=["127.0.0.1"], localhost=["127.0.0.1"])
    async with fetcher(Policy(ports=None, may_connect=FirstOnly()), names) as fetching:
        with pytest.raises(FetchError):
            await fetching.fetch(web.url("/start", "start.example"))
    assert (len(connects), web.connections) == (1, 1)


async def test_without_the_guard_redirects_would_lead_inside(web: WebDouble) -> None:
    web.on("/inside", page("inside"))
    web.on("/start", redirect(web.url("/inside", "127。0。0。1")))
    async with fetcher(ANYWHERE) as fetching:
        fetched = await fetching.fetch(web.url("/start"))
    assert isinstance(fetched, Fetched)
    assert fetched.body == b"inside"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        *(
            (url, "no address")
            for url in ("", " ", "example.org", "//example.org/", "//[]@", "http:", "http:///x", "http:/x")
        ),
        *(
            (f"{scheme}:x", "no address")
            for scheme in ("file", "ftp", "javascript", "gopher", "data", "about")
        ),
        *(
            (f"{scheme}://example.org/", "no address")
            for scheme in ("file", "ftp", "ws", "gopher", "https+x")
        ),
        *(
            (f"http://{host}/", "no address")
            for host in ("a..b", ".a", "a b", "a%2eb", "a\x00b", "a\\b", "[::1", "x" * 64)
        ),
        *((f"http://{host}/", "no address") for host in ("[::1%1]", "a,b", "a:b", "\ud800", "*")),
        *((f"http://example.org/{path}", "no address") for path in ("\nx", "\x7f", "\\", "\udcff")),
        *((f"http://{who}@example.org/", "log in") for who in ("me", "me:secret", ":")),
        *((f"http://example.org:{port}/", "unusual ports") for port in (0, 22, 25, 8080, 6379, 65535)),
        *((f"http://example.org:{port}/", "no address") for port in (65536, -1, "x", "80:80")),
        ("http://example.org/" + "x" * 2048, "longer than 2,048"),
    ],
)
def test_what_can_be_no_web_page_is_refused_in_words(url: str, why: str) -> None:
    with pytest.raises(FetchError, match=why) as refusal:
        PUBLIC.address_of(url)
    assert isinstance(refusal.value.reason, Wording)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://example.org", "http://example.org"),
        (" HTTPS://Example.ORG:443/A%20b?q=ü#part ", "https://example.org/A%20b?q=%C3%BC"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://a_b.example./", "https://a_b.example./"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://[2001:4860:4860::8888]/", "http://[2001:4860:4860::8888]/"),
    ],
)
def test_what_can_be_a_web_page_is_asked_for_as_it_is_written(url: str, asked: str) -> None:
    assert str(PUBLIC.address_of(url)) == asked


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", 80), ("9.9.9.9", 22), ("example.org", 80), ("", 80)]
)
def test_no_socket_is_opened_for_what_is_no_public_address_on_a_usual_port(host: str, port: int) -> None:
    with pytest.raises(ForbiddenAddressError):
        PUBLIC.open_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", (host, port)))
