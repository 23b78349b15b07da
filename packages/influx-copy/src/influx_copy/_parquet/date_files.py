"""DateFile: the file of one day of a range, which appears when it is complete."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from influx_copy._files.durable_files import replace_file
from influx_copy._files.hive_names import TEMPORARY
from influx_copy._parquet.arrow_columns import import_pyarrow, named_alike, stored_roles
from influx_copy.errors import RangeIncomplete

__all__ = ["DateFile", "joined"]

GROUP_ROWS = 65_536
"""The rows of a row group, so that memory does not grow with the file."""


def joined(tables: Sequence[Any]) -> Any:
    """The rows of tables in one piece, with the columns of all.

    Raises:
        RangeIncomplete: a column has several types.
    """
    pa = import_pyarrow()
    try:
        table = pa.concat_tables(named_alike(tables), promote_options="default")
        return table.unify_dictionaries().combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise RangeIncomplete(
            f"a field has several types; copy with types='cast' or 'split': {error}"
        ) from error


class DateFile:
    """Collects tables to row groups, and writes them to a temporary name.

    A file has one schema. A row group with more columns than the file ends that file and begins
    another one; `paths` has both.

    Args:
        path: the file.
        compression: the codec of Parquet.

    Attributes:
        rows: the rows that are held in memory.
    """

    def __init__(self, path: Path, compression: str) -> None:
        self._path = path
        self._compression = compression
        self._held: list[Any] = []
        self.rows = 0
        self._raw: IO[bytes] | None = None
        self._writer: Any = None
        self._written: list[Path] = []

    def append(self, table: Any) -> None:
        """Take the next rows."""
        self._held.append(table)
        self.rows += table.num_rows
        if self.rows >= GROUP_ROWS:
            self.write_group()

    def close(self) -> None:
        """Write the rest to the disk, still under the temporary names."""
        if self.rows:
            self.write_group()
        self._close_writer()

    def rename(self) -> list[Path]:
        """Give the files their names."""
        paths: list[Path] = []
        for temporary in self._written:
            path = temporary.with_name(temporary.name.removesuffix(TEMPORARY))
            with temporary.open("rb+") as raw:
                replace_file(raw, temporary, path)
            paths.append(path)
        return paths

    def discard(self) -> None:
        """Remove the temporary files."""
        if self._raw is not None:
            self._raw.close()
        for temporary in self._written:
            temporary.unlink(missing_ok=True)

    def write_group(self) -> None:
        """Write the rows that are held, so that their memory is free."""
        pa = import_pyarrow()
        table = joined(self._held)
        self._held, self.rows = [], 0
        if self._writer is not None:
            table = self._fitted(pa, table)
        self._open_writer(table.schema).write_table(table)

    def _fitted(self, pa: Any, table: Any) -> Any:
        """The table with the columns of the file; a file that lacks one of its is ended."""
        schema = self._writer.schema
        columns = dict(zip(stored_roles(table.schema), table.columns, strict=True))
        roles = stored_roles(schema)
        if not columns.keys() <= set(roles):
            self._close_writer()
            return table
        fitted = [
            columns[role] if role in columns else pa.nulls(table.num_rows, found.type)
            for role, found in zip(roles, schema, strict=True)
        ]
        return pa.Table.from_arrays(fitted, schema=schema)

    def _open_writer(self, schema: Any) -> Any:
        """The writer of the current file; opened if there is none."""
        if self._writer is not None:
            return self._writer
        pq = import_pyarrow("pyarrow.parquet")
        number = len(self._written)
        name = self._path.name if not number else f"{self._path.stem}.{number}.parquet"
        temporary = self._path.with_name(name + TEMPORARY)
        temporary.parent.mkdir(parents=True, exist_ok=True)
        self._written.append(temporary)
        self._raw = temporary.open("wb")
        self._writer = pq.ParquetWriter(self._raw, schema, compression=self._compression)
        return self._writer

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self._raw is not None:
            self._raw.close()
            self._raw = None
