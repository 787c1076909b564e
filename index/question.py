"""A fan's words to a Question. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime

from corpus.text import clean_line
from index.errors import QuestionRefusedError
from index.namebook import NO_NAMES, NameBook
from index.period import asked_period, prefers_newest
from index.types import Question, Scope
from index.wanted import wanted

MAX_QUESTION_CHARS = 500

_LEANING = re.compile(
    r"^(?:and|but|so|or|also|then|what about|how about)\b"
    r"|\b(?:he|him|his|hes|he's|she|her|hers|it|its|they|them|their|there|that|those|this|these|one)\b",
    re.IGNORECASE,
)
_FEW_WORDS = 3


def understand(
    text: str,
    *,
    now: datetime,
    names: NameBook = NO_NAMES,  # noqa: ARG001
    history: Sequence[str] = (),
    guild_id: int | None = None,
    as_of: datetime | None = None,
    since: datetime | None = None,
) -> Question:
    """What is asked. A follow-up is searched together with the question before it.

    Raises QuestionRefusedError for an empty, wordless or over-long text.
    """
    words = clean_line(text)
    if not words:
        raise QuestionRefusedError("The question is empty. Ask something like: who replaces Ancelotti?")
    if not any(map(str.isalnum, words)):
        raise QuestionRefusedError("There are no words in the question. Name a player, a club or a manager.")
    if len(words) > MAX_QUESTION_CHARS:
        raise QuestionRefusedError(
            f"The question has {len(words):,} characters; at most {MAX_QUESTION_CHARS} can be read."
        )
    past = as_of if as_of is not None and as_of < now else None
    return Question(
        text=words,
        query=_with_context(words, history),
        wanted=wanted(words),
        as_of=past or now,
        scope=Scope(guild_id, past, since),
        period=asked_period(words, past or now),
        prefers_newest=prefers_newest(words),
    )


def leans_on_earlier(text: str) -> bool:
    """Is this a follow-up, one that its words alone don't make clear?"""
    return bool(_LEANING.search(text)) or len(text.split()) < _FEW_WORDS


def _with_context(words: str, history: Sequence[str]) -> str:
    earlier = clean_line(history[-1])[:MAX_QUESTION_CHARS] if history else ""
    return f"{earlier} {words}" if earlier and leans_on_earlier(words) else words
