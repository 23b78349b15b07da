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
        """A frame without rows; its categories are unknown to Dask."""
        columns = {name: pd.Categorical([]) for name in self.tags}
        made = pd.DataFrame(
            {**columns, **{name: _empty(kind) for name, kind in self.fields}},
            index=time_index(np.empty(0, "int64")),
        )
        return dd.utils.clear_known_categories(made, cols=list(self.tags))


def time_index(times: Any) -> Any:
    """The index of times in nanoseconds, in UTC."""
    return pd.DatetimeIndex(times.view("i8"), dtype="datetime64[ns, UTC]", name="time")


def _empty(kind: Kind) -> Any:
    dtype = _DTYPES.get(kind) or pd.Series([""]).dtype
    return pd.array([], dtype=dtype) if dtype != "float64" else np.empty(0)
