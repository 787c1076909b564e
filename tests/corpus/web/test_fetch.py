import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import FetchError
from corpus.web.fetch import Fetcher, Limits, user_agent
from corpus.web.types import Fetched, Unchanged, Validators, Web
from corpus.wording import Wording
from tests.hostile_web import HOSTILE
from tests.web_double import (
    LOOPBACK,
    Names,
    Request,
    WebDouble,
    packed,
    page,
    redirect,
)

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
LIMITS = Limits(total_s=5.0)
SHORT = Limits(total_s=0.4)


def fetcher(limits: Limits = LIMITS, **others: Any) -> Fetcher:
    settings = {"agent": user_agent("me@example.org"), "policy": LOOPBACK, "now": lambda: NOW, **others}
    return Fetcher(limits=limits, **settings)


async def fetched(url: str, limits: Limits = LIMITS, **others: Any) -> Fetched:
    async with fetcher(limits, **others) as fetching:
        web: Web = fetching
        document = await web.fetch(url)
    assert isinstance(document, Fetched)
    return document


async def refused(url: str, why: str, limits: Limits = LIMITS, **others: Any) -> FetchError:
    """Every refusal is a sentence that others can translate."""
    async with fetcher(limits, **others) as fetching:
        with pytest.raises(FetchError, match=why) as error:
            await fetching.fetch(url)
    assert isinstance(error.value.reason, Wording)
    return error.value


async def test_a_page_comes_with_what_its_server_says_of_it(web: WebDouble) -> None:
    said = ('ETag: "1"', "Last-Modified: Sat, 01 Aug 2026 10:00:00 GMT", "Cache-Control: max-age=900")
    url = web.on("/page?q=1", page("Kane stays.", *said, kind="text/html; charset=latin-9"))
    assert await fetched(url + "#part") == Fetched(
        url=url,
        body=b"Kane stays.",
        media_type="text/html",
        charset="latin-9",
        validators=Validators('"1"', "Sat, 01 Aug 2026 10:00:00 GMT"),
        fresh_s=900.0,
    )


async def test_a_request_says_who_asks_and_nothing_else(web: WebDouble) -> None:
    web.on("/page", page("", "Set-Cookie: a=b"))
    start = web.on("/start", redirect("/page"))
    async with fetcher() as fetching:
        await fetching.fetch(start)
        await fetching.fetch(start)
    assert [request.path for request in web.requests] == ["/robots.txt", "/start", "/page", "/start", "/page"]
    for request in web.requests:
        assert request.headers == {
            "host": f"127.0.0.1:{web.port}",
            "user-agent": user_agent("me@example.org"),
            "accept": "*/*",
            "accept-encoding": "gzip, deflate",
            "connection": "close",
        }


async def test_proxies_and_passwords_of_the_environment_are_ignored(
    web: WebDouble, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secrets = tmp_path / "netrc"
    secrets.write_text("machine 127.0.0.1 login me password secret\n")
    secrets.chmod(0o600)
    monkeypatch.setenv("NETRC", str(secrets))
    monkeypatch.setenv("HOME", str(tmp_path))
    async with WebDouble() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        monkeypatch.delenv("no_proxy", raising=False)
        assert (await fetched(web.on("/page", page("Kane")))).body == b"Kane"
        assert proxy.connections == 0
    assert all("authorization" not in request.headers for request in web.requests)


async def test_a_page_that_is_still_the_same_is_not_sent_again(web: WebDouble) -> None:
    url = web.on("/feed", page("", "Cache-Control: max-age=60", status="304 Not Modified"))
    known = Validators('"1"', "Sat, 01 Aug 2026 10:00:00 GMT")
    async with fetcher() as fetching:
        assert await fetching.fetch(url, known) == Unchanged(fresh_s=60.0)
        with pytest.raises(FetchError, match="304"):
            await fetching.fetch(url)
    assert web.asked("/feed")[0].headers["if-none-match"] == '"1"'
    assert web.asked("/feed")[0].headers["if-modified-since"] == "Sat, 01 Aug 2026 10:00:00 GMT"
    assert "if-none-match" not in web.asked("/robots.txt")[0].headers


@pytest.mark.parametrize(
    ("status", "why", "gone", "wait_s"),
    [
        (404, "Its server says 404: the page is not there.", False, None),
        (410, "gone for good", True, None),
        (429, "asked too often", False, 120.0),
        (503, "503: something is wrong there", False, 120.0),
        (500, "500: something is wrong there", False, None),
        (403, "paste its text", False, None),
        (401, "login", False, None),
        (451, "by law", False, None),
        (418, "418 and sends no page", False, None),
        (204, "204 and sends no page", False, None),
        (206, "206 and sends no page", False, None),
        (300, "300 and sends no page", False, None),
        (101, "101 and sends no page", False, None),
        (999, "999 and sends no page", False, None),
    ],
)
async def test_another_answer_than_a_page_is_told(
    web: WebDouble, status: int, why: str, gone: bool, wait_s: float | None
) -> None:
    url = web.on("/page", page("", "Retry-After: 120", status=f"{status} Whatever"))
    error = await refused(url, why)
    assert (error.gone, error.retry_after_s) == (gone, wait_s)


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ([301], True),
        ([308, 301], True),
        ([302], False),
        ([301, 307], False),
        ([303, 308], False),
        ([], False),
    ],
)
async def test_only_permanent_redirects_move_a_page(web: WebDouble, statuses: list[int], moved: bool) -> None:
    for number, status in enumerate(statuses):
        web.on(f"/{number}", redirect(f"{number + 1}", f"{status} Moved"))
    end = web.on(f"/{len(statuses)}", page("Kane"))
    document = await fetched(web.url("/0"))
    assert (document.url, document.body) == (end, b"Kane")
    assert document.moved_to == (end if moved else None)


