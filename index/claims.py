"""What a report claims about where a person goes: how far it has got, or that it is off. Pure.

Only plain wordings are understood; whatever is asked, supposed or told of the past makes no claim.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from corpus.aliases import club_called
from corpus.mentions import named
from corpus.names import fold, is_person_like
from corpus.text import sentences
from index.wordings import (
    AHEAD,
    CONDITION,
    COURSE,
    DOUBTED,
    LONG_AGO,
    NEWS,
    PAST,
    PURSUED,
    RECALLED,
    SETTLED,
    SUPPOSED,
    TERMS,
    WISH,
    Ground,
    Move,
    Stage,
    wordings,
)

PARTICLES = frozenset(("de", "da", "di", "van", "von", "ten", "der", "den", "el", "al"))


@dataclass(frozen=True, slots=True)
class Claim:
    """`person` is a folded surname; `club` is where to or, of LEAVE and RENEW, where from: "" if not told.

    `news` where it is told as such, not as what everybody knows. `ground` is None where the claim is too
    guarded to contradict another.
    """

    person: str
    move: Move
    stage: Stage
    club: str = ""
    news: bool = False
    ground: Ground | None = None


_CLOSING = "\"'”’ "
_MARKS = re.compile(r"[§*_~‘“”\"]|(?<!\w)['’]|['’](?!\w)")
_CAPITALS = re.compile(
    r"(?!(?:After|Following|Since|But|And|With|While|If|Although|Though|When|Should|As|Meanwhile|However"
    r"|Unless|Before|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July"
    r"|August|September|October|November|December)\b)[^\W\d_a-zß-öø-ÿ][\w-]*(?:['’](?!s\b)[^\W\d_]\w*)?"
    r"(?: (?:(?:de|da|di|van|von|ten"
    r"|der|den|el|al) )*[^\W\d_a-zß-öø-ÿ][\w-]*(?:['’](?!s\b)[^\W\d_]\w*)?){0,3}"
)


def people_in(text: str) -> Iterator[str]:
    """Full names of persons, folded."""
    for name in named(text):
        if " " in name and is_person_like(name):
            yield fold(name)


def claims(text: str, people: AbstractSet[str]) -> frozenset[Claim]:
    """What a text claims about the persons of these folded surnames."""
    told = [text[start:end] for start, end in sentences(text)]
    return frozenset(
        claim
        for sentence in told
        if not sentence.rstrip(_CLOSING).endswith("?")
        for person in people & frozenset(fold(sentence).split())
        for claim in _claims(*_masked(sentence, person), person)
    )


def _claims(sentence: str, names: list[str], person: str) -> Iterator[Claim]:
    for move, stage, pattern in wordings():
        for match in pattern.finditer(sentence):
            before = sentence[: match.start()]
            if stage is Stage.AGREED and TERMS in match[0]:
                continue
            if stage in SETTLED and (SUPPOSED.search(before) or LONG_AGO.search(sentence)):
                continue
            if stage in AHEAD and PAST.search(sentence):
                continue
            club = match.groupdict().get("club")
            news = bool(NEWS.search(sentence))
            ground = _ground(move, stage, sentence, match)
            yield Claim(person, move, stage, names[int(club[2:])] if club else "", news, ground)


def _ground(move: Move, stage: Stage, sentence: str, match: re.Match[str]) -> Ground | None:
    told = match[0]
    leading = sentence[: match.start()][-60:] + (told if stage in AHEAD else "")
    if DOUBTED.search(leading) or CONDITION.search(sentence[match.end() :]):
        return None
    if PAST.search(sentence) or LONG_AGO.search(sentence) or RECALLED.search(sentence):
        return None
    ahead = bool(COURSE.search(told)) and not PURSUED.search(told)
    of_club = "not for sale" in told or -1 < told.find("§C") < told.find("§P")
    if of_club and (move is Move.LEAVE or not ahead):
        return Ground.CLUB
    if not of_club and WISH.search(told):
        return Ground.WISH
    return Ground.COURSE if ahead else None


def _masked(sentence: str, person: str) -> tuple[str, list[str]]:
    """The sentence as `index.wordings` reads it, and the names that §C0, §C1 … stand for."""
    names: list[str] = []

    def token(match: re.Match[str]) -> str:
        name = match[0]
        folded = fold(name).removeprefix("the ")
        if folded.split()[-1:] == [person]:
            return "§P"
        if " " not in name and match.start() == 0 and not club_called(folded):
            return name
        if " " in name and is_person_like(name):
            return "§O"
        names.append(club_called(folded) or folded)
        return f"§C{len(names) - 1}"

    plain = _MARKS.sub("", sentence).replace("’", "'")
    return _CAPITALS.sub(token, plain), names
