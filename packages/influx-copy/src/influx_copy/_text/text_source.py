"""TextSource: reads line protocol and JSON lines, from one file or a directory of files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from influx_copy._files.compression import open_reader
from influx_copy._files.file_parts import FileSource
from influx_copy._files.hive_names import TEMPORARY, range_of_path
from influx_copy._files.point_choice import chosen_points, next_batches
from influx_copy._text.line_blocks import line_blocks
from influx_copy._text.text_formats import TextFormat
from influx_copy._text.text_sections import TextSection, section_of_part, sections_of
from influx_copy.errors import RangeIncomplete
from influx_copy.interfaces import (
    ColumnarBatch,
    CopyRange,
    PointFilter,
    Selection,
)
from influx_core import ConfigError, DataPoint, DecodeError

__all__ = ["TextSource", "files_below"]


class TextSource(FileSource):
    """Reads text files.

    Args:
        path: a file, or a directory, whose files are read if their names end as the format says.
        format_: the format.
        suffixes: the ends of the names of files.
    """

    def __init__(self, path: Path, format_: TextFormat, suffixes: tuple[str, ...]) -> None:
        self._path = path
        self._format = format_
        self._suffixes = suffixes
        self._folder = path if path.is_dir() else path.parent
        self._sections: list[CopyRange] | None = None

    @property
    def identity(self) -> str:
        """The path."""
        return f"{self._format.scheme}:{self._path}"

    async def ranges(self, selection: Selection) -> Sequence[CopyRange]:
        """List the sections of all files."""
        return [
            selection.clipped(range_)
            for range_ in await asyncio.to_thread(self._listed)
            if selection.has(range_)
        ]

    async def read(self, range_: CopyRange, where: PointFilter) -> AsyncGenerator[ColumnarBatch]:
        """Yield the points of a section, or those of all sections that are in a range.

        Raises:
            RangeIncomplete: a line is invalid; the message has its number.
        """
        for part in await asyncio.to_thread(self._parts, range_):
            points = self._points(section_of_part(part), range_, where)
            while batches := await asyncio.to_thread(next_batches, points):
                for batch in batches:
                    yield batch

    def _parts(self, range_: CopyRange) -> list[str]:
        if range_.part:
            return [range_.part]
        chosen = Selection(start=range_.start, stop=range_.stop)
        return [
            found.part for found in self._listed() if chosen.has(found) and _fits(found, range_)
        ]

    def _listed(self) -> list[CopyRange]:
        """All sections as ranges; found once."""
        if self._sections is None:
            self._sections = [
                range_ for path in files_below(self._path, self._suffixes)
                for range_ in self._ranges_of(path)
            ]  # fmt: skip
        return self._sections

    def _ranges_of(self, path: Path) -> Iterator[CopyRange]:
        relative = path.relative_to(self._folder)
        named = range_of_path(relative)
        for section in sections_of(self._folder, relative.as_posix(), self._format):
            yield replace(
                named,
                database=named.database or section.database,
                policy=named.policy or section.policy,
                part=section.part,
            )

    def _points(
        self, section: TextSection, range_: CopyRange, where: PointFilter
    ) -> Iterator[DataPoint]:
        lines = 0
        with open_reader(self._folder / section.path) as stream:
            _skip(stream, section.offset)
            for block in line_blocks(stream, quoted=self._format.quoted, length=section.length):
                yield from chosen_points(self._decoded(block, section, lines), range_, where)
                lines += block.count(b"\n")

    def _decoded(self, block: bytes, section: TextSection, lines: int) -> list[DataPoint]:
        try:
            return self._format.decode(block)
        except DecodeError as error:
            place = f"line {lines + (error.line or 0)}"
            if section.offset:
                place += f" after byte {section.offset}"
            raise RangeIncomplete(f"{section.path}, {place}: {error.reason}") from error


def files_below(path: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The file, or the files of a directory, sorted by name.

    Raises:
        ConfigError: there is no such file.
    """
    if path.is_dir():
        found = (file for file in path.rglob("*") if file.name.endswith(suffixes))
        return sorted(file for file in found if not file.name.endswith(TEMPORARY))
    if not path.exists():
        raise ConfigError(f"there is no file {path}")
    return [path]


def _fits(found: CopyRange, range_: CopyRange) -> bool:
    """Whether a section may have points of a range; an empty name may be any."""
    return all(
        not a or not b or a == b
        for a, b in (
            (found.database, range_.database),
            (found.policy, range_.policy),
            (found.measurement, range_.measurement),
        )
    )


def _skip(stream: IO[bytes], count: int) -> None:
    while count:
        data = stream.read(min(count, 1 << 20))
        if not data:
            raise RangeIncomplete("a file is shorter than it was when the plan was made")
        count -= len(data)
