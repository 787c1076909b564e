"""What is stored and what was handed in -> what changes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.text import article_key, content_hash
from corpus.types import ArticleDraft, KnownArticle

Outcome = Literal["added", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Identified:
    """A draft with its identity (`corpus.text.article_key`) and the digest of its content."""

    key: str
    content_hash: str
    draft: ArticleDraft


@dataclass(frozen=True, slots=True)
class Plan:
    """`writes` holds every article that must be stored, once; `outcomes` what becomes of each draft."""

    writes: tuple[Identified, ...]
    outcomes: tuple[Outcome, ...]


def identify(draft: ArticleDraft) -> Identified:
    return Identified(article_key(draft), content_hash(draft), draft)


def plan(known: Mapping[str, KnownArticle], drafts: Sequence[Identified]) -> Plan:
    """Of drafts with one key the last counts; an earlier one that differs from it was changed by it."""
    last = {draft.key: draft for draft in drafts}
    outcomes = {key: _outcome(known.get(key), draft) for key, draft in last.items()}
    return Plan(
        writes=tuple(draft for key, draft in last.items() if outcomes[key] != "unchanged"),
        outcomes=tuple(
            outcomes[draft.key] if draft is last[draft.key] else _overtaken(draft, last[draft.key])
            for draft in drafts
        ),
    )


def _outcome(known: KnownArticle | None, draft: Identified) -> Outcome:
    if known is None:
        return "added"
    return "unchanged" if known.content_hash == draft.content_hash else "changed"


def _overtaken(draft: Identified, last: Identified) -> Outcome:
    return "unchanged" if draft.content_hash == last.content_hash else "changed"
