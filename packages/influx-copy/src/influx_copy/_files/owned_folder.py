"""OwnedFolder: a folder that belongs to one copy while that is not complete."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from influx_copy._files.durable_files import sync_folder
from influx_core import ConfigError

__all__ = ["OwnedFolder"]

_OWNER = ".owner"
"""The file that names the copy: its number, and the path of its plan."""


class OwnedFolder:
    """A folder that belongs to one copy, from its first moment on, whatever is killed.

    Args:
        path: the folder.
        meaning: what the error says of a folder that another copy has.
    """

    def __init__(self, path: Path, meaning: str) -> None:
        self.path = path
        self._meaning = meaning

    def require_free(self) -> None:
        """Check that no copy has it.

        Raises:
            ConfigError: a copy has it, or it holds anything else.
        """
        if self._owner() is not None or (self.path.exists() and any(self.path.iterdir())):
            raise self._taken()

    def claim(self, owner: str, plan: Path) -> bool:
        """Create it for a copy, or go on in it.

        Returns:
            Whether it is new.

        Args:
            owner: what is different for each copy.
            plan: the plan of the copy, for the error of others.

        Raises:
            ConfigError: another copy has it.
        """
        new = self._owner() is None
        if new:
            self._create(owner, plan)
        if self._owner() != owner:
            raise self._taken()
        return new

    def release(self, owner: str) -> None:
        """Remove it if it is of this copy, and holds nothing else."""
        if self._owner() == owner and len(list(self.path.iterdir())) == 1:
            shutil.rmtree(self.path)

    def _create(self, owner: str, plan: Path) -> None:
        """Rename a folder with the name of the owner, which fails if there is one with files."""
        made = self.path.with_name(f"{self.path.name}.{owner}")
        made.mkdir(parents=True, exist_ok=True)
        with (made / _OWNER).open("w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(f"{owner}\n{plan.absolute()}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            made.rename(self.path)
        except OSError:
            shutil.rmtree(made)
            if not self.path.exists():
                raise
        sync_folder(self.path.parent)

    def _owner(self) -> str | None:
        return next(iter(self._lines()), None)

    def _lines(self) -> list[str]:
        try:
            text = (self.path / _OWNER).read_text(encoding="utf-8", errors="surrogateescape")
        except FileNotFoundError:
            return []
        return text.splitlines()

    def _taken(self) -> ConfigError:
        lines = self._lines()
        plan = f" with the plan {lines[1]}" if len(lines) > 1 else ""
        return ConfigError(
            f"{self.path} {self._meaning}, which is not complete: go on with that copy{plan}, or "
            "remove the folder if it is not wanted"
        )
