"""Keeping questions, in the servers whose administrators turned that on."""

import logging
from collections.abc import Iterable

from bot.settings import Settings
from corpus.errors import StoreError
from corpus.names import fold
from corpus.store import Store
from corpus.types import KeptQuestion
from index.types import Answer

log = logging.getLogger(__name__)


class Questions:
    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def kept(self, guild_id: int | None) -> bool:
        return self._settings.of(guild_id).keep_questions

    async def keep(
        self,
        answer: Answer,
        guild_id: int | None,
        member_id: int,
        *,
        club: str | None = None,
        follows: bool = False,
    ) -> None:
        """Keep what was answered, where the server wants that. What can't be kept is let go."""
        if guild_id is None or not self.kept(guild_id):
            return
        asked = (answer.as_of, answer.question, club, answer.answered, follows)
        try:
            await self._store.questions.save(KeptQuestion(guild_id, member_id, *asked))
        except StoreError as error:
            log.warning("A question is not kept: %s", error)

    async def of_member(self, member_id: int, guild_id: int | None) -> list[KeptQuestion]:
        """What somebody asked in a server, newest first."""
        return await self._store.questions.of_member(member_id, guild_id=guild_id)


def distinct(questions: Iterable[KeptQuestion]) -> list[KeptQuestion]:
    """Each question once, however it was written: the first of those that are alike."""
    found: dict[tuple[str, str | None], KeptQuestion] = {}
    for question in questions:
        found.setdefault((fold(question.text), question.club), question)
    return [*found.values()]
