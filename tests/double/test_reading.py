"""Texts as Discord shows them."""

import pytest

from tests.discord_double import links
from tests.discord_double.markdown import Reading, read

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](https://a.org) and [b](<http://b.org/x>)", [("a", "https://a.org"), ("b", "http://b.org/x")]),
        (r"[a \[b\]](https://a.org/x_(y))", [("a [b]", "https://a.org/x_(y)")]),
        (r"\[a](https://a.org)", []),
        ("`[a](https://a.org)`", []),
        ("[a](javascript:alert)", []),
        ("[a [b](https://b.org)", [("b", "https://b.org")]),
        ("[a]", []),
    ],
)
def test_links_are_those_a_reader_can_click(text: str, found: list[tuple[str, str]]) -> None:
    assert links(text) == found


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        (r"a \*b\* \[c](x) \<@1> \\", Reading("a *b* [c](x) <@1> \\", marks=[[]])),
        ("**a** `b`", Reading("a b", marks=[["**", "**", "`", "`"]])),
        ("[a *b*](<https://a.org/_x_>)", Reading("a b", ["https://a.org/_x_"], marks=[["*", "*"]])),
        (
            "<https://a.org> https://b.org/x_y",
            Reading("<https://a.org> https://b.org/x_y", ["https://a.org", "https://b.org/x_y"], marks=[[]]),
        ),
        (
            "<@1> <@&2> <#3> </ask:4> <:e:5> @here",
            Reading(
                "<@1> <@&2> <#3> </ask:4> <:e:5> @here",
                [],
                ["<@1>", "<@&2>", "<#3>", "</ask:4>", "<:e:5>", "@here"],
                marks=[[]],
            ),
        ),
        ("<t:1:D>", Reading("<t:1:D>", times=["<t:1:D>"], marks=[[]])),
        ("> # a\n-# b\n1. c", Reading("a\nb\nc", marks=[[], [], []], blocks=["> ", "# ", "-# ", "1. "])),
        ("[a](javascript:x) https\\://a.org", Reading("[a](javascript:x) https://a.org", marks=[[]])),
    ],
)
def test_text_is_read_as_discord_shows_it(text: str, reading: Reading) -> None:
    assert read(text) == reading
