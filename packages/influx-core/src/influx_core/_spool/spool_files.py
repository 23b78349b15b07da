"""Checks that the files of an open spool were not deleted or replaced.

Writes to a deleted or replaced file succeed, but a restart does not find them.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

__all__ = ["SpoolFiles"]


class _Seen(NamedTuple):
    """The state of a file; its inode is None if the file does not exist."""

    inode: tuple[int, int] | None
    size: int
    changed: int


class SpoolFiles:
    """The database file of a spool, and its write-ahead log.

    Args:
        path: the path of the database file.
    """

    def __init__(self, path: Path) -> None:
        self._paths = path, path.with_name(path.name + "-wal")
        self._seen: tuple[_Seen, ...] = ()

    def remember(self) -> None:
        """Record the current state of the files, for `lost` and `touched`."""
        self._seen = tuple(map(_look_at, self._paths))

    def lost(self) -> str | None:
        """Return how a file was deleted, replaced or truncated, as text; None if none was.

        The files of an open spool never get smaller.
        """
        for path, before in zip(self._paths, self._seen, strict=True):
            now = _look_at(path)
            if before.inode is not None and now.inode is None:
                return f"{path} was deleted while it was in use"
            if before.inode is not None and now.inode != before.inode:
                return f"{path} was replaced by another file while it was in use"
            if now.size < before.size:
                return f"{path} was truncated while it was in use"
        return None

    @property
    def touched(self) -> bool:
        """Whether a file has changed since `remember`."""
        return tuple(map(_look_at, self._paths)) != self._seen


def _look_at(path: Path) -> _Seen:
    try:
        found = path.stat()
    except FileNotFoundError:
        return _Seen(None, 0, 0)
    return _Seen((found.st_dev, found.st_ino), found.st_size, found.st_mtime_ns)
