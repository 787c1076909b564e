from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.picture import PictureError, check_picture, draw_refusing
from index.evaluate import RefusalPoint

POINTS = [RefusalPoint(0, 0, 1), RefusalPoint(0.6, 0.25, 0.5), RefusalPoint(1, 1, 0)]


def test_a_picture_names_the_threshold_and_what_it_costs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pytest.importorskip("matplotlib").rcParams, "svg.fonttype", "none")
    draw_refusing(POINTS, 0.43, tmp_path / "curve.svg")
    words = {element.text for element in ElementTree.parse(tmp_path / "curve.svg").iter()}  # noqa: S314
    assert {"missed: 25% of the answerable", "invented: 50% of the others", "refuse_below: 0.43"} <= words


def test_a_picture_can_be_pixels_too(tmp_path: Path) -> None:
    draw_refusing(POINTS, 0.43, tmp_path / "curve.PNG")
    assert (tmp_path / "curve.PNG").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("curve.docx", "let it end in .svg or .png"),
        ("curve", "let it end in"),
        ("no/curve.svg", "no directory"),
    ],
)
def test_a_place_that_takes_no_picture_is_refused_beforehand(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(PictureError, match=words):
        check_picture(tmp_path / name)


def test_without_matplotlib_it_is_said_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_picture(tmp_path / "curve.svg")
    monkeypatch.setattr("bot.picture.find_spec", lambda name: None)
    with pytest.raises(PictureError, match=r"pip install .*evaluate"):
        check_picture(tmp_path / "curve.svg")
