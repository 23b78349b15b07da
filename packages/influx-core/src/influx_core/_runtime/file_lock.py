"""Locks on open files, against other processes and against other users in this process.

The locks are those of `flock`: they belong to the open file, not to the process, so that closing
another descriptor of the same file does not release them. On systems without `flock`, nothing is
locked.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["LockFile", "locked"]


@contextmanager
def locked(descriptor: int) -> Generator[None]:
    """Hold the lock of an open file; wait for it."""
    if fcntl is None:  # pragma: no cover - Windows
        yield
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


class LockFile:
    """A file that exists to be locked, by one holder at a time.

    Args:
        path: the file; created when the lock is acquired, removed when it is released.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Acquire the lock without waiting; return whether that succeeded.

        Raises:
            OSError: the file cannot be created.
        """
        while True:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                if not _try_lock(descriptor):
                    os.close(descriptor)
                    return False
                if _is_at(descriptor, self._path):
                    self._descriptor = descriptor
                    return True
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)  # the previous holder has removed this file: try the new one

    @property
    def in_place(self) -> bool:
        """Whether the lock is held, and the file that is locked is still the one at the path."""
        return self._descriptor is not None and _is_at(self._descriptor, self._path)

    def release(self) -> None:
        """Release the lock; safe to call twice."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        if _is_at(descriptor, self._path):
            self._path.unlink(missing_ok=True)
        os.close(descriptor)

    def forget(self) -> None:
        """Close the file in a forked process; the lock belongs to the parent process."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)  # the parent's descriptor keeps the lock


def _try_lock(descriptor: int) -> bool:
    if fcntl is None:  # pragma: no cover - Windows
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
