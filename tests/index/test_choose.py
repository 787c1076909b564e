from datetime import UTC, datetime, timedelta

import pytest

from index import choose
from index.choose import (
    SHOWN,
    Considered,
    chosen,
    confidence,
    consider,
    coverage,
    is_same_story,
    ranked,
    stories,
    verdict,
)
from index.question import understand
from index.types import Finding
from tests.candidates import NOW, article, candidate, considered, scores

ISAK = "Isak has joined Liverpool for a fee of £125m."
KANE = "Kane stays at Bayern Munich until 2027."
RAUL = "Raúl would be the interim manager of Real Madrid."


@pytest.fixture(autouse=True)
def weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """The relevance alone counts; what is more than 3 behind the best is not shown."""
    monkeypatch.setattr(choose, "WEIGHTS", scores(relevance=1.0))
    monkeypatch.setattr(choose, "SURENESS", scores(relevance=1.0))
    monkeypatch.setattr(choose, "MARGIN", 3.0)


def read(text: str, relevance: float, article_id: int = 1, title: str = "A title") -> Considered:
    return considered(article(text, article_id=article_id, title=title), relevance=relevance)


def judged(question: str, published_at: datetime | None) -> choose.Scores:
    """The scores of an article of that day, for a question that is asked at NOW."""
    one = candidate(article(ISAK, published_at=published_at))
    finding = Finding(2.0, 0, len(ISAK), 1.0)
    return consider(understand(question, now=NOW), one, finding, lambda text: 0.0).scores


def test_a_total_is_the_sum_of_its_weighted_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "WEIGHTS", scores(relevance=2.0, fused=0.5))
    assert scores(relevance=3.0, fused=4.0, span=9.0).total == 8.0


def test_what_was_found_is_quoted_and_scored() -> None:
    text = f"It rained. {ISAK}"
    at = text.index("£125m")
    asked = understand("how much for isak", now=NOW)
    one = consider(asked, candidate(article(text)), Finding(2.0, at, at + 5, 1.5), lambda text: 0.0)
    assert (one.quote, one.answer) == (ISAK, "£125m")
    assert (one.scores.relevance, one.scores.span) == (2.0, 1.5)
    assert (one.scores.fused, one.scores.cosine) == (one.candidate.score, one.candidate.cosine)


def test_the_words_of_the_title_count_for_the_passage_but_not_for_the_quote() -> None:
    one = candidate(article(ISAK, title="Newcastle lose their striker"))
    asked = understand("who left newcastle", now=NOW)
    found = consider(asked, one, Finding(0.0, 0, 4, 0.0), lambda text: float("Newcastle" in text))
    assert (found.scores.coverage, found.scores.quoted) == (1.0, 0.0)


def test_the_nearer_to_the_day_of_the_answer_the_fresher() -> None:
    today, lately, long_ago = (
        judged("who joined liverpool", NOW - timedelta(days=days)).freshness for days in (0, 14, 400)
    )
    assert today == 1.0
    assert today > lately > long_ago > 0.0


def test_what_has_no_date_is_neither_fresh_nor_close() -> None:
    for question in ("who joined liverpool", "who joined liverpool in february 2023", "latest on liverpool"):
        undated = judged(question, None)
        assert (undated.freshness, undated.newest, undated.closeness) == (0.0, 0.0, 0.0)


def test_the_newest_counts_where_it_is_asked_for() -> None:
    assert judged("who joined liverpool", NOW).newest == 0.0
    assert judged("who is the latest to join liverpool", NOW).newest == 1.0


def test_where_a_time_is_named_closeness_to_it_counts_instead_of_freshness() -> None:
    question = "who joined liverpool in february 2023"
    then, now = (judged(question, at) for at in (datetime(2023, 2, 10, tzinfo=UTC), NOW))
    assert then.closeness == 1.0 > now.closeness
    assert (then.freshness, now.freshness) == (0.0, 0.0)


