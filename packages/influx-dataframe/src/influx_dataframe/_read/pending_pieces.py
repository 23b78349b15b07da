"""Collects pieces of series until they have enough rows for a frame."""

from __future__ import annotations

from dataclasses import replace

from influx_core import ColumnSeries, ConfigError, FluxTable, Series
from influx_core.columns import Column, Kind, cast_column
from influx_dataframe._result_tables import ResultTable, Types, single_table, table_name

__all__ = ["PendingPieces"]


class PendingPieces:
    """Pieces of series that wait for a frame; its columns keep the types of earlier frames.

    Args:
        types: the known types of columns.

    Attributes:
        rows: the number of waiting rows.
    """

    def __init__(self, types: Types | None) -> None:
        self._types = types
        self._pieces: list[ColumnSeries] = []
        self._name: str | None = None
        self._kinds: dict[str, Kind] = {}
        self.rows = 0

    def add(self, piece: Series) -> None:
        """Add the next piece.

        Raises:
            ConfigError: the piece belongs to another table than the pieces before it.
        """
        found = table_name(piece)
        name = self._name = found if self._name is None else self._name
        if found != name:
            kind = "results" if isinstance(piece, FluxTable) else "measurements"
            raise ConfigError(
                f"the response has several {kind} ({name}, {found}), but frames of one stream need "
                "one: run a query for each"
            )
        self._pieces.append(ColumnSeries.of(piece))
        self.rows += len(piece)

    def take(self, rows: int) -> ResultTable | None:
        """Return a table of the first rows; None if there was no series."""
        taken: list[ColumnSeries] = []
        self.rows -= rows
        while self._pieces:
            piece = self._pieces.pop(0)
            taken.append(piece.slice(0, min(rows, len(piece))))
            if rows < len(piece):
                self._pieces.insert(0, piece.slice(rows, len(piece)))
                break
            rows -= len(piece)
        table = single_table(taken, self._types, "run a query for each")
        return None if table is None else self._widened(table)

    def _widened(self, table: ResultTable) -> ResultTable:
        columns = {name: self._wide(name, column) for name, column in table.columns.items()}
        return replace(table, columns=columns, owned=True)

    def _wide(self, name: str, column: Column) -> Column:
        before = self._kinds.setdefault(name, column.kind)
        if before not in (column.kind, "null"):
            try:
                return cast_column(column, before)
            except ValueError:
                pass
        self._kinds[name] = column.kind
        return column
