"""Divides a file into bodies of lines, each with its place and its target.

The comments of `influx_inspect export` are obeyed: `# DDL`, `# DML`, `# CONTEXT-DATABASE:` and
`# CONTEXT-RETENTION-POLICY:`.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace

from influx_copy.line_files import SectionMark, comment_marks
from influx_core.codec import split_lines
from influx_core.interfaces import LineSummarizer, LineSummary

__all__ = ["BodyDivider", "DumpStatement", "LineBody", "Place", "numbered_lines"]


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

    def after(self, size: int, newlines: int) -> Place:
        """Return the place after so many bytes with so many newlines."""
        return replace(self, offset=self.offset + size, line=self.line + newlines)


@dataclass(frozen=True, slots=True)
class LineBody:
    """Lines for one request.

    Attributes:
        place: where they stand.
        data: the lines.
        end: where reading continues after them.
        summary: what they hold.
    """

    place: Place
    data: bytes
    end: Place
    summary: LineSummary


@dataclass(frozen=True, slots=True)
class DumpStatement:
    """A statement of the section DDL, and where it stands."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class BodyDivider:
    """Divides the content of files.

    Args:
        summarizer: finds the ends of lines.
        limit: the most bytes of a body.
        most: the most lines of a body; None for no limit.
    """

    summarizer: LineSummarizer
    limit: int
    most: int | None = None

    def divided(self, blocks: Iterable[bytes], place: Place) -> Iterator[LineBody | DumpStatement]:
        """Yield the bodies and statements of a file, without a byte order mark at its start.

        Args:
            blocks: the content from `place` on.
            place: where the content begins.
        """
        rest = b""
        for block in blocks:
            data = rest + block
            if not place.offset and data.startswith(BOM_UTF8):
                data, place = data[len(BOM_UTF8) :], place.after(len(BOM_UTF8), 0)
            summary = self.summarizer.summarize(data)
            rest = data[summary.end :]
            place = yield from self._parts(data[: summary.end], summary, place)
        yield from self._parts(rest, self.summarizer.summarize(rest, final=True), place)

    def _parts(
        self, data: bytes, summary: LineSummary, place: Place
    ) -> Generator[LineBody | DumpStatement, None, Place]:
        """Yield the parts of whole lines; return the place after them."""
        fits = len(data) <= self.limit and (self.most is None or summary.newlines <= self.most)
        if fits and not summary.comments:
            return (yield from _part(data, summary, place))
        for piece in split_lines(data, self.limit, self.most):
            place = yield from self._directed(piece, place)
        return place

    def _directed(
        self, data: bytes, place: Place
    ) -> Generator[LineBody | DumpStatement, None, Place]:
        """Yield the parts between the comments that direct; return the place after them."""
        position = 0
        for mark in comment_marks(data):
            place = yield from self._undirected(data[position : mark.start], place)
            line = data[mark.start : mark.end]
            place = _changed(place, mark).after(len(line), line.count(b"\n"))
            position = mark.end
        return (yield from self._undirected(data[position:], place))

    def _undirected(
        self, data: bytes, place: Place
    ) -> Generator[LineBody | DumpStatement, None, Place]:
        return (yield from _part(data, self.summarizer.summarize(data, final=True), place))


def _part(
    data: bytes, summary: LineSummary, place: Place
) -> Generator[LineBody | DumpStatement, None, Place]:
    """Yield lines of one section; return the place after them."""
    if data and not place.ddl:
        body = LineBody(place, data, place.after(len(data), summary.newlines), summary)
        yield body
        return body.end
    for line in data.splitlines(keepends=True):
        text = line.decode("utf-8", "replace").strip()
        if text and not text.startswith("#"):
            yield DumpStatement(place, text)
        place = place.after(len(line), line.count(b"\n"))
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
