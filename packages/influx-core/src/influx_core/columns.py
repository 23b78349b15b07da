"""What a consumer of columns may import from influx_core: the declared door for frames.

Values by the column, in the memory layout of Apache Arrow; series that hold such columns; and what
turns the rows of any response into them. Everything in `__all__` keeps its meaning between minor
releases; the modules behind it do not.
"""

from influx_core._api.error_responses import statement_error
from influx_core._client.schema import statement_text
from influx_core._columns.arrow_layout import Buffer, Column, Kind
from influx_core._columns.column_types import cast, column_of, concatenated
from influx_core._points.batching import BATCH_POINTS
from influx_core._results.column_series import ColumnSeries, columns_of
from influx_core._results.parsers.rows_to_columns import start_columns
from influx_core._results.query_result import merge

__all__ = [
    "BATCH_POINTS",
    "Buffer",
    "Column",
    "ColumnSeries",
    "Kind",
    "cast",
    "column_of",
    "columns_of",
    "concatenated",
    "merge",
    "start_columns",
    "statement_error",
    "statement_text",
]
