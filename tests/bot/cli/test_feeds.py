"""rumourmill feeds"""

from pathlib import Path

import pytest

from bot.app import Services
from corpus.errors import FetchError
from corpus.web.door import Door
from corpus.web.types import Feed, FeedItem, Page
from tests.bot.cli.conftest import Rumourmill
from tests.shelf import Shelf

FEED = "https://news.example/feed"
KANE, SAKA = "https://news.example/kane", "https://news.example/saka"


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch, rumourmill: Rumourmill) -> Shelf:
    """In the directory where the program runs, a contact is set."""
    Path("config.toml").write_text('[web]\ncontact = "ann@example.com"\n')
    items = (FeedItem("1", KANE, "Kane wants home", ""), FeedItem("2", SAKA, "Arsenal keep Saka", ""))
    shelf = Shelf(
        {
            FEED: Feed("The \x1b[31mNews", items),
            KANE: Page(KANE, "Kane wants home", "Harry Kane wants to go home to Tottenham in January."),
            SAKA: Page(SAKA, "Arsenal keep Saka", "Bukayo Saka has signed a new contract with Arsenal."),
        }
    )

    async def door(_: Services) -> Door:
        return Door(shelf, shelf)

    monkeypatch.setattr(Services, "door", door)
    monkeypatch.setattr("corpus.feeds.poll.PAUSE_S", 0.0)
    return shelf


def test_a_feed_is_followed_and_polled(rumourmill: Rumourmill, shelf: Shelf) -> None:
    added = rumourmill("feeds", "add", FEED, "--words", "gunners")
    assert added.code == 0
    assert "Feed 1 is followed" in added.out
    assert "1 taken, 0 still wait." in rumourmill("feeds", "poll").out
    assert "Arsenal keep Saka" in rumourmill("articles", "list").out
    assert "0 taken" in rumourmill("feeds", "poll").out
    assert shelf.asked == [FEED, SAKA]
    listed = rumourmill("feeds", "list").out
    assert all(words in listed for words in ("only gunners", "1 filtered, 1 taken", FEED))
    assert "\x1b" not in listed


def test_what_would_be_taken_is_shown_and_nothing_is_stored(rumourmill: Rumourmill, shelf: Shelf) -> None:
    shown = rumourmill("feeds", "test", FEED, "--words", "Tottenham,Kane").out
    assert all(words in shown for words in ("+ Kane wants home", "- Arsenal keep Saka", "1 of 2"))
    assert "There are no feeds." in rumourmill("feeds", "list").out


def test_a_feed_is_paused_resumed_and_removed(rumourmill: Rumourmill, shelf: Shelf) -> None:
    rumourmill("feeds", "add", FEED)
    assert "Feed 1 is paused" in rumourmill("feeds", "pause", 1).out
    assert "paused" in rumourmill("feeds", "list").out
    assert "0 taken" in rumourmill("feeds", "poll").out
    assert "followed again" in rumourmill("feeds", "resume", 1).out
    assert "removed" in rumourmill("feeds", "remove", 1).out
    missing = rumourmill("feeds", "remove", 1)
    assert missing.code == 1
    assert "There is no feed 1." in missing.err


def test_a_feed_that_can_not_be_had_is_not_followed(rumourmill: Rumourmill, shelf: Shelf) -> None:
    shelf.documents = {FEED: FetchError("Its server says 503.")}
    refused = rumourmill("feeds", "add", FEED)
    assert refused.code == 1
    assert refused.err.strip() == "Error: Its server says 503."
    assert "There are no feeds." in rumourmill("feeds", "list").out


@pytest.mark.parametrize("command", [["add", FEED], ["test", FEED], ["poll"]])
def test_without_a_contact_nobody_is_asked(rumourmill: Rumourmill, shelf: Shelf, command: list[str]) -> None:
    Path("config.toml").unlink()
    refused = rumourmill("feeds", *command)
    assert refused.code == 1
    assert "[web]" in refused.err
    assert shelf.asked == []
    assert "only feeds need it" in rumourmill("check").out