async def test_a_redirect_away_from_tls_is_followed_but_not_for_good(
    web: WebDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with WebDouble(tls=True) as safe, fetcher() as fetching:
        fetching._session.connector._ssl = False  # type: ignore[union-attr]
        plain = web.on("/page", page("Kane"))
        secure = safe.on("/page", page("Kane"))
        for source, target, moved_to in (
            (safe.on("/down", redirect(plain, "301 Moved")), plain, None),
            (web.on("/up", redirect(secure, "301 Moved")), secure, secure),
        ):
            document = await fetching.fetch(source)
            assert isinstance(document, Fetched)
            assert (document.url, document.moved_to) == (target, moved_to)


async def test_five_redirects_are_followed_and_no_sixth(web: WebDouble) -> None:
    for number in range(6):
        web.on(f"/{number}", redirect(f"/{number + 1}"))
    web.on("/6", page("Kane"))
    assert (await fetched(web.url("/1"))).body == b"Kane"
    await refused(web.url("/0"), "more than 5 times")
    assert len(web.asked("/6")) == 1


@pytest.mark.parametrize("locations", [["/0"], ["/0#part"], ["/1", "/0"], ["/1", "/2", "/1"]])
async def test_redirects_in_a_circle_end(web: WebDouble, locations: list[str]) -> None:
    for number, location in enumerate(locations):
        web.on(f"/{number}", redirect(location))
    await refused(web.url("/0"), "in a circle")
    assert len(web.requests) == len(locations) + 1


@pytest.mark.parametrize(
    "location",
    [
        *(
            "file:///etc/passwd",
            "ftp://127.0.0.1/",
            "javascript:alert(1)",
            "gopher://127.0.0.1/",
            "data:,x",
            "",
        ),
        *(
            "http://",
            "//",
            "http://me:secret@127.0.0.1/",
            "http://a b/",
            "http://[::1",
            "\x01",
        ),
        *("http://[::1%25lo]/", "http://127.0.0.1:99999/", "\udcff", "//[]@", "https://xn--/", "x" * 3_000),
    ],
)
async def test_redirects_to_what_is_no_web_page_are_not_followed(web: WebDouble, location: str) -> None:
    await refused(web.on("/start", redirect(location)), ".")
    assert [request.path for request in web.requests] == ["/robots.txt", "/start"]


async def test_only_the_usual_ports_are_asked_also_after_a_redirect(web: WebDouble) -> None:
    start = web.on("/start", redirect("http://127.0.0.1:6379/"))
    policy = replace(LOOPBACK, ports=frozenset({web.port}))
    assert "unusual ports" in (await refused(start, "can't be followed", policy=policy)).reason


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_server_that_misbehaves_ends_in_words(web: WebDouble, name: str) -> None:
    behaviour, why = HOSTILE[name]
    limits = SHORT if why.startswith("takes longer") else LIMITS
    await refused(web.on("/page", behaviour), why, limits)


async def test_a_page_may_be_as_long_as_was_agreed(web: WebDouble) -> None:
    limits = replace(LIMITS, body_bytes=1_000_000)
    assert len((await fetched(web.on("/page", packed(b"x" * 1_000_000)), limits)).body) == 1_000_000
    await refused(web.on("/page", packed(b"x" * 1_000_001)), "longer than 1.0 MB", limits)


async def test_all_redirects_together_have_the_time_of_one_fetch(web: WebDouble) -> None:
    async def later(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.write(redirect(f"/{int(request.path[1:]) + 1}"))

    for number in range(6):
        web.on(f"/{number}", later)
    await refused(web.url("/0"), "takes longer than 0.7 seconds", Limits(total_s=0.7))
    assert len(web.requests) <= 4


async def test_servers_that_are_not_what_they_claim_are_told(web: WebDouble) -> None:
    async with WebDouble(tls=True) as safe:
        await refused(safe.url("/page"), "certificate of 127.0.0.1 is not valid")
        assert safe.requests == []
    await refused(web.url("/page").replace("http:", "https:"), "takes longer|secure", SHORT)
    await refused("http://nowhere.example/", "no nowhere.example", getaddrinfo=Names())
    await refused("http://" + "x" * 63 + ".example/", "no xxx", getaddrinfo=Names())
    async with WebDouble() as closed:
        pass
    await refused(closed.url(), "can't be reached")


async def test_a_name_server_that_hangs_holds_up_nothing_else(web: WebDouble) -> None:
    answered = threading.Event()

    def hang(*_: Any) -> Any:
        answered.wait(60)
        raise OSError

    url = web.on("/page", page("Kane"))
    limits = replace(SHORT, at_once=2)
    async with fetcher(limits, getaddrinfo=hang, obey_robots=False) as fetching:
        for number in range(3):
            slow = asyncio.create_task(fetching.fetch(f"http://{number}.example/"))
            await asyncio.sleep(0)
            assert isinstance(await fetching.fetch(url), Fetched)
            with pytest.raises(FetchError, match="takes longer"):
                await slow
        answered.set()


async def test_robots_txt_is_asked_for_once_and_followed_at_every_redirect(web: WebDouble) -> None:
    web.on("/robots.txt", page("User-agent: rumourmill\nDisallow: /private", kind="text/plain"))
    web.on("/private", page("secret"))
    web.on("/public", page("Kane"))
    start = web.on("/start", redirect("/private"))
    async with fetcher() as fetching:
        await fetching.fetch(web.url("/public"))
        for url in (web.url("/private"), start):
            with pytest.raises(FetchError, match=r"robots\.txt asks programs to stay away"):
                await fetching.fetch(url)
    assert len(web.asked("/robots.txt")) == 1
    assert web.asked("/private") == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (page("", status="404 Not Found"), None),
        (page("", status="403 Forbidden"), None),
        (page("User-agent: *\nDisallow: /", status="410 Gone"), None),
        (page("", status="500 Oops"), "can't be known now. Its server says 500"),
        (page("", "Retry-After: 60", status="429 Slow Down"), "can't be known now. Its server says 429"),
        (page("\ufeffUser-agent: *\nDisallow: /"), "stay away"),
        (page("User-agent: *\nDisallow: /\n" + "#" * 600_000), "stay away"),
        (packed(b"User-agent: *\nDisallow: /\n" + b"#" * 60_000_000), "stay away"),
        (page("#" * 600_000 + "\nUser-agent: *\nDisallow: /"), None),
        (redirect("/elsewhere"), "stay away"),
        (redirect("/robots.txt"), "in a circle"),
        (redirect("http://10.0.0.1/robots.txt"), "not on the public internet"),
        (b"", "broke off"),
    ],
)
async def test_without_a_word_from_its_host_no_page_is_fetched(
    web: WebDouble, answer: bytes, why: str | None
) -> None:
    web.on("/robots.txt", answer)
    web.on("/elsewhere", page("User-agent: *\nDisallow: /"))
    url = web.on("/page", page("Kane"))
    if why:
        await refused(url, why)
    else:
        assert (await fetched(url)).body == b"Kane"
    assert len(web.asked("/page")) == (0 if why else 1)


