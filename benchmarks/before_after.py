"""Compares the hot paths of this checkout with those of another one, in turns.

    python benchmarks/before_after.py --before OTHER/.venv/bin/python [--only "NAME;NAME"]

Both interpreters run the programs in `hot_paths.py`, each round in a process of its own, and report
the seconds of processor time of the best run in it. The table has the medians of the rounds in
microseconds a point, and the ratio.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

from hot_paths import PATHS

HERE = Path(__file__).parent
MEASURED = """
import sys, time
sys.path.insert(0, sys.argv[1])
from hot_paths import PATHS
points = int(sys.argv[3])
run = PATHS[sys.argv[2]].prepare(points)
def seconds():
    begun = time.process_time()
    run()
    return time.process_time() - begun
print(min(seconds() for _ in range(4)) / points * 1e6)
"""


def microseconds(python: str, name: str, points: int) -> float:
    """Run a path in a process; return the microseconds of processor time a point."""
    program = [python, "-c", MEASURED, str(HERE), name, str(points)]
    return float(subprocess.run(program, capture_output=True, check=True, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--before", required=True, help="the interpreter of the other checkout")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--points", type=int, default=5_000)
    parser.add_argument("--only", type=lambda text: text.split(";"), default=list(PATHS))
    options = parser.parse_args()
    pythons = options.before, sys.executable
    print(f"{'microseconds a point':32}{'before':>10}{'now':>10}{'ratio':>8}")
    for name in options.only:
        rounds = [
            [microseconds(python, name, options.points) for python in pythons]
            for _ in range(options.rounds)
        ]
        before, now = (statistics.median(times) for times in zip(*rounds, strict=True))
        ratio = statistics.median(one / other for one, other in rounds)
        print(f"{name:32}{before:>10.3f}{now:>10.3f}{ratio:>8.2f}")


if __name__ == "__main__":
    main()
