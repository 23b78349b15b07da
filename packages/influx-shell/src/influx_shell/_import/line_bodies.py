"""Divides a file into bodies of lines, each with its place and its target.

The comments of `influx_inspect export` are obeyed: `# DDL`, `# DML`, `# CONTEXT-DATABASE:` and
`# CONTEXT-RETENTION-POLICY:`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace

from influx_copy.line_files import SectionMark, comment_marks
from influx_core.codec import LineSplitter, split_lines

__all__ = ["DumpStatement", "LineBody", "Place", "bodies_of", "numbered_lines"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading can continue: the state before a body.

    Attributes:
        offset: the bytes of the content before it.
        line: the number of its first line.
        db: the database of the file's comments.
        retention_policy: the retention policy of the file's comments.
        ddl: whether the lines are statements.
    """

    offset: int = 0
    line: int = 1
    db: str | None = None
    retention_policy: str | None = None
    ddl: bool = False

    def after(self, data: bytes) -> Place:
        """Return the place after some lines."""
        return replace(self, offset=self.offset + len(data), line=self.line + data.count(b"\n"))


@dataclass(frozen=True, slots=True)
class LineBody:
    """Lines for one request.

    Attributes:
        place: where they stand.
        data: the lines.
        end: where reading continues after them.
        plain: whether every newline ends a line; if not, some may be in strings.
    """

    place: Place
    data: bytes
    end: Place
    plain: bool


@dataclass(frozen=True, slots=True)
class DumpStatement:
    """A statement of the section DDL, and where it stands."""

    place: Place
    text: str


def bodies_of(
    blocks: Iterable[bytes], place: Place, limit: int, most: int | None
) -> Iterator[LineBody | DumpStatement]:
    """Yield the bodies and statements of a file.

    Args:
        blocks: the content from `place` on.
        place: where the content begins.
        limit: the most bytes of a body.
        most: the most lines of a body; None for no limit.
    """
    splitter = LineSplitter(limit, most)
    for block in blocks:
        for data in splitter.feed(block):
            place = yield from _directed(data, place, plain=splitter.plain)
    for data in splitter.finish():
        place = yield from _directed(data, place, plain=splitter.plain)


def _directed(
    data: bytes, place: Place, *, plain: bool
) -> Generator[LineBody | DumpStatement, None, Place]:
    """Yield the parts of a body between the comments that direct; return the place after it."""
    position = 0
    for mark in comment_marks(data, plain=plain):
        place = yield from _part(data[position : mark.start], place, plain=plain)
        place = _changed(place, mark).after(data[mark.start : mark.end])
        position = mark.end
    return (yield from _part(data[position:], place, plain=plain))


def _part(
    data: bytes, place: Place, *, plain: bool
) -> Generator[LineBody | DumpStatement, None, Place]:
    """Yield lines of one section; return the place after them."""
    if data and not place.ddl:
        body = LineBody(place, data, place.after(data), plain)
        yield body
        return body.end
    for line in data.splitlines(keepends=True):
        text = line.decode("utf-8", "replace").strip()
        if text and not text.startswith("#"):
            yield DumpStatement(place, text)
        place = place.after(line)
    return place


def _changed(place: Place, mark: SectionMark) -> Place:
    return replace(
        place,
        db=place.db if mark.database is None else mark.database or None,
        retention_policy=place.retention_policy if mark.policy is None else mark.policy or None,
        ddl=place.ddl if mark.points is None else not mark.points,
    )


def numbered_lines(data: bytes, first: int) -> list[tuple[int, bytes]]:
    """Return the lines of points with their numbers; empty lines and comments are left out."""
    found: list[tuple[int, bytes]] = []
    for line in split_lines(data, 1):
        text = line.strip()
        if text and not text.startswith(b"#"):
            found.append((first, text))
        first += line.count(b"\n")
    return found
