"""What a codec may import from influx_core: the declared door for serializers and response parsers.

A compiled codec, or one for another format, builds on the same rules as the Python one: which lines
are valid, how names are escaped, what each value becomes. Everything in `__all__` keeps its
meaning between minor releases; the modules behind it do not.
"""

from influx_core._lineprotocol.decode import rules_1x, rules_v2
from influx_core._lineprotocol.decode.decoder import BadLine, Rules, decode, scan
from influx_core._lineprotocol.decode.line_parts import Reader, Refused, go_quoted, shown
from influx_core._lineprotocol.encode import columnar_encode
from influx_core._lineprotocol.encode.encoder import encode
from influx_core._lineprotocol.encode.point_line import RowWriter, members
from influx_core._lineprotocol.encode.table_rows import Frame, FrameRowWriter, dump_frame
from influx_core._lineprotocol.encode.uniform_points import ColumnWriter
from influx_core._lineprotocol.encode.values import tag_text
from influx_core._lineprotocol.escaping import UnwritableError, escape_field_key, escape_head
from influx_core._lineprotocol.serializer import LineProtocolSerializer
from influx_core._lineprotocol.split import split_lines
from influx_core._points.data_point import DataPoint, PointLike, Unsigned
from influx_core._results.parsers.csv import CSVDeserializer
from influx_core._results.parsers.json import (
    JSONDeserializer,
    JSONFeed,
    read_document,
    read_document_columns,
)

__all__ = [
    "BadLine",
    "CSVDeserializer",
    "ColumnWriter",
    "DataPoint",
    "Frame",
    "FrameRowWriter",
    "JSONDeserializer",
    "JSONFeed",
    "LineProtocolSerializer",
    "PointLike",
    "Reader",
    "Refused",
    "RowWriter",
    "Rules",
    "Unsigned",
    "UnwritableError",
    "columnar_encode",
    "decode",
    "dump_frame",
    "encode",
    "escape_field_key",
    "escape_head",
    "go_quoted",
    "members",
    "read_document",
    "read_document_columns",
    "rules_1x",
    "rules_v2",
    "scan",
    "shown",
    "split_lines",
    "tag_text",
]
