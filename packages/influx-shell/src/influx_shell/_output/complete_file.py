"""Files that appear when they are complete."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

__all__ = ["complete_file", "complete_text_file"]


@contextmanager
def complete_file(path: str) -> Generator[BinaryIO]:
    """Write a file under another name, and rename it at the end; an error leaves no file.

    A device or a pipe, such as `/dev/stdout`, is written as it is.
    """
    if Path(path).exists() and not Path(path).is_file():
        with Path(path).open("wb") as out:
            yield out
        return
    unfinished = Path(f"{path}.unfinished")
    try:
        with unfinished.open("wb") as out:
            yield out
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def complete_text_file(path: str) -> Generator[TextIO]:
    """Write a text file in UTF-8 like `complete_file`; line ends stay as they are."""
    with complete_file(path) as out:
        text = TextIOWrapper(out, encoding="utf-8", newline="")
        yield text
        text.flush()
        text.detach()
