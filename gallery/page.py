"""Figures as HTML: one page that needs nothing else, or one figure alone."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import NoReturn

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup

from gallery.markdown import Reader, line_to_html, to_html
from gallery.scene import Figure, Section
from gallery.stage import TODAY

TITLE = "What rumourmill replies"
HERE = Path(__file__).parent
OF_THE_BOT = "#5865f2"
OF_PEOPLE = ("#757e8a", "#3ba55c", "#d8761d", "#c03a6b")
NO_COLOUR = "#1e1f22"

Shown = Sequence[tuple[Section, Sequence[Figure]]]


def page(sections: Shown) -> str:
    figures = [figure for _, shown in sections for figure in shown]
    return _template().render(_words(figures), sections=sections)


def alone(figure: Figure) -> str:
    """Nothing but what stands in Discord."""
    return _template().render(_words([figure]), alone=figure)


@cache
def _template() -> Template:
    return Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True).get_template(
        "page.html"
    )


def _words(figures: Sequence[Figure]) -> dict[str, object]:
    names = {number: name for figure in figures for number, name in figure.names.items()}
    reader = Reader(TODAY, names)
    return {
        "names": names,
        "title": TITLE,
        "style": Markup((HERE / "style.css").read_text("utf-8")),  # noqa: S704 - a file of our own
        "markdown": partial(to_html, reader=reader),
        "line": partial(line_to_html, reader=reader),
        "bar": _bar,
        "colour_of": _colour_of,
        "day_of": _day_of,
        "unknown_component": _unknown_component,
    }


def _bar(colour: int | None) -> str:
    return NO_COLOUR if colour is None else f"#{colour:06x}"


def _colour_of(name: str, bot: bool) -> str:
    return OF_THE_BOT if bot else OF_PEOPLE[zlib.crc32(name.encode()) % len(OF_PEOPLE)]


def _day_of(stamp: str) -> str:
    return f"{datetime.fromisoformat(stamp):%d/%m/%Y %H:%M}"


def _unknown_component(kind: int) -> NoReturn:
    raise NotImplementedError(f"gallery/page.html can't show components of type {kind} yet.")
