"""For whoever hosts the bot: `check`, `commands sync`, `run`."""

import asyncio
from typing import TYPE_CHECKING

import click

from bot.cli.options import Command, Group, Options

if TYPE_CHECKING:
    from bot.config import Config


class Busy(click.ClickException):
    exit_code = 3


@click.command(cls=Command)
@click.pass_obj
def run(options: Options) -> None:
    """Answer in Discord. The token comes from the environment, as DISCORD_TOKEN.

    Ctrl-C or SIGTERM ends it, after the answers under way. One bot runs from a data directory; a second one
    ends at once with exit code 3.
    """
    config = options.load()
    token = _token(config)
    from bot.app import AlreadyRunningError, only_one
    from bot.logs import set_up_logging
    from bot.run import DiscordError, run_client

    set_up_logging("debug" if options.verbose else config.log.level, [token])
    try:
        with only_one(config.data.directory):
            asyncio.run(run_client(config, token))
    except AlreadyRunningError as error:
        raise Busy(str(error)) from error
    except DiscordError as error:
        raise click.ClickException(str(error)) from error


@click.group(cls=Group)
def commands() -> None:
    """The bot's slash commands."""


@commands.command()
@click.pass_obj
def sync(options: Options) -> None:
    """Upload the slash commands to Discord. Needed once, and after an update that changes them."""
    config = options.load()
    token = _token(config)
    from bot.run import DiscordError, sync_commands

    try:
        names = asyncio.run(sync_commands(config, token))
    except DiscordError as error:
        raise click.ClickException(str(error)) from error
    click.echo("Discord knows these commands now: " + ", ".join(f"/{name}" for name in names))


@click.command(cls=Command)
@click.pass_obj
def check(options: Options) -> int:
    """Look at everything that could be wrong, and say what to do. Exit code 1 if something is."""
    from bot.check import check_everything
    from bot.terminal import open_console, render_finding

    console = open_console()
    sound = True

    async def look() -> None:
        nonlocal sound
        async for finding in check_everything(options.load):
            console.print(render_finding(finding.sound, finding.subject, finding.words))
            sound = sound and finding.sound is not False

    asyncio.run(look())
    return 0 if sound else 1


def _token(config: "Config") -> str:
    if config.token is None:
        raise click.ClickException(
            "The bot has no token. Make one in the Discord developer portal (your application, Bot, "
            "Reset Token), and set it in the environment: DISCORD_TOKEN=... rumourmill run"
        )
    return config.token.get_secret_value()
