"""Two pictures of an evaluation: what is taken for what, and whether confidence can be believed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.evaluation.figures import Figures
from bot.evaluation.scores import confusion

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CONFUSION, CALIBRATION = "confusion.png", "calibration.png"
#: Inches a label needs to be readable, and those around the matrix.
PER_LABEL, AROUND = 0.22, 3.5
#: Dots per inch.
SHARPNESS = 110


def draw(figures: Figures, folder: Path) -> list[Path]:
    """Write both pictures into a folder that exists, and return where they are."""
    drawn = {CONFUSION: _confusion(figures), CALIBRATION: _calibration(figures)}
    for name, picture in drawn.items():
        picture.savefig(folder / name, dpi=SHARPNESS)
    return [folder / name for name in drawn]


def _figure(width: float, height: float) -> Figure:
    # Matplotlib is heavy: only who draws pays for it. Agg, so that no screen is needed.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    picture = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(picture)
    return picture


def _confusion(figures: Figures) -> Figure:
    rows, columns, matrix = confusion(figures.pairs)
    picture = _figure(AROUND + PER_LABEL * len(columns), AROUND + PER_LABEL * len(rows))
    axes = picture.add_subplot()
    axes.set_title("Intents that are ever misread; rows add up to 100%")
    if rows:
        axes.imshow(matrix, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(columns)), [_short(label) for label in columns], rotation=90, fontsize=8)
    axes.set_yticks(range(len(rows)), [_short(label) for label in rows], fontsize=8)
    axes.set_xlabel("first reading")
    axes.set_ylabel("meant")
    for row, column in np.argwhere(matrix > 0):
        share = matrix[row, column]
        colour = "white" if share > 0.5 else "black"
        axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=6, color=colour)
    return picture


def _short(label: str) -> str:
    return label.removeprefix("faq/")


def _calibration(figures: Figures) -> Figure:
    bins = figures.calibration
    edges = np.linspace(0, 1, len(bins) + 1)
    filled = [b for b in bins if b.count]
    picture = _figure(6, 7)
    above, below = picture.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    above.plot([0, 1], [0, 1], color="grey", linestyle="--", label="believable")
    above.plot([b.confidence for b in filled], [b.accuracy for b in filled], marker="o", label="measured")
    above.set_title("Confidence of the first reading")
    above.set_ylabel("share that is right")
    above.set_ylim(0, 1.02)
    above.legend(loc="lower right")
    below.bar(edges[:-1], [b.count for b in bins], width=np.diff(edges), align="edge", edgecolor="white")
    below.set_ylabel("messages")
    below.set_xlabel("confidence")
    below.set_xlim(0, 1)
    return picture
