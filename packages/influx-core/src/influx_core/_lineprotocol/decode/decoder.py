"""Decodes line protocol: returns points, and reports each invalid line."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Protocol, TypeAlias, get_args

from influx_core._known_words import check_word
from influx_core._lineprotocol.decode.line_parts import BadLine, LineError, LineParser, Rules
from influx_core._points.data_point import DataPoint
from influx_core.errors import ConfigError, DecodeError
from influx_core.timestamps import UNIT_NS, Precision
from influx_core.timestamps import precision as canonical_precision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["LineScanner", "ScannerFactory", "decode", "decode_with", "scan", "scan_with"]


class LineScanner(Protocol):
    """Decodes many lines at once, but only lines that all rules decode alike.

    It stops at any other line. That line is decoded by the rules, and the scanner continues after
    it.
    """

    def scan(self, position: int) -> tuple[list[DataPoint], int]:
        """Decode lines from `position`, the offset in bytes of the start of a line.

        Returns:
            The points, and the offset after the last one. If there are no points, the line at
            `position` must be decoded by the rules, or the data ends there.
        """
        ...


ScannerFactory: TypeAlias = "Callable[[bytes, int, int | None], LineScanner]"
"""Creates a scanner from the data, the nanoseconds of a timestamp's unit, and the default time."""


def decode(
    data: bytes,
    precision: Precision = "ns",
    default_time: int | None = None,
    *,
    rules: Rules = "v2",
) -> list[DataPoint]:
    """Decode points; timestamps are returned in nanoseconds.

    Args:
        data: the lines; each ends with a newline, which is optional for the last one.
        precision: the unit of the timestamps in the data.
        default_time: the time of lines without a timestamp, in nanoseconds, rounded down to the
            precision, as servers do. With None those points have no timestamp.
        rules: the rules for decoding: `v2` is the specification, `1.x` what InfluxDB 1.x does.

    Raises:
        ConfigError: the precision or the rules are unknown, or the default time is no integer.
        DecodeError: a line is invalid; has the number of the first such line, the column and the
            reason.
    """
    from influx_core._lineprotocol.decode.fast_decode import PatternScanner

    return decode_with(PatternScanner, data, precision, default_time, rules=rules)


def scan(
    data: bytes,
    precision: Precision = "ns",
    default_time: int | None = None,
    *,
    rules: Rules = "v2",
) -> Iterator[DataPoint | BadLine]:
    """Decode points, and continue after invalid lines; yields a BadLine for each of them.

    The arguments are those of `decode`; invalid ones raise the same errors.
    """
    from influx_core._lineprotocol.decode.fast_decode import PatternScanner

    return scan_with(PatternScanner, data, precision, default_time, rules=rules)


def decode_with(
    scanner: ScannerFactory,
    data: bytes,
    precision: Precision = "ns",
    default_time: int | None = None,
    *,
    rules: Rules = "v2",
) -> list[DataPoint]:
    """Decode points like `decode`, with another scanner for regular lines."""
    points: list[DataPoint] = []
    for piece in _pieces(scanner, data, precision, default_time, rules):
        if isinstance(piece, BadLine):
            raise DecodeError(piece.reason, line=piece.line, column=piece.column)
        points = _joined(points, piece)
    return points


def scan_with(
    scanner: ScannerFactory,
    data: bytes,
    precision: Precision = "ns",
    default_time: int | None = None,
    *,
    rules: Rules = "v2",
) -> Iterator[DataPoint | BadLine]:
    """Decode points like `scan`, with another scanner for regular lines."""
    return _items(_pieces(scanner, data, precision, default_time, rules))


def _pieces(
    scanner: ScannerFactory,
    data: bytes,
    precision: Precision,
    default_time: int | None,
    rules: Rules,
) -> Iterator[list[DataPoint] | BadLine]:
    if isinstance(data, str):
        raise TypeError("line protocol is bytes, not str: encode the text as UTF-8 first")
    check_word("rules", rules, get_args(Rules))
    unit = UNIT_NS[canonical_precision(precision)]
    if default_time is not None:
        default_time = _whole_units(default_time, unit)
    parser = _parser(rules, data, unit)
    return _read(data, parser, scanner(data, unit, default_time), default_time)


def _whole_units(default_time: int, unit: int) -> int:
    try:
        ns = operator.index(default_time)
    except TypeError:
        kind = type(default_time).__name__
        raise ConfigError(
            f"default_time takes an integer, nanoseconds since 1970, not {kind}"
        ) from None
    return ns - ns % unit


def _parser(rules: Rules, data: bytes, unit: int) -> LineParser:
    """Return the parser of all lines; programs that only write never import it."""
    if rules == "v2":
        from influx_core._lineprotocol.decode.rules_v2 import V2LineParser

        return V2LineParser(data, unit)
    from influx_core._lineprotocol.decode.rules_1x import V1LineParser

    return V1LineParser(data, unit)


def _read(
    data: bytes, parser: LineParser, scanner: LineScanner, default_time: int | None
) -> Iterator[list[DataPoint] | BadLine]:
    """Decode blocks of regular lines with the scanner, and single lines by the rules."""
    line, counted = 1, 0
    while True:
        points, parser.position = scanner.scan(parser.position)
        if points:
            yield points
            continue
        if not parser.next_line():
            return
        start = parser.position
        line += data.count(b"\n", counted, start)
        counted = start
        try:
            measurement, tags, fields, ns = parser.read()
        except LineError as error:
            offset = max(start, error.offset)
            column = offset - data.rfind(b"\n", 0, offset)
            raw = parser.skip_line()
            yield BadLine(raw, error.reason, line, column, error.status, error.before, error.pairs)
        else:
            yield [DataPoint(measurement, tags, fields, default_time if ns is None else ns)]


def _joined(points: list[DataPoint], piece: list[DataPoint]) -> list[DataPoint]:
    """Append a piece to the points; do not copy the first piece, which is usually the only one."""
    if not points:
        return piece
    points += piece
    return points


def _items(pieces: Iterator[list[DataPoint] | BadLine]) -> Iterator[DataPoint | BadLine]:
    for piece in pieces:
        if isinstance(piece, BadLine):
            yield piece
        else:
            yield from piece
