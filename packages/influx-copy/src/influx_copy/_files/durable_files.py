"""Names of files that survive a failure of the power."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

__all__ = ["replace_file", "sync_folder"]


def replace_file(raw: IO[bytes], temporary: Path, path: Path) -> None:
    """Close a file that is complete, and give it its name, both durably."""
    raw.flush()
    os.fsync(raw.fileno())
    raw.close()
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # pragma: no cover - Windows
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
