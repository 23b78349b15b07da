"""The public API for codecs: the rules that serializers and parsers share.

A compiled codec, or one for another format, follows the same rules as the Python one: which lines
are valid, how names are escaped, how values are written. The names in `__all__` keep their meaning
between minor releases; the private modules behind them may change.

Decoding: `decode_with` and `scan_with` accept a custom scanner for regular lines. Encoding points:
`PointsEncoder` encodes points that a faster encoder does not support. Encoding columns:
`PointColumns` checks them, `ColumnRowEncoder` encodes single rows, `encode_columns` all rows.
Splitting: `split_lines` and, for data in pieces, `LineSplitter` divide line protocol at line ends;
`whole_lines` tells where the last one is, `is_plain` whether none is in a string, `point_lines`
yields the lines of points. A summarizer
(`influx_core.interfaces.LineSummarizer`) tells all this, and the times, in one pass.
Parsing results: `JSONParser` and `MessagePackParser` accept a custom parser for whole documents,
which leaves irregular ones to a `DocumentReader` or a `MessagePackReader`; the deserializer of CSV
accepts a `CSVScanner` and that of annotated CSV a `RowScanner` for regular rows. Printing results:
`csv_line` writes the cells of one line as `Series.csv_rows` does. Names are imported on first use.
"""

from typing import TYPE_CHECKING

from influx_core._runtime.lazy_names import lazy_names

if TYPE_CHECKING:
    from influx_core._annotated_csv.block_schema import BlockSchema
    from influx_core._annotated_csv.cells import unquoted_cell
    from influx_core._annotated_csv.row_scan import RowScanner, ScannedRows, TableRows
    from influx_core._lineprotocol.decode.decoder import (
        LineScanner,
        ScannerFactory,
        decode_with,
        scan_with,
    )
    from influx_core._lineprotocol.decode.line_parts import go_quoted
    from influx_core._lineprotocol.encode.columnar_encode import encode_columns
    from influx_core._lineprotocol.encode.point_columns import (
        ColumnRowEncoder,
        PointColumns,
        dump_columns_or_rows,
    )
    from influx_core._lineprotocol.encode.points_encoder import PointsEncoder
    from influx_core._lineprotocol.encode.values import tag_text
    from influx_core._lineprotocol.escaping import NameEscaper, UnwritableError, escaper
    from influx_core._lineprotocol.split import (
        LONGEST_STRING,
        LineSplitter,
        all_timed,
        count_lines,
        is_plain,
        is_timed,
        point_lines,
        split_lines,
        whole_lines,
    )
    from influx_core._parsers.csv.csv_records import CSVScanner, ScannedCSV
    from influx_core._parsers.json.json_parser import DocumentReader, JSONParser
    from influx_core._parsers.msgpack.msgpack_parser import (
        MessagePackParser,
        MessagePackReader,
    )
    from influx_core._points.batching import BATCH_POINTS
    from influx_core._results.csv_rows import csv_line
    from influx_core._results.keyed_tuple import column_positions

__all__ = [
    "BATCH_POINTS",
    "LONGEST_STRING",
    "BlockSchema",
    "CSVScanner",
    "ColumnRowEncoder",
    "DocumentReader",
    "JSONParser",
    "LineScanner",
    "LineSplitter",
    "MessagePackParser",
    "MessagePackReader",
    "NameEscaper",
    "PointColumns",
    "PointsEncoder",
    "RowScanner",
    "ScannedCSV",
    "ScannedRows",
    "ScannerFactory",
    "TableRows",
    "UnwritableError",
    "all_timed",
    "column_positions",
    "count_lines",
    "csv_line",
    "decode_with",
    "dump_columns_or_rows",
    "encode_columns",
    "escaper",
    "go_quoted",
    "is_plain",
    "is_timed",
    "point_lines",
    "scan_with",
    "split_lines",
    "tag_text",
    "unquoted_cell",
    "whole_lines",
]

_NAMES = {
    "influx_core._annotated_csv.block_schema": ("BlockSchema",),
    "influx_core._annotated_csv.cells": ("unquoted_cell",),
    "influx_core._annotated_csv.row_scan": ("RowScanner", "ScannedRows", "TableRows"),
    "influx_core._lineprotocol.decode.decoder": (
        "LineScanner",
        "ScannerFactory",
        "decode_with",
        "scan_with",
    ),
    "influx_core._lineprotocol.decode.line_parts": ("go_quoted",),
    "influx_core._lineprotocol.encode.columnar_encode": ("encode_columns",),
    "influx_core._lineprotocol.encode.point_columns": (
        "ColumnRowEncoder",
        "PointColumns",
        "dump_columns_or_rows",
    ),
    "influx_core._lineprotocol.encode.points_encoder": ("PointsEncoder",),
    "influx_core._lineprotocol.encode.values": ("tag_text",),
    "influx_core._lineprotocol.escaping": ("NameEscaper", "UnwritableError", "escaper"),
    "influx_core._lineprotocol.split": (
        "LONGEST_STRING",
        "LineSplitter",
        "all_timed",
        "count_lines",
        "is_plain",
        "is_timed",
        "point_lines",
        "split_lines",
        "whole_lines",
    ),
    "influx_core._parsers.csv.csv_records": ("CSVScanner", "ScannedCSV"),
    "influx_core._parsers.json.json_parser": ("DocumentReader", "JSONParser"),
    "influx_core._parsers.msgpack.msgpack_parser": (
        "MessagePackParser",
        "MessagePackReader",
    ),
    "influx_core._points.batching": ("BATCH_POINTS",),
    "influx_core._results.csv_rows": ("csv_line",),
    "influx_core._results.keyed_tuple": ("column_positions",),
}
"""The public names of each module."""

__getattr__, __dir__ = lazy_names(globals(), _NAMES)
