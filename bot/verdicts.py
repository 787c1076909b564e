"""What members said of answers, with the quotes as their articles hold them now."""

from dataclasses import dataclass
from itertools import groupby

from corpus.store import Store
from index.answer import hydrate
from index.types import Quote


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """How many members found an answer right and wrong; `gone` of its quotes no longer stand in articles."""

    answer_id: int
    guild_id: int
    right: int
    wrong: int
    quotes: tuple[Quote, ...]
    gone: int


async def judged_answers(store: Store) -> list[JudgedAnswer]:
    """Of all servers, the newest answer first."""
    verdicts = await store.verdicts.every()
    judged = []
    for (answer_id, guild_id), same in groupby(verdicts, lambda one: (one.answer_id, one.guild_id)):
        said = list(same)
        refs = max((one.quotes for one in said), key=len)
        articles = await store.articles.load({ref.article_id for ref in refs}, guild_id=guild_id)
        quotes = hydrate(refs, articles)
        right = sum(one.right for one in said)
        gone = len(refs) - len(quotes)
        judged.append(JudgedAnswer(answer_id, guild_id, right, len(said) - right, quotes, gone))
    return judged
