"""The options that every command takes, before or after its name."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.config import Config


@dataclass
class Options:
    """What was given on the command line; the last one given counts."""

    config: Path | None = None
    data: Path | None = None
    verbose: bool = False

    def load(self) -> "Config":
        """Read the configuration; from here on, log to stderr if that was asked for."""
        from bot.config import load_config
        from bot.logs import set_up_logging

        if self.verbose:
            set_up_logging("debug")
        return load_config(self.config, directory=self.data)

    def load_existing(self) -> "Config":
        """The configuration, for commands that need articles to be there already."""
        config = self.load()
        if not config.database.exists():
            raise click.ClickException(
                f"There are no articles in {config.data.directory} yet. Add some: rumourmill ingest PATH"
            )
        return config


class Command(click.Command):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(_common_options())


class Group(click.Group):
    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(_common_options())


def _common_options() -> list[click.Option]:
    return [
        _option(
            "--config", type=click.Path(path_type=Path), help="Configuration file [default: ./config.toml]."
        ),
        _option("--data", type=click.Path(path_type=Path), help="Directory of the articles [default: data]."),
        _option("-v", "--verbose", is_flag=True, help="Log more, and show where an unexpected error arose."),
    ]


def _option(*names: str, **settings: Any) -> click.Option:
    return click.Option(names, expose_value=False, callback=_remember, **settings)


def _remember(context: click.Context, option: click.Parameter, value: Any) -> None:
    options = context.ensure_object(Options)
    if value and option.name:
        setattr(options, option.name, value)
