"""Terminal: the streams and the environment of the program.

Data goes to standard output, everything for people to standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, TextIO

__all__ = ["Terminal"]


@dataclass(frozen=True, slots=True)
class Terminal:
    """The standard streams and the environment variables of the program."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    environment: Mapping[str, str]

    @classmethod
    def of_process(cls) -> Terminal:
        """Return the terminal of this process."""
        return cls(sys.stdin, sys.stdout, sys.stderr, os.environ)

    @property
    def prints_to_terminal(self) -> bool:
        """Whether a person reads standard output."""
        return self.stdout.isatty()

    @property
    def shows_progress(self) -> bool:
        """Whether a person reads standard error."""
        return self.stderr.isatty()

    @property
    def can_ask(self) -> bool:
        """Whether a person can answer questions."""
        return self.stdin.isatty() and self.stderr.isatty()

    @property
    def binary_stdin(self) -> BinaryIO:
        """Standard input as bytes."""
        return self.stdin.buffer

    @property
    def binary_stdout(self) -> BinaryIO:
        """Standard output as bytes."""
        return self.stdout.buffer

    def say(self, text: str) -> None:
        """Write a line for people."""
        self.stderr.write(f"{text}\n")
        self.stderr.flush()
