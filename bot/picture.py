"""What refusing costs, as a picture. The only module that imports matplotlib, and only when it draws."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from index.evaluate import RefusalPoint

KINDS = (".svg", ".png")


class PictureError(Exception):
    """`str()` of the error says why no picture can be drawn, and what to do."""


def check_picture(file: Path) -> None:
    """Raises PictureError where `draw_refusing` would fail: told before the work, not after it."""
    if file.suffix.lower() not in KINDS:
        raise PictureError(f"{file} is no name for a picture: let it end in {' or '.join(KINDS)}.")
    if not file.parent.is_dir():
        raise PictureError(f"There is no directory {file.parent} for the picture.")
    if find_spec("matplotlib") is None:
        raise PictureError(
            "A picture is drawn by matplotlib, which is not installed: "
            'python -m pip install -c constraints.txt -e ".[evaluate]"'
        )


def draw_refusing(points: Sequence[RefusalPoint], refuse_below: float, file: Path) -> None:
    """What is missed and what is invented over the threshold, with the configured one marked.

    `points` run from a threshold of 0 to one of 1, as `refusing_curve` gives them.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    at = next(point for point in points if point.threshold >= refuse_below)
    thresholds = [point.threshold for point in points]
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.add_subplot()
    for label, shares, share, colour in (
        (f"missed: {at.missed:.0%} of the answerable", [p.missed for p in points], at.missed, "#0072b2"),
        (f"invented: {at.invented:.0%} of the others", [p.invented for p in points], at.invented, "#d55e00"),
    ):
        # a point's shares hold from just above the threshold before it up to its own
        axes.step(thresholds, shares, where="pre", color=colour, label=label, clip_on=False, zorder=3)
        axes.plot(refuse_below, share, "o", color=colour, clip_on=False, zorder=4)
    axes.axvline(
        refuse_below, color="0.4", linestyle="--", linewidth=1, label=f"refuse_below: {refuse_below:g}"
    )
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="threshold on the confidence", ylabel="share of the questions")
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize="small")
    figure.savefig(file, dpi=150)
