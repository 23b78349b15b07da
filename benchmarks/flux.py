"""How fast Flux is parsed, formatted and checked, beside libflux under Node.

Run it with `python benchmarks/flux.py`. libflux is measured if Node is installed and
INFLUX_LIBFLUX names the unpacked npm package @influxdata/flux-lsp-node. The best of several rounds
counts: a busy machine only slows.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from influx_flux import check, field, measurement, parse, query, tag
from influx_flux import format as canonical

QUERY = """from(bucket: "telegraf")
|> range(start: v.timeRangeStart, stop: v.timeRangeStop)
|> filter(fn: (r) => r["_measurement"] == "cpu" and r["_field"] == "usage_user")
|> filter(fn: (r) => r.host =~ /^web[0-9]+$/ or r.cpu == "cpu-total")
|> aggregateWindow(every: v.windowPeriod, fn: mean, createEmpty: false)
|> map(fn: (r) => ({r with _value: r._value * 100.0, unit: "percent"}))
|> yield(name: "mean")
"""
NODE = """
const flux = require(process.argv[1] + '/flux-lsp-node.js')
const text = JSON.parse(process.argv[2])
const actions = { parse: () => flux.parse(text), format: () => new flux.Flux(text).format() }
const best = {}
for (const [name, action] of Object.entries(actions)) {
  best[name] = Infinity
  for (let round = 0; round < 20; round++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < 20; i++) action()
    best[name] = Math.min(best[name], Number(process.hrtime.bigint() - start) / 20e6)
  }
}
console.log(JSON.stringify(best))
"""


def build() -> str:
    """Build a query and return its text."""
    cpu = (measurement == "cpu") & (field == "usage_user") & (tag("host") == "web1")
    return str(query("telegraf").range("-1h").filter(cpu).aggregate_window("1m", "mean"))


def milliseconds(action: Callable[[], object], rounds: int = 20, calls: int = 10) -> float:
    """Return the time of one call in the best round."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(calls):
            action()
        best = min(best, (time.perf_counter() - start) / calls)
    return best * 1000


def libflux() -> dict[str, float]:
    """Return libflux's times; none where it is missing."""
    package = os.environ.get("INFLUX_LIBFLUX")
    if not package or shutil.which("node") is None:
        return {}
    command = ["node", "-e", NODE, str(Path(package).resolve()), json.dumps(QUERY)]
    run = subprocess.run(command, capture_output=True, check=True, text=True)
    return json.loads(run.stdout.splitlines()[-1])


def main() -> None:
    print(f"a query of {len(QUERY)} characters, milliseconds a call")
    actions: dict[str, Callable[[], object]] = {
        "parse": lambda: parse(QUERY),
        "format": lambda: canonical(QUERY),
        "check": lambda: check(QUERY, variables=["v"]),
        "build": build,
    }
    peers = libflux()
    for name, action in actions.items():
        own = milliseconds(action)
        beside = f", libflux {peers[name]:.2f}: {own / peers[name]:.1f}x" if name in peers else ""
        print(f"{name:7} {own:6.2f}{beside}")


if __name__ == "__main__":
    main()
