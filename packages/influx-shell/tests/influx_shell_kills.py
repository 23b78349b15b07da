"""Runs a program again and again, and kills it at random moments of the time that it takes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence

KILLS = int(os.environ.get("INFLUX_SHELL_KILLS", "4"))


class Kills:
    """The kills of one program: as many as `INFLUX_SHELL_KILLS` says, 4 by default.

    How long the program takes differs from machine to machine. So it is measured, and taken to be
    shorter each time that the program ends before it is killed.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self.told = ""  # what the last run wrote to standard error
        self._command = command
        self._left = KILLS
        self._longest = 0.0
        self._random = random.Random(os.urandom(8))

    def wanted(self) -> bool:
        return self._left > 0

    def undisturbed(self, status: int) -> str:
        """Let the program end with this status; what it wrote to standard error."""
        begun = time.monotonic()
        self._run(status, None)
        self._longest = time.monotonic() - begun
        return self.told

    def disturb(self, status: int) -> bool:
        """Whether the program was killed; if not, it ended with this status."""
        if self._run(status, self._random.uniform(0.3, 1.0) * self._longest):
            self._left -= 1
            return True
        self._longest *= 0.9
        return False

    def _run(self, status: int, seconds: float | None) -> bool:
        with subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True) as program:
            try:
                _, self.told = program.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                program.kill()
                _, self.told = program.communicate()
        if seconds is not None and program.returncode == -signal.SIGKILL:
            return True
        assert program.returncode == status, self.told
        return False
