"""Which of an answer's quotes were overtaken by newer ones. Pure.

Read from what the quotes claim about a person they share (`index.claims`); silence where that is not plain.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from corpus.aliases import aliases_in, club_called
from corpus.names import fold
from index.claims import PARTICLES, Claim, claims, people_in
from index.types import Quote, Source
from index.wordings import Move, Stage

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
_ONE_AGREEMENT = timedelta(days=1)
"""Within so much time several reports tell of the same agreement, each as near or as done as it heard."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A quote, what it claims, the clubs that it names, and of what kind of move it speaks."""

    source: Source
    claims: frozenset[Claim]
    clubs: frozenset[str]
    kinds: frozenset[str]


def overtaken(quotes: Sequence[Quote]) -> dict[int, int]:
    """By their numbers: each quote that a newer one settles or contradicts -> the newest that does."""
    people = _people(quotes)
    if not people:
        return {}
    told = [_told(quote, people) for quote in quotes]
    by_age = sorted(range(len(told)), key=lambda number: _moment(told[number].source))
    return {n: m for n in by_age for m in by_age if _overtakes(told[m], told[n])}


def _people(quotes: Sequence[Quote]) -> frozenset[str]:
    """Folded surnames that stand in several quotes, each of them one person's only."""
    bearers: dict[str, set[str]] = {}
    for quote in quotes:
        for name in (*people_in(quote.text), *people_in(quote.source.title)):
            *first, surname = (word for word in name.split() if word not in PARTICLES)
            bearers.setdefault(surname, set()).update(first[-1:])
    words = [frozenset(fold(quote.text).split()) for quote in quotes]
    return frozenset(
        surname
        for surname, first in bearers.items()
        if len(first) == 1 and sum(surname in held for held in words) > 1
    )


def _told(quote: Quote, people: frozenset[str]) -> _Told:
    clubs = frozenset(club for alias in aliases_in(quote.text) for club in alias.clubs)
    kinds = frozenset(map(str.lower, _KIND.findall(quote.text)))
    return _Told(quote.source, claims(quote.text, people), clubs, kinds)


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
