"""Was this right? What members say of an answer, kept for whoever runs the bot."""

from re import Match
from typing import Any, Self

import discord

from bot.clicks import answer_click, saved_answer, store_of
from bot.kept import VERDICTS_KEPT
from bot.respond import Interaction, reply
from bot.words import N_, _
from corpus.types import Verdict

ASKED = N_(
    "Was this right? Whoever runs me sees your answer with the quotes above, for {days} days. "
    "The question is not kept with it. `/privacy forget` takes it back."
)
RIGHT = N_("Noted: it was right. You can still change your mind.")
WRONG = N_("Noted: it was not right. You can still change your mind.")


class RightButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"right:(?P<answer>[0-9]{1,18}):(?P<shown>[0-9]{1,3})",
):
    """Asks whoever clicks about the first quotes of a saved answer. Survives a restart."""

    def __init__(self, answer_id: int, shown: int) -> None:
        custom_id = f"right:{answer_id}:{shown}"
        super().__init__(discord.ui.Button(label=_("Was this right?"), custom_id=custom_id))
        self.answer_id = answer_id
        self.shown = shown

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: discord.ui.Item[Any], match: Match[str], /) -> Self:
        return cls(int(match["answer"]), int(match["shown"]))

    async def callback(self, interaction: Interaction) -> None:
        await answer_click(interaction, self._ask)

    async def _ask(self, interaction: Interaction) -> None:
        answer = await saved_answer(interaction, self.answer_id)
        view = discord.ui.View(timeout=None)
        for right in (True, False):
            view.add_item(VerdictButton(answer.id, self.shown, right))
        await reply(interaction, content=_(ASKED).format(days=VERDICTS_KEPT.days), view=view)


class VerdictButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"verdict:(?P<answer>[0-9]{1,18}):(?P<shown>[0-9]{1,3}):(?P<right>yes|no)",
):
    """Keeps what a member says of the first quotes of a saved answer. Survives a restart."""

    def __init__(self, answer_id: int, shown: int, right: bool) -> None:
        custom_id = f"verdict:{answer_id}:{shown}:{'yes' if right else 'no'}"
        super().__init__(discord.ui.Button(label=_("Yes") if right else _("No"), custom_id=custom_id))
        self.answer_id = answer_id
        self.shown = shown
        self.right = right

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: discord.ui.Item[Any], match: Match[str], /) -> Self:
        return cls(int(match["answer"]), int(match["shown"]), match["right"] == "yes")

    async def callback(self, interaction: Interaction) -> None:
        await answer_click(interaction, self._note, in_place=True)

    async def _note(self, interaction: Interaction) -> None:
        answer = await saved_answer(interaction, self.answer_id)
        verdict = Verdict(
            interaction.guild_id or 0,
            answer.id,
            interaction.user.id,
            interaction.created_at,
            self.right,
            answer.quotes[: self.shown],
        )
        await store_of(interaction).verdicts.save(verdict)
        await reply(interaction, content=_(RIGHT if self.right else WRONG))
