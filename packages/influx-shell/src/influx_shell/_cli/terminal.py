"""Terminal: the streams and the environment of the program.

Data goes to standard output, everything for people to standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO, StringIO, TextIOWrapper
from typing import Any, BinaryIO, Protocol, TextIO

from influx_shell._cli.control_characters import PrintableStream, printable_lines
from influx_shell._cli.exit_codes import UsageError

__all__ = ["Terminal", "TextOutput"]


class TextOutput(Protocol):
    """A stream that takes text."""

    def write(self, text: str, /) -> object:
        """Write text."""
        ...

    def writelines(self, lines: Iterable[str], /) -> None:
        """Write several texts."""
        ...


@dataclass(frozen=True, slots=True)
class Terminal:
    """The standard streams and the environment variables of the program."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    environment: Mapping[str, str]

    @classmethod
    def of_process(cls) -> Terminal:
        """Return the terminal of this process; a stream that was closed holds nothing.

        Raises:
            UsageError: standard output was closed.
        """
        stdin, stderr = sys.stdin or TextIOWrapper(BytesIO()), sys.stderr or StringIO()
        if sys.stdout is None:
            raise UsageError("standard output is closed: nothing can be printed")
        return cls(stdin, sys.stdout, stderr, os.environ)

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
    def printable_stdout(self) -> TextOutput:
        """Standard output for data, whose control characters a terminal must not obey."""
        return PrintableStream(self.stdout) if self.prints_to_terminal else self.stdout

    @property
    def binary_stdin(self) -> BinaryIO:
        """Standard input as bytes."""
        return self.stdin.buffer

    @property
    def binary_stdout(self) -> BinaryIO:
        """Standard output as bytes."""
        return self.stdout.buffer

    def with_stdout(self, stdout: Any) -> Terminal:
        """Return this terminal with another standard output for text."""
        return replace(self, stdout=stdout)

    def say(self, text: str) -> None:
        """Write a line for people; control characters of the data in it are escaped."""
        self.stderr.write(f"{printable_lines(text)}\n")
        self.stderr.flush()
