"""Which of an answer's quotes were overtaken by newer ones, and which disagree. Pure.

Read from what the quotes claim about a person they share (`index.claims`); silence where that is not plain.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import combinations

from corpus.aliases import aliases_in, club_called
from corpus.names import fold
from index.claims import PARTICLES, Claim, claims, people_in
from index.types import Quote, Source
from index.wordings import Ground, Move, Stage

_HOPED = (Stage.PENDING, Stage.AGREED, Stage.NEAR)
_OPEN = (Stage.DENIED, *_HOPED)
_REACHED = {
    Stage.DONE: (Stage.DONE,),
    Stage.AGREED: (Stage.AGREED, Stage.NEAR, Stage.DONE),
    Stage.OFF: (Stage.OFF,),
}
"""An older quote that tells one of these is no news to a newer one that tells the key."""
_KIND = re.compile(r"\b(?:permanent|return|buy[- ]option)", re.IGNORECASE)
"""Of another kind is the move of somebody who has joined on loan already, or was there before."""
_WHEN = re.compile(
    r"\b(?:january|winter|(?<!this )summer|next (?:season|year|window)|end of (?:the|this) season)\b",
    re.IGNORECASE,
)
"""Who leaves in summer may have stayed in winter."""
_ONE_AGREEMENT = timedelta(days=1)
"""Within so much time several reports tell of the same agreement, each as near or as done as it heard."""
_AT_ODDS = timedelta(days=14)
"""Reports further apart tell of different states of affairs."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A quote, what it claims, the clubs that it names, of what kind of move it speaks, and of what time."""

    source: Source
    claims: frozenset[Claim]
    clubs: frozenset[str]
    kinds: frozenset[str]
    times: frozenset[str]


@dataclass(frozen=True, slots=True)
class Relations:
    """How quotes stand to each other, by their numbers.

    `overtaken`: each quote that a newer one settles or contradicts -> the newest that does. `disagreeing`:
    two of different publishers that say opposite things of one move, the smaller number first; no quote is in
    two pairs, and none that is overtaken in any.
    """

    overtaken: Mapping[int, int]
    disagreeing: Sequence[tuple[int, int]]


def relate(quotes: Sequence[Quote]) -> Relations:
    people = _people(quotes)
    if not people:
        return Relations({}, [])
    told = [_told(quote, people) for quote in quotes]
    overtaken = _overtaken(told)
    return Relations(overtaken, _disagreeing(told, overtaken))


