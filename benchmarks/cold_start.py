"""What imports cost: `influx_core`, `influx_testing`, and its plugin in pytest.

    python benchmarks/cold_start.py [--rounds 15] [--before OTHER_PYTHON]

Each command runs in a process of its own, in turns with the others, and with those of another
checkout if its interpreter is given. The figure is the least processor time of all rounds, minus
that of the same process without the import: Python that does nothing, or a pytest session of one
test that uses no fixture, without other plugins. A round before compiles the modules.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
PLUGIN = ("-p", "influx_testing.pytest_plugin")


class Start(NamedTuple):
    """A command, the same one without the import, and the most milliseconds between them."""

    command: tuple[str, ...]
    without: tuple[str, ...]
    limit: int


STARTS = {
    "`import influx_core`": Start(("-c", "import influx_core"), ("-c", "pass"), 60),
    "`import influx_testing`": Start(("-c", "import influx_testing"), ("-c", "pass"), 60),
    "a pytest session with the plugin": Start((*PYTEST, *PLUGIN), PYTEST, 60),
}


def milliseconds(command: list[str], folder: str) -> float:
    """Run a command; return the milliseconds of processor time it took."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment = kept | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent * 1000


def least(pythons: list[str], rounds: int, folder: str) -> dict[tuple[str, ...], float]:
    """The least time of each command of each interpreter."""
    wanted = {args for start in STARTS.values() for args in (start.command, start.without)}
    commands = [(python, *args) for args in sorted(wanted) for python in pythons]
    for command in commands:
        milliseconds(list(command), folder)
    times = [
        {command: milliseconds(list(command), folder) for command in commands}
        for _ in range(rounds)
    ]
    return {command: min(found[command] for found in times) for command in commands}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--before", help="the interpreter of another checkout")
    options = parser.parse_args()
    pythons = [python for python in (options.before, sys.executable) if python]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_nothing.py").write_text("def test_nothing(): pass\n")
        times = least(pythons, options.rounds, folder)
    names = ["before", "now"][-len(pythons) :]
    print(f"| adds to a process, ms of CPU | {' | '.join(names)} | limit |")
    print("|---|" + "---|" * len(pythons) + "---|")
    for name, start in STARTS.items():
        added = [times[(p, *start.command)] - times[(p, *start.without)] for p in pythons]
        print(f"| {name} | {' | '.join(f'{ms:.0f}' for ms in added)} | {start.limit} |")


if __name__ == "__main__":
    main()
