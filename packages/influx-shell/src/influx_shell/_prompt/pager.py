"""Shows results that do not fit on the screen with a pager."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from io import StringIO
from typing import Any

from wcwidth import wcswidth

from influx_shell._cli.terminal import Terminal, TextOutput

__all__ = ["PagedText", "Pager"]

_OPTIONS_OF_LESS = "RSX"
"""No wrapped lines, and the text stays on the screen; unless the variable LESS says otherwise."""

ScreenSize = Callable[[], tuple[int, int]]


class Pager:
    """The program that shows long results.

    Args:
        environment: has PAGER, the user's choice.
        screen_size: returns columns and lines.

    Attributes:
        command: the words of its command; empty to print everything.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        screen_size: ScreenSize = shutil.get_terminal_size,
    ) -> None:
        self._environment = environment
        self._screen_size = screen_size
        self.command = self.default()

    def default(self) -> list[str]:
        """Return the words of PAGER, or `less` if it is installed."""
        chosen = self._environment.get("PAGER")
        if chosen is not None:
            return shlex.split(chosen)
        return ["less"] if shutil.which("less") else []

    @contextmanager
    def terminal(self, terminal: Terminal) -> Generator[Terminal]:
        """Yield a terminal whose standard output goes through the pager where it is too long.

        A user who leaves the pager ends the output. Without a person, nothing changes.
        """
        if not self.command or not terminal.prints_to_terminal or not terminal.can_ask:
            yield terminal
            return
        text = PagedText(terminal.stdout, self._screen_size(), self._start)
        try:
            with suppress(PagerClosed):
                yield terminal.with_stdout(text)
        finally:
            text.finish()

    def _start(self) -> subprocess.Popen[str]:
        environment = {"LESS": _OPTIONS_OF_LESS, **self._environment}
        return subprocess.Popen(self.command, stdin=subprocess.PIPE, text=True, env=environment)


class PagerClosed(Exception):
    """The user left the pager before the end."""


class PagedText:
    """Text that goes to the screen if it fits, and otherwise to a pager.

    Args:
        out: the screen.
        size: its columns and lines.
        start: starts the pager.
    """

    def __init__(
        self, out: TextOutput, size: tuple[int, int], start: Callable[[], subprocess.Popen[str]]
    ) -> None:
        self._out = out
        self._columns, self._lines = size
        self._start = start
        self._held = StringIO()
        self._seen = 0
        self._program: Any = None

    def isatty(self) -> bool:
        """Return True: a person reads it."""
        return True

    def flush(self) -> None:
        """Do nothing: the pager shows pages, not pieces."""

    def writelines(self, lines: Any) -> None:
        """Write several texts."""
        self.write("".join(lines))

    def write(self, text: str) -> int:
        """Write text.

        Raises:
            PagerClosed: the user left the pager.
        """
        if self._program is None:
            self._held.write(text)
            if self._fits(text):
                return len(text)
            self._program = self._start()
            text = self._held.getvalue()
        try:
            self._program.stdin.write(text)
        except BrokenPipeError:
            raise PagerClosed from None
        return len(text)

    def finish(self) -> None:
        """Show what is held, or wait until the user leaves the pager."""
        if self._program is None:
            self._out.write(self._held.getvalue())
            return
        with suppress(BrokenPipeError):
            self._program.stdin.close()
        self._program.wait()

    def _fits(self, text: str) -> bool:
        """Whether all text so far fits on the screen, below the query and above the prompt."""
        self._seen += text.count("\n")
        return self._seen < self._lines - 2 and all(
            _width(line) <= self._columns for line in text.splitlines()
        )


def _width(line: str) -> int:
    return len(line) if line.isascii() else max(wcswidth(line), 0)
