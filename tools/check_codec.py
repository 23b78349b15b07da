"""Fails unless clients use the compiled codec: the check of a built wheel of influx-speedups."""

from __future__ import annotations

from influx_core import DataPoint, Plugins

EXPECTED = "influx_speedups._codec.serializer"


def main() -> None:
    """Compare the serializer that plugins offer, and one line that it writes."""
    serializer = Plugins().serializer()
    found = type(serializer).__module__
    if found != EXPECTED:
        raise SystemExit(f"clients use {found} instead of {EXPECTED}")
    line = serializer.dump([DataPoint("m", {"t": "a b"}, {"f": 1}, 5)], "ns")
    if bytes(line).strip() != rb"m,t=a\ b f=1i 5":
        raise SystemExit(f"the compiled codec wrote {bytes(line)!r}")


if __name__ == "__main__":
    main()
