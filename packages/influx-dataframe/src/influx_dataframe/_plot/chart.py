"""Charts for a terminal, of braille characters with two by four dots each."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from itertools import pairwise

from influx_core import ConfigError
from influx_core.timestamps import to_rfc3339
from influx_dataframe._plot.plot_series import Drawable, PlotLine, plot_lines, series_of

__all__ = ["chart"]

BLANK = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_LEAST = (20, 2)


def chart(
    source: Drawable,
    *fields: str,
    tags: Iterable[str] = (),
    width: int | None = None,
    height: int = 12,
) -> str:
    """Draw series over time with characters: one chart for each field and combination of tags.

    The charts of a field have the same scale, and all charts the same time axis in UTC. A line has
    gaps where values are missing.

    Args:
        source: a series, a list of them, a result, or a frame of any library.
        fields: the columns to draw; by default all columns of numbers.
        tags: for a frame, the columns that distinguish the lines.
        width: the width in characters; that of the terminal by default.
        height: the height of a chart in lines, without title and time axis.

    Raises:
        ConfigError: there is nothing to draw, or not enough room.
    """
    columns = shutil.get_terminal_size().columns if width is None else width
    if columns < _LEAST[0] or height < _LEAST[1]:
        raise ConfigError(f"a chart needs at least {_LEAST[0]} x {_LEAST[1]} characters")
    drawn = plot_lines(series_of(source, tags), fields)
    times = [time for found in drawn.values() for line in found for time in line.times]
    span = (min(times), max(times)) if times else (0, 0)
    blocks = [
        _block(name, line, _range(found), span, columns, height)
        for name, found in drawn.items()
        for line in found
    ]
    return "\n\n".join(blocks)


def _range(found: Iterable[PlotLine]) -> tuple[float, float] | None:
    values = [value for line in found for value in line.values if value is not None]
    return (min(values), max(values)) if values else None


def _block(
    name: str,
    line: PlotLine,
    scale: tuple[float, float] | None,
    span: tuple[int, int],
    width: int,
    height: int,
) -> str:
    title = f"{name}  {line.label}".rstrip()
    if scale is None:
        return f"{title}\n(no values)"
    low, high = (f"{value:.6g}" for value in scale)
    margin = max(len(low), len(high))
    canvas = _Canvas(width - margin - 2, height)
    for begun, ended in _strokes(line, scale, span, canvas.size):
        canvas.line(begun, ended)
    labels = [high, *[""] * (height - 2), low]
    rows = (f"{label:>{margin}} │{row}" for label, row in zip(labels, canvas.rows(), strict=True))
    axis = " " * margin + " └" + "─" * (width - margin - 2)
    return "\n".join([title, *rows, axis, _times(span, margin + 2, width)])


def _times(span: tuple[int, int], margin: int, width: int) -> str:
    """The first and the last time, or the first alone where there is no room for both."""
    first, last = map(to_rfc3339, span)
    room = width - margin - len(first)
    return " " * margin + first + (f"{last:>{room}}" if len(last) < room else "")


Dot = tuple[int, int]


def _strokes(
    line: PlotLine, scale: tuple[float, float], span: tuple[int, int], size: Dot
) -> Iterator[tuple[Dot, Dot]]:
    """Where the line goes, from dot to dot; a value between missing ones is a dot alone."""
    low, height = scale[0], scale[1] - scale[0]
    begin, length = span[0], span[1] - span[0]
    dots: list[Dot | None] = [
        None
        if value is None
        else (
            (time - begin) * (size[0] - 1) // length if length else 0,
            round((value - low) / height * (size[1] - 1)) if height else size[1] // 2,
        )
        for time, value in zip(line.times, line.values, strict=True)
    ]
    yield from ((dot, dot) for dot in dict.fromkeys(dots) if dot is not None)
    yield from ((left, right) for left, right in dict.fromkeys(pairwise(dots)) if left and right)


class _Canvas:
    """Dots, which characters are made of; the origin is at the bottom left."""

    def __init__(self, width: int, height: int) -> None:
        self.size = (2 * width, 4 * height)
        self._cells = [[BLANK] * width for _ in range(height)]

    def line(self, begin: Dot, end: Dot) -> None:
        """Set the dots from one to another."""
        across, up = end[0] - begin[0], end[1] - begin[1]
        steps = max(abs(across), abs(up), 1)
        for step in range(steps + 1):
            self._set(begin[0] + across * step // steps, begin[1] + up * step // steps)

    def rows(self) -> Iterator[str]:
        """The characters, from the top down, without blanks at their ends."""
        return ("".join(map(chr, row)).rstrip(chr(BLANK)) for row in self._cells)

    def _set(self, x: int, y: int) -> None:
        from_top = self.size[1] - 1 - y
        self._cells[from_top // 4][x // 2] |= _DOTS[from_top % 4][x % 2]
