"""MetricsSink: writes to VictoriaMetrics as line protocol, and knows what it does not keep."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from influx_copy._servers.line_sink import LineSink
from influx_copy._servers.line_writer import LineWriter
from influx_copy._servers.metrics_source import DATABASE_LABEL
from influx_copy.interfaces import CopyRange, Target
from influx_copy.limits import SinkLimits
from influx_core import ConfigError, InfluxDBClient, ResponseError

__all__ = ["MetricsSink", "limits_of_flags"]

_DAY = 86_400_000_000_000
_UNITS = {"": 31 * _DAY, "h": _DAY // 24, "d": _DAY, "w": 7 * _DAY, "y": 365 * _DAY}
_FLAG = re.compile(r'^-(\S+)="?([^"\s]*)"?', re.MULTILINE)
_PERIOD = re.compile(r"(\d+(?:\.\d+)?)([a-zA-Z]*)")
_OFF = frozenset({"", "0", "0s"})


class MetricsSink(LineSink):
    """Writes to a VictoriaMetrics of a single node.

    A field of a measurement becomes the metric `measurement_field`. Source:
    docs.victoriametrics.com/victoriametrics/integrations/influxdb/

    Args:
        client: a client of the server; closed by `aclose`.
        database: the value of the label `db` for all points; None for the names of the source.
        clock: returns the time in nanoseconds.
    """

    def __init__(
        self,
        client: InfluxDBClient,
        *,
        database: str | None = None,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        super().__init__(client, "victoriametrics", database=database)
        self._clock = clock
        self._limits: SinkLimits | None = None

    async def limits(self) -> SinkLimits:
        """It keeps floats of some 12 digits and milliseconds, and as long as its flags say.

        Raises:
            ConfigError: the server drops points that are near each other.
        """
        if self._limits is None:
            self._limits = limits_of_flags(await self._flags(), self._clock())
        return self._limits

    def open(self, range_: CopyRange, target: Target) -> LineWriter:
        """Return a writer for one range, which has the server write its points to the disk."""
        return LineWriter(self._client, range_, target, precision="ms", confirm=self._flush)

    async def _flags(self) -> str:
        """The flags that the server was started with; empty if it does not show them."""
        try:
            return (await self._body("/flags")).decode()
        except ResponseError:
            return ""

    async def _flush(self) -> None:
        """Have the points stored durably, and make them readable."""
        await self._body("/internal/force_flush")

    async def _body(self, path: str) -> bytes:
        return b"".join([piece async for piece in self._client.stream_get(path)])


def limits_of_flags(flags: str, now: int) -> SinkLimits:
    """What the server does not keep, by its flags; points outside of its times vanish silently.

    Args:
        flags: the response to `/flags`; a flag that is missing has its default.
        now: the time in nanoseconds.

    Raises:
        ConfigError: the server drops points that are near each other.
    """
    given = dict(_FLAG.findall(flags))
    interval = given.get("dedup.minScrapeInterval", "")
    if interval not in _OFF and interval != "1ms":
        raise ConfigError(
            f"VictoriaMetrics keeps one point of each {interval}: start it with "
            "-dedup.minScrapeInterval=1ms for the copy"
        )
    separator = given.get("influxMeasurementFieldSeparator", "_")
    return SinkLimits(
        time_unit=1_000_000,
        first=max(now - _nanoseconds(given.get("retentionPeriod", "1")), 0),
        stop=now + _nanoseconds(given.get("futureRetention", "2d")),
        instead={"integer": "float", "unsigned": "float", "boolean": "float"},
        left_out=frozenset({"string"}),
        rounds=True,
        replaces=interval == "1ms",
        reserved=frozenset({DATABASE_LABEL, "__name__"}),
        separator=separator,
    )


def _nanoseconds(period: str) -> int:
    """A period as VictoriaMetrics writes it: a number alone is of months.

    Raises:
        ConfigError: it has another form.
    """
    found = _PERIOD.fullmatch(period)
    unit = None if found is None else _UNITS.get(found[2].lower())
    if found is None or unit is None:
        raise ConfigError(f"VictoriaMetrics has the period {period!r}, which cannot be read")
    return int(float(found[1]) * unit)
