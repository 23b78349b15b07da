"""Reads a file in the format of `influx -import` into a server: statements, then lines.

Source: https://docs.influxdata.com/influxdb/v1/tools/influx-cli/use-influx/#import-data-from-a-file
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from influx_core import DataPoint
from influx_core.codec import split_lines
from influx_core.errors import DecodeError
from influx_core.lineprotocol import BadLine, Rules
from influx_query import parse
from influx_testing._engine.engine import Engine
from influx_testing._engine.line_scan import scan_lines
from influx_testing._engine.statements.execution_context import ExecutionOptions
from influx_testing._engine.statements.executor import execute
from influx_testing.errors import StatementError

__all__ = ["context_comment", "load", "resources_comment"]

_CONTEXT = re.compile(rb"#\s*CONTEXT-(DATABASE|RETENTION-POLICY):[ \t]?(.*)", re.DOTALL)
_SECTION = re.compile(rb"#\s*(DDL|DML)\s*")
_RESOURCES = re.compile(rb"# RESOURCES: (\{.*\})\s*")
_PLAIN_NAME = re.compile(r'[^\s"\x00-\x1f]([^\x00-\x1f]*[^\s\x00-\x1f])?')


class _Place(NamedTuple):
    database: str
    policy: str = ""


@dataclass(slots=True)
class _Block:
    """Consecutive lines for one database and retention policy.

    Attributes:
        place: the database and the retention policy.
        first: the number of the first line in the file, from 1.
        lines: the lines, including their line ends.
    """

    place: _Place
    first: int
    lines: list[bytes] = field(default_factory=list[bytes])


def load(engine: Engine, data: bytes, database: str) -> None:
    """Load the output of `dump`, or plain lines; lines may end with CR LF.

    All lines are decoded before anything is stored. The resources of 2.x replace those of the
    server; its databases without points are dropped then.

    Args:
        engine: the server.
        data: statements and lines.
        database: the database for lines before any comment that names one; it is created.

    Raises:
        DecodeError: a line is invalid; has its number, the column and the reason.
        InfluxQLSyntaxError: a statement cannot be parsed.
        PartialWrite: the server drops a point.
        StatementError: the server refuses a statement.
        WriteConflict: points have different types for a field.
    """
    statements, blocks = _parts(data, database)
    read = [(block.place, _points(engine, block)) for block in blocks]
    resources = _RESOURCES.match(data)
    if resources is not None and engine.resources.all("orgs"):
        _replace_resources(engine, resources[1])
    for statement in statements:
        _execute(engine, statement)
    for place, points in read:
        if points:
            engine.create_database(place.database)
            engine.write(*place, points)


def context_comment(kind: str, name: str) -> bytes:
    """The comment that names the database or the policy of the lines after it."""
    text = name if _PLAIN_NAME.fullmatch(name) else _quoted(name)
    return f"# CONTEXT-{kind}: {text}\n".encode()


def resources_comment(resources: dict[str, Any]) -> bytes:
    """The comment, the first line of a file, that has the resources of 2.x."""
    return b"# RESOURCES: " + json.dumps(resources, separators=(",", ":")).encode() + b"\n"


def _replace_resources(engine: Engine, data: bytes) -> None:
    try:
        engine.resources.replace_with(json.loads(data))
    except (TypeError, ValueError) as error:
        raise DecodeError(f"the resources are not those of a dump: {error}", line=1) from error
    for database in list(engine.databases):
        if not any(database.shards()):
            engine.databases.drop(database.name)


def _quoted(name: str) -> str:
    """Quote a name if it would otherwise be read as another one."""
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return '"' + escaped.replace('"', '\\"') + '"'


def _unquoted(text: str) -> str:
    if not re.fullmatch(r'".*"', text):
        return text
    signs = {"n": "\n", "r": "\r"}
    return re.sub(r"\\(.)", lambda match: signs.get(match[1], match[1]), text[1:-1])


def _parts(data: bytes, database: str) -> tuple[list[str], list[_Block]]:
    """The statements of a file, and its lines by database and policy."""
    statements: list[str] = []
    blocks = [_Block(_Place(database), 1)]
    in_statements = False
    for number, line in _numbered(data):
        text = line.strip()
        if section := _SECTION.fullmatch(text):
            in_statements = section[1] == b"DDL"
        elif context := _CONTEXT.fullmatch(line.rstrip(b"\r\n")):
            blocks.append(_Block(_place(blocks[-1].place, context), number + 1))
        elif in_statements and text and not text.startswith(b"#"):
            statements.append(text.decode())
        elif not in_statements:
            blocks[-1].lines.append(line)
            continue
        blocks.append(_Block(blocks[-1].place, number + 1))
    return statements, blocks


def _numbered(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each line with its number; a line end inside a string does not end a line."""
    number = 1
    for line in split_lines(data, 1):
        end = b"\n" if line.endswith(b"\r\n") else line[len(line.rstrip(b"\n")) :]
        yield number, line.rstrip(b"\r\n") + end
        number += line.count(b"\n")


def _place(place: _Place, context: re.Match[bytes]) -> _Place:
    name = _unquoted(context[2].decode())
    return _Place(name) if context[1] == b"DATABASE" else place._replace(policy=name)


def _points(engine: Engine, block: _Block) -> list[DataPoint]:
    points: list[DataPoint] = []
    rules: Rules = "v2" if engine.model.has_tables or engine.model.has_unsigned else "1.x"
    now = engine.clock()
    for item in scan_lines(b"".join(block.lines), "ns", now, rules=rules):
        point = _unsigned_point(item, now) if isinstance(item, BadLine) else item
        if isinstance(point, BadLine):
            line = block.first + point.line - 1
            raise DecodeError(point.reason, line=line, column=point.column)
        points.append(point)
    return points


def _unsigned_point(line: BadLine, now: int) -> DataPoint | BadLine:
    """The point of a line with unsigned integers: 1.x refuses it, and stores them with INTO."""
    if line.reason != "invalid number":
        return line
    items = list(scan_lines(line.raw, "ns", now, rules="v2"))
    return items[0] if len(items) == 1 and isinstance(items[0], DataPoint) else line


def _execute(engine: Engine, statement: str) -> None:
    for result in execute(engine, parse(statement, dialect="1.6"), ExecutionOptions()):
        if result.error:
            raise StatementError(f"{statement}: {result.error}")
