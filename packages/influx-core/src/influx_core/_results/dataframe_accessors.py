"""Frames of series and results, for those who have installed influx-dataframe.

The methods stand here, where people look for them; what they do stands there.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from influx_core._columns.arrow_layout import Kind
from influx_core.errors import ConfigError

__all__ = ["ResultFrames", "SeriesFrames"]

Types: TypeAlias = Mapping[str, Kind]
"""Kinds of columns, whatever their values look like: `{"load": "float"}`."""


class SeriesFrames:
    """What a series can become; its tags become columns.

    `types` says the kinds of columns. Without it, a column of numbers is one of integers if all of
    them look like some: JSON prints the float 1.0 as `1`.

    Each method raises ConfigError if influx-dataframe or the library is not installed, and
    DecodeError if a column has not the kind it is said to have.
    """

    __slots__ = ()

    def to_pandas(self, *, types: Types | None = None) -> Any:
        """A `pandas.DataFrame`, its index the time in UTC."""
        return _dataframe().to_frame(self, backend="pandas", types=types)

    def to_polars(self, *, types: Types | None = None) -> Any:
        """A `polars.DataFrame`."""
        return _dataframe().to_frame(self, backend="polars", types=types)

    def to_arrow(self, *, types: Types | None = None) -> Any:
        """A `pyarrow.Table`."""
        return _dataframe().to_frame(self, backend="pyarrow", types=types)

    def to_numpy(self, *, types: Types | None = None) -> Any:
        """A structured `numpy.ma.MaskedArray`, in which missing values are masked."""
        return _dataframe().to_frame(self, backend="numpy", types=types)

    def plot(self, *fields: str, axes: Any = None) -> Any:
        """Draw it with matplotlib; see `influx_dataframe.plot`."""
        return _dataframe().plot(self, *fields, axes=axes)

    def chart(self, *fields: str, width: int | None = None, height: int = 12) -> str:
        """Draw it with characters, for a terminal; see `influx_dataframe.chart`."""
        text: str = _dataframe().chart(self, *fields, width=width, height=height)
        return text


class ResultFrames:
    """What a result can become."""

    __slots__ = ()

    def to_frames(
        self,
        *,
        backend: Literal["pandas", "polars", "pyarrow", "numpy"] = "pandas",
        types: Types | None = None,
    ) -> dict[str, Any]:
        """A frame for each measurement, the tags of GROUP BY as columns.

        Raises:
            ConfigError: influx-dataframe or the library is not installed, or two statements answer
                with the same measurement.
            DecodeError: a column has not the kind it is said to have.
        """
        frames: dict[str, Any] = _dataframe().to_frames(self, backend=backend, types=types)
        return frames


def _dataframe() -> Any:
    try:
        return importlib.import_module("influx_dataframe")
    except ImportError as error:
        raise ConfigError(
            "frames and plots need influx-dataframe: pip install 'influx-dataframe[pandas]', or "
            "polars, pyarrow, plot"
        ) from error
