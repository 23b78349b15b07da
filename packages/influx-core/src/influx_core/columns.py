"""The public API for consumers of columns, such as data frame libraries.

A `Column` holds values of one kind in the memory layout of Apache Arrow; a `ColumnSeries` is a
series of such columns, or of `LazyColumns`, which are converted when they are used.
`columnar_parser` parses any response to such series, `column_of_array` converts an array of
pyarrow, and `typed_view` shows the numbers of a buffer. The names in `__all__` keep their meaning
between minor releases; the private modules behind them may change. They are imported on first use.
"""

from typing import TYPE_CHECKING

from influx_core._runtime.lazy_names import lazy_names

if TYPE_CHECKING:
    from influx_core._columns.arrow_arrays import column_of_array
    from influx_core._columns.arrow_c_structs import ArrowArray, ArrowArrayStream, ArrowSchema
    from influx_core._columns.arrow_layout import Buffer, Column, Kind, typed_view
    from influx_core._columns.column_types import cast_column, column_of, columns_of, concat_columns
    from influx_core._columns.lazy_columns import LazyColumns
    from influx_core._parsers.rows_to_columns import columnar_parser
    from influx_core._results.column_series import ColumnSeries
    from influx_core._results.keyed_tuple import distinct_names
    from influx_core._results.query_result import merge_results

__all__ = [
    "ArrowArray",
    "ArrowArrayStream",
    "ArrowSchema",
    "Buffer",
    "Column",
    "ColumnSeries",
    "Kind",
    "LazyColumns",
    "cast_column",
    "column_of",
    "column_of_array",
    "columnar_parser",
    "columns_of",
    "concat_columns",
    "distinct_names",
    "merge_results",
    "typed_view",
]

_NAMES = {
    "influx_core._columns.arrow_arrays": ("column_of_array",),
    "influx_core._columns.arrow_c_structs": ("ArrowArray", "ArrowArrayStream", "ArrowSchema"),
    "influx_core._columns.arrow_layout": ("Buffer", "Column", "Kind", "typed_view"),
    "influx_core._columns.column_types": (
        "cast_column",
        "column_of",
        "columns_of",
        "concat_columns",
    ),
    "influx_core._columns.lazy_columns": ("LazyColumns",),
    "influx_core._parsers.rows_to_columns": ("columnar_parser",),
    "influx_core._results.column_series": ("ColumnSeries",),
    "influx_core._results.keyed_tuple": ("distinct_names",),
    "influx_core._results.query_result": ("merge_results",),
}
"""The public names of each module."""

__getattr__, __dir__ = lazy_names(globals(), _NAMES)
