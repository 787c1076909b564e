"""Pictures of figures, by headless Chromium."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

from gallery.page import alone
from gallery.scene import Figure

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, TALLEST, SCALE = 640, 4000, 2
MARGIN = 16 * SCALE
COLOURS = 128
LIMIT_S = 60
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    f"--force-device-scale-factor={SCALE}",
    f"--window-size={WIDTH},{TALLEST}",
)


class PictureError(Exception):
    """No picture can be taken; `str()` of the error says what to do."""


def find_chromium() -> str:
    """Raises PictureError where there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise PictureError(
            "Pictures need Chromium or Chrome on the PATH: install it (on Debian: apt-get install chromium "
            "fonts-noto-core), or leave out --pictures."
        )
    return found


def take_picture(figure: Figure, file: Path, chromium: str) -> None:
    """Write the figure as a PNG, cut to what there is to see. Raises PictureError where Chromium fails."""
    with tempfile.TemporaryDirectory() as place:
        page, whole = Path(place, "page.html"), Path(place, "whole.png")
        page.write_text(alone(figure), "utf-8")
        profile = f"--user-data-dir={place}/profile"
        _run([chromium, *OPTIONS, profile, f"--screenshot={whole}", page.as_uri()], figure.scene.name)
        if not whole.exists():
            raise PictureError(f"Chromium took no picture of {figure.scene.name}.")
        with Image.open(whole) as image:
            _cut(image.convert("RGB")).quantize(COLOURS).save(file, optimize=True)


def _run(command: list[str], name: str) -> None:
    try:
        subprocess.run(command, capture_output=True, check=True, timeout=LIMIT_S)  # noqa: S603 - found on the PATH
    except (OSError, subprocess.SubprocessError) as error:
        raise PictureError(f"Chromium could not take the picture of {name}: {error}") from error


def _cut(image: Image.Image) -> Image.Image:
    """Without the empty rest below."""
    background = Image.new("RGB", image.size, image.getpixel((image.width - 1, image.height - 1)))
    box = ImageChops.difference(image, background).getbbox()
    bottom = min(image.height, box[3] + MARGIN) if box else image.height
    return image.crop((0, 0, image.width, bottom))
