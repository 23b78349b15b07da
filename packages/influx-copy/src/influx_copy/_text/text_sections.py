"""Divides text files into sections, each with one database and one policy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from influx_copy._files.compression import open_reader
from influx_copy._text.line_blocks import line_blocks
from influx_copy._text.section_marks import SectionMark
from influx_copy._text.text_formats import TextFormat
from influx_copy.errors import RangeIncomplete

__all__ = ["TextSection", "section_of_part", "sections_of"]

SECTION_BYTES = 64 << 20

_PART = re.compile(r"(.*)@(\d+)\+(\d+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TextSection:
    """A part of a file, in bytes of its text.

    Attributes:
        path: the file, relative to the directory of all.
        offset: the first byte.
        length: the number of bytes.
        database: what a comment says; empty without one.
        policy: what a comment says; empty without one.
    """

    path: str
    offset: int
    length: int
    database: str = ""
    policy: str = ""

    @property
    def part(self) -> str:
        """The text by which a range names this section."""
        return f"{self.path}@{self.offset}+{self.length}"


def section_of_part(part: str) -> TextSection:
    """The section that a range names.

    Raises:
        RangeIncomplete: the text names none.
    """
    found = _PART.fullmatch(part)
    if found is None:
        raise RangeIncomplete(f"{part!r} is not a part of a text file")
    return TextSection(found[1], int(found[2]), int(found[3]))


def sections_of(folder: Path, path: str, format_: TextFormat) -> Iterator[TextSection]:
    """Divide a file where it changes the database or policy, and plain ones by size.

    A compressed file is read from its beginning for each section, so it is not divided by size.
    """
    file = folder / path
    divisible = file.suffix not in (".gz", ".zst")
    scan = _Scan(path)
    with open_reader(file) as stream:
        for block in line_blocks(stream, quoted=format_.quoted):
            yield from scan.block(block, format_.marks(block))
            if divisible and scan.size >= SECTION_BYTES:
                yield from scan.cut()
    yield from scan.cut()


class _Scan:
    """Where the current section began, and what the marks before it said."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._start = self._end = 0
        self._context = ("", "", True)

    @property
    def size(self) -> int:
        return self._end - self._start

    def block(self, block: bytes, marks: Iterable[SectionMark]) -> Iterator[TextSection]:
        """Read the next block of whole lines."""
        before = self._end
        for mark in marks:
            self._end = before + mark.start
            context = self._changed(mark)
            if context != self._context:
                yield from self.cut()
                self._context = context
            if not self.size:  # a section begins after its marks
                self._start = self._end = before + mark.end
        self._end = before + len(block)

    def cut(self) -> Iterator[TextSection]:
        """End the current section, unless it is empty or has no points."""
        database, policy, points = self._context
        if self.size and points:
            yield TextSection(self._path, self._start, self.size, database, policy)
        self._start = self._end

    def _changed(self, mark: SectionMark) -> tuple[str, str, bool]:
        database, policy, points = self._context
        return (
            database if mark.database is None else mark.database,
            policy if mark.policy is None else mark.policy,
            points if mark.points is None else mark.points,
        )
