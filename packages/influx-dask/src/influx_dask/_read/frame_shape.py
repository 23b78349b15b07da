"""FrameShape: the columns and types that every partition of a frame has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from influx_core.columns import Kind
from influx_dask._frame_libraries import dd, np, pd

__all__ = ["FrameShape", "time_index"]

_DTYPES: dict[str, Any] = {
    "float": "float64",
    "integer": "Int64",
    "unsigned": "UInt64",
    "boolean": "boolean",
}

_TEXT: Any = pd.Series([""]).dtype
"""The type of strings in the pandas of this process."""


@dataclass(frozen=True, slots=True)
class FrameShape:
    """The columns of a frame: those of `influx_dataframe.query_frame` grouped by all tags.

    Attributes:
        tags: the columns of tags, which are categories.
        fields: the other columns with their kinds.
    """

    tags: tuple[str, ...]
    fields: tuple[tuple[str, Kind], ...]

    @property
    def columns(self) -> list[str]:
        """The names of all columns, in order."""
        return [*self.tags, *(name for name, _ in self.fields)]

    @property
    def kinds(self) -> dict[str, Kind]:
        """The kinds of the columns that are not tags."""
        return dict(self.fields)

    def only(self, columns: Sequence[str] | None) -> FrameShape:
        """The shape with some of the columns; None for all."""
        if columns is None:
            return self
        tags = tuple(name for name in self.tags if name in columns)
        return replace(self, tags=tags, fields=tuple(f for f in self.fields if f[0] in columns))

    def empty(self) -> Any:
        """A frame without rows."""
        columns = {name: pd.Categorical(pd.array([], dtype=_TEXT)) for name in self.tags}
        return pd.DataFrame(
            {**columns, **{name: _empty(kind) for name, kind in self.fields}},
            index=time_index(np.empty(0, "int64")),
        )

    def meta(self) -> Any:
        """The frame without rows that Dask takes the types from; its categories are unknown."""
        return dd.utils.clear_known_categories(self.empty(), cols=list(self.tags))


def time_index(times: Any) -> Any:
    """The index of times in nanoseconds, in UTC."""
    return pd.DatetimeIndex(times.view("i8"), dtype="datetime64[ns, UTC]", name="time")


def _empty(kind: Kind) -> Any:
    dtype = _DTYPES.get(kind) or _TEXT
    return pd.array([], dtype=dtype) if dtype != "float64" else np.empty(0)
