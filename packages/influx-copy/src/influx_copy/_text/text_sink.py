"""TextSink: stores points as line protocol or JSON lines, in one file or in a file a range."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from influx_copy._files.durable_files import replace_file
from influx_copy._files.file_parts import FileSink, with_outcomes
from influx_copy._files.hive_names import TEMPORARY, folder_of, name_of
from influx_copy._files.owned_folder import OwnedFolder
from influx_copy._text.text_formats import TextFormat
from influx_copy._text.text_writer import TextFileWriter
from influx_copy.errors import RangeIncomplete
from influx_copy.interfaces import CopyRange, SourceObject, Target
from influx_core import ConfigError

__all__ = ["TextSink"]

_PARTS = ".parts"
_BLOCK = 1 << 20


class TextSink(FileSink):
    """Stores points as text.

    One file is made of a file for each range, when all ranges are complete: until then they are in
    a folder beside it, so that a copy can be resumed. Compressed files are joined as they are.

    Args:
        path: the file; or a directory, which then has a file for each range.
        format_: the format.
        suffix: the end of the names of files, such as `.lp.gz`.
        single: whether `path` is one file.
    """

    def __init__(self, path: Path, format_: TextFormat, suffix: str, *, single: bool) -> None:
        self._path = path
        self._format = format_
        self._suffix = suffix
        self._single = single
        super().__init__(path.with_name(path.name + _PARTS) if single else path)
        self._parts = OwnedFolder(self._folder, "has parts of another copy to the same file")

    @property
    def identity(self) -> str:
        """The path."""
        return f"{self._format.scheme}:{self._path}"

    async def prepare(
        self, targets: Sequence[Target], objects: Sequence[tuple[Target, SourceObject]]
    ) -> Sequence[SourceObject]:
        """Create the folder of files, or check that one file can be made.

        Raises:
            ConfigError: the file exists, or another copy makes it; it is not part of this copy.
        """
        if not self._single:
            return await super().prepare(targets, objects)
        if await asyncio.to_thread(self._path.exists):
            raise ConfigError(f"{self._path} exists: remove it, or name another file")
        await asyncio.to_thread(self._parts.require_free)
        return with_outcomes(objects)

    async def claim(self, owner: str, plan: Path, targets: Sequence[Target]) -> None:
        """Keep other copies from the folder of parts, until they are joined.

        Raises:
            ConfigError: another copy has it.
        """
        if not self._single:
            await super().claim(owner, plan, targets)
        elif self._folder.exists() or not self._path.exists():
            await asyncio.to_thread(self._parts.claim, owner, plan)

    async def release(self, owner: str, targets: Sequence[Target]) -> None:
        """Remove the folder of parts if it is empty."""
        if not self._single:
            await super().release(owner, targets)
        else:
            await asyncio.to_thread(self._parts.release, owner)

    async def lost(
        self, ranges: Sequence[tuple[CopyRange, Target]], *, more: bool
    ) -> Sequence[CopyRange]:
        """The ranges whose files are gone; none if they are joined.

        Raises:
            ConfigError: they are joined, and there are more.
        """
        if self._single and self._path.exists() and not self._folder.exists():
            if more:
                raise ConfigError(
                    f"{self._path} is complete, and the source may have more since: copy it to "
                    f"another file with another plan, or to a directory, {self._format.scheme}:DIR,"
                    " to which ranges can be added"
                )
            return ()
        return await super().lost(ranges, more=more)

    def open(self, range_: CopyRange, target: Target) -> TextFileWriter:
        """Return a writer for one range."""
        path, header = self._file(range_, target), self._format.header(target)
        return TextFileWriter(path, self._suffix, self._format.encoder(target), header)

    async def finish(self, ranges: Sequence[tuple[CopyRange, Target]]) -> None:
        """Join the files of all ranges, if one file is wanted.

        Raises:
            RangeIncomplete: a file is gone.
        """
        if self._single and self._folder.exists():
            await asyncio.to_thread(self._join, [self._file(*pair) for pair in ranges])

    def _file(self, range_: CopyRange, target: Target) -> Path:
        name = name_of(range_) + self._suffix
        return self._folder / folder_of(target, range_.measurement) / name

    def _has(self, range_: CopyRange, target: Target) -> bool:
        return self._file(range_, target).exists()

    def _join(self, files: Sequence[Path]) -> None:
        temporary = self._path.with_name(self._path.name + TEMPORARY)
        with temporary.open("wb") as joined:
            for file in files:
                try:
                    _append(file, joined)
                except FileNotFoundError:
                    temporary.unlink()
                    raise RangeIncomplete(
                        f"{file} is gone: the same copy again makes it anew"
                    ) from None
            replace_file(joined, temporary, self._path)
        shutil.rmtree(self._folder)


def _append(file: Path, joined: IO[bytes]) -> None:
    with file.open("rb") as part:
        shutil.copyfileobj(part, joined, _BLOCK)
