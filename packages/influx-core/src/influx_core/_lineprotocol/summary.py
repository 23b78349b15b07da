"""LineProtocolSummarizer: tells what blocks of line protocol hold, without decoding them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from influx_core._lineprotocol.split import LINE, LONGEST_STRING, is_plain, point_lines, whole_lines
from influx_core.interfaces import LineSummary

__all__ = ["LineProtocolSummarizer", "series_key"]

_TIME = re.compile(rb" (-?)([0-9]+)\Z")
_SERIES = re.compile(rb"(?: [^\n\\\x20] | \\. | \\ )*+", re.VERBOSE)

# The series of lines without escapes, and the names of their first fields.
_HEADS = re.compile(rb"^([^\x00-\x20][^ \n]*+)[ ]", re.MULTILINE)
_FIELD_HEADS = re.compile(rb"^([^\x00-\x20][^ \n]*+[ ][^=,\x00-\x20]++)=", re.MULTILINE)

_MOST_DIGITS = 19
_LEAST, _MOST = -(2**63), 2**63 - 1
_BLANKS = bytes(range(0x21))


class LineProtocolSummarizer:
    """Summarizes blocks of line protocol; see `influx_core.interfaces.LineSummarizer`."""

    def summarize(self, data: bytes, *, final: bool = False) -> LineSummary:
        """Tell where the last whole line ends, and what the lines before it hold."""
        plain = is_plain(data)
        end = len(data) if final else whole_lines(data, plain=plain)
        if len(data) - end > LONGEST_STRING:
            end = data.rfind(b"\n") + 1
        lines = data[:end]
        newlines = lines.count(b"\n")
        if plain and b"#" not in lines:
            times = sorted(_times_of_one_width(lines))  # in the order of time, as most are
            if times and len(times) == newlines and lines.endswith(b"\n"):
                first, last = _bounded(b"", times[0]), _bounded(b"", times[-1])
                return LineSummary(end, newlines, newlines, True, False, first, last)
        return _summary(lines, newlines, plain=plain)

    def keys(self, data: bytes, *, by_field: bool = False) -> frozenset[object] | None:
        """Return keys of points, which are equal for points that replace each other."""
        if b"\\" not in data and b"#" not in data and is_plain(data):
            times = _times_of_one_width(data)
            heads = (_FIELD_HEADS if by_field else _HEADS).findall(data)
            zero = min(times, default=b"").startswith(b"0")
            if len(times) == len(heads) == data.count(b"\n") and data.endswith(b"\n") and not zero:
                return _keys_of_plain_lines(data, heads, times, by_field=by_field)
        return _keys_of_lines(data, by_field=by_field)


def _keys_of_plain_lines(
    data: bytes, heads: list[bytes], times: list[bytes], *, by_field: bool
) -> frozenset[object] | None:
    """The keys of lines without escapes that begin and end so."""
    if by_field and b"".join(heads).count(b",") < data.count(b","):
        return None
    names = _KeyNames()
    return frozenset(names[head] + time for head, time in zip(heads, times, strict=True))


class _KeyNames(dict[bytes, bytes]):
    """What is alike in all texts of a series, and of a field behind it."""

    def __missing__(self, head: bytes) -> bytes:
        series, _, field = head.partition(b" ")
        parts = (*_series(series), field)
        self[head] = name = b"\n".join(parts) + b"\n"
        return name


def _keys_of_lines(data: bytes, *, by_field: bool) -> frozenset[object] | None:
    """The keys of lines of any kind."""
    found: set[object] = set()
    for line in point_lines(data):
        head = _SERIES.match(line)
        end = 0 if head is None else head.end()
        time = _TIME.search(line, end)
        key = [*_series(line[:end])]
        if by_field:
            fields = line[end : len(line) if time is None else time.start()]
            if b"," in fields:
                return None
            key.append(fields.partition(b"=")[0].lstrip(_BLANKS).replace(b"\\", b""))
        else:
            key.append(b"")
        number = 0 if time is None else _bounded(*time.groups())
        found.add(b"\n".join(key) + b"\n%d" % number)
    return frozenset(found)


def _times_of_one_width(lines: bytes) -> list[bytes]:
    """The times at the ends of lines, of those that have as many digits as the last one."""
    last = lines[lines.rfind(b" ") + 1 : -1]
    if not last.isdigit() or len(last) > _MOST_DIGITS:
        return []
    return _times(len(last)).findall(lines)


@cache
def _times(digits: int) -> re.Pattern[bytes]:
    """Finds times with a number of digits: a pattern that starts with a newline is fast."""
    return re.compile(rb"\n(?<=\S[ ]([0-9]{%d})\n)" % digits)


def _summary(lines: bytes, newlines: int, *, plain: bool) -> LineSummary:
    """Summarize lines of any kind, one by one."""
    points = 0
    timed, comments = True, False
    times: list[int] = []
    for line in _lines(lines, plain=plain):
        if line.startswith(b"#"):
            comments = True
        elif line:
            points += 1
            time = _TIME.search(line)
            if time is None:
                timed = False
            else:
                times.append(_bounded(*time.groups()))
    first, last = (min(times), max(times)) if times else (None, None)
    return LineSummary(len(lines), newlines, points, timed, comments, first, last)


def _lines(data: bytes, *, plain: bool) -> Iterator[bytes]:
    pieces = data.split(b"\n") if plain else (line[0] for line in LINE.finditer(data))
    return map(bytes.strip, pieces)


def _bounded(sign: bytes, digits: bytes) -> int:
    """The integer, or the nearest one of 64 bits."""
    digits = digits.lstrip(b"0")
    size = int(digits or b"0") if len(digits) <= _MOST_DIGITS else 2**64
    return max(_LEAST, min(-size if sign else size, _MOST))


def series_key(line: bytes) -> tuple[bytes, ...]:
    """Return a key of the series of a line, which is the same for all lines of the series."""
    head = _SERIES.match(line)
    return _series(line if head is None else head[0])


def _series(key: bytes) -> tuple[bytes, ...]:
    """What is alike in all keys of a series, whatever the order of its tags and its escapes."""
    return tuple(sorted(key.replace(b"\\", b"").split(b",")))
