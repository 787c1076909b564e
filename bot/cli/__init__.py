"""The command line. Only what a command needs is imported, and only when it runs: `--help` must be quick."""

from bot.cli.program import main

__all__ = ["main"]
