"""Finds where a text says that other points follow: of another database, or none at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from influx_core.codec import is_plain, split_lines

__all__ = ["SectionMark", "comment_marks", "json_marks"]

_COMMENT = re.compile(
    rb"^#[ ]*(?:CONTEXT-(DATABASE|RETENTION-POLICY)[ ]*:[ ]*([^\r\n]*)|(DDL|DML))[ \t\r]*$",
    re.MULTILINE,
)


class SectionMark(NamedTuple):
    """A place in a block of lines, and what it changes; None for what stays.

    Attributes:
        start: where the lines before it end.
        end: where the lines after it begin.
        database: the database of the lines after it.
        policy: their retention policy.
        points: whether they are points; statements between `# DDL` and `# DML` are not.
    """

    start: int
    end: int
    database: str | None = None
    policy: str | None = None
    points: bool | None = None


def comment_marks(block: bytes) -> Iterator[SectionMark]:
    """The comments of line protocol by which `influx -import` chooses the database.

    Args:
        block: whole lines; a line inside a string is no comment.
    """
    if b"#" not in block or _COMMENT.search(block) is None:
        return
    if is_plain(block):
        for each in _COMMENT.finditer(block):
            yield _mark(each, each.start(), block.find(b"\n", each.end()) + 1 or len(block))
        return
    start = 0
    for line in split_lines(block, 1):
        found = _COMMENT.match(line)
        if found is not None:
            yield _mark(found, start, start + len(line))
        start += len(line)


def _mark(found: re.Match[bytes], start: int, end: int) -> SectionMark:
    key, text, mode = found.groups()
    if mode is not None:
        return SectionMark(start, end, points=mode == b"DML")
    name = text.decode("utf-8", "replace").strip()
    if key == b"DATABASE":
        return SectionMark(start, end, database=name)
    return SectionMark(start, end, policy=name)


class _Names(msgspec.Struct):
    db: str = ""
    rp: str = ""


_decoder = msgspec.json.Decoder(_Names)


def json_marks(block: bytes) -> Iterator[SectionMark]:
    """The lines of JSON whose database or policy is not that of the line before."""
    start = 0
    known: _Names | None = None
    for line in block.splitlines(keepends=True):
        names = _names(line)
        if names is not None and names != known:
            yield SectionMark(start, start, names.db, names.rp)
            known = names
        start += len(line)


def _names(line: bytes) -> _Names | None:
    """The names in a line; None if it is invalid, which reading it tells."""
    try:
        return _decoder.decode(line)
    except msgspec.MsgspecError:
        return None
