"""Plots series with matplotlib."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

from influx_core import ConfigError
from influx_dataframe._libraries import library
from influx_dataframe._plot.plot_series import Drawable, PlotLine, plot_lines, series_of

__all__ = ["plot"]

MANY = 12
"""Lines whose legend fits one column."""


def plot(source: Drawable, *fields: str, tags: Iterable[str] = (), axes: Any = None) -> list[Any]:
    """Plot series over time: one axes for each field, with a line for each combination of tags.

    The time axis is in UTC. A line has gaps where values are missing; a value without neighbours is
    a dot. There are no units, because the server has none.

    Args:
        source: a series, a list of them, a result, or a frame of any library.
        fields: the columns to draw; by default all columns of numbers.
        tags: for a frame, the columns that distinguish the lines.
        axes: the matplotlib axes to draw on, for one field; by default a new figure is created.

    Returns:
        The axes, one for each field. Show them with `matplotlib.pyplot.show()`.

    Raises:
        ConfigError: matplotlib is not installed, there is nothing to draw, or `axes` is given for
            several fields.
    """
    series = series_of(source, tags)
    drawn = plot_lines(series, fields)
    if axes is None:
        made = _new(len(drawn))
    elif len(drawn) == 1:
        made = [axes]
    else:
        raise ConfigError(f"one axes for {len(drawn)} fields: name one of {', '.join(drawn)}")
    for one, (name, found) in zip(made, drawn.items(), strict=True):
        for line in found:
            _draw(one, line)
        one.set_ylabel(name)
        one.grid(visible=True, alpha=0.3)
    for one in _explained(made, drawn.values()):
        _legend(one)
    made[0].set_title(", ".join(dict.fromkeys(one.name for one in series)), fontsize="medium")
    _time_axis(made[-1])
    return made


def _new(count: int) -> list[Any]:
    plt = library("matplotlib.pyplot")
    size = (8, 0.8 + 2.2 * count)
    _, made = plt.subplots(count, sharex=True, squeeze=False, figsize=size, layout="constrained")
    return list(made[:, 0])


def _draw(axes: Any, line: PlotLine) -> None:
    np = library("numpy")
    times = np.array(line.times, dtype="M8[ns]")
    values = np.array(line.values, dtype=float)
    (drawn,) = axes.plot(times, values, label=line.label, linewidth=1.2)
    there = np.concatenate([[False], ~np.isnan(values), [False]])
    alone = there[1:-1] & ~there[:-2] & ~there[2:]
    if alone.any():
        axes.plot(times[alone], values[alone], ".", color=drawn.get_color())


def _explained(axes: Sequence[Any], drawn: Iterable[Sequence[PlotLine]]) -> Sequence[Any]:
    """The axes that need a legend: the first, if the same lines are on all."""
    same = len({tuple(line.label for line in found) for found in drawn}) == 1
    return axes[:1] if same else axes


def _legend(axes: Any) -> None:
    count = len(axes.get_legend_handles_labels()[1])
    if not count:
        return  # one line without a name
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        frameon=False,
        fontsize="small",
        ncols=-(-count // MANY),
    )


def _time_axis(axes: Any) -> None:
    dates = library("matplotlib.dates")
    locator = dates.AutoDateLocator(tz=UTC)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator, tz=UTC))
    axes.set_xlabel("time (UTC)")
