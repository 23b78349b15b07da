"""Counts the instructions of the hot paths, and compares them with the committed figures.

    python benchmarks/instructions.py [--write] [--strict] [--only "NAME;NAME"]

Each path runs in a fresh interpreter under `valgrind --tool=callgrind`, once with few and once with
many points, each in a fork. The difference of both counts, divided by that of the points, is the
figure: start-up and what a call costs once are not in it. The path has run before, so its caches
are filled. Hashes are fixed, and there is no garbage collection.

A figure that is more than 5 % above the one in `instructions.json` ends the program with status 1.
Where memory is allocated moves a figure by some percent (whether a buffer grows in its place, how
its ends are aligned), so a path that is above the limit is counted in other layouts of memory too:
the least counts, and a real regression is in all of them.
Figures depend on Python, on the compilers and on what is installed. If those are not the recorded
ones, this is said, and only `--strict` makes it a failure. `--write` records the figures. It needs
valgrind and g++.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from hot_paths import LAYOUT, PATHS

COMMITTED = Path(__file__).with_suffix(".json")
COUNTED = Path(__file__).with_name("hot_paths.py")
TOLERANCE = 0.05
LAYOUTS = 6  # in how many layouts of memory a path is above the limit before that is a failure

Build = dict[str, str]
Figures = dict[str, float]

SWITCH = """
#include <valgrind/callgrind.h>
extern "C" void start_counting() { CALLGRIND_START_INSTRUMENTATION; }
extern "C" void stop_counting() { CALLGRIND_STOP_INSTRUMENTATION; }
"""


@dataclass(frozen=True)
class Report:
    """The figures of one build: instructions a point, or a query, by the name of the path."""

    build: Build
    figures: Figures


# Counting


def measure(name: str, folder: Path, layout: int = 0) -> float:
    """Run a path in a fresh interpreter and return its instructions a point.

    Each number of a layout moves the objects of the path in memory, by objects before them.
    """
    logs = folder / re.sub(r"\W+", "-", name)
    program = [sys.executable, str(COUNTED), name, str(folder / "switch.so")]
    valgrind = [
        *("valgrind", "--tool=callgrind", "--instr-atstart=no"),
        *("--callgrind-out-file=/dev/null", f"--log-file={logs}.%p"),
    ]
    done = subprocess.run(
        [*valgrind, *program],
        env={**os.environ, "PYTHONHASHSEED": "0", LAYOUT: str(211 * layout)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr or done.stdout}")
    few, many = (
        collected(Path(f"{logs}.{process}").read_text()) for process in done.stdout.split()
    )
    path = PATHS[name]
    return round((many - few) / (path.many - path.few), 1)


def collected(log: str) -> int:
    """Return the number of instructions in a log of callgrind."""
    found = re.search(r"Collected : (\d+)", log)
    if found is None:
        raise SystemExit(f"callgrind counted nothing:\n{log}")
    return int(found[1])


def measured(names: Iterable[str], layout: int = 0) -> Figures:
    with tempfile.TemporaryDirectory() as text, ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = Path(text)
        compiler = ["g++", "-shared", "-fPIC", "-x", "c++", "-", "-o", str(folder / "switch.so")]
        subprocess.run(compiler, input=SWITCH, text=True, check=True)
        wanted = list(names)
        counts = pool.map(lambda name: measure(name, folder, layout), wanted)
        return dict(zip(wanted, counts, strict=True))


def least(
    figures: Figures, committed: Figures, measure_again: Callable[[Sequence[str], int], Figures]
) -> Figures:
    """Count what is above the limit in other layouts of memory; keep the least of each path."""
    for layout in range(1, LAYOUTS):
        high = [name for name in figures if too_high(name, figures, committed)]
        if not high:
            break
        again = measure_again(high, layout)
        figures = {name: min(figure, again.get(name, figure)) for name, figure in figures.items()}
    return figures


def too_high(name: str, figures: Figures, committed: Figures) -> bool:
    return name in committed and figures[name] > committed[name] * (1 + TOLERANCE)


def current_build() -> Build:
    """Return what the figures depend on."""
    return {
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "compiler of Python": platform.python_compiler(),
        "Python optimized by profile": yes_or_no(
            "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
        ),
        "g++": compiler_version(),
        "C library": " ".join(platform.libc_ver()),
        "processor": platform.machine(),
        "influx-speedups": yes_or_no(find_spec("_influx_speedups") is not None),
        "numpy": installed("numpy"),
    }


def yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def compiler_version() -> str:
    if shutil.which("g++") is None:
        return "none"
    return subprocess.check_output(["g++", "-dumpfullversion"], text=True).strip()


def installed(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "none"


# Comparing


def verdict(found: Report, committed: Report, *, strict: bool) -> tuple[list[str], int]:
    """Compare two reports; return what to print, and the exit status."""
    faults = regressions(found.figures, committed.figures)
    others = [
        f"{key} {found.build.get(key)} (recorded: {value})"
        for key, value in committed.build.items()
        if found.build.get(key) != value
    ]
    if not others:
        return faults or [f"no figure is more than {TOLERANCE:.0%} above the committed one"], (
            1 if faults else 0
        )
    told = "the committed figures are of another build, " + (
        "but --strict compares them: " if strict else "so nothing is compared: "
    )
    line = told + "; ".join(others)
    return ([line, *faults], 1) if strict else ([line], 0)


def regressions(found: Figures, committed: Figures) -> list[str]:
    """Return a line for each figure that is too high, or that one side lacks."""
    lines = [
        f"{name}: not measured, the committed figure is {figure:,.1f}"
        for name, figure in committed.items()
        if name not in found
    ]
    for name, figure in found.items():
        if name not in committed:
            lines.append(f"{name}: {figure:,.1f}, and no committed figure; --write records it")
        elif too_high(name, found, committed):
            allowed = committed[name] * (1 + TOLERANCE)
            lines.append(f"{name}: {figure:,.1f} instructions, {allowed:,.1f} are allowed")
    return lines


def table(found: Figures, committed: Figures) -> list[str]:
    lines = [f"{'instructions a point or query':32}{'now':>12}{'committed':>12}{'ratio':>8}"]
    for name, figure in found.items():
        before = committed.get(name)
        rest = f"{before:>12,.1f}{figure / before:>8.3f}" if before else ""
        lines.append(f"{name:32}{figure:>12,.1f}{rest}")
    return lines


def read_report(path: Path) -> Report:
    return Report(**json.loads(path.read_text())) if path.exists() else Report({}, {})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="record the figures")
    parser.add_argument("--strict", action="store_true", help="fail if the build is another one")
    parser.add_argument("--only", type=lambda text: text.split(";"), metavar="NAME;NAME")
    options = parser.parse_args()
    if missing := [program for program in ("valgrind", "g++") if shutil.which(program) is None]:
        parser.error(f"{' and '.join(missing)} not found; Debian's package has the same name")
    build = current_build()
    compiled = build["influx-speedups"] == "yes"
    names = options.only or [name for name in PATHS if compiled or "compiled" not in name]
    if unknown := [name for name in names if name not in PATHS]:
        parser.error(f"no path is named {unknown[0]!r}; there are {'; '.join(PATHS)}")
    if options.only and options.write:
        parser.error("--write records all figures, so it cannot be combined with --only")
    committed = read_report(COMMITTED)
    if options.only:
        chosen = {name: value for name, value in committed.figures.items() if name in names}
        committed = Report(committed.build, chosen)
    figures = measured(names)
    if not options.write and (options.strict or build == committed.build):
        figures = least(figures, committed.figures, measured)
    found = Report(build, figures)
    print(*table(found.figures, committed.figures), sep="\n")
    if options.write:
        COMMITTED.write_text(json.dumps(asdict(found), indent=2) + "\n")
        return 0
    lines, status = verdict(found, committed, strict=options.strict)
    print(*lines, sep="\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
