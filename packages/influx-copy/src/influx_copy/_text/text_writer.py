"""TextFileWriter: writes the points of a range to a file, which appears when it is complete."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from influx_copy._files.compression import open_writer
from influx_copy._files.durable_files import replace_file
from influx_copy._files.hive_names import TEMPORARY
from influx_copy.errors import RangeIncomplete
from influx_copy.interfaces import ColumnarBatch
from influx_core import EncodeError

__all__ = ["BatchEncoder", "TextFileWriter"]

BatchEncoder = Callable[[ColumnarBatch], bytes]
"""Returns the text of a batch."""


class TextFileWriter:
    """Writes to a temporary name beside the file, and renames it at the end.

    A range without points has no file.

    Args:
        path: the file.
        suffix: the end of its name, which selects the compression.
        encode: returns the text of a batch.
        header: what the file begins with.
    """

    def __init__(self, path: Path, suffix: str, encode: BatchEncoder, header: bytes = b"") -> None:
        self._path = path
        self._suffix = suffix
        self._encode = encode
        self._header = header
        self._raw: IO[bytes] | None = None
        self._stream: IO[bytes] | None = None

    async def write(self, batch: ColumnarBatch) -> int:
        """Append a batch."""
        try:
            text = self._encode(batch)
        except EncodeError as error:
            raise RangeIncomplete(f"a point cannot be written to {self._path}: {error}") from error
        await asyncio.to_thread(self._append, text)
        return len(text)

    async def commit(self) -> None:
        """Rename the file when it is on disk; an earlier one of this name is replaced."""
        await asyncio.to_thread(self._finish)

    async def abort(self) -> None:
        """Remove the temporary file."""
        stream, raw = self._stream, self._raw
        self._raw = self._stream = None
        if raw is None:
            return
        try:
            with suppress(OSError):  # the rest may not be written: it is not wanted
                if stream is not None and stream is not raw:
                    stream.close()
        finally:
            with suppress(OSError):
                raw.close()
            self._temporary.unlink(missing_ok=True)

    @property
    def _temporary(self) -> Path:
        return self._path.with_name(self._path.name + TEMPORARY)

    def _append(self, text: bytes) -> None:
        if self._stream is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._raw = self._temporary.open("wb")
            self._stream = open_writer(self._raw, self._suffix)
            self._stream.write(self._header)
        self._stream.write(text)

    def _finish(self) -> None:
        if self._raw is None or self._stream is None:
            self._path.unlink(missing_ok=True)
            return
        if self._stream is not self._raw:
            self._stream.close()
        replace_file(self._raw, self._temporary, self._path)
        self._raw = self._stream = None
