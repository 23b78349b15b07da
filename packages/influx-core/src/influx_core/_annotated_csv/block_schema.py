"""BlockSchema: the columns of a block of rows, read from its annotations and its header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from influx_core._annotated_csv.cell_values import value_of_cell
from influx_core._annotated_csv.cells import QUOTED_EMPTY
from influx_core._results.flux_table import FluxColumn
from influx_core._results.flux_values import DataType
from influx_core.errors import DecodeError

__all__ = ["FIRST_COLUMN", "BlockSchema", "is_error_header", "is_header", "shown"]

FIRST_COLUMN = 3
"""The position of the first column of a table, after the annotation, `result` and `table`."""

_DATA_TYPES: Mapping[str, DataType] = {
    **{name: name for name in get_args(DataType)},
    "dateTime": "dateTime:RFC3339",
    "dateTime:RFC3339Nano": "dateTime:RFC3339",
}


@dataclass(frozen=True, slots=True)
class BlockSchema:
    """The columns of a block of rows.

    Attributes:
        columns: the columns of its tables, without `result` and `table`.
        defaults: the values of empty cells, by position in a row; positions without a default are
            left out.
        delimiter: the character between cells.
        key: the positions in a row of the columns in the group key.
        others: the positions in a row of the other columns.
    """

    columns: tuple[FluxColumn, ...]
    defaults: Mapping[int, str]
    delimiter: str
    key: tuple[int, ...] = field(init=False)
    others: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        places = list(enumerate(self.columns, FIRST_COLUMN))
        object.__setattr__(self, "key", tuple(at for at, column in places if column.in_group_key))
        object.__setattr__(
            self, "others", tuple(at for at, column in places if not column.in_group_key)
        )

    @classmethod
    def of(
        cls, annotations: Mapping[str, Sequence[str]], header: Sequence[str], delimiter: str
    ) -> BlockSchema:
        """Read the annotations and the header of a block.

        Raises:
            DecodeError: the types are missing or unknown, or the rows differ in length.
        """
        if "datatype" not in annotations:
            raise DecodeError(
                "the columns of the annotated CSV have no types: it has no row #datatype; request "
                "the annotation 'datatype'"
            )
        if not is_header(header):
            raise DecodeError(
                "the columns of the annotated CSV have no names: a row beginning with "
                f",result,table is expected, not {shown(header)}; request a header"
            )
        for name, row in annotations.items():
            if len(row) != len(header):
                raise DecodeError(
                    f"not annotated CSV: #{name} has {len(row)} cells, and the header {len(header)}"
                )
        groups = annotations.get("group") or ["false"] * len(header)
        columns = [
            FluxColumn(str(name), _datatype(datatype), group == "true")
            for name, datatype, group in zip(
                header[FIRST_COLUMN:],
                annotations["datatype"][FIRST_COLUMN:],
                groups[FIRST_COLUMN:],
                strict=True,
            )
        ]
        defaults = enumerate(annotations.get("default") or ())
        return cls(
            tuple(columns),
            {at: cell for at, cell in defaults if at > 0 and (cell or cell is QUOTED_EMPTY)},
            delimiter,
        )

    @property
    def width(self) -> int:
        """The number of cells in a row."""
        return FIRST_COLUMN + len(self.columns)

    def default(self, position: int) -> str:
        """The value of an empty cell at a position."""
        return self.defaults.get(position, "")

    def group_key(self, cells: Sequence[str]) -> dict[str, Any]:
        """The values of the group key.

        Args:
            cells: the cells of the columns in the group key.

        Raises:
            DecodeError: a cell is not of its column's type.
        """
        columns = [self.columns[at - FIRST_COLUMN] for at in self.key]
        return {
            column.name: value_of_cell(column, cell)
            for column, cell in zip(columns, cells, strict=True)
        }


def is_header(cells: Sequence[str]) -> bool:
    """Whether a record names columns."""
    return list(cells[1:FIRST_COLUMN]) == ["result", "table"]


def is_error_header(cells: Sequence[str]) -> bool:
    """Whether a record begins a table of errors."""
    return list(cells[-2:]) == ["error", "reference"] and len(cells) <= FIRST_COLUMN


def shown(cells: Sequence[str]) -> str:
    """Return a record as text for an error message."""
    return repr(",".join(cells)[:80])


def _datatype(name: str) -> DataType:
    try:
        return _DATA_TYPES[name]
    except KeyError:
        raise DecodeError(
            f"not annotated CSV: there is no type {name[:80]!r} of a column; known: "
            f"{', '.join(_DATA_TYPES)}"
        ) from None
