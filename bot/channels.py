"""Where in a server the bot may answer for all to see."""

import discord

from corpus.types import GuildSettings


def may_answer_in(channel: object, settings: GuildSettings) -> bool:
    """In the chosen channels and their threads; everywhere, where none are chosen."""
    if not settings.ask_channels:
        return True
    places = {getattr(channel, "id", None)}
    if isinstance(channel, discord.Thread):
        places.add(channel.parent_id)
    return not places.isdisjoint(settings.ask_channels)


def mentions(channels: tuple[int, ...]) -> str:
    """The channels as Discord links them."""
    return " ".join(f"<#{channel}>" for channel in channels)
