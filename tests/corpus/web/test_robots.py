from collections.abc import Awaitable, Callable

import pytest
from protego import Protego
from yarl import URL

from corpus.errors import FetchError
from corpus.web import robots
from corpus.web.fetch import PROGRAM, user_agent
from corpus.web.robots import Robots, Rules, Ruling, ruling_of

PAGE = URL("https://example.org/news/kane")


def ruled(text: str, address: URL = PAGE) -> Ruling:
    return ruling_of(text, address, PROGRAM)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /news/", False),
        ("User-agent: *\nDisallow: /news/\nAllow: /news/kane", True),
        ("User-agent: *\nDisallow: /*kane$", False),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: RumourMill\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: rumourmill\nAllow: /", True),
        ("User-agent: other # us\nUser-agent: * # all\nDisallow: /", False),
        ("User-agent: a\nUser-agent: b\nDisallow: /\nUser-agent: c\nAllow: /", True),
        ("<html><body>Not found</body></html>", True),
        ("\x00\ud800\uffff\n" * 50, True),
    ],
)
def test_a_robots_txt_is_followed(text: str, allowed: bool) -> None:
    assert ruled(text).allowed is allowed


@pytest.mark.parametrize(
    ("said", "delay_s"), [("2.5", 2.5), ("0", 0.0), ("-1", 0.0), ("inf", 0.0), ("nan", 0.0), ("soon", 0.0)]
)
def test_its_delay_is_read(said: str, delay_s: float) -> None:
    assert ruled(f"User-agent: *\nCrawl-delay: {said}").delay_s == delay_s


@pytest.mark.parametrize(
    "named", ["User-agent: bot{}", " user  agent bot{}", "USERAGENT:bot{}*", "\ufeffuser-agent: {}"]
)
def test_naming_many_programs_does_not_multiply_the_rules(
    named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[Protego] = []
    monkeypatch.setattr(Protego, "can_fetch", lambda rules, *_: parsed.append(rules))
    programs = "\n".join(named.format(number) for number in range(999))
    ruled(programs + "\nDisallow: /a" * 999)
    assert len(parsed[0]._user_agents) == 1


def test_a_robots_txt_of_too_many_lines_is_not_read() -> None:
    with pytest.raises(FetchError, match="too long"):
        ruled("User-agent: *" + "\nDisallow: /a" * robots.MAX_LINES)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def reading(text: str, asked: list[URL], fresh_s: float | None = None) -> Callable[[URL], Awaitable[Rules]]:
    async def read(address: URL) -> Rules:
        asked.append(address)
        return Rules(text, fresh_s)

    return read


@pytest.mark.parametrize(
    ("fresh_s", "kept_s"), [(None, 86_400), (0.0, 600), (3_600.0, 3_600), (10_000_000.0, 86_400)]
)
async def test_a_host_is_asked_again_when_its_robots_txt_is_old(fresh_s: float | None, kept_s: float) -> None:
    clock, asked = Clock(), list[URL]()
    known = Robots(PROGRAM, clock)
    for clock.now in (0.0, kept_s - 1, kept_s + 1):
        await known.ruling(PAGE, reading("", asked, fresh_s))
    assert asked == [URL("https://example.org/robots.txt")] * 2


async def test_each_host_port_and_scheme_has_rules_of_its_own() -> None:
    asked: list[URL] = []
    known = Robots(PROGRAM, Clock())
    for url in ("http://a.example/x", "https://a.example/x", "http://a.example:443/x", "http://b.example/"):
        await known.ruling(URL(url), reading("", asked))
    assert len(set(asked)) == 4


async def test_a_refusal_to_tell_is_not_remembered() -> None:
    asked: list[URL] = []
    known = Robots(PROGRAM, Clock())

    async def broken(address: URL) -> Rules:
        raise FetchError("broken")

    with pytest.raises(FetchError):
        await known.ruling(PAGE, broken)
    assert (await known.ruling(PAGE, reading("", asked))).allowed
    assert asked


async def test_only_so_many_hosts_and_so_much_text_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots, "MAX_HOSTS", 3)
    monkeypatch.setattr(robots, "MAX_KEPT_BYTES", 1_000)
    known, asked = Robots(PROGRAM, Clock()), list[URL]()
    for number in range(5):
        await known.ruling(URL(f"http://{number}.example/"), reading("#", asked))
    assert [origin.host for origin in known._kept] == ["2.example", "3.example", "4.example"]
    await known.ruling(URL("http://2.example/"), reading("#", asked))
    await known.ruling(URL("http://9.example/"), reading("#" * 999, asked))
    assert [origin.host for origin in known._kept] == ["2.example", "9.example"]


def test_the_user_agent_says_who_asks_and_how_to_reach_them() -> None:
    assert user_agent().startswith("rumourmill/")
    assert user_agent("https://example.org/bot").endswith(" (+https://example.org/bot)")
    hostile = user_agent("me@example.org\r\nHost: evil) (\x00\\ü\ud800" + "x" * 999)
    assert hostile.isascii()
    assert hostile.isprintable()
    assert (hostile.count("("), hostile.count(")")) == (1, 1)
    assert len(hostile) < 250
