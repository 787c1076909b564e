"""A fan's words to a Question. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime

from corpus.text import clean_line
from corpus.wording import Wording
from index.errors import QuestionRefusedError
from index.namebook import NO_NAMES, NameBook
from index.nicknames import expansions, names_anyone, spelt_out
from index.period import asked_period, prefers_newest
from index.spelling import corrected
from index.types import Correction, Question, Scope, Wanted
from index.wanted import wanted

MAX_QUESTION_CHARS = 500

_LEANING = re.compile(
    r"^(?:and|but|so|or|also|then|what about|how about)\b"
    r"|\b(?:he|him|his|hes|he's|she|her|hers|it|its|they|them|their|there|that|those|this|these|one)\b",
    re.IGNORECASE,
)
_SAME_AGAIN = re.compile(
    r"^(?:(?:and|but|so) )?(?:what|how) about\b|^(?:and|or) (?:\S+ ?){1,2}$", re.IGNORECASE
)
_OF_SOMEONE = re.compile(
    r"\bthe (?:\w+ ){0,2}(?:agent|bid|boss|clause|club|contract|deal|fee|gaffer|loan|manager|medical|move"
    r"|offer|player|price|salary|transfer|wages)\b",
    re.IGNORECASE,
)
_FEW_WORDS = 3


def understand(
    text: str,
    *,
    now: datetime,
    names: NameBook = NO_NAMES,
    history: Sequence[str] = (),
    guild_id: int | None = None,
    as_of: datetime | None = None,
    since: datetime | None = None,
    articles: frozenset[int] | None = None,
) -> Question:
    """What is asked. A follow-up is searched together with the questions that it is about.

    Raises QuestionRefusedError for an empty, wordless or over-long text.
    """
    words = clean_line(text)
    if not words:
        raise QuestionRefusedError(
            Wording("The question is empty. Ask something like: who replaces Ancelotti?")
        )
    if not any(map(str.isalnum, words)):
        raise QuestionRefusedError(
            Wording("There are no words in the question. Name a player, a club or a manager.")
        )
    if len(words) > MAX_QUESTION_CHARS:
        raise QuestionRefusedError(
            Wording(
                "The question has {length} characters; at most {most} can be read.",
                length=len(words),
                most=MAX_QUESTION_CHARS,
            )
        )
    past = as_of if as_of is not None and as_of < now else None
    day = past or now
    earlier = _earlier(words, history, names)
    read, corrections = _read(words, names)
    query = " ".join([*(_read(question, names)[0] for question in earlier), read])
    spoken_of = [words, *reversed(earlier)]
    return Question(
        text=words,
        query=query,
        wanted=_wanted(words, earlier),
        as_of=day,
        scope=Scope(guild_id, past, since, articles),
        period=next((period for part in spoken_of if (period := asked_period(part, day))), None),
        prefers_newest=any(map(prefers_newest, spoken_of)),
        corrections=corrections,
        expansions=expansions(query, names),
    )


def leans_on_earlier(text: str, names: NameBook = NO_NAMES) -> bool:
    """Is this a follow-up, one that its words alone don't make clear?"""
    return (
        bool(_LEANING.search(text))
        or len(text.split()) < _FEW_WORDS
        or bool(_OF_SOMEONE.search(text) and names.counts and not names_anyone(text, names))
    )


def _read(text: str, names: NameBook) -> tuple[str, tuple[Correction, ...]]:
    """The text without misspellings, and with names for a server's own nicknames."""
    read, corrections = corrected(text, names)
    spelt, own = spelt_out(read, names)
    return spelt, (*corrections, *own)


def _earlier(words: str, history: Sequence[str], names: NameBook) -> list[str]:
    """The earlier questions that a follow-up is about, back to the one that stands alone, oldest first."""
    chain: list[str] = []
    room = MAX_QUESTION_CHARS
    asked = words
    for question in filter(None, map(clean_line, reversed(history))):
        room -= len(question)
        if room < 0 or not leans_on_earlier(asked, names):
            break
        chain.insert(0, question)
        asked = question
    return chain


def _wanted(words: str, earlier: Sequence[str]) -> Wanted:
    """ "And what about Raul?" wants what was wanted before."""
    kind = wanted(words)
    if kind is not Wanted.ANYTHING or not _SAME_AGAIN.search(words):
        return kind
    return next((k for question in reversed(earlier) if (k := wanted(question)) is not kind), kind)
