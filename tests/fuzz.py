"""Runs one check with inputs made at random, until the time is up.

    python tests/fuzz.py TARGET SECONDS [SEED]

Each input has a seed of its own, the next number after the one before. A failure names the seed
of its input; with that seed as SEED, and 0 as SECONDS, the same input is made again.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from importlib import import_module
from time import monotonic

TARGETS = ("codec", "influxql", "flux", "answers", "annotated_csv", "fake_http")


def fuzz(check: Callable[[random.Random], None], seconds: float, first: int) -> int:
    """Check one input, and more until the time is up; how many.

    Raises:
        RuntimeError: an input failed; the cause says how.
    """
    end, seed = monotonic() + seconds, first
    while seed == first or monotonic() < end:
        try:
            check(random.Random(seed))
        except Exception as error:
            raise RuntimeError(f"the input of seed {seed} failed") from error
        seed += 1
    return seed - first


def main() -> int:
    """Run the target that the arguments name."""
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in TARGETS:
        sys.stderr.write(f"usage: python tests/fuzz.py {'|'.join(TARGETS)} SECONDS [SEED]\n")
        return 2
    target, seconds = sys.argv[1], float(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(2**32) * 1000
    sys.stdout.write(f"{target}: {seconds:g} s from seed {first} on\n")
    sys.stdout.flush()
    done = fuzz(import_module(f"fuzzing.{target}").check, seconds, first)
    sys.stdout.write(f"{target}: {done:,} inputs, no failure\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
