"""How soon the shell of `iql` shows completions, in a terminal, on a server with 10,000 series.

The time runs from a key to the completion on the screen. Each round starts a shell of its own: the
first time includes the questions to the server, later times are those of names that are known.

usage: python benchmarks/completion.py [ROUNDS] [SERIES]
"""

from __future__ import annotations

import asyncio
import os
import pty
import select
import signal
import statistics
import sys
import time
from tempfile import TemporaryDirectory

from influx_core import InfluxDBClient
from influx_testing.influxd import influxd

TARGET = 0.05
"""The seconds until a completion is there."""

PATIENCE = 30.0
BETWEEN_KEYS = 0.15
"""Seconds between keys, as a person types."""

STEPS = (
    ("after FROM", "SELECT f FROM h", "measurement"),
    ("after WHERE", "osts WHERE h", "tag"),
    ("value of a tag", "ost =", "value"),
)
"""What is measured, the keys of which the last counts, and what then appears."""

CLEAR = "\x15"
"""Ctrl-U."""


class Screen:
    """A program in a terminal of its own."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.execvpe(command[0], command, environment)

    def until(self, text: str) -> None:
        """Read what is shown until a text appears."""
        shown, deadline = b"", time.monotonic() + PATIENCE
        while text.encode() not in shown:
            if not select.select([self._terminal], [], [], max(0, deadline - time.monotonic()))[0]:
                sys.exit(f"{text!r} did not appear: {shown[-500:]!r}")
            shown += os.read(self._terminal, 65_536)

    def rest(self) -> None:
        """Read until nothing is shown any more."""
        while select.select([self._terminal], [], [], BETWEEN_KEYS)[0]:
            os.read(self._terminal, 65_536)

    def type(self, key: str) -> None:
        os.write(self._terminal, key.encode())

    def close(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._terminal)


async def fill(url: str, series: int) -> None:
    lines = "\n".join(f"hosts,host=web-{n:05d} f=1 1" for n in range(series))
    async with InfluxDBClient(url, db="db") as client:
        await client.create_database("db")
        await client.write_lines(lines)


def measured(screen: Screen, keys: str, expected: str) -> float:
    """Type keys; return the seconds from the last one until a text appears."""
    for key in keys[:-1]:
        screen.type(key)
        screen.rest()
    begun = time.perf_counter()
    screen.type(keys[-1])
    screen.until(expected)
    taken = time.perf_counter() - begun
    screen.rest()
    return taken


def main() -> None:
    """Print the medians beside the target."""
    numbers = [int(text) for text in sys.argv[1:]]
    rounds, series = [*numbers, *(5, 10_000)[len(numbers) :]]
    times: dict[str, list[float]] = {}
    with influxd() as url, TemporaryDirectory() as folder:
        asyncio.run(fill(url, series))
        command = [sys.executable, "-m", "influx_shell", "shell", "--url", url, "--db", "db"]
        environment = {
            **os.environ,
            "IQL_HISTORY": f"{folder}/history",
            "PROMPT_TOOLKIT_NO_CPR": "1",
            "TERM": "xterm",
        }
        for _ in range(rounds):
            screen = Screen(command, environment)
            try:
                screen.until("db>")
                screen.rest()
                for which in ("first", "again"):
                    for name, keys, expected in STEPS:
                        taken = measured(screen, keys, expected)
                        times.setdefault(f"{name}, {which}", []).append(taken)
                    screen.type(CLEAR)
                    screen.rest()
            finally:
                screen.close()
    for name, found in times.items():
        median = statistics.median(found) * 1e3
        print(f"{name}: {median:.0f} ms (target {TARGET * 1e3:.0f} ms)", flush=True)


if __name__ == "__main__":
    main()
