"""Pictures of figures. They need Chromium, which only those need who make pictures."""

from pathlib import Path

import pytest
from PIL import Image

from gallery.pictures import SCALE, WIDTH, PictureError, find_chromium, take_picture
from gallery.scene import Figure, Scene
from gallery.stage import Offered


def figure(choices: int) -> Figure:
    scene = Scene("choices", "Choices.", lambda h: h.ask("never played"))
    return Figure(scene, {}, offered=Offered("ask", "club", "a", ("Arsenal",) * choices))


def test_a_picture_is_as_high_as_what_there_is_to_see(tmp_path: Path) -> None:
    try:
        chromium = find_chromium()
    except PictureError as error:
        pytest.skip(str(error))
    heights = []
    for choices in (1, 11):
        file = tmp_path / f"{choices}.png"
        take_picture(figure(choices), file, chromium)
        with Image.open(file) as image:
            assert image.width == WIDTH * SCALE
            heights.append(image.height)
    assert heights[0] > 50 * SCALE
    assert 200 * SCALE < heights[1] - heights[0] < 600 * SCALE
