"""The formats of text files: how a batch is written, and how a block of lines is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, cast

import msgspec

from influx_copy._text.section_marks import SectionMark, comment_marks, json_marks
from influx_copy.errors import RangeIncomplete
from influx_copy.interfaces import ColumnarBatch, Target
from influx_core import DataPoint, Plugins, Unsigned
from influx_core.codec import PointColumns, dump_columns_or_rows
from influx_core.lineprotocol import Rules
from influx_core.timestamps import Precision

__all__ = ["JSONLines", "LineProtocol", "TextFormat"]

_ROWS = 20_000


class TextFormat(Protocol):
    """A format of text with a point, or a comment, per line."""

    scheme: str
    quoted: bool
    """Whether text in quotes may have newlines."""

    def marks(self, block: bytes) -> Iterable[SectionMark]:
        """Where a block of lines changes the database or the policy."""
        ...

    def header(self, target: Target) -> bytes:
        """What a file begins with."""
        ...

    def encoder(self, target: Target) -> Callable[[ColumnarBatch], bytes]:
        """Return a function that writes batches for a target as text."""
        ...

    def decode(self, block: bytes) -> list[DataPoint]:
        """The points of whole lines; their times are nanoseconds."""
        ...


class LineProtocol:
    """Line protocol, with comments that name the database and policy.

    `influx -import` reads the same comments:
    docs.influxdata.com/influxdb/v1/tools/influx-cli/use-influx-cli/

    Args:
        rules: how names with backslashes and control characters are written and read: `v2` is the
            specification, `1.x` what InfluxDB 1.x does.
        precision: the unit of the times that are read.
    """

    scheme = "lp"
    quoted = True
    marks = staticmethod(comment_marks)

    def __init__(self, rules: Rules = "v2", precision: Precision = "ns") -> None:
        plugins = Plugins()
        options = {"type": "auto", "rules": rules, "unsigned": True}
        self._serializer = plugins.serializer(options)
        self._rules: Rules = rules
        self._precision: Precision = precision

    def header(self, target: Target) -> bytes:
        """Comments that name the database and the policy."""
        names = [("DATABASE", target.database), ("RETENTION-POLICY", target.policy)]
        comments = [f"# CONTEXT-{what}: {name}\n" for what, name in names if name]
        return "".join(["# DML\n", *comments]).encode() if comments else b""

    def encoder(self, target: Target) -> Callable[[ColumnarBatch], bytes]:
        """Return a function that writes batches as lines."""
        return self._encode

    def decode(self, block: bytes) -> list[DataPoint]:
        """The points of whole lines."""
        load = cast(Any, self._serializer).load
        points: list[DataPoint] = load(block, self._precision, rules=self._rules)
        return points

    def _encode(self, batch: ColumnarBatch) -> bytes:
        columns = PointColumns(batch.measurement, batch.tags, batch.fields, batch.times)
        return b"".join(
            dump_columns_or_rows(
                self._serializer, columns.slice(at, min(at + _ROWS, columns.length)), "ns"
            )
            for at in range(0, columns.length, _ROWS)
        )


class _JSONPoint(msgspec.Struct, omit_defaults=True):
    """A point in JSON lines; floats have a point or an exponent, integers have none."""

    measurement: str
    fields: dict[str, bool | int | float | str]
    time: int
    tags: dict[str, str] = {}
    unsigned: list[str] = []
    db: str = ""
    rp: str = ""


class JSONLines:
    """JSON lines: `{"measurement":"cpu","fields":{"load":1.5},"time":1,"tags":{"host":"a"}}`.

    Floats have a point or an exponent, integers have neither; `unsigned` names the fields that hold
    unsigned integers; `db` and `rp` are the database and the policy.
    """

    scheme = "jsonl"
    quoted = False
    marks = staticmethod(json_marks)

    def __init__(self) -> None:
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(_JSONPoint)

    def header(self, target: Target) -> bytes:
        """Nothing: each line names its database."""
        return b""

    def encoder(self, target: Target) -> Callable[[ColumnarBatch], bytes]:
        """Return a function that writes batches as JSON objects."""

        def encode(batch: ColumnarBatch) -> bytes:
            unsigned = sorted(n for n, column in batch.fields.items() if column.kind == "unsigned")
            points = (
                _JSONPoint(
                    batch.measurement,
                    fields,
                    time,
                    tags,
                    [name for name in unsigned if name in fields],
                    target.database,
                    target.policy,
                )
                for tags, fields, time in _rows(batch)
            )
            return self._encoder.encode_lines(points)

        return encode

    def decode(self, block: bytes) -> list[DataPoint]:
        """The points of whole lines.

        Raises:
            RangeIncomplete: a line is not such an object.
        """
        try:
            found: Iterable[_JSONPoint] = self._decoder.decode_lines(block)
            return [_point(point) for point in found]
        except msgspec.MsgspecError as error:
            raise RangeIncomplete(f"a line of JSON is not a point: {error}") from error


def _point(point: _JSONPoint) -> DataPoint:
    fields: dict[str, Any] = dict(point.fields)
    for name in point.unsigned:
        fields[name] = Unsigned(fields[name])
    return DataPoint(point.measurement, point.tags, fields, point.time)


def _rows(batch: ColumnarBatch) -> Iterable[tuple[dict[str, str], dict[str, Any], int]]:
    """The rows of a batch, without missing values."""
    length = len(batch)
    tags = {
        key: [tag] * length if isinstance(tag, str) else tag.to_list()
        for key, tag in batch.tags.items()
    }
    fields = {name: column.to_list() for name, column in batch.fields.items()}
    for at, time in enumerate(batch.times.to_list()):
        yield (
            {key: values[at] for key, values in tags.items() if values[at]},
            {name: values[at] for name, values in fields.items() if values[at] is not None},
            time,
        )
