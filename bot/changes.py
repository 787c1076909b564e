"""Changes of articles, shown to whoever makes them, and the earlier answers that change with them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import discord

from bot.receipts import Receipts
from bot.render_articles import with_member
from bot.respond import Interaction, reply

if TYPE_CHECKING:
    from bot.client import Rumourmill

T = TypeVar("T")

Embed = Callable[[T, int, Sequence[str]], discord.Embed]
"""What was done, how many earlier answers changed with it, and links to those that can't be."""


async def show_change(
    interaction: Interaction,
    receipts: Receipts,
    change: Awaitable[T],
    embed: Embed[T],
    files: Callable[[T], Awaitable[Sequence[discord.File]]] | None = None,
) -> None:
    """Change articles, tell the log channel, show it; then how many earlier answers changed, if any did."""
    done = await change
    tell_log(interaction, lambda: embed(done, 0, ()))
    attachments = await files(done) if files else ()
    await reply(interaction, embed=embed(done, 0, ()), view=None, attachments=attachments)
    if swept := await receipts.sweep(interaction.guild_id):
        await reply(interaction, embed=embed(done, swept.changed, swept.unreached))


def tell_log(interaction: Interaction, embed: Callable[[], discord.Embed]) -> None:
    """Tell the server's log channel, if it has one, what the member has changed."""
    client: Rumourmill = interaction.client
    member = interaction.user.id
    client.log_channel.tell(interaction.guild_id or 0, lambda: with_member(embed(), member))
