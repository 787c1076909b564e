"""What people's messages say."""

import discord


def said(message: discord.Message) -> str:
    """Its text, or that of the links and posts that it shows."""
    shown = [text for embed in message.embeds for text in (embed.title, embed.description) if text]
    return message.content or "\n".join(shown)