def grouped(count: int, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    """The numbers below `count` in their order, but each pair together where its first stands."""
    by_first = {pair[0]: pair for pair in pairs}
    seconds = {second for _, second in pairs}
    return [by_first.get(number, (number,)) for number in range(count) if number not in seconds]


def _overtaken(told: Sequence[_Told]) -> dict[int, int]:
    by_age = sorted(range(len(told)), key=lambda number: _moment(told[number].source))
    return {n: m for n in by_age for m in by_age if _overtakes(told[m], told[n])}


def _disagreeing(told: Sequence[_Told], overtaken: Iterable[int]) -> list[tuple[int, int]]:
    taken = set(overtaken)
    pairs: list[tuple[int, int]] = []
    for pair in sorted(combinations(range(len(told)), 2), key=lambda pair: pair[::-1]):
        if taken.isdisjoint(pair) and _disagree(*(told[number] for number in pair)):
            pairs.append(pair)
            taken.update(pair)
    return pairs


def _disagree(one: _Told, other: _Told) -> bool:
    if one.times != other.times or not _are_of_two_publishers(one.source, other.source):
        return False
    return _contradicts(one, other) or _contradicts(other, one)


def _contradicts(hope: _Told, denial: _Told) -> bool:
    """A new contract with a club may be worded like a move to it."""
    renewing = {claim.person for claim in hope.claims if claim.move is Move.RENEW}
    return any(
        a.person == b.person and _are_opposed(a, b, denial.clubs)
        for a in hope.claims
        if a.move is not Move.JOIN or a.person not in renewing
        for b in denial.claims
    )


def _are_of_two_publishers(one: Source, other: Source) -> bool:
    publishers = fold(one.publisher or ""), fold(other.publisher or "")
    if not all(publishers) or publishers[0] == publishers[1]:
        return False
    dates = one.published_at, other.published_at
    return None not in dates and abs(_moment(one) - _moment(other)) <= _AT_ODDS


def _are_opposed(hope: Claim, other: Claim, named: frozenset[str]) -> bool:
    """Whether a claim of something hoped for and another can't both be true.

    `named` are the clubs that the other one's quote names.
    """
    if hope.stage not in _HOPED or hope.ground is None or other.ground is None:
        return False
    ahead = hope.ground is Ground.COURSE
    same = hope.club == other.club or not (hope.club and other.club)
    match hope.move, other.move, other.stage:
        case Move.JOIN, Move.JOIN, Stage.DENIED | Stage.OFF:
            return hope.club == other.club and _are_clubs(hope) and (ahead or hope.ground is other.ground)
        case Move.LEAVE, Move.LEAVE, Stage.DENIED:
            return same and (hope.ground is other.ground or (ahead and other.ground is Ground.CLUB))
        case Move.RENEW, Move.RENEW, Stage.DENIED:
            return ahead
        case Move.JOIN, Move.LEAVE, Stage.DENIED if ahead and other.ground is Ground.COURSE:
            return _are_clubs(hope) and hope.club not in named
        case Move.JOIN, Move.LEAVE, Stage.DENIED:
            return ahead and other.ground is Ground.CLUB and _are_clubs(hope)
        case Move.LEAVE, Move.RENEW, Stage.PENDING | Stage.AGREED:
            return same and ahead and other.ground is Ground.COURSE
    return False


def _people(quotes: Sequence[Quote]) -> frozenset[str]:
    """Folded surnames that stand in several quotes, each of them one person's only."""
    bearers: dict[str, set[str]] = {}
    for quote in quotes:
        for name in (*people_in(quote.text), *people_in(quote.source.title)):
            parts = [word for word in name.split() if word not in PARTICLES]
            if parts:
                bearers.setdefault(parts[-1], set()).update(parts[-2:-1])
    words = [frozenset(fold(quote.text).split()) for quote in quotes]
    return frozenset(
        surname
        for surname, first in bearers.items()
        if len(first) == 1 and sum(surname in held for held in words) > 1
    )


def _told(quote: Quote, people: frozenset[str]) -> _Told:
    clubs = frozenset(club for alias in aliases_in(quote.text) for club in alias.clubs)
    kinds = frozenset(map(str.lower, _KIND.findall(quote.text)))
    times = frozenset(map(str.lower, _WHEN.findall(quote.text)))
    return _Told(quote.source, claims(quote.text, people), clubs, kinds, times)


def _overtakes(newer: _Told, older: _Told) -> bool:
    if newer.source.article_id == older.source.article_id or not _is_later(newer.source, older.source):
        return False
    later = _moment(newer.source) - _moment(older.source)
    return any(
        settling.person == claim.person
        and later <= timedelta(days=_days(settling, claim, older.clubs))
        and (settling.move is not Move.JOIN or older.kinds <= newer.kinds)
        for settling in newer.claims
        if not _is_known(settling, older) and (settling.stage is not Stage.AGREED or later > _ONE_AGREEMENT)
        for claim in older.claims
        if claim.stage in _OPEN
    )


def _is_known(settling: Claim, older: _Told) -> bool:
    return any(
        (claim.person, claim.move) == (settling.person, settling.move)
        and claim.stage in _REACHED.get(settling.stage, ())
        for claim in older.claims
    )


def _days(new: Claim, old: Claim, named: frozenset[str]) -> int:
    """For how many days after the older claim the newer one settles it; -1 where it never does.

    `named` are the clubs that the older quote names: what it says of the newer's club it may say in words
    that are not understood.
    """
    same = new.club == old.club != ""
    told = bool(new.club and old.club)
    match new.move, new.stage, old.move:
        case Move.JOIN, Stage.DONE, Move.JOIN if same:
            return 200
        case Move.JOIN, Stage.DONE, Move.JOIN if new.news and old.stage in _HOPED and _are_clubs(new, old):
            return 60 if new.club not in named else -1
        case Move.JOIN, Stage.DONE, Move.LEAVE | Move.RENEW if new.news and _are_clubs(new) and not same:
            return 45
        case Move.JOIN, Stage.AGREED, Move.JOIN if same:
            return 90
        case Move.JOIN, Stage.OFF, Move.JOIN if same and old.stage in _HOPED:
            return 45
        case Move.LEAVE, Stage.DONE, Move.LEAVE | Move.RENEW if same or not told:
            return 90 if same else 30
        case Move.RENEW, Stage.DONE, Move.RENEW:
            return 150
        case Move.RENEW, Stage.DONE, _ if old.stage in _HOPED:
            return 180
        case Move.RENEW, Stage.AGREED, Move.RENEW:
            return 60
    return -1


def _are_clubs(*claims: Claim) -> bool:
    return all(club_called(fold(claim.club)) for claim in claims)


def _moment(source: Source) -> datetime:
    return source.published_at or datetime.min.replace(tzinfo=UTC)


def _is_later(newer: Source, older: Source) -> bool:
    """Whether it certainly is: of a time of midnight only the day is known."""
    new, old = newer.published_at, older.published_at
    if new is None or old is None:
        return False
    only_days = time() in (new.time(), old.time())
    return new.date() > old.date() if only_days else new > old
