"""Which older quotes are overtaken, and which disagree: better one too few than one too many."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.relations import grouped, relate
from index.types import Quote, Source

MAY = datetime(2031, 5, 1, 9, tzinfo=UTC)
NUMBERS = iter(range(1, 10**9))


def quote(text: str, days: float = 0, title: str = "Transfer news") -> Quote:
    source = Source(next(NUMBERS), None, title, "The Echo", MAY + timedelta(days=days), None)
    return Quote(source, text, 0)


def overtakes(newer: str, older: str, days: float = 10) -> bool:
    return relate([quote(older), quote(newer, days)]).overtaken == {0: 1}


SETTLED = [
    ("Arsenal are close to signing Bruno Maier.", "Arsenal have signed Bruno Maier from Lyon."),
    ("Arsenal are close to signing Bruno Maier.", "Bruno Maier has joined Arsenal on a five-year deal."),
    ("Bruno Maier is expected to join Arsenal.", "Arsenal have completed the signing of Bruno Maier."),
    ("Everton want Bruno Maier.", "Everton have agreed a £20m fee with Lyon to sign Bruno Maier."),
    ("Everton are interested in signing Bruno Maier.", "Bruno Maier has joined Arsenal on loan."),
    ("Bruno Maier could leave Lyon this summer.", "Bruno Maier has joined Arsenal."),
    ("Everton will not sack Bruno Maier.", "Everton have sacked Bruno Maier."),
    ("Everton are considering sacking Bruno Maier.", "Bruno Maier was sacked by Everton on Monday."),
    ("Bruno Maier is set to stay at Everton.", "Bruno Maier has left Everton by mutual consent."),
    ("Bruno Maier is in talks over a new contract.", "Bruno Maier has signed a new three-year contract."),
    ("Arsenal are preparing an offer for Bruno Maier.", "Bruno Maier has signed a new contract at Everton."),
    ("Arsenal are keen to sign Bruno Maier.", "Bruno Maier has turned down a move to Arsenal."),
    ("Bruno Maier will have a medical at Arsenal on Friday.", "Arsenal have signed Bruno Maier."),
    ("Everton are expected to appoint Bruno Maier.", "Everton have appointed former defender Bruno Maier."),
]


@pytest.mark.parametrize(("older", "newer"), SETTLED)
def test_a_report_that_settles_or_contradicts_an_older_one_overtakes_it(older: str, newer: str) -> None:
    assert overtakes(newer, older)


@pytest.mark.parametrize(("older", "newer"), SETTLED)
def test_nothing_is_overtaken_by_what_came_before_it_or_long_after(older: str, newer: str) -> None:
    assert relate([quote(older, 10), quote(newer)]).overtaken == {}
    assert relate([quote(older), quote(newer, 400)]).overtaken == {}


HOPED = "Arsenal are close to signing Bruno Maier."


@pytest.mark.parametrize(
    "newer",
    [
        "If Arsenal have signed Bruno Maier, nobody has told Lyon.",
        "Have Arsenal signed Bruno Maier?",
        "Arsenal could have signed Bruno Maier.",
        "Arsenal have not signed Bruno Maier.",
        "Nobody should believe that Arsenal have signed Bruno Maier.",
        "Lyon deny that Arsenal have signed Bruno Maier.",
        "Arsenal first signed Bruno Maier ten years ago.",
        "Bruno Maier joined Arsenal last summer.",
        "Reports claimed Arsenal have signed Bruno Maier.",
        "Arsenal have signed a striker to replace Bruno Maier.",
        "Arsenal have signed Tom Kessler, a friend of Bruno Maier.",
        "Arsenal signed Tom Kessler under manager Bruno Maier.",
        "Arsenal remain interested in Bruno Maier.",
        "Arsenal have agreed personal terms with Bruno Maier.",
        "Tom Kessler and Bruno Maier joined Everton and Arsenal respectively.",
        "Bruno Maier scored twice as Arsenal won.",
    ],
)
def test_what_is_supposed_denied_asked_or_told_of_others_settles_nothing(newer: str) -> None:
    assert not overtakes(newer, HOPED)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("Bruno Maier is set to join Arsenal.", "Arsenal have agreed a fee with Lyon for Bruno Maier."),
        ("Bruno Maier is linked with Everton weeks after joining Arsenal.", "Bruno Maier joined Arsenal."),
        ("Arsenal have signed Bruno Maier, who is keen to join Arsenal.", "Arsenal have signed Bruno Maier."),
        ("Arsenal came close to signing Bruno Maier last summer.", "Arsenal have signed Bruno Maier."),
        ("Bruno Maier will always remain loved by Everton fans.", "Bruno Maier has left Everton."),
        ("Everton could sell Bruno Maier.", "Bruno Maier left Everton unmoved with his demands."),
        ("Everton decided to sack Bruno Maier amid rising tensions.", "Bruno Maier was sacked this month."),
        ("Arsenal are looking to follow up the signing of Bruno Maier.", "Bruno Maier has joined Arsenal."),
        ("Bruno Maier had looked close to an exit from Lyon.", "Bruno Maier has joined Arsenal."),
        (
            "Arsenal could sell to fund a striker for summer signing Bruno Maier.",
            "Arsenal signed Bruno Maier.",
        ),
        ("Arsenal could make the loan of Bruno Maier permanent.", "Bruno Maier has joined Arsenal on loan."),
        ("Bruno Maier could return to Arsenal.", "Bruno Maier joined Arsenal before he was sold."),
        ("Bruno Maier could leave Lyon.", "Bruno Maier has moved to Lyon Arena."),
        (
            "Bruno Maier is edging closer to joining Lyon.",
            "Bruno Maier signed for Arsenal on loan in winter.",
        ),
        (
            "Bruno Maier could leave Arsenal.",
            "Bruno Maier joined Everton for £10m and has struggled in July 2030.",
        ),
        ("Bruno Maier is set to stay at Everton.", "Bruno Maier was axed from Everton's team."),
        ("Everton allowed Bruno Maier to leave for Arsenal.", "Bruno Maier has joined Arsenal."),
        ("Lyon are considering sacking Bruno Maier.", "Everton have sacked Bruno Maier."),
    ],
)
def test_what_the_newer_report_does_not_change_stays(older: str, newer: str) -> None:
    assert not overtakes(newer, older)


def test_two_bearers_of_one_surname_are_not_taken_for_one_person() -> None:
    assert not overtakes("Arsenal have signed Karl Maier.", HOPED)


def test_a_person_is_found_again_by_the_surname_alone() -> None:
    assert overtakes("Arsenal have officially signed Maier.", HOPED)


def test_a_nickname_stands_for_its_club() -> None:
    assert overtakes("The Gunners have signed Bruno Maier.", HOPED)


def test_the_newest_of_several_that_settle_it_is_named() -> None:
    signed = "Arsenal have signed Bruno Maier."
    quotes = [quote(signed, 3), quote(HOPED), quote("Bruno Maier has joined Arsenal.", 5)]
    assert relate(quotes).overtaken == {1: 2}


def test_an_agreement_of_the_same_day_settles_nothing() -> None:
    agreed = "Arsenal have agreed a fee with Lyon to sign Bruno Maier."
    assert not overtakes(agreed, "Arsenal are interested in signing Bruno Maier.", days=0.5)
    assert overtakes(agreed, "Arsenal are interested in signing Bruno Maier.", days=2)


def test_of_midnight_only_the_day_is_known() -> None:
    newer = quote("Arsenal have signed Bruno Maier.", 0.2)
    older = quote(HOPED)
    assert relate([older, newer]).overtaken == {0: 1}
    midnight = replace(older.source, published_at=MAY.replace(hour=0))
    assert relate([replace(older, source=midnight), newer]).overtaken == {}


def test_undated_reports_overtake_nothing_and_are_not_overtaken() -> None:
    newer, older = quote("Arsenal have signed Bruno Maier.", 3), quote(HOPED)
    for one in (0, 1):
        pair = [older, newer]
        pair[one] = replace(pair[one], source=replace(pair[one].source, published_at=None))
        assert relate(pair).overtaken == {}


def test_an_article_does_not_overtake_itself() -> None:
    newer, older = quote("Arsenal have signed Bruno Maier.", 3), quote(HOPED)
    same = replace(newer.source, article_id=older.source.article_id)
    assert relate([older, replace(newer, source=same)]).overtaken == {}


WORDS = st.sampled_from(
    [
        *(
            "Arsenal",
            "Everton",
            "Bruno",
            "Maier",
            "Kessler",
            "have",
            "has",
            "signed",
            "joined",
            "sacked",
            "to",
        ),
        *(
            "will",
            "not",
            "stay",
            "leave",
            "close",
            "signing",
            "agreed",
            "a",
            "deal",
            ",",
            ".",
            "?",
            "if",
            "new",
        ),
    ]
)


@given(st.lists(st.tuples(st.lists(WORDS, max_size=30).map(" ".join), st.integers(0, 300)), max_size=5))
@settings(max_examples=200, deadline=None)
def test_only_a_newer_quote_overtakes_whatever_the_words(found: list[tuple[str, int]]) -> None:
    quotes = [quote(text, days) for text, days in found]
    for older, newer in relate(quotes).overtaken.items():
        assert found[older][1] < found[newer][1]


@given(st.lists(st.text(max_size=300), max_size=4))
@settings(deadline=None)
def test_no_text_is_too_strange_to_be_read(texts: list[str]) -> None:
    relate([quote(f"Bruno Maier {text}", days) for days, text in enumerate(texts)])


def test_signs_that_stand_for_names_are_read_as_nothing_in_a_text() -> None:
    assert not overtakes("§C7 have signed §P Bruno Maier. Bruno Maier has joined §C0.", HOPED)


def reported(text: str, days: float = 0, publisher: str | None = "The Herald") -> Quote:
    told = quote(text, days)
    return replace(told, source=replace(told.source, publisher=publisher))


def disagree(one: str, other: str, days: float = 1) -> bool:
    pairs = [relate([quote(one), reported(other, apart)]).disagreeing for apart in (days, -days)]
    turned = relate([reported(other, days), quote(one)]).disagreeing
    assert all(pair in ([], [(0, 1)]) for pair in (*pairs, turned))
    return all((*pairs, turned))


OPPOSED = [
    ("Everton are considering sacking Bruno Maier.", "Everton have no plans to sack Bruno Maier."),
    ("Everton are ready to sell Bruno Maier.", "Everton insist Bruno Maier is not for sale."),
    ("Everton are looking to offload Bruno Maier.", "Everton are determined to keep Bruno Maier."),
    ("Bruno Maier is set to leave Everton.", "Bruno Maier is going nowhere."),
    ("Bruno Maier is expected to leave.", "Bruno Maier is expected to stay at Everton."),
    ("Bruno Maier wants to leave Everton.", "Bruno Maier wants to stay at Everton."),
    ("Bruno Maier is set to join Arsenal.", "Arsenal have ruled out a move for Bruno Maier."),
    ("Arsenal want to sign Bruno Maier.", "Arsenal do not want to sign Bruno Maier."),
    ("Bruno Maier has agreed to join Arsenal.", "Bruno Maier is unlikely to join Arsenal."),
    ("Bruno Maier is set to join Arsenal.", "Bruno Maier will stay at Everton."),
    ("Bruno Maier is set to sign a new contract.", "Bruno Maier is refusing to sign a new contract."),
    ("Bruno Maier is set to leave Everton.", "Bruno Maier is set to sign a new contract."),
]


@pytest.mark.parametrize(("one", "other"), OPPOSED)
def test_reports_that_say_opposite_things_disagree_whichever_is_newer_or_first(one: str, other: str) -> None:
    assert disagree(one, other)


@pytest.mark.parametrize(("one", "other"), OPPOSED)
def test_reports_of_one_publisher_of_none_or_long_apart_do_not_disagree(one: str, other: str) -> None:
    for publisher in ("The Echo", "the echo!", None, "\u200b", "  "):
        assert relate([quote(one), reported(other, 1, publisher)]).disagreeing == []
    assert relate([quote(one), reported(other, 14)]).disagreeing == [(0, 1)]
    assert relate([quote(one), reported(other, 15)]).disagreeing == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bruno Maier could leave Everton.", "Bruno Maier is going nowhere."),
        ("Bruno Maier has been linked with a move away.", "Bruno Maier is set to stay at Everton."),
        ("Bruno Maier wants to leave Everton.", "Everton insist Bruno Maier is not for sale."),
        ("Bruno Maier wants to leave Everton.", "Bruno Maier is expected to stay at Everton."),
        ("Everton want to sell Bruno Maier.", "Bruno Maier wants to stay at Everton."),
        ("Bruno Maier is set to join Arsenal.", "Lyon do not want to sign Bruno Maier."),
        ("Arsenal want to sign Bruno Maier.", "Bruno Maier has turned down a move to Lyon."),
        ("Arsenal want to sign Bruno Maier.", "Bruno Maier is unlikely to join Arsenal."),
        ("Arsenal are in talks to sign Bruno Maier.", "Everton have no plans to sell Bruno Maier."),
        ("Bruno Maier is set to join Arsenal.", "Bruno Maier will stay at Arsenal."),
        ("Everton are ready to sell Bruno Maier.", "Everton will not sell Bruno Maier for less than £50m."),
        (
            "Everton are ready to sell Bruno Maier.",
            "Everton do not want to sell Bruno Maier unless they must.",
        ),
        ("Everton could sack Bruno Maier.", "Everton will not sack Bruno Maier until the season is over."),
        ("Bruno Maier will leave next summer.", "Bruno Maier will stay at Everton."),
        ("Everton don't want to sell Bruno Maier.", "Everton have no plans to sell Bruno Maier."),
        ("Bruno Maier is set to leave Everton.", "If they win, Bruno Maier will stay at Everton."),
        (
            "Bruno Maier is set to leave Everton.",
            "Asked whether Bruno Maier will stay at Everton, he smiled.",
        ),
        ("Bruno Maier is set to leave Everton.", "Will it be that Bruno Maier is going nowhere?"),
        ("Rumours that Bruno Maier is set to leave Everton grow.", "Bruno Maier is going nowhere."),
        ("Bruno Maier is set to leave Everton.", "June 3: Everton insist Bruno Maier is not for sale."),
        ("Everton are ready to sell Bruno Maier.", "Everton are unlikely to sell both Maier and Kessler."),
        ("Bruno Maier is set to leave Everton.", "Everton have no plans to sell Tom Kessler, who met Maier."),
        ("Bruno Maier is set to leave Everton.", "Bruno Maier is set to join Arsenal."),
        ("Bruno Maier is set to leave Everton.", "Bruno Maier was asked about staying at Everton."),
        ("It is unlikely that Bruno Maier will leave Everton.", "Bruno Maier will stay at Everton."),
        ("Bruno Maier looks likely to leave Everton.", "Bruno Maier would love to stay at Everton."),
        ("Bruno Maier is the most likely to leave.", "Everton will not sell both Maier and Kessler."),
        ("Bruno Maier has agreed a new deal with Everton.", "Bruno Maier will certainly stay."),
    ],
)
def test_what_may_both_be_true_is_no_disagreement(one: str, other: str) -> None:
    assert not relate([quote(one), reported(other, 1)]).disagreeing
    assert not relate([reported(other), quote(one, 1)]).disagreeing


def test_what_is_settled_is_overtaken_and_disagrees_with_nothing() -> None:
    near, denied = quote("Bruno Maier is set to leave Everton."), reported("Bruno Maier is going nowhere.", 1)
    left = quote("Bruno Maier has left Everton by mutual consent.", 3)
    assert relate([near, denied]).disagreeing == [(0, 1)]
    assert relate([near, denied, left]).overtaken == {0: 2, 1: 2}
    assert relate([near, denied, left]).disagreeing == []


def test_each_quote_disagrees_with_one_other_at_most_and_undated_ones_with_none() -> None:
    leaving, staying = "Bruno Maier is set to leave Everton.", "Bruno Maier is going nowhere."
    quotes = [quote(leaving), quote(leaving), reported(staying), reported(leaving), quote(staying)]
    assert relate(quotes).disagreeing == [(0, 2), (3, 4)]
    undated = replace(quotes[0], source=replace(quotes[0].source, published_at=None))
    assert relate([undated, quotes[2]]).disagreeing == []


def test_two_bearers_of_one_surname_do_not_disagree() -> None:
    assert not disagree("Bruno Maier is set to leave Everton.", "Karl Maier is going nowhere.")


def test_two_that_disagree_are_put_together_where_the_first_stands() -> None:
    assert grouped(5, [(1, 3), (0, 4)]) == [(0, 4), (1, 3), (2,)]
    assert grouped(2, []) == [(0,), (1,)]


@given(
    st.lists(
        st.tuples(st.sampled_from([text for pair in OPPOSED for text in pair]), st.booleans()), max_size=6
    )
)
@settings(max_examples=100, deadline=None)
def test_no_quote_stands_in_two_pairs_and_fewer_quotes_make_no_others(found: list[tuple[str, bool]]) -> None:
    quotes = [reported(text) if other else quote(text) for text, other in found]
    pairs = relate(quotes).disagreeing
    numbers = [number for pair in pairs for number in pair]
    assert len(numbers) == len(set(numbers))
    assert sorted(n for group in grouped(len(quotes), pairs) for n in group) == list(range(len(quotes)))
    for count in range(2, len(quotes)):
        assert relate(quotes[:count]).disagreeing == [pair for pair in pairs if max(pair) < count]


@pytest.mark.parametrize("name", ["El Al", "De Van", "Al Di Al"])
def test_a_name_of_nothing_but_particles_is_nobodys(name: str) -> None:
    quotes = [quote(f"They flew with {name} to Madrid.", day, f"{name} and {name}") for day in (1, 2)]
    assert relate(quotes).overtaken == {}
    assert relate(quotes).disagreeing == []
