"""Draws loads, which are in percent, as text: a chart by plotext, and rows of little bars."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

import plotext
from rich.text import Text

from influx_core import Series

__all__ = ["bars", "load_chart"]

LEVELS = "▁▂▃▄▅▆▇█"


def bars(loads: Iterable[float]) -> str:
    """One character for every load, as high as the load."""
    highest = len(LEVELS) - 1
    return "".join(LEVELS[min(round(load / 100 * highest), highest)] for load in loads)


def load_chart(loads: Series, width: int, height: int = 12) -> Text:
    """The columns `mean` (an area) and `peak` (points) over the seconds since the first row."""
    rows = list(loads)
    seconds = [(row.time - rows[0].time).total_seconds() for row in rows]
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plotsize(width, height)
    plotext.plot(seconds, [row.mean for row in rows], color="cyan", marker="hd", fillx=True)
    plotext.scatter(seconds, [row.peak for row in rows], color="red", marker="●")
    plotext.ylim(0, 100)
    plotext.yfrequency(5)
    ticks = range(0, ceil(seconds[-1]) + 1, ceil(seconds[-1] / 10) or 1)
    plotext.xticks(ticks, [f"{tick} s" for tick in ticks])
    return Text.from_ansi(plotext.build().rstrip())
