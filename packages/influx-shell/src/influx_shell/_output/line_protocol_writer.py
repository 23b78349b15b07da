"""Line protocol: the tags of GROUP BY are tags, the columns are fields."""

from __future__ import annotations

from collections.abc import Iterator

from influx_core import ConfigError, DataPoint, Series
from influx_core.lineprotocol import encode
from influx_shell._cli.terminal import TextOutput

__all__ = ["LineProtocolWriter"]


class LineProtocolWriter:
    """Prints a line for each row that has a time and at least one value."""

    def __init__(self, out: TextOutput) -> None:
        self._out = out

    def write(self, piece: Series) -> None:
        """Print the rows of a piece.

        Raises:
            ConfigError: the rows have no measurement or no time.
        """
        if not piece.name or "time" not in piece.columns:
            raise ConfigError(
                "line protocol needs a measurement and times: only rows of a SELECT have both"
            )
        self._out.write(encode(_points(piece)).decode())

    def finish(self) -> None:
        """Nothing is held back."""


def _points(piece: Series) -> Iterator[DataPoint]:
    names = [name for name in piece.columns if name != "time"]
    for row in piece:
        fields = {name: row[name] for name in names if row[name] is not None}
        if fields:
            yield DataPoint(piece.name, dict(piece.tags), fields, row.time_ns)