@pytest.mark.parametrize(("said", "waited_s"), [("2", 2.0), ("3600", 5.0), ("0", 0.0)])
async def test_between_two_fetches_a_host_is_left_alone_as_long_as_it_asks(
    web: WebDouble, said: str, waited_s: float
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    web.on("/robots.txt", page(f"User-agent: *\nCrawl-delay: {said}"))
    web.on("/page", page("Kane"))
    start = web.on("/start", redirect("/page"))
    async with fetcher(sleep=sleep, clock=lambda: 1_000.0) as fetching:
        await fetching.fetch(start)
        await fetching.fetch(start)
    assert slept == [0.0, waited_s]


async def test_a_host_is_asked_by_one_fetch_at_a_time_and_all_by_a_few() -> None:
    now: set[str] = set()
    most: list[int] = []

    async def slowly(request: Request, writer: asyncio.StreamWriter) -> None:
        assert request.headers["host"] not in now
        now.add(request.headers["host"])
        most.append(len(now))
        await asyncio.sleep(0.02)
        now.discard(request.headers["host"])
        writer.write(page("Kane"))

    names = Names(**{f"{name}_example": ["127.0.0.1"] for name in "abcdef"})
    async with WebDouble() as web, fetcher(replace(LIMITS, at_once=3), getaddrinfo=names) as fetching:
        web.on("/robots.txt", page(""))
        web.on("/page", slowly)
        urls = [web.url("/page", f"{name}.example") for name in "aabbccddeeff"]
        assert len(await asyncio.gather(*map(fetching.fetch, urls))) == len(urls)
    assert max(most) == 3


async def test_a_fetch_that_is_given_up_lets_the_next_one_through(web: WebDouble) -> None:
    asked = asyncio.Event()

    async def hang(request: Request, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await asyncio.sleep(3_600)

    stuck = web.on("/stuck", hang)
    url = web.on("/page", page("Kane"))
    async with fetcher(replace(LIMITS, at_once=1)) as fetching:
        task = asyncio.create_task(fetching.fetch(stuck))
        await asked.wait()
        task.cancel()
        assert isinstance(await fetching.fetch(url), Fetched)
    assert task.cancelled()
