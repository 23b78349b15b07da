"""Draws the picture of a plot in the documentation, of made-up measurements, beside itself.

python docs/pictures/draw_plot.py
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import matplotlib as mpl

from influx_core import Series
from influx_dataframe import plot

MINUTE = 60 * 10**9
START = 1_577_836_800_000_000_000


def plants() -> list[Series]:
    """A day of two beds in a greenhouse; one of them is silent for a while."""
    made: list[Series] = []
    for number, bed in enumerate(("herbs", "tomatoes")):
        rows: list[list[object]] = []
        for minute in range(0, 24 * 60, 10):
            warmth = 18 + 6 * math.sin((minute - 420) / 229) + number
            moisture = 80 - 30 * ((minute + 400 * number) % 700) / 700
            silent = number and 500 < minute < 640
            rows.append(
                [START + minute * MINUTE, None if silent else warmth, None if silent else moisture]
            )
        columns = ["time", "temperature", "moisture"]
        made.append(Series("greenhouse", columns, rows, tags={"bed": bed}))
    return made


def draw(folder: Path) -> Path:
    """Draw the picture into a folder; its path."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    axes = plot(plants())
    path = folder / "plot.png"
    axes[0].figure.savefig(path, dpi=75, metadata={"Software": None})
    plt.close(axes[0].figure)
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{draw(Path(__file__).parent)}\n")
