"""Files of line protocol: plain, gzip or zstd, or standard input, as blocks of bytes."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from influx_copy import RangeIncomplete
from influx_copy.line_files import decompressed
from influx_shell._cli.exit_codes import UsageError
from influx_shell._cli.terminal import Terminal

__all__ = ["BLOCK_BYTES", "LineFile", "blocks_of", "opened"]

BLOCK_BYTES = 1 << 20
_END_BYTES = 1 << 12
"""The bytes at the end of a block in which the end of a line is looked for."""


class LineFile:
    """An open file.

    Attributes:
        name: its name in messages.
        size: the bytes of the file as it is stored; None if unknown.
    """

    def __init__(self, name: str, stored: IO[bytes], content: IO[bytes], size: int | None) -> None:
        self.name = name
        self.size = size
        self._stored = stored
        self._content = content
        self._regular = content is stored and _is_regular(stored)

    def skip(self, offset: int) -> None:
        """Go to an offset in the content, which is the end of a line.

        Raises:
            UsageError: the content is shorter, or no line ends there.
        """
        left, last = offset, b"\n"
        if offset and self._content is self._stored and self._stored.seekable():
            self._stored.seek(offset - 1)
            left = 1
        while left:
            block = self._content.read(min(left, BLOCK_BYTES))
            if not block:
                raise UsageError(
                    f"{self.name} is shorter than it was: its import had come to byte {offset}"
                )
            left, last = left - len(block), block[-1:]
        if last != b"\n" and self._content.read(1):
            raise UsageError(f"{self.name} is not what it was: no line ends at byte {offset}")

    def read(self) -> bytes:
        """Return the next block of the content; empty at the end.

        Raises:
            UsageError: the content is damaged.
        """
        try:
            return self._content.read(self._block_size())
        except (OSError, ValueError) as error:
            raise UsageError(f"{self.name} cannot be read: {error}") from error
        except RangeIncomplete as error:
            raise UsageError(str(error)) from error

    def _block_size(self) -> int:
        """The bytes of the next block.

        Where a file can be read at any place, a block ends with a line, so that nothing is copied
        to join the rest of one block with the next one.
        """
        if not self._regular:
            return BLOCK_BYTES
        start = self._stored.tell() + BLOCK_BYTES - _END_BYTES
        end = os.pread(self._stored.fileno(), _END_BYTES, start).rfind(b"\n")
        return BLOCK_BYTES - _END_BYTES + end + 1 if end >= 0 else BLOCK_BYTES

    def position(self) -> int | None:
        """Return how many bytes of the stored file were read; None if unknown."""
        return self._stored.tell() if self.size is not None else None


def _is_regular(file: IO[bytes]) -> bool:
    """Whether it is a file that can be read at any place; systems without `pread` have none."""
    try:
        mode = os.fstat(file.fileno()).st_mode
    except OSError:  # a stream in memory has no number
        return False
    return stat.S_ISREG(mode) and file.seekable() and hasattr(os, "pread")


def blocks_of(file: LineFile) -> Iterator[bytes]:
    """Yield the blocks of the content."""
    while block := file.read():
        yield block


@contextmanager
def opened(path: str, terminal: Terminal) -> Generator[LineFile]:
    """Open a file; `-` is standard input, `.gz` and `.zst` files are decompressed.

    Raises:
        UsageError: it cannot be opened.
        ConfigError: its compression needs a library.
    """
    if path == "-":
        yield LineFile("stdin", terminal.binary_stdin, terminal.binary_stdin, None)
        return
    try:
        stored: Any = Path(path).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise UsageError(f"{path} cannot be opened: {error.strerror}") from None
    with stored:
        yield LineFile(path, stored, decompressed(stored, path), Path(path).stat().st_size)
