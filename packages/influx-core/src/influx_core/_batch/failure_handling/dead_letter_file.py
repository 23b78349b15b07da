"""The dead-letter file: line protocol, in which each letter is written completely or not at all.

The first line of a letter is a comment that ends with the length of the rest. A process that dies
while writing leaves an incomplete letter, whose last line could be read as another point. The next
writer of the file detects it by its length and turns it into comments. All functions block.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from influx_core._runtime.file_lock import locked
from influx_core.errors import ConfigError

__all__ = ["DeadLetterFile"]

_HEADING = re.compile(rb"# [^\n]* \[(\d{1,12}) bytes\]\n")
_SQLITE = b"SQLite format 3\x00"
_TORN = b"# torn: "
_BLOCK = 65_536
_BINARY = getattr(os, "O_BINARY", 0)
"""Keeps Windows, which has no `pread` either, from changing line ends."""


class DeadLetterFile:
    """Appends letters to a file; several writers, also of several processes, may use one file.

    Args:
        path: the file; created with the first letter, readable by its owner only.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._checked: tuple[int, int] = 0, 0  # the inode, and the offset up to which it is sound

    def check(self) -> None:
        """Check that letters can be written, without creating the file.

        Raises:
            ConfigError: they cannot.
        """
        try:
            descriptor = os.open(self.path, os.O_RDWR | _BINARY)
        except FileNotFoundError:
            if os.access(self.path.parent, os.W_OK | os.X_OK):
                return
            raise ConfigError(
                f"dead_letter: {self.path} cannot be created: its folder does not exist, or is "
                "not writable"
            ) from None
        except OSError as error:
            raise ConfigError(f"dead_letter: {self.path} cannot be written: {error}") from error
        try:
            beginning = _read_at(descriptor, 0, len(_SQLITE))
        except OSError as error:
            raise ConfigError(f"dead_letter: {self.path} cannot be read: {error}") from error
        finally:
            os.close(descriptor)
        if beginning == _SQLITE:
            raise ConfigError(
                f"dead_letter: {self.path} is an SQLite file, such as a spool: name another file"
            )

    def append(self, heading: bytes, lines: bytes) -> None:
        """Append a letter; if that fails, the file is as it was before.

        Args:
            heading: one comment line, without its newline.
            lines: complete lines of line protocol.

        Raises:
            OSError: the file cannot be written.
        """
        letter = b"%b [%d bytes]\n%b" % (heading, len(lines), lines)
        with _opened(self.path) as descriptor, locked(descriptor):
            inode, size = self._sound_end(descriptor)
            _write_whole(descriptor, size, letter)
            self._checked = inode, size + len(letter)

    def _sound_end(self, descriptor: int) -> tuple[int, int]:
        """Turn an incomplete letter at the end into comments; return the file's inode and size."""
        found = os.fstat(descriptor)
        inode, checked = self._checked
        start = checked if inode == found.st_ino and checked <= found.st_size else 0
        torn = _torn_from(descriptor, start, found.st_size)
        if torn == found.st_size:
            return found.st_ino, torn
        return found.st_ino, _comment_out(descriptor, torn, found.st_size)


@contextmanager
def _opened(path: Path) -> Generator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _BINARY, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _torn_from(descriptor: int, start: int, size: int) -> int:
    """Return the offset of an incomplete letter; the size of the file if there is none."""
    while start < size:
        line = _line_at(descriptor, start)
        if line.startswith(_TORN) and line.endswith(b"\n"):
            end = start + len(line)
        elif (heading := _HEADING.fullmatch(line)) is not None:
            end = start + len(line) + int(heading[1])
        else:  # lines of another program: they are incomplete only without a newline at the end
            return size if not line.startswith(b"#") and _ends_a_line(descriptor, size) else start
        if end > size:
            return start
        start = end
    return size


def _read_at(descriptor: int, start: int, size: int) -> bytes:
    os.lseek(descriptor, start, os.SEEK_SET)
    return os.read(descriptor, size)


def _line_at(descriptor: int, start: int) -> bytes:
    line = b""
    while block := _read_at(descriptor, start + len(line), _BLOCK):
        end = block.find(b"\n")
        if end >= 0:
            return line + block[: end + 1]
        line += block
    return line


def _ends_a_line(descriptor: int, size: int) -> bool:
    return _read_at(descriptor, size - 1, 1) == b"\n"


def _comment_out(descriptor: int, start: int, size: int) -> int:
    """Turn everything from an offset to the end into comments; return the new size of the file."""
    torn = _read_at(descriptor, start, size - start)
    comments = b"".join(_TORN + ascii(line)[2:-1].encode() + b"\n" for line in torn.split(b"\n"))
    try:
        _write_whole(descriptor, start, comments)
    except BaseException:
        with suppress(OSError):
            _write_whole(descriptor, start, torn)
        raise
    return start + len(comments)


def _write_whole(descriptor: int, position: int, data: bytes) -> None:
    """Write data at an offset near the end of a file; if that fails, truncate the file there."""
    written = 0
    try:
        os.lseek(descriptor, position, os.SEEK_SET)
        while written < len(data):
            written += os.write(descriptor, data[written:])
        os.ftruncate(descriptor, position + len(data))
    except BaseException:
        with suppress(OSError):
            os.ftruncate(descriptor, position)
        raise
