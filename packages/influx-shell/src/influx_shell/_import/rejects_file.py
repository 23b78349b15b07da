"""The lines that a server refused, in a file that can be mended and imported again."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from influx_shell._cli.exit_codes import UsageError

__all__ = ["RejectedPoint", "RejectsFile"]


@dataclass(frozen=True, slots=True)
class RejectedPoint:
    """A line that was not stored, and why."""

    file: str
    line: int
    column: int | None
    reason: str
    text: bytes


class RejectsFile:
    """Holds each refused line after a comment with its file, line, column and the reason.

    It is created by the first line. Contexts of a database are repeated, so that the file is
    complete.

    Args:
        path: the file.
        size: the bytes to keep of an earlier run; what follows them is cut off.
        own: whether a file that exists is that of an earlier run of this import.

    Raises:
        UsageError: the file exists and belongs to no earlier run.
    """

    def __init__(self, path: Path, size: int = 0, *, own: bool = False) -> None:
        self.path = path
        self.size = size
        self._file: BinaryIO | None = None
        self._context: tuple[str | None, str | None] = (None, None)
        if not own and path.exists() and path.stat().st_size:
            raise UsageError(
                f"{path} exists: import it, remove it, or name another file with --rejects"
            )

    def append(
        self, rejected: Iterable[RejectedPoint], db: str | None, retention_policy: str | None
    ) -> None:
        """Write lines, and make sure that they are on disk."""
        lines = list(rejected)
        if not lines:
            return
        file = self._opened()
        if (db, retention_policy) != self._context:
            file.write(f"# CONTEXT-DATABASE: {db or ''}\n".encode())
            file.write(f"# CONTEXT-RETENTION-POLICY: {retention_policy or ''}\n".encode())
            self._context = (db, retention_policy)
        for each in lines:
            column = "" if each.column is None else f"{each.column}:"
            reason = " ".join(each.reason.split())
            file.write(f"# {each.file}:{each.line}:{column} {reason}\n".encode())
            file.write(each.text + b"\n")
        file.flush()
        if self.path.is_file():  # not a device such as /dev/stderr
            os.fsync(file.fileno())
            self.size = file.tell()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _opened(self) -> BinaryIO:
        if self._file is None:
            self._file = self.path.open("r+b" if self.size else "wb")
            if self.size:
                self._file.truncate(self.size)
                self._file.seek(self.size)
        return self._file