def test_the_share_of_a_question_that_words_hold_goes_by_weight() -> None:
    weights = {"isak": 3.0, "fee": 1.0}
    assert coverage(weights, ["isak", "joins"]) == 0.75
    assert coverage(weights, ["isak", "isak", "fee"]) == 1.0
    assert coverage(weights, []) == 0.0
    assert coverage({}, ["isak"]) == 0.0


def test_the_best_come_first_and_those_alike_always_in_one_order() -> None:
    worse, best, *alike = (read(ISAK, 1.0), read(KANE, 2.0, 2), read(KANE, 0.5, 4), read(KANE, 0.5, 3))
    expected = [best, worse, *reversed(alike)]
    assert ranked([worse, best, *alike]) == expected
    assert ranked([*reversed(alike), best, worse]) == expected


def test_confidence_is_a_probability_that_grows_with_the_best_candidate() -> None:
    unsure, sure = (confidence([read(ISAK, relevance)]) for relevance in (-5.0, 5.0))
    assert 0.0 < unsure < sure < 1.0


def test_nothing_read_is_no_confidence() -> None:
    assert confidence([]) == 0.0


def test_quotes_of_nearly_the_same_words_tell_one_story() -> None:
    isak = read(ISAK, 1.0)
    assert is_same_story(isak, read(f"{ISAK.upper()} No English club ever paid more for a player.", 1.0, 2))
    assert not is_same_story(isak, read(KANE, 1.0, 2))


def test_an_article_tells_one_story_with_each_of_its_answers() -> None:
    text = "Real Madrid want Xabi Alonso. Raúl would come first. They hope for Xabi Alonso by June."
    first, again, other = (
        considered(article(text), quote, answer)
        for quote, answer in (
            ("Real Madrid want Xabi Alonso.", "Xabi Alonso"),
            ("They hope for Xabi Alonso by June.", "Xabi Alonso"),
            ("Raúl would come first.", "Raúl"),
        )
    )
    assert is_same_story(first, again)
    assert not is_same_story(first, other)


def test_a_story_is_told_by_the_best_that_tells_it() -> None:
    first, other, again = read(ISAK, 3.0), read(KANE, 2.0, 2), read(ISAK, 1.0, 3)
    assert stories([first, other, again]) == [(first, None), (other, None), (again, first)]


def test_each_story_is_shown_once_up_to_the_limit() -> None:
    first, again, second, third = read(ISAK, 3.0), read(ISAK, 2.5, 2), read(KANE, 2.0, 3), read(RAUL, 1.0, 4)
    told = stories([first, again, second, third])
    assert chosen(told, 10) == [first, second, third]
    assert chosen(told, 2) == [first, second]
    assert chosen([], 2) == []


def test_what_is_far_behind_the_best_is_not_shown_beside_it() -> None:
    best, near, far = read(ISAK, 9.0), read(KANE, 6.0, 2), read(RAUL, 5.9, 3)
    assert chosen(stories([best, near, far]), 10) == [best, near]


def test_each_verdict_says_why_something_is_not_shown() -> None:
    best = considered(article(ISAK, title="Isak signs"), ISAK, "£125m", relevance=9.0)
    others = [
        considered(article(f"{ISAK} Yes, for £125m."), "Yes, for £125m.", "£125m", relevance=8.5),
        read(ISAK, 8.0, 2),
        read(KANE, 7.0, 3),
        read(RAUL, 1.0, 4),
    ]
    told = stories([best, *others])
    shown = chosen(told, 1)
    assert [verdict(one, same, shown) for one, same in told] == [
        SHOWN,
        "its article says it better",
        "told by Isak signs",
        "one quote too many",
        "far behind the best",
    ]


def test_where_nothing_is_shown_everything_was_refused() -> None:
    told = stories([read(ISAK, 9.0), read(KANE, 8.0, 2)])
    assert [verdict(one, same, []) for one, same in told] == ["refused", "refused"]
