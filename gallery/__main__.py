"""`python -m gallery OUT_DIR`: what the bot replies, as a page and as pictures."""

import asyncio
from pathlib import Path

import click

from bot.app import LoadEngine, load_engine
from bot.cli.progress import progress_bar
from gallery.page import Shown, page
from gallery.pictures import PictureError, find_chromium, take_picture
from gallery.scene import SceneFailedError, Section, played
from gallery.scenes import SECTIONS
from gallery.stage import open_theatre

PAGE = "index.html"


@click.command()
@click.argument("directory", metavar="OUT_DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--pictures", is_flag=True, help="Also a PNG of each scene, by headless Chromium.")
def main(directory: Path, pictures: bool) -> None:
    """Play every scene with the real bot, and show its replies as Discord would.

    OUT_DIR/index.html holds all of them and needs nothing else. The sample articles answer, on a day when
    they are news; nothing leaves this machine.
    """
    try:
        chromium = find_chromium() if pictures else None
        sections = asyncio.run(play(SECTIONS))
        directory.mkdir(parents=True, exist_ok=True)
        (directory / PAGE).write_text(page(sections), "utf-8")
        if chromium:
            _take_pictures(sections, directory, chromium)
    except (SceneFailedError, PictureError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{directory / PAGE} shows {sum(len(figures) for _, figures in sections)} scenes.")


async def play(sections: tuple[Section, ...], load: LoadEngine = load_engine) -> Shown:
    """Every scene, in a server of its own. Raises SceneFailedError, which names the one that fails."""
    total = sum(len(section.scenes) for section in sections)
    async with open_theatre(load) as theatre:
        with progress_bar("Playing", total) as told:
            shown = []
            done = 0
            for section in sections:
                figures = []
                for scene in section.scenes:
                    figures.append(await played(scene, theatre.stage()))
                    told(done := done + 1)
                shown.append((section, figures))
    return shown


def _take_pictures(sections: Shown, directory: Path, chromium: str) -> None:
    figures = [figure for _, shown in sections for figure in shown]
    with progress_bar("Taking pictures", len(figures)) as told:
        for done, figure in enumerate(figures, 1):
            take_picture(figure, directory / f"{figure.scene.name}.png", chromium)
            told(done)


if __name__ == "__main__":
    main()
