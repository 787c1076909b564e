"""What the bot can do, in a few lines."""

from functools import partial

from discord import app_commands
from discord.ext import commands

from bot.respond import Interaction, acknowledge
from bot.words import N_, _

HELP = N_(
    """\
I answer questions about football transfers with quotes from articles, word for word, with publisher and day.

`/ask question:who replaces Ancelotti?`
`/ask question:Tchouaméni to Liverpool since:7 days private:True`
Or mention me and ask. Reply to one of my answers to ask further: *and who would be interim boss?*
`/rumour about name:Ødegaard` shows the newest reports on a player, manager or club, `/rumour latest` all.

**More** shows further quotes, **Prove it** what stands around them, **Sources** the articles behind it.
**Was this right?** tells whoever runs me, **Report** tells the moderators, who work that off with `/queue`.
In the menu of any message, **Apps › Check this rumour** tells what the articles say about it.
Moderators add and remove articles with `/article add`, `list`, `show` and `remove`,
what a message says with **Apps › Add as article**, and nicknames with `/alias add`."""
)


class Help(commands.Cog):
    @app_commands.command()
    async def help(self, interaction: Interaction) -> None:
        """What I can do, with examples"""
        await acknowledge(partial(interaction.response.send_message, _(HELP), ephemeral=True))
