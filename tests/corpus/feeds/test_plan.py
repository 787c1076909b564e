from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import FeedRefusedError
from corpus.feeds import plan
from corpus.feeds.types import KnownItem
from corpus.web.types import FeedItem, Page

NOW = datetime(2026, 8, 1, 12, 0, 0, 500_000, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
SENTENCE = "Arsenal want a new striker before the window closes."
chances = st.floats(0, 1)
waits = st.none() | st.floats(0, 1e12)


def item(
    title: str = "Title", text: str = "", key: str = "1", url: str | None = "https://a.example/1"
) -> FeedItem:
    return FeedItem(key, url, title, text)


@given(waits, waits, chances)
def test_no_feed_is_asked_twice_within_a_quarter_of_an_hour_nor_left_for_much_longer_than_a_day(
    ttl_s: float | None, fresh_s: float | None, chance: float
) -> None:
    delay = plan.next_at(NOW, ttl_s, fresh_s, lambda: chance) - NOW
    assert QUARTER <= delay <= timedelta(hours=24 * 1.1, seconds=1)


@pytest.mark.parametrize(("ttl_s", "fresh_s"), [(3600.0, None), (None, 3600.0), (3600.0, 60.0)])
def test_a_feed_is_left_alone_for_as_long_as_its_publisher_or_its_server_wants(
    ttl_s: float | None, fresh_s: float | None
) -> None:
    times = [plan.next_at(NOW, ttl_s, fresh_s, lambda c=c: c) - NOW for c in (0.0, 0.5, 1.0)]  # type: ignore[misc]
    assert [round(time.total_seconds() / 60) for time in times] == [54, 60, 66]


@given(st.integers(1, 10_000), waits, chances)
def test_after_failures_a_feed_is_left_alone_for_ever_longer_up_to_a_day_and_as_long_as_its_server_wants(
    failures: int, retry_after_s: float | None, chance: float
) -> None:
    delay_s = (plan.next_after_failure(NOW, failures, retry_after_s, lambda: chance) - NOW).total_seconds()
    assert delay_s >= plan.LEAST_S
    assert delay_s >= min(retry_after_s or 0, plan.LONGEST_WAIT_S)
    if not retry_after_s:
        expected = min(plan.LEAST_S * 2.0 ** min(failures - 1, 20), plan.MOST_S)
        assert expected * 0.9 - 1 <= delay_s <= max(plan.LEAST_S, expected * 1.1) + 1


def test_only_items_that_are_new_or_were_edited_are_looked_at_oldest_first() -> None:
    known = {plan.key_of(item(key=key)): KnownItem(plan.digest_of(item("Old"))) for key in "12"}
    items = [item("New", key="3"), item("Newer", key="2"), item("Old", key="1"), item("Twice", key="3")]
    found = [(one.item.title, one.state) for one in plan.planned(items, known, ())]
    assert found == [("New", "pending"), ("Newer", "pending")]


def test_a_date_or_an_address_that_is_another_each_time_is_no_edit() -> None:
    again = FeedItem("1", "https://a.example/1?session=2", "Title", "", published_at=NOW)
    assert plan.digest_of(again) == plan.digest_of(item())


def test_an_edit_of_what_was_stored_passes_every_filter() -> None:
    known = {plan.key_of(item(key=key)): KnownItem("old", id_) for key, id_ in (("1", 7), ("2", None))}
    items = [item("Chelsea", key="1"), item("Chelsea", key="2")]
    states = {one.item.key: one.state for one in plan.planned(items, known, ["Arsenal"])}
    assert states == {"1": "pending", "2": "filtered"}


@pytest.mark.parametrize(
    ("words", "title", "passes"),
    [
        ((), "Anything", True),
        (("Arsenal",), "ARSENAL'S striker", True),
        (("Arsenal",), "The Gunners want him", True),
        (("gunners",), "Arsenal want him", True),
        (("The Gunners",), "Arsenal want him", True),
        (("Ødegaard",), "Martin Odegaard stays", True),
        (("Saka",), "Osaka wins", False),
        (("Inter Miami",), "Miami is inter", False),
        (("Arsenal",), "Chelsea want him", False),
        (("Chelsea", "Xabi Alonso"), "xabi alonso is asked", True),
    ],
)
def test_the_filter_knows_words_names_and_what_fans_call_clubs(
    words: tuple[str, ...], title: str, passes: bool
) -> None:
    assert plan.passes(words, item(title)) is passes
    assert plan.passes(words, item("Title", title)) is passes


def test_words_of_a_filter_are_parted_by_commas_and_are_not_too_many() -> None:
    assert plan.parsed_words(" arsenal,, The  Gunners;arsenal, !") == ("arsenal", "The Gunners")
    assert plan.parsed_words("") == ()
    for typed in (",".join(f"w{n}" for n in range(21)), "x" * 51):
        with pytest.raises(FeedRefusedError):
            plan.parsed_words(typed)


def test_the_page_is_wanted_unless_the_feed_says_enough() -> None:
    assert plan.is_whole(item(text=SENTENCE * 20))
    assert plan.is_whole(item(text=SENTENCE, url=None))
    assert not plan.is_whole(item(text=SENTENCE))


def test_a_summary_is_at_least_a_sentence() -> None:
    assert plan.is_summary(item(text=SENTENCE))
    assert not any(plan.is_summary(item(text=text)) for text in ("", "Read more ...", "Comments"))


def test_what_a_page_does_not_tell_is_taken_from_the_feed() -> None:
    told = FeedItem("1", "https://a.example/1", "From the feed", SENTENCE, "Ann", NOW - QUARTER)
    page = Page("https://a.example/story", "", SENTENCE * 2)
    draft = plan.draft_of_page(page, told, "The Post", NOW)
    assert (draft.title, draft.publisher, draft.author) == ("From the feed", "The Post", "Ann")
    assert (draft.url, draft.text) == ("https://a.example/story", SENTENCE * 2)
    assert draft.published_at == (NOW - QUARTER).replace(microsecond=0)


def test_of_a_page_that_is_not_complete_and_a_longer_feed_the_feed_is_taken() -> None:
    page = Page("https://a.example/1", "Title", "Subscribe.", complete=False)
    assert plan.draft_of_page(page, item(text=SENTENCE), "The Post", NOW).text == SENTENCE


def test_a_day_in_the_future_is_no_day() -> None:
    told = FeedItem("1", None, "Title", SENTENCE, None, NOW + timedelta(days=30))
    assert plan.draft_of_item(told, "The Post", NOW).published_at is None
